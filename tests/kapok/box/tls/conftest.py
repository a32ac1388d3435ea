"""A box of one's own for each test, on a known day, and certificates of somebody else's."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kapok.box.tls import names, operations

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
A_YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path) -> Path:
    """An empty data folder, on a machine with one address."""
    for name in ("ADDRESS", "HOSTS", "PORT", "PLAIN", "TLS", "ENROL_PORT", "DEMO"):
        monkeypatch.delenv(f"KAPOK_{name}", raising=False)
    monkeypatch.setenv("KAPOK_DATA", str(tmp_path))
    here = names.checked(["box.local"], ["192.168.1.10"])
    monkeypatch.setattr(names, "of_this_machine", lambda: here)
    monkeypatch.setattr(operations, "of_this_machine", lambda: here)
    return tmp_path


@pytest.fixture
def make() -> Callable[..., operations.Made]:
    """Make a certificate for names and addresses."""

    def make(*given: str, ips: tuple[str, ...] = ("192.168.1.10",), at=NOON, **more: Any):
        wanted = names.checked(given or ["grid.lan"], ips)
        return operations.make(names.with_local(wanted), at=at, **more)

    return make


class Elsewhere:
    """An authority elsewhere, and what it signs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root = self.signed("Root", self.key, is_authority=True)

    def signed(
        self,
        called: str,
        key: Any,
        *,
        by: Any = None,
        is_authority: bool = False,
        hosts: tuple[str, ...] = (),
        begins: datetime = NOON - A_YEAR / 4,
        ends: datetime = NOON + A_YEAR,
        meant_for: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
    ) -> x509.Certificate:
        """A certificate by ``by`` (a certificate and its key), or by itself."""
        issuer, signer = (by[0].subject, by[1]) if by else (_named(called), key)
        building = (
            x509.CertificateBuilder()
            .subject_name(_named(called))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        )
        if hosts:
            entries = [x509.DNSName(host) for host in hosts]
            building = building.add_extension(x509.SubjectAlternativeName(entries), critical=False)
            usage = x509.ExtendedKeyUsage([meant_for])
            building = building.add_extension(usage, critical=False)
        return building.sign(signer, hashes.SHA256())

    def server(self, key: Any = None, hosts: tuple[str, ...] = ("kapok.example.org",), **more: Any):
        """A certificate for a server, and its key."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        return self.signed("Server", key, by=(self.root, self.key), hosts=hosts, **more), key

    def files(self, chain: list[x509.Certificate], key: Any) -> tuple[Path, Path]:
        """Both as files."""
        where = self.folder / "given.crt", self.folder / "given.key"
        where[0].write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in chain))
        where[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return where


def _named(called: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called)])


@pytest.fixture
def elsewhere(tmp_path) -> Elsewhere:
    """An authority elsewhere."""
    return Elsewhere(tmp_path)
