"""Making a hotline's plan: agents, pools, lines and shifts; and changing it by hand."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.planning.hotlines.situation import Situation
from kapok.planning.planner import Ask
from kapok.words import gettext as _
from kapok_planning.hotline import (
    Calls,
    Overflowing,
    Overload,
    Shift,
    ShiftPlan,
    Staffing,
    cover,
    measure,
    overflowing,
    overloads,
    possible_shifts,
    staff,
)

LONGEST_ROTA = 3_000
BREAK_MIN = 30.0
MOST_PAIRED = 8
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Rota:
    """Shifts of one skill; the first interval begins at ``begin_min``.

    ``need`` (t,) is how many must be on the roster in each interval.
    """

    skill: str
    begin_min: float
    need: IntArray
    shifts: tuple[Shift, ...]
    plan: ShiftPlan


@dataclass(frozen=True)
class Pooled:
    """Skills alone and together, moment by moment, and the two that gain most from each other.

    Attributes
    ----------
    moments : (m,) float array
        Minutes since 1970.
    alone, together : (m,) int arrays
        Agents of all skills by themselves, and of one pool.
    pair
        The two skills whose pool saves most, and how many agents-intervals; ``None`` for two.
    """

    moments: NDArray[np.float64]
    alone: IntArray
    together: IntArray
    pair: tuple[str, str, int] | None


@dataclass(frozen=True)
class Plan:
    """A plan of a hotline.

    ``given`` is what callers meet with the agents of the file; ``lines`` and ``pooled`` are there
    where the situation asks for them; ``by_hand`` says whether agents or shifts were changed.
    """

    staffing: Staffing
    given: Staffing | None
    overloads: tuple[Overload, ...]
    pooled: Pooled | None
    lines: Overflowing | None
    rotas: tuple[Rota, ...]
    by_hand: bool = False


def make_plan(situation: Situation, ask: Ask) -> Plan:
    """The fewest agents, and the cheapest shifts that cover them.

    Once ``ask.should_stop`` holds, what is not begun is left out: lines first, then shifts.
    """
    calls, target = situation.calls, situation.settings.target
    found = staff(calls, target)
    n_parts = (len(situation.table.skills) if situation.settings.shifts_h else 0) + 1
    rotas = tuple(_rotas(situation, found.rostered, ask, n_parts))
    streets = situation.settings.streets
    lines = None
    if streets is not None and not ask.should_stop():
        lines = overflowing(
            all_calls(situation),
            streets.lines,
            target,
            spread=ask.spread,
            on_progress=lambda done, total: ask.on_progress(
                (n_parts - 1) * total + done, n_parts * total
            ),
            should_stop=ask.should_stop,
        )
    ask.on_progress(n_parts, n_parts)
    agents, is_given = given_agents(situation)
    return Plan(
        staffing=found,
        given=measure(calls, agents, target) if is_given else None,
        overloads=overloads(calls, agents) if is_given else (),
        pooled=_pooled(situation, found),
        lines=lines,
        rotas=rotas,
    )


def given_agents(situation: Situation) -> tuple[IntArray, bool]:
    """The agents of the file, and whether it has them in every interval."""
    agents = situation.table.agents
    if not np.isfinite(agents).all():
        return np.zeros(len(agents), np.int64), False
    return agents.astype(np.int64), True


def all_calls(situation: Situation) -> Calls:
    """All skills of each moment as one queue, in the order of time."""
    return _merged(situation, tuple(situation.table.skills))[1]


def _merged(situation: Situation, skills: Sequence[str]) -> tuple[NDArray[np.float64], Calls]:
    """Moments, and the calls of some skills in one queue (as `merged` does for one moment)."""
    table, calls = situation.table, situation.calls
    rows = np.isin(np.array(table.skill), np.array(skills))
    moments, place = np.unique(table.minutes[rows], return_inverse=True)
    total, many = np.zeros(len(moments)), np.zeros(len(moments))
    np.add.at(total, place, calls.per_hour[rows])
    np.add.at(many, place, 1.0)
    no_call = total[place] == 0
    whole = np.where(no_call, 1.0, total[place])
    weight = np.where(no_call, 1.0 / many[place], calls.per_hour[rows] / whole)
    handling, leaving = np.zeros(len(moments)), np.zeros(len(moments))
    np.add.at(handling, place, weight * calls.handling_s[rows])
    np.add.at(leaving, place, weight / calls.patience_s[rows])
    patience = np.full(len(moments), np.inf)
    np.divide(1.0, leaving, out=patience, where=leaving > 0)
    return moments, Calls(total, handling, patience)


def _pooled(situation: Situation, found: Staffing) -> Pooled | None:
    skills = situation.table.skills
    if len(skills) < 2:
        return None
    target, names = situation.settings.target, np.array(situation.table.skill)
    moments, calls = _merged(situation, skills)
    alone = np.zeros(len(moments), np.int64)
    np.add.at(alone, np.searchsorted(moments, situation.table.minutes), found.agents)
    best: tuple[str, str, int] | None = None
    if 2 < len(skills) <= MOST_PAIRED:
        for pair in combinations(skills, 2):
            own = int(found.agents[np.isin(names, np.array(pair))].sum())
            both = int(staff(_merged(situation, pair)[1], target).agents.sum())
            if best is None or own - both > best[2]:
                best = (*pair, own - both)
    return Pooled(moments, alone, staff(calls, target).agents, best)


def _rotas(situation: Situation, rostered: IntArray, ask: Ask, n_parts: int) -> Iterator[Rota]:
    """Shifts of each skill: a part of work each."""
    if not situation.settings.shifts_h:
        return
    empty = [empty_rota(situation, rostered, name) for name in situation.table.skills]
    items = [(rota.need, rota.shifts) for rota in empty]
    work = partial(_covered, situation.settings.most_people)
    plans = ask.spread(work, items)
    for done, rota in enumerate(empty):
        if ask.should_stop():
            return
        yield replace(rota, plan=next(plans))
        ask.on_progress(done + 1, n_parts)


def _covered(most_people: int | None, item: tuple[IntArray, tuple[Shift, ...]]) -> ShiftPlan:
    need, shifts = item
    return cover(need, shifts, most_people=most_people)


def empty_rota(situation: Situation, rostered: IntArray, skill: str) -> Rota:
    """The shifts that one skill may work, nobody in them yet.

    Where the file has no interval, nobody is needed.
    """
    table, settings = situation.table, situation.settings
    rows = np.array([s == skill for s in table.skill], bool)
    begin = float(table.minutes[rows].min())
    place = np.round((table.minutes[rows] - begin) / table.interval_min).astype(np.int64)
    n = int(place.max()) + 1
    if n > LONGEST_ROTA:
        raise Refused(
            _(
                "%(n)s intervals are too many for one plan of shifts; give at most %(most)s, as a "
                "week of quarters of an hour."
            )
            % {"n": f"{n:,}", "most": f"{LONGEST_ROTA:,}"}
        )
    need = np.zeros(n, np.int64)
    need[place] = rostered[rows]
    try:
        shifts = possible_shifts(
            n,
            interval_min=table.interval_min,
            lengths_h=settings.shifts_h,
            start_every_min=settings.start_every_min,
            break_min=table.interval_min * math.ceil(BREAK_MIN / table.interval_min),
        )
    except ValueError as error:
        raise Refused(_("The shifts do not fit: %(error)s") % {"error": error}) from None
    if not shifts:
        raise Refused(_("No shift fits into the intervals; give a whole day, or shorter shifts."))
    return Rota(skill, begin, need, shifts, worked(need, shifts, np.zeros(len(shifts), np.int64)))


def worked(
    need: IntArray, shifts: Sequence[Shift], people: IntArray, bound: float = 0.0
) -> ShiftPlan:
    """A plan of shifts with given people."""
    at_work = np.zeros(len(need), np.int64)
    for s in np.flatnonzero(people).tolist():
        at_work[shifts[s].start : shifts[s].end] += people[s]
        for a, b in shifts[s].breaks:
            at_work[a:b] -= people[s]
    lengths = np.array([shift.end - shift.start for shift in shifts])
    short = np.maximum(need - at_work, 0)
    return ShiftPlan(people, at_work, short, float(lengths @ people), bound)


def key_of(shift: Shift) -> str:
    """How a change by hand names a shift: ``16-32:24-25``."""
    pauses = "".join(f":{a}-{b}" for a, b in shift.breaks)
    return f"{shift.start}-{shift.end}{pauses}"


def with_agents(situation: Situation, plan: Plan, interval: int, agents: int) -> Plan:
    """The plan with so many agents in one interval; shifts stay, their need follows."""
    number = plan.staffing.agents.copy()
    number[interval] = agents
    settings, table = situation.settings, situation.table
    found = measure(situation.calls, number, settings.target)
    rotas = []
    for rota in plan.rotas:
        need = rota.need.copy()
        if rota.skill == table.skill[interval]:
            place = round((float(table.minutes[interval]) - rota.begin_min) / table.interval_min)
            need[place] = found.rostered[interval]
        rotas.append(replace(rota, need=need, plan=worked(need, rota.shifts, rota.plan.people)))
    return replace(plan, staffing=found, rotas=tuple(rotas), by_hand=True)


def with_shift(plan: Plan, number: int, shift: int, people: int) -> Plan:
    """The plan with so many people in one shift of one rota."""
    rota = plan.rotas[number]
    count = rota.plan.people.copy()
    count[shift] = people
    changed = replace(rota, plan=worked(rota.need, rota.shifts, count))
    rotas = (*plan.rotas[:number], changed, *plan.rotas[number + 1 :])
    return replace(plan, rotas=rotas, by_hand=True)
