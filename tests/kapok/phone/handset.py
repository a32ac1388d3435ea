"""A phone as the box sees it: it seals and signs like the application."""

import hashlib
import json
import os
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from kapok.ids import uuid7
from kapok.phone import sealing

UNCOMPRESSED = Encoding.X962, PublicFormat.UncompressedPoint


class Handset:
    """``client`` is signed in as whoever carries it; ``loose`` has no session at all."""

    def __init__(self, appointment: Any, at: Any) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        english = {"Accept-Language": "en"}
        self.client, self.loose, self.at = Client(headers=english), Client(headers=english), at
        self.client.force_login(appointment.account)
        public = sealing.text(self.key.public_key().public_bytes(*UNCOMPRESSED))
        said = self.post(self.client, "/api/sync/devices/", public_key=public, name="红米")
        assert said.status_code == 201, said.content
        self.id = said.json()["device"]
        self.server = said.json()["server_key"]
        self.cursor: str | None = None

    def post(self, client: Client, path: str, **body: Any) -> Any:
        return client.post(path, json.dumps(body), content_type="application/json")

    def command(self, move: str, matter: UUID | None = None, **more: Any) -> dict[str, Any]:
        return {
            "id": str(more.pop("id", None) or uuid7()),
            "move": move,
            "matter": str(matter or uuid7()),
            "at": (more.pop("at", None) or self.at).isoformat(),
            "seen": more.pop("seen", None),
            "data": more,
        }

    def seal(self, command: dict[str, Any]) -> dict[str, str]:
        theirs = sealing.content(self.server["public"])
        mine = ec.generate_private_key(ec.SECP256R1())
        raw = mine.public_key().public_bytes(*UNCOMPRESSED)
        shared = mine.exchange(ec.ECDH(), sealing.point(theirs))
        key = HKDF(hashes.SHA256(), 32, raw + theirs, b"kapok outbox 1").derive(shared)
        nonce = os.urandom(12)
        beside = UUID(self.id).bytes + UUID(command["id"]).bytes
        closed = AESGCM(key).encrypt(nonce, json.dumps(command).encode(), beside)
        box = bytes([1]) + hashlib.sha256(theirs).digest()[:8] + raw + nonce + closed
        return self.sign(command["id"], sealing.text(box))

    def sign(self, key: str, sealed: str) -> dict[str, str]:
        text = f"{self.id}.{key}.{sealed}".encode()
        r, s = utils.decode_dss_signature(self.key.sign(text, ec.ECDSA(hashes.SHA256())))
        signature = sealing.text(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        return {"id": key, "sealed": sealed, "signature": signature}

    def send(self, *commands: dict[str, Any], signed_in: bool = True, pull: bool = False) -> Any:
        sealed = [each if "sealed" in each else self.seal(each) for each in commands]
        client = self.client if signed_in else self.loose
        said = self.post(
            client, "/api/sync/", device=self.id, commands=sealed, pull=pull, cursor=self.cursor
        )
        assert said.status_code == 200, said.content
        found = said.json()
        if pull:
            self.cursor = found["cursor"]
        return found

    def gone_since(self, transaction: int) -> list[str]:
        """What it is told to forget where it asks from a transaction on."""
        said = self.post(
            self.client, "/api/sync/", device=self.id, commands=[], pull=True,
            cursor=f"{transaction}.0..",
        )  # fmt: skip
        return list(said.json()["changes"]["gone"])

    def answers(self, *commands: dict[str, Any], **more: Any) -> list[Any]:
        return self.send(*commands, **more)["answers"]


def strange() -> str:
    """An identifier that nobody knows."""
    return str(uuid4())
