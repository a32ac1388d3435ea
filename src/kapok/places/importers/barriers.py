"""Import of barriers and main streets from files of lines."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely
from django.db import connection, transaction
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.places.files.datum import Datum
from kapok.places.files.lines import Lines, read_lines
from kapok.places.files.problems import BadRows
from kapok.places.files.reading import read_sheet
from kapok.places.files.values import text_of
from kapok.places.importers.merge import INCOMING, Merge
from kapok.places.importers.report import (
    GLOBE,
    Box,
    ImportReport,
    Progress,
    no_progress,
    settle,
    told,
)
from kapok.places.importers.sources import Origin
from kapok.places.models import Barrier

FIELDS = [
    "id",
    "source",
    "source_id",
    "kind",
    "name",
    "hard",
    "shape",
    "west",
    "south",
    "east",
    "north",
]
MERGE = Merge(Barrier, ["source", "source_id"], FIELDS)
LONGEST_ID = 60  # characters
SOFT = {Barrier.Kind.MAIN_STREET}


@dataclass(frozen=True)
class Drawn:
    """Barriers ready to be written, in one order; shapes in longitude and latitude (WGS84).

    ``name`` is None where a file has no names; those that are stored stay then.
    """

    source_id: list[str]
    kind: list[str]
    name: list[str] | None
    shape: NDArray[np.object_]


def import_barriers(
    path: Path,
    *,
    origin: Origin,
    kind: str,
    id_column: str | None = None,
    name_column: str | None = None,
    crs: str | None = None,
    datum: Datum = Datum.WGS84,
    layer: str | None = None,
    retire_missing: bool = False,
    skip_bad: bool = False,
    dry_run: bool = False,
    at: datetime,
    on_progress: Progress = no_progress,
) -> ImportReport:
    """Bring in the lines and areas of a file, all of one kind.

    They are known by ``origin`` and the id in ``id_column``; without such a column, by their shape.
    With ``retire_missing``, lines of this source and kind that the file does not have are removed.
    """
    reading = read_lines(path, crs=crs, datum=datum, layer=layer)
    bad = settle([reading.bad], skip_bad=skip_bad, dry_run=dry_run, retire_missing=retire_missing)
    lines = reading.lines
    drawn = Drawn(
        source_id=_ids(path, layer, id_column, lines),
        kind=[str(kind)] * len(lines.shapes),
        name=_column(path, layer, name_column, lines),
        shape=lines.shapes,
    )
    return store(
        drawn,
        origin=origin,
        retire_kinds=[str(kind)] if retire_missing else [],
        dry_run=dry_run,
        at=at,
        on_progress=on_progress,
        bad=bad,
        notes=reading.notes,
    )


def _column(path: Path, layer: str | None, column: str | None, lines: Lines) -> list[str] | None:
    """The text of a column for each line that was read."""
    if column is None:
        return None
    frame = read_sheet(path, layer=layer).frame
    if column not in frame.columns:
        listed = ", ".join(frame.columns)
        raise Refused(f"{path.name} has no column {column}; its columns are {listed}.")
    return text_of(frame[column]).fill_null("").gather(lines.row).to_list()


def _ids(path: Path, layer: str | None, column: str | None, lines: Lines) -> list[str]:
    """What each line is known by."""
    ids = _column(path, layer, column, lines)
    if ids is None:
        digests = [hashlib.sha256(wkb).hexdigest()[:32] for wkb in shapely.to_wkb(lines.shapes)]
        first: dict[str, int] = {}
        ids = []
        for digest in digests:  # a line may stand there twice
            again = first[digest] = first.get(digest, 0) + 1
            ids.append(digest if again == 1 else f"{digest}-{again}")
        return ids
    series = pl.Series(ids)
    if (series == "").any():
        raise Refused(f"{path.name}: a line has no {column}; every line needs one, or none has.")
    long = series.filter(series.str.len_chars() > LONGEST_ID)
    if len(long):
        raise Refused(
            f"{path.name}: “{long[0]}” is over {LONGEST_ID} characters long; name another column "
            f"than {column}, or none."
        )
    if not series.is_unique().all():
        twice = series.filter(~series.is_first_distinct())[0]
        raise Refused(f"{path.name}: “{twice}” stands there twice as {column}; ids differ.")
    return ids


def store(
    drawn: Drawn,
    *,
    origin: Origin,
    retire_kinds: list[str],
    retire_in: Box = GLOBE,
    dry_run: bool,
    at: datetime,
    on_progress: Progress = no_progress,
    bad: tuple[BadRows, ...] = (),
    notes: tuple[str, ...] = (),
) -> ImportReport:
    """Compare barriers with those of their source and write them, in one transaction.

    Barriers of ``retire_kinds`` whose box meets ``retire_in`` and that did not come in are removed.
    """
    with transaction.atomic():
        origin.lock()
        rows = told(_rows(drawn, origin.key), len(drawn.shape), on_progress)
        merge = MERGE if drawn.name is not None else replace(MERGE, only_new=("id", "name"))
        new, changed, unchanged = merge.run(rows, dry_run=dry_run)
        removed = _remove(origin.key, retire_kinds, retire_in, dry_run=dry_run)
        if not dry_run:
            origin.save(at)
    return ImportReport(
        new=new,
        changed=changed,
        unchanged=unchanged,
        retired=removed,
        refused=sum(len(each) for each in bad),
        dry_run=dry_run,
        bad=bad,
        notes=notes,
    )


def _rows(drawn: Drawn, source: str) -> Iterator[tuple]:
    """Incoming rows with their boxes."""
    boxes = shapely.bounds(drawn.shape).reshape(-1, 4).tolist()
    names = [""] * len(boxes) if drawn.name is None else drawn.name
    columns = zip(
        drawn.source_id, drawn.kind, names, shapely.to_wkb(drawn.shape), boxes, strict=True
    )
    for source_id, kind, name, shape, box in columns:
        hard = kind not in SOFT
        yield uuid7(), source, source_id, kind, name[:200], hard, shape, *box


def _remove(source: str, kinds: list[str], box: Box, *, dry_run: bool) -> int:
    """Remove barriers of a source that did not come in any more; nothing refers to them."""
    gone = f"""
        FROM places_barrier AS present WHERE source = %s AND kind = ANY(%s)
          AND east >= %s AND north >= %s AND west <= %s AND south <= %s
          AND NOT EXISTS (
            SELECT FROM {INCOMING} AS incoming
            WHERE incoming.source = present.source AND incoming.source_id = present.source_id
        )
    """
    values: list[Any] = [source, kinds, *box]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {gone}", values)
        n = int(cursor.fetchone()[0])
        if n and not dry_run:
            cursor.execute(f"DELETE {gone}", values)
    return n
