"""A certificate of somebody's own, from an authority that browsers know: checked, and used."""

import contextlib
import ssl
import warnings
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from kapok.box.tls import store
from kapok.errors import Refused

SMALLEST_RSA = 2048
CURVES = frozenset({"secp256r1", "secp384r1"})


def use(certificate: Path, key: Path, *, at: datetime) -> store.Held:
    """Serve with a certificate of somebody's own, with those that lead to its authority.

    Raises :class:`~kapok.errors.Refused` where browsers would not take it.
    """
    chain, secret = store.certificates(certificate), store.private_key(key)
    _refuse_unfit(chain[0], secret, at)
    for lower, upper in pairwise(chain):
        if not store.is_signed_by(lower, upper):
            raise Refused(
                f"In {certificate} “{store.called(lower)}” is not signed by the one after it, "
                f"“{store.called(upper)}”. Put the box's certificate first, then each with the one "
                "that signed it."
            )
    for each in chain[1:]:
        _refuse_time(each, at)
    _refuse_unled(chain)
    store.keep(chain, secret)
    return store.Held(tuple(chain))


def _refuse_unfit(certificate: x509.Certificate, key: object, at: datetime) -> None:
    """Refuse a certificate that is no server's, is not good now, or has another key."""
    if not store.fits(key, certificate):
        raise Refused(
            f"This is not the key of the certificate of “{store.called(certificate)}”. Give the "
            "key that was made with its request."
        )
    _refuse_weak(key)
    _refuse_time(certificate, at)
    if not store.names_of(certificate).hosts:
        raise Refused(
            "The certificate holds no names (subjectAltName), and browsers look nowhere else. "
            "Ask for one with the names under which this box is opened."
        )
    if _is_authority(certificate):
        raise Refused(
            f"“{store.called(certificate)}” is the certificate of an authority. Give the one that "
            "was signed for this box, first in the file."
        )
    if not _is_for_servers(certificate):
        raise Refused("The certificate is not meant for servers (TLS Web Server Authentication).")


def _refuse_weak(key: object) -> None:
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= SMALLEST_RSA:
        return
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in CURVES:
        return
    raise Refused(
        "Browsers do not take this kind of key. Use RSA with 2048 bits or more, or ECDSA on P-256 "
        "or P-384."
    )


def _refuse_time(certificate: x509.Certificate, at: datetime) -> None:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    called = store.called(certificate)
    if ends <= at:
        raise Refused(f"The certificate of “{called}” ran out on {ends:%Y-%m-%d}. Get a new one.")
    if begins > at:
        raise Refused(
            f"The certificate of “{called}” is good from {begins:%Y-%m-%d %H:%M} UTC on. Wait, or "
            "set the machine's clock right."
        )


def _refuse_unled(chain: list[x509.Certificate]) -> None:
    """Refuse a lone certificate whose signer this machine does not know: phones would not either.

    The machine's own list of authorities stands for that of phones, where it has one.
    """
    last = chain[-1]
    if len(chain) == 1 and store.is_signed_by(last, last):
        raise Refused(
            f"“{store.called(last)}” signed itself, and no phone trusts it. Give one that an "
            "authority signed, or let this box make its own: kapok tls make."
        )
    known = _known()
    if store.is_signed_by(last, last) or any(store.is_signed_by(last, each) for each in known):
        return
    if len(chain) == 1 and known:
        raise Refused(
            f"The file holds one certificate, and this machine does not know who signed it "
            f"(“{last.issuer.rfc4514_string()}”). Put the certificates that lead to a known "
            "authority after it in the same file; they are called chain or intermediate."
        )


def _known() -> list[x509.Certificate]:
    """The authorities that this machine knows; some old ones are not written as they should be."""
    found = []
    with warnings.catch_warnings(action="ignore"):
        for each in ssl.create_default_context().get_ca_certs(binary_form=True):
            with contextlib.suppress(ValueError):
                found.append(x509.load_der_x509_certificate(each))
    return found


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    return found.value.ca


def _is_for_servers(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    allowed = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    return bool(allowed & set(found))
