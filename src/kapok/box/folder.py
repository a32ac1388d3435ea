"""The folder where a box keeps everything of its own: database, secret key, collected files."""

import os
import tempfile
from pathlib import Path

from kapok.errors import Refused

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

    Raises :class:`~kapok.errors.Refused` when it cannot be made or written.
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
    return folder


def keep_kernels(home: Path) -> None:
    """Keep Numba's compiled loops in the data folder where the source cannot hold them."""
    if not os.access(Path(__file__).parents[2] / "kapok_planning", os.W_OK):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(home / "kernels"))
