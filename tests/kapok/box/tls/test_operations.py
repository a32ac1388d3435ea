"""A box's own authority: what it makes, what it may not, and how it renews."""

import ipaddress
import stat
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.kapok.box.tls.conftest import NOON

from kapok.box.tls import authority, names, operations, store
from kapok.errors import Refused

LATER = NOON + timedelta(days=370)  # less than 30 days are left


def extension(certificate, kind):
    return certificate.extensions.get_extension_for_class(kind)


def test_a_certificate_is_what_browsers_take(make):
    certificate = make("grid.lan").held.certificate

    age = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert age + timedelta(seconds=1) == timedelta(days=397)
    assert certificate.not_valid_before_utc < NOON
    assert isinstance(certificate.public_key().curve, ec.SECP256R1)
    assert store.names_of(certificate).names == ("grid.lan", "localhost")
    assert ExtendedKeyUsageOID.SERVER_AUTH in extension(certificate, x509.ExtendedKeyUsage).value
    assert not extension(certificate, x509.BasicConstraints).value.ca


def test_the_authority_speaks_for_its_names_and_networks_alone(make):
    made = make("grid.lan")

    found = extension(store.authority_certificate(), x509.NameConstraints)
    allowed = {each.value for each in found.value.permitted_subtrees}
    assert made.is_new_authority
    assert found.critical
    assert allowed == {
        "grid.lan",
        "localhost",
        ipaddress.ip_network("192.168.1.0/24"),
        ipaddress.ip_network("127.0.0.1/32"),
        ipaddress.ip_network("::1/128"),
    }
    assert extension(store.authority_certificate(), x509.BasicConstraints).value.path_length == 0


def test_the_files_are_their_owners_alone(make, home):
    make()

    assert {path.name for path in (home / "tls").iterdir()} == {"authority.pem", "server.pem"}
    assert {stat.S_IMODE(p.stat().st_mode) for p in (home / "tls").iterdir()} == {0o600}
    assert stat.S_IMODE((home / "tls").stat().st_mode) == 0o700


def test_another_certificate_is_by_the_same_authority(make):
    make("grid.lan")
    before = store.authority_certificate()

    again = make("grid.lan", "desk.grid.lan", ips=("192.168.1.77",))

    assert not again.is_new_authority
    assert store.authority_certificate() == before
    assert "desk.grid.lan" in again.held.names.names
    assert store.is_signed_by(again.held.certificate, before)


@pytest.mark.parametrize(
    ("name", "ip"), [("grid.org", "192.168.1.10"), ("mygrid.lan", "192.168.2.10")]
)
def test_names_beyond_the_authority_need_another_one(make, name, ip):
    make("grid.lan")
    before = store.held()

    with pytest.raises(Refused, match="may not speak for"):
        make(name, ips=(ip,))
    assert store.held() == before

    assert make(name, ips=(ip,), new_authority=True).is_new_authority
    assert store.held().is_own_authoritys


def test_a_new_certificate_has_the_same_authority_and_the_names(make):
    before = make("grid.lan").held

    after = operations.renew(at=LATER)

    assert set(before.names.hosts) <= set(after.names.hosts)
    assert after.certificate.public_key() != before.certificate.public_key()
    assert after.ends_at - before.ends_at == timedelta(days=370)
    assert store.held() == after


def test_renewing_takes_in_the_address_that_the_router_gave_since(make, monkeypatch):
    make("grid.lan")
    now = names.checked(["foreign.local"], ["192.168.1.99", "10.9.9.9"])
    monkeypatch.setattr(operations, "of_this_machine", lambda: now)

    found = operations.renew(at=NOON).names

    assert ipaddress.ip_address("192.168.1.99") in found.addresses
    assert ipaddress.ip_address("10.9.9.9") not in found.addresses
    assert "foreign.local" not in found.names


def test_a_start_renews_what_ends_within_thirty_days_and_says_so(make):
    before = make().held

    assert operations.renew_if_due(at=NOON) is None
    assert store.held() == before

    assert operations.renew_if_due(at=LATER) == (
        "The certificate was renewed; it is good until 2028-04-07."
    )
    assert store.held() != before
    assert operations.renew_if_due(at=LATER) is None


def test_without_a_certificate_there_is_nothing_to_renew():
    assert operations.renew_if_due(at=NOON) is None
    with pytest.raises(Refused, match="no certificate yet"):
        operations.renew(at=NOON)


def test_no_certificate_outlives_its_authority(make):
    make()
    near_the_end = NOON + authority.AUTHORITY_AGE - timedelta(days=100)

    assert operations.renew(at=near_the_end).ends_at == NOON + authority.AUTHORITY_AGE
    with pytest.raises(Refused, match="authority of this box ends on"):
        operations.renew(at=near_the_end + timedelta(days=90))


def test_an_authority_with_the_key_of_another_is_refused(make, home):
    make()
    kept = store.authority_file().read_bytes()
    make(new_authority=True)
    other = store.KEY.search(store.authority_file().read_bytes())[0]
    store.authority_file().write_bytes(store.KEY.sub(other, kept))

    with pytest.raises(Refused, match="do not belong together"):
        store.authority()


@pytest.mark.parametrize("content", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_spoilt_file_is_refused_with_its_name(make, content):
    make()
    store.server_file().write_bytes(content)

    with pytest.raises(Refused, match=r"server\.pem holds no certificate"):
        store.held()


def test_who_is_stopped_while_writing_leaves_what_was_there(make, monkeypatch):
    before = make().held

    def stop(_handle):
        raise KeyboardInterrupt

    with monkeypatch.context() as stopping:
        stopping.setattr(store.os, "fsync", stop)
        with pytest.raises(KeyboardInterrupt):
            operations.renew(at=LATER)

    assert store.held() == before
    assert operations.renew(at=LATER) == store.held()
