"""Pictures of plans in files: which kinds, letters of every language, no dates."""

from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

from kapok.places.files.writing import CannotWrite, replacing

ENDINGS = (".svg", ".png", ".pdf")
LETTERS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
)


def check_ending(path: Path) -> None:
    """Refuse a picture of a kind that is not drawn."""
    if path.suffix.lower() not in ENDINGS:
        raise CannotWrite(f"{path} ends in none of {', '.join(ENDINGS)}.")


def prepare() -> None:
    """Let Chinese names be drawn where the machine has letters; equal plans make equal pictures."""
    there = set(font_manager.get_font_names())
    mpl.rcParams["font.family"] = ["DejaVu Sans", *(name for name in LETTERS if name in there)]
    mpl.rcParams["svg.hashsalt"] = "kapok"


def save(path: Path, figure: Figure) -> None:
    """Write a picture, the whole file or nothing, without a date in it."""
    ending = path.suffix.lower().removeprefix(".")
    undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(ending)
    with replacing(path) as file:
        figure.savefig(file, format=ending, metadata=undated)
