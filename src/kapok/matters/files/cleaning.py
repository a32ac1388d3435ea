"""A file as it may be kept: a photo written anew, a sound or a paper looked at."""

import json
import subprocess
import sys
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kapok.errors import Refused
from kapok.matters.files import limits, sniff, sounds

MOST_WAIT_S = 30
TAIL = 2048


@dataclass(frozen=True)
class Clean:
    """A file that may be kept and served."""

    media_type: str
    content: bytes
    thumbnail: bytes | None = None


def clean(data: bytes, kind: str) -> Clean:
    """A file as it is kept. Raises ``Refused`` with what to do."""
    if not data:
        raise Refused(_("The file is empty. Choose it again."))
    if len(data) > limits.MOST_BYTES[kind]:
        raise Refused(too_large(kind))
    media_type = sniff.media_type(data, kind)
    if media_type is None:
        raise Refused(_wrong_type(kind))
    if kind == limits.PHOTO:
        return _photo(data)
    if kind == limits.VOICE:
        length = sounds.seconds(data, media_type)
        if length is not None and length > limits.LONGEST_VOICE_S:
            raise Refused(
                _("The voice note is longer than %(minutes)s minutes. Record a shorter one.")
                % {"minutes": limits.LONGEST_VOICE_S // 60}
            )
    elif b"%%EOF" not in data[-TAIL:]:
        raise Refused(_("The paper is cut off. Send it again."))
    return Clean(media_type, data)


def too_large(kind: str) -> str:
    """That a file has too many bytes."""
    sentences = {
        limits.PHOTO: _("The photo has more than %(mb)s MB. Send a smaller one."),
        limits.VOICE: _("The voice note has more than %(mb)s MB. Record a shorter one."),
        limits.PAPER: _("The paper has more than %(mb)s MB. Send a smaller file."),
    }
    return sentences[kind] % {"mb": limits.MOST_BYTES[kind] // limits.MB}


def _wrong_type(kind: str) -> str:
    return {
        limits.PHOTO: _("This is no photo that Kapok can read. Send JPEG, PNG, WebP or HEIC."),
        limits.VOICE: _("This is no voice note that Kapok knows. Send WebM, Ogg, M4A or WAV."),
        limits.PAPER: _("Papers are sent as PDF. Save it as PDF and send that."),
    }[kind]


def _photo(data: bytes) -> Clean:
    """Decoded and written anew by a process of its own."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "kapok.matters.files.cleaner"],
            input=data,
            capture_output=True,
            timeout=MOST_WAIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused(_too_much()) from None
    if done.returncode == 0:
        head, _newline, rest = done.stdout.partition(b"\n")
        size = json.loads(head)["size"]
        return Clean("image/jpeg", rest[:size], rest[size:])
    if done.stderr.strip() == b"LARGE" or done.returncode < 0:
        raise Refused(_too_much())
    raise Refused(_("The photo is broken and cannot be read. Take it again, or send another."))


def _too_much() -> str:
    return _("The photo has so many pixels that it cannot be read. Send a smaller one.")
