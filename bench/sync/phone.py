"""A phone as docs/reference/sync.md describes it: it seals, signs and keeps an outbox."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
VERSION, ID, INFO = b"\x01", 8, b"kapok outbox 1"


def text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def raw(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass
class Phone:
    """One phone; ``device`` is what the box calls it, ``server`` the point that it seals to."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    device: UUID | None = None
    server: bytes = b""

    @property
    def raw_key(self) -> bytes:
        return raw(self.key)

    def seal(self, said: bytes, command: UUID) -> str:
        """Close something for the box alone."""
        assert self.device is not None
        mine, nonce = ec.generate_private_key(CURVE), os.urandom(12)
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, self.server)
        shared = mine.exchange(ec.ECDH(), theirs)
        key = HKDF(hashes.SHA256(), 32, raw(mine) + self.server, INFO).derive(shared)
        closed = AESGCM(key).encrypt(nonce, said, self.device.bytes + command.bytes)
        named = hashlib.sha256(self.server).digest()[:ID]
        return text(VERSION + named + raw(mine) + nonce + closed)

    def sign(self, command: UUID, sealed: str) -> str:
        """Say that this phone sends it."""
        said = f"{self.device}.{command}.{sealed}".encode()
        r, s = utils.decode_dss_signature(self.key.sign(said, ec.ECDSA(hashes.SHA256())))
        return text(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def closed(self, said: dict[str, Any]) -> dict[str, str]:
        """An entry of the outbox."""
        command = UUID(said["id"])
        sealed = self.seal(json.dumps(said, ensure_ascii=False).encode(), command)
        return {"id": said["id"], "sealed": sealed, "signature": self.sign(command, sealed)}

    def body(self, entries: list[dict[str, str]]) -> dict[str, Any]:
        """What is posted."""
        return {"device": str(self.device), "commands": entries}


def command(move: str, matter: UUID, at: datetime, /, **data: Any) -> dict[str, Any]:
    """A command as a phone makes it."""
    return {
        "id": str(uuid_utils.compat.uuid7()),
        "move": move,
        "matter": str(matter),
        "at": at.isoformat(),
        "seen": None,
        "data": data,
    }
