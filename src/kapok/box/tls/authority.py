"""A box's own authority, and the certificates that it signs.

The authority may sign only for the names and networks that it was made for, so that whoever steals
its key cannot pass for anything else on the phones that trust it.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kapok.box.tls.names import Address, Names, permitted, with_local
from kapok.errors import Refused

AUTHORITY_AGE = timedelta(days=3650)
SERVER_AGE = timedelta(days=397)  # browsers trust none for longer
BEFORE = timedelta(hours=1)  # the clocks of phones are late
LONGEST_NAME = 64  # of a subject; the names that count stand elsewhere


@dataclass(frozen=True)
class Signed:
    """A certificate and the key that belongs to it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def make(names: Names, *, at: datetime) -> Signed:
    """A new authority, for these names, what is under them, and these addresses' networks.

    The machine's own names of itself are among them, so that neither names nor addresses of either
    version are without a bound.
    """
    names = with_local(names)
    key = ec.generate_private_key(ec.SECP256R1())
    called = f"Kapok {at:%Y-%m-%d} {names.reached[0]}"[:LONGEST_NAME]
    subject = _subject(called)
    allowed: list[x509.GeneralName] = [x509.DNSName(name) for name in names.names]
    allowed += [x509.IPAddress(network) for network in permitted(names.addresses)]
    certificate = (
        _begun(subject, subject, key.public_key(), at, at + AUTHORITY_AGE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(allowed, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Signed(certificate, key)


def sign(authority: Signed, names: Names, *, at: datetime) -> Signed:
    """A certificate of the authority for a server with these names and addresses.

    Raises :class:`~kapok.errors.Refused` where the authority may not speak for one of them.
    """
    names = with_local(names)
    refuse_foreign(authority.certificate, names)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject(names.reached[0][:LONGEST_NAME])
    entries: list[x509.GeneralName] = [x509.DNSName(name) for name in names.names]
    entries += [x509.IPAddress(address) for address in names.addresses]
    issuer = authority.certificate
    # The last second counts, so that the age is one shorter.
    ends_at = at - BEFORE + SERVER_AGE - timedelta(seconds=1)
    ends_at = min(ends_at, issuer.not_valid_after_utc)
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    certificate = (
        _begun(subject, issuer.subject, key.public_key(), at, ends_at)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(entries), critical=False)
        .add_extension(signer, critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return Signed(certificate, key)


def refuse_foreign(authority: x509.Certificate, names: Names) -> None:
    """Raise :class:`~kapok.errors.Refused` where a name is none of the authority's."""
    mine = own_of(authority, names)
    foreign = [name for name in names.names if name not in mine.names]
    foreign += [str(each) for each in names.addresses if each not in mine.addresses]
    if foreign:
        raise Refused(
            f"The authority of this box may not speak for {', '.join(foreign)}. Add "
            "--new-authority to make another one; every phone must then be enrolled again."
        )


def own_of(authority: x509.Certificate, names: Names) -> Names:
    """Those of the names and addresses that an authority may speak for."""
    found = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    allowed = [each.value for each in found.permitted_subtrees or ()]
    return Names(
        tuple(name for name in names.names if _is_under(name, allowed)),
        tuple(each for each in names.addresses if _is_in(each, allowed)),
    )


def _is_under(name: str, allowed: list[object]) -> bool:
    return any(isinstance(a, str) and (name == a or name.endswith(f".{a}")) for a in allowed)


def _is_in(address: Address, allowed: list[object]) -> bool:
    networks = (ipaddress.IPv4Network, ipaddress.IPv6Network)
    return any(isinstance(a, networks) and address in a for a in allowed)


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    at: datetime,
    ends_at: datetime,
) -> x509.CertificateBuilder:
    """What both kinds have."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - BEFORE)
        .not_valid_after(ends_at)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _subject(called: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Kapok"),
            x509.NameAttribute(NameOID.COMMON_NAME, called),
        ]
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
