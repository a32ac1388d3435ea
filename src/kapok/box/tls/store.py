"""The files of a box's certificates: in the folder ``tls`` of its data, its owner's alone."""

import ipaddress
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from kapok.box import folder
from kapok.box.tls.authority import Signed
from kapok.box.tls.names import Names
from kapok.errors import Refused

SOON = timedelta(days=30)
KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.S)
PRIVATE, FOR_OWNER = 0o600, 0o700


@dataclass(frozen=True)
class Held:
    """A certificate as it is stored: itself, and those that lead from it to its authority."""

    chain: tuple[x509.Certificate, ...]
    is_own_authoritys: bool = False  # whether the box's authority signed it

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate itself."""
        return self.chain[0]

    @cached_property
    def names(self) -> Names:
        """For which names and addresses it is good."""
        return names_of(self.certificate)

    @property
    def ends_at(self) -> datetime:
        """Until when it is good."""
        return self.certificate.not_valid_after_utc

    def n_days(self, at: datetime) -> int:
        """For how many whole days it is good yet; negative when it has run out."""
        return (self.ends_at - at).days

    def ends_soon(self, at: datetime) -> bool:
        """Whether it is time for a new one."""
        return self.ends_at - at < SOON


def home() -> Path:
    """The folder of certificates and their keys."""
    return folder.data_folder() / "tls"


def server_file() -> Path:
    """The certificate that Kapok serves with, those that lead to its authority, and its key.

    In one file, so that no stop in the middle leaves a certificate with the key of another.
    """
    return home() / "server.pem"


def authority_file() -> Path:
    """The certificate of the box's own authority, which phones come to trust, and its key."""
    return home() / "authority.pem"


def held() -> Held | None:
    """The certificate that Kapok serves with, or ``None`` where there is none.

    Raises :class:`~kapok.errors.Refused` where a file cannot be read as one.
    """
    if not server_file().exists():
        return None
    chain = tuple(certificates(server_file()))
    authority = authority_certificate()
    return Held(chain, authority is not None and is_signed_by(chain[0], authority))


def authority_certificate() -> x509.Certificate | None:
    """The certificate of the box's authority, or ``None`` where it has none."""
    return certificates(authority_file())[0] if authority_file().exists() else None


def authority() -> Signed:
    """The box's authority with its key.

    Raises :class:`~kapok.errors.Refused` where there is none.
    """
    certificate = authority_certificate()
    if certificate is None:
        raise Refused("This box has no authority of its own yet. Make one: kapok tls make.")
    key = private_key(authority_file())
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not fits(key, certificate):
        raise Refused(
            f"In {authority_file()} key and certificate do not belong together. Bring the file "
            "back from a copy, or run kapok tls make --new-authority and enrol the phones again."
        )
    return Signed(certificate, key)


def keep_authority(made: Signed) -> None:
    """Store an authority; the certificate by the one before it goes first."""
    server_file().unlink(missing_ok=True)
    write(authority_file(), _pem([made.certificate], made.key))


def keep(chain: Iterable[x509.Certificate], key: object) -> None:
    """Store the certificate to serve with, and its key."""
    write(server_file(), _pem(chain, key))


def certificates(path: Path) -> list[x509.Certificate]:
    """The certificates in a PEM file, at least one.

    Raises :class:`~kapok.errors.Refused` where it cannot be read as such.
    """
    try:
        found = x509.load_pem_x509_certificates(read(path))
        for each in found:
            each.extensions  # noqa: B018  # reads them, which fails where they are damaged
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused(
            f"{path} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)."
        ) from error
    return found


def private_key(path: Path) -> object:
    """The key in a PEM file.

    Raises :class:`~kapok.errors.Refused` where it cannot be read, or a password protects it.
    """
    try:
        block = KEY.search(read(path))
        return load_pem_private_key(block[0] if block else b"", None)
    except TypeError as error:
        raise Refused(
            f"A password protects the key in {path}, and Kapok must start without anybody there. "
            f"Take it off: openssl pkey -in {path} -out plain.key"
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused(
            f"{path} holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)."
        ) from error


def fits(key: object, certificate: x509.Certificate) -> bool:
    """Whether a private key belongs to a certificate."""
    public = getattr(key, "public_key", None)
    return public is not None and public() == certificate.public_key()


def is_signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether another certificate's key signed this one."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def names_of(certificate: x509.Certificate) -> Names:
    """The names and addresses in a certificate; browsers look at no other ones."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return Names((), ())
    names = tuple(str(name).lower() for name in found.get_values_for_type(x509.DNSName))
    addresses = found.get_values_for_type(x509.IPAddress)
    single = (ipaddress.IPv4Address, ipaddress.IPv6Address)
    return Names(names, tuple(each for each in addresses if isinstance(each, single)))


def called(certificate: x509.Certificate) -> str:
    """What a certificate calls its holder."""
    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else certificate.subject.rfc4514_string()


def fingerprint(certificate: x509.Certificate) -> str:
    """The SHA-256 of a certificate, as phones show it, in pairs of digits."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def read(path: Path) -> bytes:
    """What is in a file.

    Raises :class:`~kapok.errors.Refused` where it cannot be opened.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error


def write(path: Path, content: bytes) -> None:
    """Put a file in place at once and whole, its owner's alone.

    Raises :class:`~kapok.errors.Refused` where it cannot be written.
    """
    new = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(mode=FOR_OWNER, parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}.") from error


def _pem(chain: Iterable[x509.Certificate], key: object) -> bytes:
    """Certificates and key as the web server reads them."""
    write_out = key.private_bytes  # type: ignore[attr-defined]
    parts = [each.public_bytes(Encoding.PEM) for each in chain]
    return b"".join([*parts, write_out(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())])
