"""An authenticator app of our own (RFC 6238), so that tests do not ask the code they test."""

import base64
import hashlib
import hmac
import struct
import time

PERIOD_S = 30


def code(secret: str, *, later: int = 0) -> str:
    """The six digits that an app shows now, or ``later`` periods from now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = int(time.time()) // PERIOD_S + later
    digest = hmac.digest(key, struct.pack(">Q", counter), hashlib.sha1)
    start = digest[-1] & 0xF
    [number] = struct.unpack(">I", digest[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"
