"""What a file is, by its first bytes; its name and what its sender says are not believed."""

from collections.abc import Callable

HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
SOUND_BRANDS = (
    b"M4A ", b"M4B ", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"dash",
    b"3gp4", b"3gp5", b"3gp6", b"qt  ",
)  # fmt: skip


def _brand(data: bytes) -> bytes:
    return data[8:12] if data[4:8] == b"ftyp" else b""


PHOTOS: dict[str, Callable[[bytes], bool]] = {
    "image/jpeg": lambda data: data.startswith(b"\xff\xd8\xff"),
    "image/png": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/webp": lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP",
    "image/gif": lambda data: data.startswith((b"GIF87a", b"GIF89a")),
    "image/heic": lambda data: _brand(data) in HEIF_BRANDS,
    "image/avif": lambda data: _brand(data) in (b"avif", b"avis"),
}
VOICES: dict[str, Callable[[bytes], bool]] = {
    "audio/webm": lambda data: data.startswith(b"\x1aE\xdf\xa3") and b"webm" in data[:64],
    "audio/ogg": lambda data: data.startswith(b"OggS"),
    "audio/mp4": lambda data: _brand(data) in SOUND_BRANDS,
    "audio/wav": lambda data: data.startswith(b"RIFF") and data[8:12] == b"WAVE",
}
PAPERS: dict[str, Callable[[bytes], bool]] = {
    "application/pdf": lambda data: data.startswith(b"%PDF-"),
}
OF_KIND = {"PHOTO": PHOTOS, "VOICE": VOICES, "PAPER": PAPERS}


def media_type(data: bytes, kind: str) -> str | None:
    """The type of a file that may be of this kind; ``None`` for anything else."""
    return next((name for name, fits in OF_KIND[kind].items() if fits(data)), None)


def kind_of(data: bytes) -> str | None:
    """The kind that a file is of, where nobody said it."""
    return next((kind for kind in OF_KIND if media_type(data, kind)), None)
