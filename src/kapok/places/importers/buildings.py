"""Import of buildings, each into the community it lies in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from django.db import connection, transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from kapok.codes import Level
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.places import areas, shapes
from kapok.places.files.buildings import Buildings, read_buildings
from kapok.places.files.datum import Datum, all_in_mainland_china
from kapok.places.files.problems import BadRows, Problems
from kapok.places.files.units import Units, split_over
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
from kapok.places.models import Area, Building

FIELDS = [
    "id",
    "source",
    "source_id",
    "place",
    "name",
    "lon",
    "lat",
    "households",
    "residents",
    "dwellings",
    "footprint",
    "gone_at",
]
OPTIONAL = ("name", "residents", "dwellings", "footprint")
LONGEST_ID = 60  # characters
MERGE = Merge(
    Building,
    ["source", "source_id"],
    FIELDS,
    current={"place": "present.place - mod(present.place, 1000)"},
    becomes={
        # A building that stays in its community stays in its grid; any other has none until the
        # next grids are published.
        "place": "CASE WHEN present.place - mod(present.place, 1000) = incoming.place "
        "AND present.gone_at IS NULL THEN present.place ELSE incoming.place END"
    },
)
LARGEST_GRID = 500  # households over which a building with known stairwells comes in as those


@dataclass(frozen=True)
class Placed:
    """Buildings ready to be written.

    Attributes
    ----------
    source_id, whole_id : lists of text
        ``whole_id`` is the building's own id where ``source_id`` is that of a stairwell.
    lon, lat : (n,) float arrays, WGS84
    households : (n,) int array
    community : (n,) int64 array
    name : list of text
    residents, dwellings : (n,) float arrays, NaN where not known
    footprint : (n,) object array
        These four are None where a file does not have them; what is stored stays then.
    """

    source_id: list[str]
    whole_id: list[str]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    households: NDArray[np.int64]
    community: NDArray[np.int64]
    name: list[str] | None
    residents: NDArray[np.float64] | None
    dwellings: NDArray[np.float64] | None
    footprint: NDArray[np.object_] | None


def import_buildings(
    path: Path,
    *,
    origin: Origin,
    within: str | None = None,
    columns: Mapping[str, str] | None = None,
    crs: str | None = None,
    datum: Datum | None = None,
    layer: str | None = None,
    retire_missing: bool = False,
    skip_bad: bool = False,
    dry_run: bool = False,
    at: datetime,
    on_progress: Progress = no_progress,
) -> ImportReport:
    """Bring in buildings from CSV, GeoJSON, GeoPackage or Parquet.

    ``within`` is the column with the code of the community (12 or 15 digits); without it each
    building goes to the community whose boundary it stands in. Buildings are known by ``origin``
    and their id; one that comes in as its stairwells takes the place of the whole, and the reverse.
    New buildings have no grid until grids are published. With ``retire_missing``, buildings of this
    source that the file does not have any more are marked as gone.
    """
    reading = read_buildings(
        path, columns=columns, within=within, crs=crs, datum=datum, layer=layer
    )
    buildings = reading.buildings
    _ask_for_datum(buildings, crs, datum)
    units = split_over(buildings, LARGEST_GRID)
    community, found = _communities(buildings, units)
    rows = pl.Series(buildings.row[found["row"].to_numpy()], dtype=pl.Int64)
    everything = pl.concat([reading.bad.found, found.with_columns(row=rows)]).sort("row")
    bad = settle(
        [replace(reading.bad, found=everything)],
        skip_bad=skip_bad,
        dry_run=dry_run,
        retire_missing=retire_missing,
    )
    placed = _placed(buildings, units, community)
    return store(
        placed,
        origin=origin,
        retire_in=GLOBE if retire_missing else None,
        dry_run=dry_run,
        at=at,
        on_progress=on_progress,
        bad=bad,
        notes=reading.notes,
    )


def _ask_for_datum(buildings: Buildings, crs: str | None, datum: Datum | None) -> None:
    """Refuse to guess whether Chinese longitudes and latitudes are shifted."""
    if datum is not None or crs is not None or not buildings.crs.is_geographic:
        return
    if all_in_mainland_china(buildings.lon, buildings.lat):
        raise Refused(
            _(
                "All positions of %(file)s lie in mainland China, where map providers shift them "
                "by some 500 m (GCJ-02). Say which they are: --datum wgs84 or --datum gcj02."
            )
            % {"file": buildings.file}
        )


def _communities(buildings: Buildings, units: Units) -> tuple[NDArray[np.int64], pl.DataFrame]:
    """Community of each building, 0 where it cannot come in, and what is wrong with those."""
    problems = Problems()
    if buildings.within is not None:
        community = _by_code(buildings.within, problems)
    else:
        community = by_position(buildings.lon, buildings.lat)
        sentence = "lies in no community whose boundary is known."
        problems.add(community == 0, "position", sentence)
    long = (units.ids.str.len_chars() > LONGEST_ID).to_numpy()
    is_long = np.isin(np.arange(buildings.n), units.building[long])
    problems.add(is_long, "id", f"is over {LONGEST_ID} characters long (with its stairwell’s).")
    return np.where(is_long, 0, community), problems.frame()


def _by_code(within: pl.Series, problems: Problems) -> NDArray[np.int64]:
    """Communities by the code in a column."""
    digits = within.str.contains(r"^[1-9]\d{11}(\d{3})?$").to_numpy()
    text = pl.DataFrame({"text": within})
    words = pl.format("“{}” is no community code of 12 or 15 digits.", "text")
    problems.add(~digits, within.name, text.select(s=words)["s"])
    padded = within.str.pad_end(15, "0").cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    code = np.where(digits, padded - padded % 1000, 0)
    standing = Area.objects.filter(level=Level.COMMUNITY, valid_to=None)
    known = np.array(standing.values_list("code", flat=True), dtype=np.int64)
    unknown = digits & ~np.isin(code, known)
    words = pl.format("“{}” is no community that is known here; import divisions first.", "text")
    problems.add(unknown, within.name, text.select(s=words)["s"])
    return np.where(unknown, 0, code)


def by_position(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """The community in whose boundary each position lies, 0 where there is none.

    Where boundaries overlap, the lower code wins.
    """
    rows = list(
        Area.objects.filter(level=Level.COMMUNITY, valid_to=None, boundary__isnull=False)
        .order_by("code")
        .values_list("code", "boundary")
    )
    if not rows:
        raise Refused(
            _(
                "No boundaries of communities are known. Name the column with the community's "
                "code (--within COLUMN), or import boundaries first."
            )
        )
    codes = np.array([code for code, _wkb in rows], dtype=np.int64)
    boundaries = shapes.read(wkb for _code, wkb in rows)
    point, area = shapely.STRtree(boundaries).query(
        shapely.points(lon, lat), predicate="intersects"
    )
    community = np.zeros(len(lon), np.int64)
    order = np.argsort(-codes[area], kind="stable")  # the lowest is written last
    community[point[order]] = codes[area[order]]
    return community


def _placed(buildings: Buildings, units: Units, community: NDArray[np.int64]) -> Placed:
    """The units of the buildings that have a community."""
    building = units.building
    good = community[building] > 0
    building = building[good]
    name = buildings.name
    return Placed(
        source_id=units.ids.filter(pl.Series(good)).to_list(),
        whole_id=buildings.ids.gather(building).to_list(),
        lon=buildings.lon[building],
        lat=buildings.lat[building],
        households=units.households[good],
        community=community[building],
        name=None if name is None else name.fill_null("").gather(building).to_list(),
        residents=None if units.residents is None else units.residents[good],
        dwellings=None if units.dwellings is None else units.dwellings[good],
        footprint=None if buildings.footprint is None else buildings.footprint[building],
    )


def store(
    placed: Placed,
    *,
    origin: Origin,
    retire_in: Box | None,
    dry_run: bool,
    at: datetime,
    on_progress: Progress,
    bad: tuple[BadRows, ...],
    notes: tuple[str, ...],
) -> ImportReport:
    """Compare buildings with those of their source and write them, in one transaction.

    Buildings that stand in ``retire_in`` and did not come in are marked as gone.
    """
    n = len(placed.source_id)
    with transaction.atomic():
        origin.lock()
        areas.lock_these(_touched(placed, origin.key))
        rows = told(_rows(placed, origin.key), n, on_progress)
        new, changed, unchanged = _merge(placed).run(rows, dry_run=dry_run)
        retired = _retire(origin.key, placed, retire_in, at, dry_run=dry_run)
        if not dry_run:
            origin.save(at)
    return ImportReport(
        new=new,
        changed=changed,
        unchanged=unchanged,
        retired=retired,
        refused=sum(len(each) for each in bad),
        dry_run=dry_run,
        bad=bad,
        notes=notes,
    )


def _merge(placed: Placed) -> Merge:
    """How these rows are brought in: what their file does not have stays as it is."""
    lacking = [name for name in OPTIONAL if getattr(placed, name) is None]
    return replace(MERGE, only_new=[*MERGE.only_new, *lacking])


def _touched(placed: Placed, source: str) -> set[int]:
    """Communities whose buildings may change: those of the file, and of its source until now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT place - place %% 1000 FROM places_building WHERE source = %s",
            [source],
        )
        before = {code for (code,) in cursor.fetchall()}
    return before | set(np.unique(placed.community).tolist())


def _rows(placed: Placed, source: str) -> Iterator[tuple]:
    """Incoming rows, in the order of the fields."""
    n = len(placed.source_id)
    footprints = None if placed.footprint is None else shapely.to_wkb(placed.footprint)
    columns = zip(
        placed.source_id,
        placed.community.tolist(),
        [""] * n if placed.name is None else [name[:200] for name in placed.name],
        placed.lon.tolist(),
        placed.lat.tolist(),
        placed.households.tolist(),
        _rounded(placed.residents, n),
        _rounded(placed.dwellings, n),
        [None] * n if footprints is None else footprints,
        strict=True,
    )
    for row in columns:
        yield uuid7(), source, *row, None


def _rounded(counts: NDArray[np.float64] | None, n: int) -> list[int | None]:
    """Whole numbers, None where not known."""
    if counts is None:
        return [None] * n
    return [round(count) if np.isfinite(count) else None for count in counts.tolist()]


def _retire(source: str, placed: Placed, box: Box | None, at: datetime, *, dry_run: bool) -> int:
    """Mark buildings of a source that did not come in as gone.

    These are all that stand in the box; and, wherever they stand, wholes that came in as their
    stairwells, and stairwells whose building came in as a whole or as others.
    """
    gone = f"""
        FROM places_building AS present WHERE source = %s AND gone_at IS NULL AND NOT EXISTS (
            SELECT FROM {INCOMING} AS incoming
            WHERE incoming.source = present.source AND incoming.source_id = present.source_id
        ) AND (
            regexp_replace(source_id, '/[1-9][0-9]*$', '') = ANY(%s) OR source_id = ANY(%s)
            OR lon >= %s AND lat >= %s AND lon <= %s AND lat <= %s
        )
    """
    values = [source, placed.whole_id, placed.whole_id, *(box or [None] * 4)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {gone}", values)
        n = cursor.fetchone()[0]
        if n and not dry_run:
            cursor.execute(
                "UPDATE places_building AS building SET gone_at = %s "
                f"WHERE id IN (SELECT present.id {gone})",
                [at, *values],
            )
    return int(n)
