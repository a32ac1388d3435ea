"""What a program believes that trusts the box's authority, and what it does not."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from kapok.box.tls import authority, names, store

STEPS = 8  # more than a handshake has


def shake_hands(pem: Path, trusted: str, name: str) -> None:
    """Shake hands in memory, as a client that trusts one authority alone."""
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(pem)
    asking = ssl.create_default_context(cadata=trusted)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        asking.wrap_bio(to_client, to_server, server_hostname=name),
        serving.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(STEPS):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue


@pytest.fixture
def trusted(make) -> str:
    """The certificate of the authority of a box called grid.lan."""
    make("grid.lan", at=datetime.now(UTC))
    return store.authority().certificate.public_bytes(Encoding.PEM).decode()


@pytest.mark.parametrize("name", ["grid.lan", "192.168.1.10", "localhost", "127.0.0.1", "::1"])
def test_each_name_of_the_box_is_believed(trusted, name):
    shake_hands(store.server_file(), trusted, name)


@pytest.mark.parametrize("name", ["other.lan", "192.168.1.11"])
def test_another_name_is_not(trusted, name):
    with pytest.raises(ssl.SSLCertVerificationError, match=r"mismatch|not valid for"):
        shake_hands(store.server_file(), trusted, name)


@pytest.mark.parametrize(
    ("name", "ip"), [("bank.example.com", "192.168.1.10"), ("grid.lan", "10.0.0.1")]
)
def test_who_steals_the_authoritys_key_cannot_pass_for_anything_else(
    trusted, monkeypatch, name, ip
):
    monkeypatch.setattr(authority, "refuse_foreign", lambda *_asked: None)
    thief = store.authority()
    begins = thief.certificate.not_valid_before_utc
    forged = authority.sign(thief, names.checked([name], [ip]), at=begins + authority.BEFORE)
    store.keep([forged.certificate], forged.key)

    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(store.server_file(), trusted, name)


def test_the_authority_of_another_box_is_not_believed(trusted, make):
    make("grid.lan", new_authority=True, at=datetime.now(UTC))

    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(store.server_file(), trusted, "grid.lan")
