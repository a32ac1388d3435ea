"""Sealed commands: anybody can close one for this box, only this box opens it.

``1 | key id (8) | ephemeral point (65) | nonce (12) | AES-256-GCM ciphertext and tag``, as URL-safe
base 64 without padding. The key is HKDF-SHA-256 of the ECDH secret on P-256, salted with both
points; the identifiers of device and command are authenticated beside. docs/reference/sync.md.
"""

import base64
import binascii
import hashlib
import json
from functools import cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kapok.access import secrets

VERSION, ID, POINT, NONCE = 1, 8, 65, 12
HEAD = 1 + ID + POINT + NONCE
INFO = b"kapok outbox 1"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
CURVE = ec.SECP256R1()


class Unreadable(Exception):
    """What came cannot be opened, or its signature is not of that phone."""


@cache
def _private(index_key: bytes) -> ec.EllipticCurvePrivateKey:
    """The box's key for outboxes, made from its index key, which is never exchanged."""
    seed = HKDF(hashes.SHA256(), 48, None, b"kapok outbox key 1").derive(index_key)
    return ec.derive_private_key(int.from_bytes(seed, "big") % (ORDER - 1) + 1, CURVE)


def private() -> ec.EllipticCurvePrivateKey:
    """The key of this box."""
    return _private(secrets.keys().index)


def public() -> bytes:
    """Its public half, as an uncompressed point."""
    return _public(secrets.keys().index)


@cache
def _public(index_key: bytes) -> bytes:
    key = _private(index_key).public_key()
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def key_id() -> bytes:
    """Which key a command was sealed to."""
    return hashlib.sha256(public()).digest()[:ID]


def text(content: bytes) -> str:
    """Bytes as they are written in JSON."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def content(said: str) -> bytes:
    """The bytes of a text. Raises :class:`Unreadable`."""
    try:
        return base64.b64decode(
            said.encode() + b"=" * (-len(said) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, UnicodeEncodeError, ValueError):
        raise Unreadable from None


def point(raw: bytes) -> ec.EllipticCurvePublicKey:
    """A public key on the curve. Raises :class:`Unreadable`."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)
    except ValueError:
        raise Unreadable from None


def opened(sealed: str, *, device: UUID, command: UUID) -> Any:
    """What was sealed, as JSON. Raises :class:`Unreadable`."""
    raw = content(sealed)
    if len(raw) <= HEAD or raw[0] != VERSION or raw[1 : 1 + ID] != key_id():
        raise Unreadable
    theirs, nonce = raw[1 + ID : 1 + ID + POINT], raw[1 + ID + POINT : HEAD]
    shared = private().exchange(ec.ECDH(), point(theirs))
    key = HKDF(hashes.SHA256(), 32, theirs + public(), INFO).derive(shared)
    try:
        plain = AESGCM(key).decrypt(nonce, raw[HEAD:], device.bytes + command.bytes)
        return json.loads(plain)
    except (InvalidTag, ValueError, RecursionError):
        raise Unreadable from None


def verify(key: ec.EllipticCurvePublicKey, signature: str, said: str) -> None:
    """Whether a phone signed this text (``r | s``, as WebCrypto writes it); else ``Unreadable``."""
    raw = content(signature)
    if len(raw) != 64:
        raise Unreadable
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    try:
        key.verify(utils.encode_dss_signature(r, s), said.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        raise Unreadable from None
