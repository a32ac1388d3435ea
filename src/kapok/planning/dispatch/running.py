"""The work of ``kapok dispatch``: files in, a dispatch out."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from kapok.engines.choosing import Choice, opened
from kapok.errors import Refused
from kapok.places.files.datum import Datum
from kapok.places.files.inputs import settle_bad_rows, warn
from kapok.places.files.projection import Flat, flat_map
from kapok.places.files.roads import RoadsReading, read_roads
from kapok.places.files.writing import check_can_write, ending_of
from kapok.planning.dispatch.tables import Table, need_some, read_matters, read_units
from kapok.planning.dispatch.telling import tell, write
from kapok_planning.dispatch import Budget, Dispatch, Matters, Times, Units, assign
from kapok_planning.streets import (
    Pace,
    Streets,
    make_streets,
    straight_between,
    travel_between,
)

MOST_SKILLS = 63
MOST_PAIRS = 25_000_000
HALF = 0.5


@dataclass(frozen=True)
class Asked:
    """The options of ``kapok dispatch``; ``now`` in minutes since 1970."""

    matters: Path
    units: Path
    streets: Path | None
    output: Path
    now: float
    speed_kmh: float
    budget: str
    seed: int
    matter_columns: Mapping[str, str]
    unit_columns: Mapping[str, str]
    crs: str | None
    datum: str | None
    streets_datum: str
    skip_bad: bool
    refused: Path | None
    engine: Choice
    as_json: bool


def run(asked: Asked) -> None:
    """Dispatch and write it. Raises ``Refused``; nothing is written then."""
    ending_of(asked.output)
    read = (asked.matters, asked.units, asked.streets)
    check_can_write(asked.output, *read)
    if asked.refused:
        check_can_write(asked.refused, asked.output, *read)
    units, matters, roads = _read(asked)
    if matters.n * max(matters.n, units.n) > MOST_PAIRS:
        raise Refused(
            f"{matters.n:,} matters and {units.n:,} units are too many for one dispatch; "
            "give at most 5,000 matters, as by district."
        )
    flat = flat_map(matters.lon, matters.lat, matters.crs)
    spots, posts = flat.metres(matters.lon, matters.lat), flat.metres(units.lon, units.lat)
    times = _times(asked, roads, flat, spots, posts)
    plan = _assigned(asked, matters, units, times)
    write(asked.output, matters, units, plan, now=asked.now)
    told = tell(matters, plan, as_json=asked.as_json)
    sys.stdout.write(told if asked.as_json else f"{told}Written to {asked.output}\n")


def _read(asked: Asked) -> tuple[Table, Table, RoadsReading | None]:
    """The files; warnings go to standard error."""
    datum = Datum(asked.datum) if asked.datum else None
    units = read_units(
        asked.units, columns=asked.unit_columns, crs=asked.crs, datum=datum, now=asked.now
    )
    matters = read_matters(
        asked.matters,
        columns=asked.matter_columns,
        crs=asked.crs,
        datum=datum,
        units=units.ids.to_list(),
    )
    roads = read_roads(asked.streets, datum=Datum(asked.streets_datum)) if asked.streets else None
    notes = (*matters.notes, *units.notes, *(roads.notes if roads else ()))
    for note in dict.fromkeys(notes):
        warn(note)
    bad = [matters.bad, units.bad, *([roads.bad] if roads and roads.bad is not None else [])]
    settle_bad_rows(bad, skip_bad=asked.skip_bad, refused=asked.refused)
    return need_some(units), need_some(matters), roads


def _times(
    asked: Asked,
    roads: RoadsReading | None,
    flat: Flat,
    spots: NDArray[np.float64],
    posts: NDArray[np.float64],
) -> Times:
    pace = Pace(most_kmh=asked.speed_kmh)
    if roads is None:
        return Times(
            straight_between(posts, spots, pace=pace), straight_between(spots, spots, pace=pace)
        )
    streets = _streets(roads, flat)
    with opened(asked.engine) as spread:
        first = travel_between(streets, posts, spots, pace=pace, spread=spread)
        between = travel_between(streets, spots, spots, pace=pace, spread=spread)
    if not first.by_street.any():
        raise Refused(
            f"No street of {asked.streets} is near any matter and unit; "
            "check the coordinates of all three files."
        )
    if first.by_street.mean() < HALF:
        warn(
            f"Only {first.by_street.mean():.0%} of the ways follow streets of {asked.streets}; "
            "the others are straight lines, stretched."
        )
    return Times(first, between)


def _streets(reading: RoadsReading, flat: Flat) -> Streets:
    roads = reading.roads
    return make_streets(
        flat.shapes_in_metres(roads.lines),
        road_class=roads.road_class,
        speed_kmh=roads.speed_kmh,
        oneway=roads.oneway,
        level=roads.level,
    )


def _assigned(asked: Asked, matters: Table, units: Table, times: Times) -> Dispatch:
    bits = _bits(matters, units)
    number = {name: i for i, name in enumerate(units.ids.to_list())}
    preferred = [-1 if name is None else number.get(name, -1) for name in matters.unit.to_list()]
    with tqdm(desc="Dispatch", unit="round", disable=None, leave=False) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return assign(
            Matters(
                service_min=matters.numbers["minutes"],
                due_min=matters.numbers["due"] - asked.now,
                weight=matters.numbers["weight"],
                urgent=matters.urgent,
                skills=_masks(matters, bits),
                preferred=np.array(preferred, np.int32),
            ),
            Units(
                free_min=units.numbers["free"] - asked.now,
                shift_end_min=units.numbers["shift_end"] - asked.now,
                skills=_masks(units, bits),
                capacity=units.numbers["capacity"].astype(np.int32),
            ),
            times,
            now=0.0,
            budget=Budget(asked.budget),
            seed=asked.seed,
            on_progress=advance,
        )


def _bits(matters: Table, units: Table) -> dict[str, int]:
    """A bit for each skill."""
    words = sorted({word for row in (*matters.skills, *units.skills) for word in row})
    if len(words) > MOST_SKILLS:
        raise Refused(
            f"{len(words)} different skills are named, as “{words[0]}” and “{words[1]}”; "
            f"at most {MOST_SKILLS} can be told apart."
        )
    return {word: 1 << i for i, word in enumerate(words)}


def _masks(table: Table, bits: Mapping[str, int]) -> NDArray[np.int64]:
    return np.array([sum({bits[word] for word in row}) for row in table.skills], np.int64)
