"""A plan of a site with what its days are like, made and kept as a document."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import numpy as np

from kapok.errors import Refused
from kapok.planning.planner import Ask
from kapok.planning.sites.reading import Description
from kapok.words import gettext as _
from kapok_planning.sites import (
    Budget,
    Estimate,
    Help,
    Measured,
    Overload,
    Situation,
    Sizing,
    best_slots,
    broken_rules,
    draw_days,
    judge,
    least_staff,
    next_person,
    overloads,
    simulate,
)

Staff = tuple[tuple[int, ...], ...]

N_STEPS = 6
DIGITS = 6


@dataclass(frozen=True)
class Work:
    """What a budget spends: days to judge on, to plan on, to prove on, and to try one more on."""

    search: Budget
    n_days: int
    n_plan: int
    n_proof: int
    n_help: int


WORK = {
    "first": Work(Budget.FAST, 20, 12, 40, 8),
    "fast": Work(Budget.FAST, 50, 24, 100, 20),
    "normal": Work(Budget.NORMAL, 100, 24, 100, 40),
    "long": Work(Budget.LONG, 400, 48, 400, 100),
}


@dataclass(frozen=True)
class Outcome:
    """A plan, and what it is worth.

    Attributes
    ----------
    staff
        People, or seats, of each station in each slot.
    seed, n_days, n_help
        Days on which it was judged, and on which one more was tried.
    measured
        What the days were like.
    overloads
        Stations that cannot keep up.
    help, slots
        What one more would do at each station, and in each slot where it does most.
    sizing
        How sure the least staff is; ``None`` where the staff was given, or changed by hand.
    """

    staff: Staff
    seed: int
    n_days: int
    n_help: int
    measured: Measured
    overloads: tuple[Overload, ...]
    help: tuple[Help, ...]
    slots: tuple[Help, ...]
    sizing: Sizing | None


def plan_site(read: Description, ask: Ask, *, n_days: int | None = None) -> Outcome:
    """Find the least staff, or take what is given, and judge it.

    Raises ``Refused`` where no staff is enough.
    """
    work, sizing = WORK[ask.budget], None
    staff = read.situation.site.staff
    if read.finds_least:
        try:
            sizing = least_staff(
                read.situation,
                read.goal,
                seed=ask.seed,
                budget=work.search,
                least=read.least,
                n_days=work.n_plan,
                n_check_days=work.n_proof,
                spread=ask.spread,
                on_progress=lambda done, _total: ask.on_progress(done, N_STEPS),
                should_stop=ask.should_stop,
            )
        except ValueError as error:
            raise Refused(str(error)) from None
        staff = sizing.staff
    ask.on_progress(4, N_STEPS)
    found = judged(read, as_staff(staff), ask, n_days or work.n_days, work.n_help)
    ask.on_progress(N_STEPS, N_STEPS)
    return replace(found, sizing=sizing)


def judged(read: Description, staff: Staff, ask: Ask, n_days: int, n_help: int) -> Outcome:
    """What a plan is worth. Days that break a rule are a fault of the program, and never shown."""
    situation = with_staff(read.situation, staff)
    site, seed, numbers = situation.site, ask.seed, range(n_days)
    found = judge(situation, read.goal, seed=seed, numbers=numbers, spread=ask.spread)
    if found.broken:
        raise AssertionError("The second opinion differs: " + " ".join(found.broken[:5]))
    ask.on_progress(5, N_STEPS)
    some = range(min(n_help, n_days))
    help_ = next_person(situation, read.goal, seed=seed, numbers=some, spread=ask.spread)
    best = next((each for each in help_ if not site.stations[each.station].is_seats), None)
    slots: tuple[Help, ...] = ()
    if best is not None and site.n_slots > 1:
        slots = best_slots(
            situation, read.goal, best.station, seed=seed, numbers=some, spread=ask.spread
        )
    late = overloads(site, draw_days(situation, seed=seed, numbers=some))
    return Outcome(staff, seed, n_days, n_help, found.measured, late, help_, slots, None)


def as_staff(staff: Any) -> Staff:
    """An array, or lists, as tuples that can be compared."""
    return tuple(tuple(int(n) for n in row) for row in staff)


def with_staff(situation: Situation, staff: Staff) -> Situation:
    """The situation with the staff of a plan."""
    return replace(situation, site=situation.site.with_staff(np.array(staff, np.int64)))


def wrong_with(read: Description, outcome: Outcome) -> tuple[str, ...]:
    """What must not be, found by a checker that shares no code with what simulates and searches."""
    site = read.situation.site
    shape = (len(outcome.staff), *{len(row) for row in outcome.staff})
    if shape != (site.n, site.n_slots):
        return (_("The plan is of other stations or slots than the situation."),)
    found = []
    for name, row in zip(site.names, outcome.staff, strict=True):
        if min(row) < 0:
            found.append(_("%(station)s has fewer than 0 people.") % {"station": name})
    for k in site.seats:
        if len(set(outcome.staff[k])) > 1:
            found.append(
                _("%(station)s does not have the same seats all day.") % {"station": site.names[k]}
            )
    return tuple(found) or _broken(read.situation, outcome.staff, outcome.seed, outcome.n_days)


@lru_cache(maxsize=8)
def _broken(situation: Situation, staff: Staff, seed: int, n_days: int) -> tuple[str, ...]:
    """Rules that the days of a plan break; every day is looked at, a few at a time."""
    situation, found = with_staff(situation, staff), []
    step = max(1, int(100_000 / max(situation.arrivals.expected, 1.0)))
    for at in range(0, n_days, step):
        days = draw_days(situation, seed=seed, numbers=range(at, min(at + step, n_days)))
        found += broken_rules(situation.site, simulate(situation.site, days), first_day=at)
    return tuple(found)


def dump(outcome: Outcome) -> dict[str, Any]:
    """As a document."""
    measured = {
        field.name: _numbers(getattr(outcome.measured, field.name))
        for field in fields(Measured)
        if field.name != "daily_share"
    }
    return {
        "staff": [list(row) for row in outcome.staff],
        "seed": outcome.seed,
        "n_days": outcome.n_days,
        "n_help": outcome.n_help,
        "measured": measured,
        "overloads": [vars(each) for each in outcome.overloads],
        "help": [_help(each) for each in outcome.help],
        "slots": [_help(each) for each in outcome.slots],
        "sizing": None
        if outcome.sizing is None
        else {**vars(outcome.sizing), "staff": outcome.sizing.staff.tolist()},
    }


def load(document: Mapping[str, Any]) -> Outcome:
    """From a document that :func:`dump` made."""
    kept, sizing = document["measured"], document["sizing"]
    measured: dict[str, Any] = {
        name: value if name == "outside_enough" else _estimate(value)
        for name, value in kept.items()
    }
    return Outcome(
        staff=as_staff(document["staff"]),
        seed=document["seed"],
        n_days=document["n_days"],
        n_help=document["n_help"],
        measured=Measured(**measured, daily_share=np.zeros(0)),
        overloads=tuple(Overload(**each) for each in document["overloads"]),
        help=tuple(_help_of(each) for each in document["help"]),
        slots=tuple(_help_of(each) for each in document["slots"]),
        sizing=None if sizing is None else Sizing(**{**sizing, "staff": np.array(sizing["staff"])}),
    )


def _numbers(value: Any) -> Any:
    if isinstance(value, Estimate):
        return {"mean": _rounded(value.mean), "half": _rounded(value.half)}
    return value


def _rounded(values: Any) -> Any:
    """Numbers that JSON knows; what is not finite is a word."""
    if isinstance(values, list):
        return [_rounded(each) for each in values]
    if isinstance(values, np.ndarray):
        return _rounded(values.tolist())
    number = round(float(values), DIGITS)
    return number if np.isfinite(number) else str(number)


def _estimate(kept: Mapping[str, Any]) -> Estimate:
    return Estimate(np.array(kept["mean"], float), np.array(kept["half"], float))


def _help(each: Help) -> dict[str, Any]:
    return {key: _numbers(value) for key, value in vars(each).items()}


def _help_of(kept: Mapping[str, Any]) -> Help:
    figures: dict[str, Any] = {
        key: _estimate(value) if isinstance(value, Mapping) else value
        for key, value in kept.items()
    }
    return Help(**figures)
