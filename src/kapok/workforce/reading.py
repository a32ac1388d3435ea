"""A spreadsheet or CSV file as rows of text; hostile files are refused where lists are read."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from kapok.errors import Refused
from kapok.people.lists.reading import read_list

MOST_BYTES = 5_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 60


@dataclass(frozen=True)
class Table:
    """The header and the rows below it; ``lines`` are their numbers as people count them."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


def read(data: bytes, name: str = "") -> Table:
    """Read a file. Raises :class:`~kapok.errors.Refused` with a sentence where it cannot be."""
    if len(data) > MOST_BYTES:
        raise Refused(
            _("The file is larger than %(n)d MB. Bring it in parts.") % {"n": MOST_BYTES // 10**6}
        )
    with tempfile.NamedTemporaryFile(prefix="kapok-workers-") as file:
        file.write(data)
        file.flush()
        found = read_list(Path(file.name), name or _("The file"))
    if len(found.frame) > MOST_ROWS:
        raise Refused(_("The file has more than %(n)d rows. Bring it in parts.") % {"n": MOST_ROWS})
    if found.frame.width > MOST_COLUMNS:
        raise Refused(_("The file has too many columns. Keep those of the template alone."))
    rows = tuple(tuple((cell or "").strip() for cell in row) for row in found.frame.rows())
    return Table(tuple(found.frame.columns), rows, tuple(found.numbers))
