"""An evening rush over the sample district: streets, units, matters, all made from a seed."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kapok.samples import planes
from kapok.samples.liwan import liwan
from kapok_planning.dispatch import Matters, Times, Units
from kapok_planning.spreading import in_threads
from kapok_planning.streets import Pace, Streets, make_streets, travel_between

PACE = Pace(most_kmh=20.0)

N_MATTERS, N_UNITS = 2_000, 500
CLUSTERS, IN_CLUSTERS, CLUSTER_M = 12, 0.6, 350.0
SHIFT_MIN = (90.0, 480.0)  # until the shift ends


@dataclass(frozen=True)
class Urgency:
    """A class of matters: share, weight, minutes from report until due, longest since the report.

    ``service_min``: least and most minutes of work.
    """

    share: float
    weight: float
    due_min: float
    open_min: float
    service_min: tuple[float, float]


URGENCIES = (
    Urgency(0.08, 10.0, 10.0, 8.0, (10.0, 30.0)),  # red
    Urgency(0.30, 3.0, 60.0, 45.0, (8.0, 25.0)),
    Urgency(0.62, 1.0, 240.0, 60.0, (5.0, 20.0)),
)
SKILL_SHARES = {1: (0.30, 0.45), 2: (0.12, 0.25), 4: (0.05, 0.12)}
"""By bit: the share of matters that need a skill, and of units that have it."""
PREFERRED = 0.1


@dataclass(frozen=True)
class Rush:
    """An instance: what is open, who may be sent, the ways, and when matters were reported."""

    matters: Matters
    units: Units
    times: Times
    reported_min: NDArray[np.float64]
    matters_m: NDArray[np.float64]
    units_m: NDArray[np.float64]


@dataclass(frozen=True)
class Ground:
    """The district in metres: its buildings with households, and its streets."""

    xy_m: NDArray[np.float64]
    households: NDArray[np.float64]
    streets: Streets


@cache
def ground(seed: int = 0) -> Ground:
    """The sample district: its buildings, and the lanes, streets and avenues between its waters."""
    town = liwan(seed)
    buildings = town.buildings
    plane = planes.around(buildings.lon, buildings.lat)
    xy = plane.to_metres(np.stack([buildings.lon, buildings.lat], axis=1))
    roads = town.roads
    assert roads is not None
    streets = make_streets(
        plane.shapes_to_metres(roads.lines),
        road_class=roads.road_class,
        oneway=roads.oneway,
    )
    return Ground(xy, buildings.households.astype(float), streets)


def rush(seed: int, n_matters: int = N_MATTERS, n_units: int = N_UNITS, threads: int = 2) -> Rush:
    """An evening rush. The moment of the dispatch is 0."""
    rng = np.random.default_rng([seed, 7])
    place = ground()
    homes = rng.choice(len(place.xy_m), n_matters, p=place.households / place.households.sum())
    matters_m = place.xy_m[homes] + rng.normal(0, 10, (n_matters, 2))
    centres = place.xy_m[rng.choice(len(place.xy_m), CLUSTERS)]
    crowd = np.flatnonzero(rng.random(n_matters) < IN_CLUSTERS)
    spot = centres[rng.integers(0, CLUSTERS, len(crowd))] + rng.normal(
        0, CLUSTER_M, (len(crowd), 2)
    )
    matters_m[crowd] = spot
    units_m = place.xy_m[rng.choice(len(place.xy_m), n_units)] + rng.normal(0, 30, (n_units, 2))
    times = Times(
        travel_between(place.streets, units_m, matters_m, pace=PACE, spread=in_threads(threads)),
        travel_between(place.streets, matters_m, matters_m, pace=PACE, spread=in_threads(threads)),
    )
    matters, reported = _matters(rng, n_matters, n_units)
    return Rush(matters, _units(rng, n_units), times, reported, matters_m, units_m)


def _matters(rng: np.random.Generator, n: int, n_units: int) -> tuple[Matters, NDArray[np.float64]]:
    """Matters, and when they were reported."""
    kind = rng.choice(len(URGENCIES), n, p=[u.share for u in URGENCIES])
    reported = -np.array([u.open_min for u in URGENCIES])[kind] * rng.random(n)
    low = np.array([u.service_min[0] for u in URGENCIES])[kind]
    high = np.array([u.service_min[1] for u in URGENCIES])[kind]
    skills = np.zeros(n, np.int64)
    for bit, (needed, _) in SKILL_SHARES.items():
        skills |= np.where(rng.random(n) < needed, bit, 0)
    preferred = np.where(rng.random(n) < PREFERRED, rng.integers(0, n_units, n), -1)
    matters = Matters(
        service_min=low + (high - low) * rng.random(n),
        due_min=reported + np.array([u.due_min for u in URGENCIES])[kind],
        weight=np.array([u.weight for u in URGENCIES])[kind],
        urgent=kind == 0,
        skills=skills,
        preferred=preferred.astype(np.int32),
    )
    return matters, reported


def _units(rng: np.random.Generator, n: int) -> Units:
    skills = np.zeros(n, np.int64)
    for bit, (_, has) in SKILL_SHARES.items():
        skills |= np.where(rng.random(n) < has, bit, 0)
    return Units(
        free_min=np.where(rng.random(n) < 0.4, 0.0, 25.0 * rng.random(n)),
        shift_end_min=rng.uniform(*SHIFT_MIN, n),
        skills=skills,
        capacity=np.full(n, 16, np.int32),
    )
