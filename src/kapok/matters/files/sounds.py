"""How long a voice note is, as far as its file says so; it is never decoded."""

import struct
from collections.abc import Iterator

OPUS_HZ = 48_000


def seconds(data: bytes, media_type: str) -> float | None:
    """Its length in seconds, or ``None`` where the file does not say it.

    Recordings of browsers (WebM) do not know their length when they begin; for them the limit of
    bytes has to do.
    """
    reader = {"audio/wav": _wav, "audio/ogg": _ogg, "audio/mp4": _mp4}.get(media_type)
    try:
        return reader(data) if reader else None
    except (struct.error, ZeroDivisionError):
        return None


def _wav(data: bytes) -> float | None:
    at, rate = 12, 0
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        if name == b"fmt ":
            rate = struct.unpack_from("<I", data, at + 16)[0]
        if name == b"data":
            return min(size, len(data) - at - 8) / rate
        at += 8 + size + size % 2
    return None


def _ogg(data: bytes) -> float | None:
    last = data.rfind(b"OggS")
    if last < 0:
        return None
    (position,) = struct.unpack_from("<q", data, last + 6)
    if position < 0:
        return None
    vorbis = data.find(b"\x01vorbis", 0, 200)
    rate = struct.unpack_from("<I", data, vorbis + 12)[0] if vorbis >= 0 else OPUS_HZ
    return float(position / rate)


def _mp4(data: bytes) -> float | None:
    moov = next((body for name, body in _boxes(data) if name == b"moov"), b"")
    header = next((body for name, body in _boxes(moov) if name == b"mvhd"), b"")
    if not header:
        return None
    form, at = ("<IQ", 20) if header[0] == 1 else ("<II", 12)
    scale, length = struct.unpack_from(form.replace("<", ">"), header, at)
    return float(length / scale)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        end = at + size if size else len(data)
        if end < at + head:
            return
        yield name, data[at + head : end]
        at = end
