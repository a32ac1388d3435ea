"""Each planner with a small situation, to be worked on by every engine: one line for each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import shapely

from kapok.planning.planner import Ask, Kind
from kapok.planning.planners import planner_of
from kapok.samples import benches
from kapok_planning.grids import Bounds, draw_grids, link_buildings
from kapok_planning.spreading import Spread
from kapok_planning.streets import Pace, make_streets, travel_between


def drawing(spread: Spread) -> tuple[Any, ...]:
    """A street of 10,000 buildings with rivers."""
    made = benches.street(3)
    links = link_buildings(
        made.town, barriers=made.barriers, streets=made.barriers[:4], spread=spread
    )
    plan = draw_grids(made.town, links, bounds=Bounds(300, 500), seed=7, spread=spread)
    return links.indptr, links.indices, links.streets, plan.grid, plan.number, plan.proven


def redrawing(spread: Spread) -> tuple[Any, ...]:
    """The same after half of its grids were locked."""
    made = benches.street(3)
    links = link_buildings(made.town, spread=spread)
    before = draw_grids(made.town, links, bounds=Bounds(300, 500), seed=7).grid
    plan = draw_grids(
        made.town, links, bounds=Bounds(250, 450), seed=8, previous=before,
        locked=before % 2 == 0, spread=spread,
    )  # fmt: skip
    return plan.grid, plan.number, plan.exceptions


def travelling(spread: Spread) -> tuple[Any, ...]:
    """Ways between 150 places on a lattice of streets."""
    lines = [shapely.LineString([(0, k * 90), (1800, k * 90)]) for k in range(21)]
    lines += [shapely.LineString([(k * 90, 0), (k * 90, 1800)]) for k in range(21)]
    spots = np.random.default_rng(4).uniform(0, 1800, (150, 2))
    streets = make_streets(np.array(lines, dtype=object))
    ways = travel_between(streets, spots, spots, pace=Pace(), spread=spread)
    return ways.minutes, ways.metres


def planned(kind: Kind, budget: str, spread: Spread, **changes: Any) -> tuple[Any, ...]:
    """The example of a planner, made smaller, planned as pages have it."""
    planner = planner_of(kind)
    situation = planner.read({**planner.example(), **changes})
    return (planner.dump(planner.plan(situation, Ask(seed=5, budget=budget, spread=spread))),)


GATES = {
    "settings": {"start": "2027-03-01", "days": "3"},
    "leave": [],
    "wishes": [],
}
HALL = {
    "closes": "09:00",
    "find": "least",
    "arrivals": {"booked": 120},
    "stations": [
        {"name": "registration", "mean_s": 100, "cv": 0.5, "staff": 8},
        {"name": "vaccination", "mean_s": 90, "cv": 0.4, "staff": 8},
        {"name": "observation", "mean_min": 30, "law": "constant", "seats": 90},
    ],
}


@dataclass(frozen=True)
class Planned:
    """A planner with a small situation; what it gives can be compared."""

    name: str
    plan: Callable[[Spread], tuple[Any, ...]]


PLANNERS = [
    Planned("draw", drawing),
    Planned("redraw", redrawing),
    Planned("ways", travelling),
    Planned("roster", partial(planned, Kind.ROSTER, "fast", **GATES)),
    Planned("site", partial(planned, Kind.SITE, "first", **HALL)),
    Planned("hotline", partial(planned, Kind.HOTLINE, "normal")),
]
