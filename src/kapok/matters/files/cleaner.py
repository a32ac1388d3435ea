"""The process that decodes one photo: ``python -m kapok.matters.files.cleaner``.

It reads the file from its standard input and writes a line of JSON, the photo and its thumbnail. It
knows nothing of Kapok, has no database, and the system ends it when it takes too much time or
memory: decoders are large, and files come from strangers.
"""

import io
import json
import resource
import struct
import sys
import warnings

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

LONGEST_PX = 2000
THUMBNAIL_PX = 320
MOST_PIXELS = 80_000_000  # a telephone's camera makes 50 million, rarely more
MOST_SECONDS = 20
MOST_MEMORY = 2 << 30
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF")
REFUSED = 3


class No(Exception):
    """Why a photo is refused: ``LARGE`` or ``BROKEN``."""


def main() -> int:
    """Clean what comes in."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        whole, small, size = cleaned(sys.stdin.buffer.read())
    except No as no:
        sys.stderr.write(str(no))
        return REFUSED
    except MemoryError:
        sys.stderr.write("LARGE")
        return REFUSED
    head = {"size": len(whole), "width": size[0], "height": size[1]}
    out = sys.stdout.buffer
    out.write(json.dumps(head).encode() + b"\n" + whole + small)
    out.flush()
    return 0


def cleaned(data: bytes) -> tuple[bytes, bytes, tuple[int, int]]:
    """The photo and its thumbnail as new JPEG files, upright, with nothing but their pixels."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    pillow_heif.register_heif_opener(thumbnails=False)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as photo:
            if photo.width * photo.height > MOST_PIXELS:
                raise No("LARGE")
            photo.draft("RGB", (LONGEST_PX, LONGEST_PX))  # JPEG: decodes no more than is needed
            photo.load()
            upright = ImageOps.exif_transpose(photo)
            plain = _on_white(upright)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise No("LARGE") from None
    except (
        UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError,
        TypeError, RuntimeError, OverflowError, AttributeError, struct.error,
    ):  # fmt: skip  # whatever decoders raise at broken files
        raise No("BROKEN") from None
    plain.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
    small = plain.copy()
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    return _jpeg(plain, 82), _jpeg(small, 75), plain.size


def _on_white(photo: Image.Image) -> Image.Image:
    """Its pixels alone, in a new picture: nothing else of the file comes along."""
    if photo.mode in {"RGBA", "LA", "PA"} or "transparency" in photo.info:
        shown = photo.convert("RGBA")
        white = Image.new("RGBA", shown.size, "white")
        photo = Image.alpha_composite(white, shown)
    pixels = photo.convert("RGB")
    fresh = Image.new("RGB", pixels.size)
    fresh.paste(pixels)
    return fresh


def _jpeg(photo: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
