"""The folder where a box keeps everything of its own: database, secret key, collected files."""

import os
import shutil
import tempfile
from pathlib import Path

from kapok.errors import Refused

MB = 1_000_000
ROOM_TO_BEGIN = 500 * MB
ROOM_TO_GO_ON = 100 * MB
SOURCE = Path(__file__).parents[3]  # the checkout, when Kapok was installed from one


def data_folder() -> Path:
    """Where this box keeps its data: ``KAPOK_DATA``, or ``.kapok`` in the checkout."""
    chosen = os.environ.get("KAPOK_DATA", "")
    if chosen:
        return Path(chosen).expanduser().absolute()
    home = SOURCE if (SOURCE / "pyproject.toml").is_file() else Path.cwd()
    return home / ".kapok"


def prepared() -> Path:
    """The data folder, made if need be and tried by writing to it.

    Raises :class:`~kapok.errors.Refused` when it cannot be made or written, or its disk is full.
    """
    folder = data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"kapok")
    except OSError as error:
        raise Refused(
            f"The data folder {folder} cannot be written ({error.strerror}). "
            "Set KAPOK_DATA to a folder that you may write."
        ) from error
    begun = (folder / "postgres").exists() or os.environ.get("DATABASE_URL")
    refuse_full_disk(folder, ROOM_TO_GO_ON if begun else ROOM_TO_BEGIN)
    return folder


def refuse_full_disk(folder: Path, needed: int) -> None:
    """Raise :class:`~kapok.errors.Refused` when the folder's disk has less room than ``needed``."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Refused(
            f"The disk of {folder} has {free // MB} MB left; Kapok needs {needed // MB} MB. "
            "Make room, or set KAPOK_DATA to a folder on another disk."
        )


def keep_kernels(home: Path) -> None:
    """Keep Numba's compiled loops in the data folder where the source cannot hold them."""
    if not os.access(Path(__file__).parents[2] / "kapok_planning", os.W_OK):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(home / "kernels"))
