"""What the page of closed duty draws: the calendar of cohorts, and who is in which."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from kapok.planning.cohorts.names import letters_of
from kapok.planning.cohorts.plans import Plan, members
from kapok.planning.cohorts.runs import runs_of
from kapok.planning.cohorts.schemes import label_of
from kapok.planning.cohorts.situation import Situation, role_label
from kapok.words import gettext as _
from kapok.words import listed

WIDTH, LEFT, ROW, TOP = 960.0, 28.0, 34.0, 34.0
SPAN_DAYS = 126
LABEL_PX, DOT_PX = 58.0, 5.0


@dataclass(frozen=True)
class Bar:
    """A stretch of one phase; ``held_x`` is where it begins to last longer than planned."""

    x: float
    y: float
    width: float
    kind: str
    label: str
    label_x: float
    title: str
    held_x: float
    held_width: float


@dataclass(frozen=True)
class Mark:
    """A place in the picture and what stands there."""

    x: float
    y: float
    text: str = ""
    until: float = 0.0


@dataclass(frozen=True)
class Calendar:
    """The picture."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    tests: tuple[Mark, ...]
    handovers: tuple[Mark, ...]
    happened: tuple[Mark, ...]
    days: tuple[Mark, ...]
    cohorts: tuple[Mark, ...]


@dataclass(frozen=True)
class Person:
    """Somebody in a cohort."""

    name: str
    roles: str
    has_left: bool


@dataclass(frozen=True)
class Cohort:
    """A cohort with its people, and what it lacks."""

    name: str
    people: tuple[Person, ...]
    short: str


@dataclass(frozen=True)
class Shown:
    """The part of the calendar that is looked at, and all cohorts."""

    first: date
    last: date
    earlier: str
    later: str
    calendar: Calendar
    legend: tuple[tuple[str, str], ...]
    handovers: tuple[tuple[date, str, str], ...]
    cohorts: tuple[Cohort, ...]
    people: tuple[str, ...]
    letters: tuple[str, ...]


def shown(situation: Situation, plan: Plan, wanted: Mapping[str, str]) -> Shown:
    """The calendar from the day that ``from`` says, or from the first."""
    begin = _begin(plan, wanted.get("from", ""))
    end = min(begin + SPAN_DAYS, plan.n_days)
    kinds = dict.fromkeys(phase.kind for phase in plan.rota.scheme.phases)
    n = plan.rota.n_cohorts
    return Shown(
        first=plan.day(begin),
        last=plan.day(end - 1),
        earlier=plan.day(max(begin - SPAN_DAYS, 0)).isoformat() if begin else "",
        later=plan.day(end).isoformat() if end < plan.n_days else "",
        calendar=_calendar(situation, plan, begin, end),
        legend=tuple((kind.value, label_of(kind)) for kind in kinds),
        handovers=tuple(
            (plan.day(h.day), letters_of(h.out), letters_of(h.into))
            for h in plan.rota.handovers
            if begin <= h.day < end
        ),
        cohorts=_cohorts(situation, plan),
        people=situation.people,
        letters=tuple(letters_of(c) for c in range(n)),
    )


def _begin(plan: Plan, text: str) -> int:
    try:
        wanted = (date.fromisoformat(text) - plan.first).days
    except ValueError:
        return 0
    return min(max(wanted, 0), plan.n_days - 1)


def _calendar(situation: Situation, plan: Plan, begin: int, end: int) -> Calendar:
    scale = (WIDTH - 4) / (end - begin)

    def x_of(day: int) -> float:
        return round(LEFT + (min(max(day, begin), end) - begin) * scale, 2)

    n = plan.rota.n_cohorts
    bottom = TOP + n * ROW
    tested = np.argwhere(plan.rota.is_tested[:, begin:end]) if scale >= DOT_PX else ()
    handovers = [h for h in plan.rota.handovers if begin <= h.day < end]
    return Calendar(
        width=round(LEFT + WIDTH),
        height=round(bottom + 6),
        bars=tuple(_bars(plan, begin, end, x_of)),
        tests=tuple(
            Mark(round(x_of(int(d) + begin) + scale / 2, 2), TOP + (int(c) + 1) * ROW - 8)
            for c, d in tested
        ),
        handovers=tuple(
            Mark(
                x_of(h.day),
                TOP + (min(h.out, h.into) + 0.5) * ROW,
                _("%(day)s: %(out)s goes out, %(into)s comes in, at the gate")
                % {
                    "day": plan.day(h.day),
                    "out": letters_of(h.out),
                    "into": letters_of(h.into),
                },
                TOP + (max(h.out, h.into) + 0.5) * ROW,
            )
            for h in handovers
        ),
        happened=tuple(
            Mark(
                x_of((c.what.day - plan.first).days),
                TOP + c.cohort * ROW,
                f"{c.what.day} {c.what.reason}",
            )
            for c in plan.consequences
            if begin <= (c.what.day - plan.first).days < end
        ),
        days=tuple(
            Mark(x_of(day), bottom, f"{plan.day(day):%m-%d}")
            for day in range(begin, end)
            if _is_named(plan, day, end - begin)
        ),
        cohorts=tuple(Mark(4.0, TOP + (c + 0.6) * ROW, letters_of(c)) for c in range(n)),
    )


def _is_named(plan: Plan, day: int, span: int) -> bool:
    """Mondays, every other one where there are many; counted from the first day."""
    return plan.day(day).weekday() == 0 and (span <= 70 or day // 7 % 2 == 0)


def _bars(plan: Plan, begin: int, end: int, x_of: Callable[[int], float]) -> list[Bar]:
    found = []
    for cohort in range(plan.rota.n_cohorts):
        for run in runs_of(plan, cohort):
            if run.end <= begin or run.begin >= end:
                continue
            x, width = x_of(run.begin), x_of(run.end) - x_of(run.begin)
            label = label_of(run.phase.kind)
            held_x = x_of(run.begin + run.phase.days)
            found.append(
                Bar(
                    x=x,
                    y=TOP + cohort * ROW + 3,
                    width=round(max(width - 1, 0.5), 2),
                    kind=run.phase.kind.value,
                    label=str(run.days) if width >= LABEL_PX / 3 else "",
                    label_x=round(x + width / 2, 2),
                    title=_("%(cohort)s: %(phase)s, %(days)s days from %(first)s to %(last)s")
                    % {
                        "cohort": letters_of(cohort),
                        "phase": label,
                        "days": run.days,
                        "first": plan.day(run.begin),
                        "last": plan.day(run.end) - timedelta(days=1),
                    },
                    held_x=held_x,
                    held_width=round(max(x_of(run.end) - held_x - 1, 0), 2) if run.longer else 0.0,
                )
            )
    return found


def _cohorts(situation: Situation, plan: Plan) -> tuple[Cohort, ...]:
    lacking, gone = members(situation, plan), plan.exits
    if lacking is None:
        return ()
    found = []
    for c in range(plan.rota.n_cohorts):
        people = tuple(
            Person(situation.people[p], _roles(situation, p), p in gone)
            for p in np.flatnonzero(plan.cohort == c).tolist()
        )
        short = listed(
            f"{item.n} {role_label(situation.roles[item.role])}"
            for item in lacking.short
            if item.cohort == c
        )
        found.append(Cohort(letters_of(c), people, short))
    return tuple(found)


def _roles(situation: Situation, person: int) -> str:
    able = situation.can[person].tolist()
    return listed(role_label(r) for r, can in zip(situation.roles, able, strict=True) if can)
