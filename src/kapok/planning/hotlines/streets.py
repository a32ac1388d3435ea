"""The numbers that people dial: streets with telephones, and the districts behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kapok.places.files.columns import plain
from kapok.planning.pasted import csv_entries
from kapok.planning.rosters.cells import Row, Wrong, as_text
from kapok.words import gettext as _
from kapok_planning.hotline import Lines

MOST_LINES = 10_000
FIELDS = {
    "street": ("street", "line", "name", "街道", "热线", "线路"),
    "district": ("district", "区", "所属区"),
    "telephones": ("telephones", "telephone", "phones", "lines", "电话", "线数"),
    "share": ("share", "weight", "calls", "占比", "权重"),
}


@dataclass(frozen=True)
class Streets:
    """Lines with the names of their streets and districts."""

    lines: Lines
    names: tuple[str, ...]
    districts: tuple[str, ...]


def streets_of(row: Row, listed: Any, wrong: Wrong) -> Streets | None:
    """The lines of a situation: listed one by one, or so many telephones in so many districts."""
    most_lost = row.number("most_lost", 1e-6, 0.5, 0.001)
    behind = row.whole("district_lines", 0, 1_000, 0)
    if listed:
        if row.has("lines"):
            row.bad("lines", _("is given beside a list of streets; leave one."))
        return _from_list(_entries(listed), behind, most_lost, wrong)
    if not row.has("lines"):
        return None
    n = row.whole("lines", 1, MOST_LINES, 1)
    n_districts = row.whole("districts", 1, MOST_LINES, 1)
    if n_districts > n:
        row.bad(
            "districts",
            _("%(districts)s districts are more than %(lines)s lines.")
            % {"districts": n_districts, "lines": n},
        )
        return None
    lines = Lines(
        share=np.full(n, 1.0 / n),
        telephones=np.ones(n, np.int64),
        district=np.arange(n) % n_districts,
        district_telephones=np.full(n_districts, behind),
        most_lost=most_lost,
    )
    return Streets(
        lines,
        tuple(_("line %(n)s") % {"n": i + 1} for i in range(n)),
        tuple(_("district %(n)s") % {"n": i + 1} for i in range(n_districts)),
    )


def _entries(listed: Any) -> list[dict[str, str]]:
    if isinstance(listed, str):
        return csv_entries(listed)
    if isinstance(listed, Sequence) and all(isinstance(entry, Mapping) for entry in listed):
        return [{str(k): as_text(v) for k, v in entry.items()} for entry in listed]
    return []


def _from_list(
    entries: list[dict[str, str]], behind: int, most_lost: float, wrong: Wrong
) -> Streets | None:
    rows = [_row(number, entry, wrong) for number, entry in enumerate(entries, start=1)]
    if not rows or len(rows) > MOST_LINES:
        wrong.add(
            _("streets"),
            _(
                "Give 1 to %(most)s entries with street, and where known district, telephones, "
                "share."
            )
            % {"most": f"{MOST_LINES:,}"},
        )
        return None
    names = [row.needed("street") for row in rows]
    for row, name in zip(rows, names, strict=True):
        if names.count(name) > 1 and len(rows) < 1000:
            row.bad("street", _("“%(name)s” is there twice.") % {"name": name})
    district = [row.text("district", _("the district")) for row in rows]
    districts = tuple(dict.fromkeys(district))
    telephones = np.array([row.whole("telephones", 0, 1_000, 1) for row in rows], np.int64)
    weight = np.array([row.number("share", 0.0, 1e9, 1.0) for row in rows])
    if not weight.sum() > 0:
        wrong.add(_("streets"), _("The shares add up to nothing; nobody would call."))
    if wrong.sentences:
        return None
    lines = Lines(
        share=weight / weight.sum(),
        telephones=telephones,
        district=np.array([districts.index(name) for name in district]),
        district_telephones=np.full(len(districts), behind),
        most_lost=most_lost,
    )
    return Streets(lines, tuple(names), districts)


def _row(number: int, entry: Mapping[str, str], wrong: Wrong) -> Row:
    where = _("streets %(n)s") % {"n": number}
    cells = {}
    for name, cell in entry.items():
        field = next((f for f, aliases in FIELDS.items() if plain(name) in aliases), None)
        if field is None:
            wrong.add(where, _("“%(name)s” is no field of streets.") % {"name": name})
        else:
            cells[field] = cell
    return Row(where, cells, wrong)
