"""Certificates of one's own: taken where browsers would, refused with what is wrong."""

import ssl
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.kapok.box.tls.conftest import NOON

from kapok.box.tls import foreign, operations, store
from kapok.errors import Refused

DAY = timedelta(days=1)


def use(elsewhere, chain, key):
    return foreign.use(*elsewhere.files(chain, key), at=NOON)


def test_one_with_its_chain_is_used(elsewhere):
    certificate, key = elsewhere.server()

    held = use(elsewhere, [certificate, elsewhere.root], key)

    assert store.held() == held
    assert held.names.hosts == ("kapok.example.org",)
    assert not held.is_own_authoritys
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(store.server_file())


def test_rsa_is_taken_too(elsewhere):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate, _key = elsewhere.server(key)

    assert use(elsewhere, [certificate, elsewhere.root], key)


def test_it_is_not_renewed_here(elsewhere):
    certificate, key = elsewhere.server(ends=NOON + 10 * DAY)
    use(elsewhere, [certificate, elsewhere.root], key)

    assert "kapok tls use" in operations.renew_if_due(at=NOON)
    with pytest.raises(Refused, match="not from this box's own authority"):
        operations.renew(at=NOON)
    with pytest.raises(Refused, match="ran out on 2026-03-12"):
        operations.renew_if_due(at=NOON + 11 * DAY)


def spoilt(elsewhere):
    """What is wrong, and how it is refused."""
    good, key = elsewhere.server()
    root = elsewhere.root
    other = ec.generate_private_key(ec.SECP256R1())
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    edwards = ed25519.Ed25519PrivateKey.generate()
    alone = elsewhere.signed("Self", other, hosts=("kapok.example.org",))

    def server(key=key, **more):
        return elsewhere.server(key, **more)[0]

    return {
        "another key": ([good, root], other, "not the key of the certificate"),
        "weak": ([server(weak), root], weak, "this kind of key"),
        "unknown to browsers": ([server(edwards), root], edwards, "this kind of key"),
        "expired": ([server(ends=NOON - DAY), root], key, "ran out on 2026-03-01"),
        "of tomorrow": ([server(begins=NOON + DAY), root], key, "good from 2026-03-03"),
        "nameless": ([server(hosts=()), root], key, "holds no names"),
        "of an authority": (
            [server(is_authority=True), root], key, "is the certificate of an authority",
        ),
        "of a person": (
            [server(meant_for=ExtendedKeyUsageOID.CLIENT_AUTH), root], key, "not meant for servers",
        ),
        "wrong order": ([good, good, root], key, "is not signed by the one after it"),
        "without chain": ([good], key, "does not know who signed it"),
        "signed by itself": ([alone], other, "signed itself"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "what",
    [
        "another key", "weak", "unknown to browsers", "expired", "of tomorrow", "nameless",
        "of an authority", "of a person", "wrong order", "without chain", "signed by itself",
    ],
)  # fmt: skip
def test_what_browsers_refuse_is_refused_here_and_nothing_is_stored(elsewhere, what):
    chain, key, says = spoilt(elsewhere)[what]

    with pytest.raises(Refused, match=says):
        use(elsewhere, chain, key)

    assert store.held() is None


def test_a_key_with_a_password_is_refused_with_how_to_take_it_off(elsewhere):
    certificate, key = elsewhere.server()
    where = elsewhere.files([certificate, elsewhere.root], key)
    locked = BestAvailableEncryption(b"secret")
    where[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))

    with pytest.raises(Refused, match="openssl pkey"):
        foreign.use(*where, at=NOON)


def test_files_that_are_none_are_refused(elsewhere, tmp_path):
    certificate, key = elsewhere.server()
    crt, pem = elsewhere.files([certificate], key)

    with pytest.raises(Refused, match="No such file"):
        foreign.use(tmp_path / "absent", pem, at=NOON)
    with pytest.raises(Refused, match="holds no certificate"):
        foreign.use(pem, pem, at=NOON)
    with pytest.raises(Refused, match="holds no private key"):
        foreign.use(crt, crt, at=NOON)
