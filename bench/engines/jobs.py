"""What is planned by every engine: one line for each planner, of some seconds each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.dispatch.instances import PACE, ground
from bench.grids.instances import BOUNDS, singapore
from bench.rosters.instances import SMALL, street
from bench.sites.instances import to_size
from kapok.samples import benches
from kapok_planning.grids import Budget, Town, draw_grids, link_buildings
from kapok_planning.hotline import Calls, Target
from kapok_planning.hotline.lines import Lines, overflowing
from kapok_planning.rosters import Budget as RosterBudget
from kapok_planning.rosters import make_roster
from kapok_planning.sites import Goal, least_staff
from kapok_planning.spreading import Spread
from kapok_planning.streets import travel_between

Plan = tuple[Any, ...]
Work = Callable[[Spread], Plan]


@dataclass(frozen=True)
class Job:
    """A planner and its situation, which is made once; the plan is what is timed."""

    name: str
    title: str
    made: Callable[[Path | None], Work]
    is_real: bool = False


def _drawn(town: Town, budget: Budget) -> Work:
    links = link_buildings(town)

    def work(spread: Spread) -> Plan:
        plan = draw_grids(town, links, bounds=BOUNDS, budget=budget, seed=1, spread=spread)
        return plan.grid, plan.number, plan.proven

    return work


def draw_singapore(data: Path | None) -> Work:
    """All public housing of Singapore, with the largest budget."""
    return _drawn(singapore(1, data)[0], Budget.LONG)


def draw_large(_: Path | None) -> Work:
    """A made-up town, with the budget that everybody takes."""
    return _drawn(benches.town(500_000, 1).town, Budget.NORMAL)


def link_large(_: Path | None) -> Work:
    """Who is whose neighbour in a made-up town with rivers and railways."""
    made = benches.town(200_000, 1, barriers=True)

    def work(spread: Spread) -> Plan:
        links = link_buildings(made.town, barriers=made.barriers, spread=spread)
        return links.indptr, links.indices, links.streets

    return work


def ways(_: Path | None) -> Work:
    """Ways on the streets of the sample district."""
    place = ground()
    rng = np.random.default_rng(1)
    spots = place.xy_m[rng.choice(len(place.xy_m), 400)]

    def work(spread: Spread) -> Plan:
        found = travel_between(place.streets, spots, spots, pace=PACE, spread=spread)
        return found.minutes, found.metres

    return work


def roster(_: Path | None) -> Work:
    """A street of 40 posts over 28 days."""
    problem = street(1, SMALL)

    def work(spread: Spread) -> Plan:
        return (make_roster(problem, budget=RosterBudget.FAST, seed=1, spread=spread).duty,)

    return work


def site(_: Path | None) -> Work:
    """The least staff for 5,000 people a day."""
    situation = to_size()

    def work(spread: Spread) -> Plan:
        return (least_staff(situation, Goal(), seed=1, spread=spread).staff,)

    return work


def hotline(_: Path | None) -> Work:
    """A month of hours that overflow from 234 lines."""
    rng = np.random.default_rng(1)
    per_hour = rng.uniform(5.0, 400.0, 720)
    calls = Calls(per_hour, np.full(720, 300.0), np.full(720, np.inf))
    lines = Lines(np.full(234, 1 / 234), np.ones(234, np.int64), np.arange(234) % 9, np.full(9, 2))

    def work(spread: Spread) -> Plan:
        found = overflowing(calls, lines, Target(), spread=spread)
        return found.alone, found.left_street, found.reached_city, found.city_seats, found.lost

    return work


JOBS = (
    Job("draw", "draw: all public housing of Singapore, budget long", draw_singapore, is_real=True),
    Job("draw-large", "draw: 500,000 made-up buildings, budget normal", draw_large),
    Job("link", "neighbours of 200,000 made-up buildings", link_large),
    Job("roster", "roster: 40 posts, 28 days, budget fast", roster),
    Job("site", "site: the least staff for 5,000 a day", site),
    Job("hotline", "hotline: 720 hours of 234 lines", hotline),
    Job("ways", "dispatch: ways between 400 places", ways),
)
