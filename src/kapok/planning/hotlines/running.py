"""The work of ``kapok hotline``: a file of intervals in, agents and shifts out."""

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.places.files.inputs import settle_bad_rows, warn
from kapok.places.files.writing import CannotWrite, check_can_write
from kapok.planning.hotlines.tables import Table, read_intervals
from kapok.planning.hotlines.telling import Answer, Rota, tell, write
from kapok_planning.hotline import (
    Calls,
    Pooling,
    Staffing,
    Target,
    broken_needs,
    broken_shifts,
    cover,
    measure,
    overloads,
    pool,
    possible_shifts,
    staff,
)

ENDINGS = (".csv", ".json")
MOST_INTERVALS = 200_000
LONGEST_ROTA = 3_000
BREAK_MIN = 30.0


@dataclass(frozen=True)
class Asked:
    """The options of ``kapok hotline``."""

    intervals: Path
    output: Path | None
    target: Target
    handling_s: float
    patience_s: float
    zone: str
    columns: Mapping[str, str]
    shifts_h: tuple[float, ...]
    start_every_min: float
    most_people: int | None
    skip_bad: bool
    refused: Path | None
    as_json: bool


def run(asked: Asked) -> None:
    """Plan and write. Raises ``Refused``; nothing is written then."""
    _check_output(asked)
    table = _read(asked)
    calls = _calls(table)
    plan = staff(calls, asked.target)
    wrong = broken_needs(calls, asked.target, plan)
    if wrong:
        raise AssertionError("The second opinion differs: " + " ".join(wrong[:5]))
    answer = Answer(
        table=table,
        zone=ZoneInfo(asked.zone),
        target=asked.target,
        plan=plan,
        given=_given(table, calls, asked.target),
        overloads=overloads(calls, _agents(table)) if np.isfinite(table.agents).all() else (),
        pooling=_pooling(table, asked.target),
        rotas=tuple(_rota(asked, table, plan.rostered, name) for name in table.skills)
        if asked.shifts_h
        else (),
    )
    if asked.output:
        write(asked.output, answer)
    sys.stdout.write(tell(answer, as_json=asked.as_json))
    if asked.output and not asked.as_json:
        sys.stdout.write(f"Written to {asked.output}\n")


def _check_output(asked: Asked) -> None:
    if asked.output:
        if asked.output.suffix.lower() not in ENDINGS:
            raise CannotWrite(f"{asked.output} ends neither in .csv nor in .json.")
        check_can_write(asked.output, asked.intervals)
    if asked.refused:
        check_can_write(asked.refused, asked.output, asked.intervals)


def _read(asked: Asked) -> Table:
    table = read_intervals(
        asked.intervals,
        columns=asked.columns,
        zone=ZoneInfo(asked.zone),
        handling_s=asked.handling_s,
        patience_s=asked.patience_s,
    )
    for note in table.notes:
        warn(note)
    settle_bad_rows([table.bad], skip_bad=asked.skip_bad, refused=asked.refused)
    if table.n > MOST_INTERVALS:
        raise Refused(f"{table.n:,} intervals are too many; give at most {MOST_INTERVALS:,}.")
    return table


def _calls(table: Table) -> Calls:
    try:
        return Calls(table.calls * 60.0 / table.interval_min, table.handling_s, table.patience_s)
    except ValueError as error:
        raise Refused(f"{table.file}: {error}") from None


def _agents(table: Table) -> NDArray[np.int64]:
    return table.agents.astype(np.int64)


def _given(table: Table, calls: Calls, target: Target) -> Staffing | None:
    """What callers meet with the agents of the file, where it has them all."""
    if not np.isfinite(table.agents).all():
        if np.isfinite(table.agents).any():
            warn(f"{table.file}: agents are not given in every line, so they were not looked at.")
        return None
    return measure(calls, _agents(table), target)


def _pooling(table: Table, target: Target) -> tuple[tuple[float, Pooling], ...]:
    """For each moment, its skills alone and as one pool."""
    if len(table.skills) < 2:
        return ()
    found = []
    for moment in np.unique(table.minutes).tolist():
        rows = np.flatnonzero(table.minutes == moment)
        own = Calls(
            table.calls[rows] * 60.0 / table.interval_min,
            table.handling_s[rows],
            table.patience_s[rows],
        )
        found.append((moment, pool(own, target)))
    return tuple(found)


def _rota(asked: Asked, table: Table, rostered: NDArray[np.int64], name: str) -> Rota:
    """Shifts of one skill over all its time; where the file has no interval nobody is needed."""
    rows = np.array([s == name for s in table.skill], bool)
    begin = float(table.minutes[rows].min())
    place = np.round((table.minutes[rows] - begin) / table.interval_min).astype(np.int64)
    n = int(place.max()) + 1
    if n > LONGEST_ROTA:
        raise Refused(
            f"{n:,} intervals are too many for one plan of shifts; give at most {LONGEST_ROTA:,}, "
            "as a week of quarters of an hour."
        )
    need = np.zeros(n, np.int64)
    need[place] = rostered[rows]
    try:
        shifts = possible_shifts(
            n,
            interval_min=table.interval_min,
            lengths_h=asked.shifts_h,
            start_every_min=asked.start_every_min,
            break_min=table.interval_min * math.ceil(BREAK_MIN / table.interval_min),
        )
        plan = cover(need, shifts, most_people=asked.most_people)
    except ValueError as error:
        raise Refused(f"The shifts do not fit: {error}") from None
    wrong = broken_shifts(need, shifts, plan)
    if wrong:
        raise AssertionError("The second opinion differs: " + " ".join(wrong[:5]))
    return Rota(name, begin, shifts, plan)
