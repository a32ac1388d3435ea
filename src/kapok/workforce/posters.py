"""The signed addresses on the posters of posts, and their QR codes."""

import hashlib
import hmac
import re
from datetime import date
from uuid import UUID

import segno
from django.conf import settings
from django.core import signing

SALT = "kapok.workforce.post"
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that look like another
N_SHORT = 8


def token(post: UUID, poster: int, day: date | None) -> str:
    """What the QR code carries: the post, the number of its poster, and the day it is good for."""
    parts = f"{post.hex}:{poster}:{day.isoformat() if day else ''}"
    return signing.Signer(salt=SALT).sign(parts).replace(":", ".")


def read(text: str) -> tuple[UUID, int, date | None] | None:
    """What a token says, or ``None`` where Kapok did not sign it."""
    try:
        said = signing.Signer(salt=SALT).unsign(text.replace(".", ":"))
        post, poster, day = said.split(":")
        return UUID(hex=post), int(poster), date.fromisoformat(day) if day else None
    except (signing.BadSignature, ValueError):
        return None


def short_code(post: UUID, poster: int, day: date | None) -> str:
    """The same to be typed, such as ``K7M3-QX9P``, for phones whose camera does not read codes."""
    message = f"{post.hex}:{poster}:{day or ''}".encode()
    digest = hmac.digest(settings.SECRET_KEY.encode(), SALT.encode() + message, hashlib.sha256)
    letters = "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:N_SHORT])
    return f"{letters[:4]}-{letters[4:]}"


def as_typed(text: str) -> str:
    """A typed code as :func:`short_code` writes it."""
    letters = re.sub(r"[^0-9A-Z]", "", text.upper())
    return f"{letters[:4]}-{letters[4:]}" if len(letters) == N_SHORT else ""


def drawn(address: str) -> str:
    """The QR code of an address as an SVG drawing, to be set into a page."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(scale=8, border=2, omitsize=True, svgclass="qr", lineclass=None)
