"""Values that are encrypted where they are stored, and how they are looked up all the same.

AES-256-GCM with a fresh 12-byte nonce for each value; the keys lie in a file outside the database
(``keys.json`` in the data folder, or ``KAPOK_KEYS``). A stored value is
``version (1) | key number (1) | nonce (12) | ciphertext and tag``. Look-up goes through a blind
index, HMAC-SHA-256 with a key of its own, cut to 16 bytes: equal values have equal indexes, and
nobody without the key can try values out.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kapok.box.folder import data_folder
from kapok.errors import Refused

VERSION = 1
NONCE = 12
INDEX = 16


@dataclass(frozen=True)
class Keys:
    """Keys of this box: those that decrypt, by number; the highest one encrypts."""

    data: dict[int, bytes]
    index: bytes

    @property
    def current(self) -> int:
        """Number of the key that new values are encrypted with."""
        return max(self.data)


def keys_file() -> Path:
    """Where the keys lie; never in the database, never in a backup of it."""
    return Path(os.environ.get("KAPOK_KEYS") or data_folder() / "keys.json")


@cache
def keys() -> Keys:
    """The keys, read once. Made at the first start of a box (:func:`make_keys`)."""
    path = keys_file()
    try:
        stored = json.loads(path.read_text())
        data = {int(number): base64.b64decode(key) for number, key in stored["data"].items()}
        return Keys(data, base64.b64decode(stored["index"]))
    except FileNotFoundError:
        raise Refused(
            f"The keys of this box are missing: {path} is not there. Put the file back from where "
            "it is kept; without it encrypted values cannot be read."
        ) from None
    except (ValueError, KeyError) as error:
        raise Refused(f"{path} is not a file of keys. Put the right file back.") from error


def make_keys() -> None:
    """Make the file of keys where there is none; readable by its owner alone.

    Of two processes that start at once, one makes it and the other takes what that one made.
    """
    path = keys_file()
    if not path.exists():
        beside = _written(Keys({1: secrets.token_bytes(32)}, secrets.token_bytes(32)))
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
        beside.unlink()
        keys.cache_clear()


def add_key() -> int:
    """Add a key that new values are encrypted with from now on; its number."""
    old = keys()
    number = old.current + 1
    _replace(Keys(old.data | {number: secrets.token_bytes(32)}, old.index))
    return number


def drop_old_keys() -> None:
    """Forget all keys but the current one, once nothing stored needs them."""
    old = keys()
    _replace(Keys({old.current: old.data[old.current]}, old.index))


def _replace(new: Keys) -> None:
    _written(new).replace(keys_file())
    keys.cache_clear()


def _written(new: Keys) -> Path:
    """A file beside the one with the keys, complete and on the disk."""
    path = keys_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(
        {
            "data": {str(n): base64.b64encode(key).decode() for n, key in new.data.items()},
            "index": base64.b64encode(new.index).decode(),
        }
    )
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return beside


def encrypt(text: str, *, about: str = "") -> bytes:
    """Encrypt a value. ``about`` (such as the name of its column) must be given to read it."""
    return encrypt_bytes(text.encode(), about=about)


def encrypt_bytes(data: bytes, *, about: str = "") -> bytes:
    """Encrypt a file, or a part of one."""
    known = keys()
    nonce = secrets.token_bytes(NONCE)
    head = bytes((VERSION, known.current))
    cipher = AESGCM(known.data[known.current])
    return head + nonce + cipher.encrypt(nonce, data, head + about.encode())


def encrypt_all(texts: Sequence[str | bytes], *, about: str = "") -> list[bytes]:
    """Encrypt very many values of one kind; about a million in a second."""
    known = keys()
    head = bytes((VERSION, known.current))
    cipher, name = AESGCM(known.data[known.current]), head + about.encode()
    nonces = secrets.token_bytes(NONCE * len(texts))
    return [
        head + nonce + cipher.encrypt(nonce, _bytes(text), name)
        for text, nonce in zip(
            texts, (nonces[at : at + NONCE] for at in range(0, len(nonces), NONCE)), strict=True
        )
    ]


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def decrypt(stored: bytes, *, about: str = "") -> str:
    """The value. Raises :class:`~kapok.errors.Refused` where no key of this box opens it."""
    return decrypt_bytes(stored, about=about).decode()


def decrypt_bytes(stored: bytes, *, about: str = "") -> bytes:
    """A file, or a part of one. Raises ``Refused`` where no key of this box opens it."""
    stored = bytes(stored)
    head, nonce, rest = stored[:2], stored[2 : 2 + NONCE], stored[2 + NONCE :]
    try:
        key = keys().data[head[1]]
        return AESGCM(key).decrypt(nonce, rest, head + about.encode())
    except (KeyError, IndexError, InvalidTag):
        raise Refused(
            "A stored value cannot be decrypted with the keys of this box. Put the file of keys "
            "back that it was written with."
        ) from None


def key_number(stored: bytes) -> int:
    """The number of the key that a stored value needs."""
    return bytes(stored)[1]


def blind_index(text: str, *, about: str = "") -> bytes:
    """What equal values share and nobody can turn back: 16 bytes. ``about`` keeps kinds apart."""
    message = f"{about}\x1f{text}".encode()
    return hmac.digest(keys().index, message, hashlib.sha256)[:INDEX]


def blind_indexes(texts: Sequence[str], *, about: str = "") -> list[bytes]:
    """The blind indexes of very many values of one kind; equal values are worked out once."""
    known: dict[str, bytes] = {}
    for text in texts:
        if text not in known:
            known[text] = blind_index(text, about=about)
    return [known[text] for text in texts]
