"""Small dispatches for laws and examples, and the best plan by trying all."""

from itertools import combinations, permutations

import numpy as np
from hypothesis import strategies as st

from kapok_planning.dispatch import Matters, Prices, Times, Units, measure_dispatch
from kapok_planning.dispatch.measuring import left_out_prices
from kapok_planning.streets import Pace, straight_between

PACE = Pace(most_kmh=20, detour=1.0)  # straight ways at 10 km/h: 6 minutes a kilometre


def matters_of(n, **given):
    """Matters that need nothing special, are due in an hour and take ten minutes."""
    usual = {
        "service_min": np.full(n, 10.0),
        "due_min": np.full(n, 60.0),
        "weight": np.ones(n),
        "urgent": np.zeros(n, np.bool_),
        "skills": np.zeros(n, np.int64),
        "preferred": np.full(n, -1, np.int32),
    }
    kinds = {name: values.dtype for name, values in usual.items()}
    return Matters(**usual | {name: np.array(v, kinds[name]) for name, v in given.items()})


def units_of(n, **given):
    """Units that are free now, until tomorrow, and can do what needs no skill."""
    usual = {
        "free_min": np.zeros(n),
        "shift_end_min": np.full(n, 1440.0),
        "skills": np.zeros(n, np.int64),
        "capacity": np.full(n, 16, np.int32),
    }
    kinds = {name: values.dtype for name, values in usual.items()}
    return Units(**usual | {name: np.array(v, kinds[name]) for name, v in given.items()})


def times_of(units_km, matters_km):
    """Straight ways between spots on a line [km]."""
    posts, spots = (
        np.stack([1000.0 * np.array(km, float), np.zeros(len(km))], axis=1)
        for km in (units_km, matters_km)
    )
    return Times(
        straight_between(posts, spots, pace=PACE), straight_between(spots, spots, pace=PACE)
    )


@st.composite
def rushes(draw, most_matters=30, most_units=6):
    """Matters and units of all kinds, some of which nobody can do."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, n_units = draw(st.integers(1, most_matters)), draw(st.integers(1, most_units))
    matters = matters_of(
        n,
        service_min=rng.integers(0, 30, n),
        due_min=np.where(rng.random(n) < 0.1, np.inf, rng.integers(-20, 90, n)),
        weight=rng.integers(0, 10, n),
        urgent=rng.random(n) < draw(st.sampled_from([0.0, 0.3])),
        skills=rng.choice([0, 0, 1, 2, 3, 8], n),
        preferred=rng.integers(-1, n_units, n),
    )
    units = units_of(
        n_units,
        free_min=rng.integers(-30, 40, n_units),
        shift_end_min=np.where(rng.random(n_units) < 0.2, np.inf, rng.integers(0, 300, n_units)),
        skills=rng.choice([0, 1, 2, 3], n_units),
        capacity=rng.integers(0, draw(st.sampled_from([2, 16])), n_units),
    )
    posts, spots = rng.random((n_units, 2)) * 5000, rng.random((n, 2)) * 5000
    first, between = (
        straight_between(posts, spots, pace=PACE),
        straight_between(spots, spots, pace=PACE),
    )
    if draw(st.booleans()):  # closed streets
        for ways in (first, between):
            closed = rng.random(ways.minutes.shape) < 0.15
            ways.minutes[closed] = ways.metres[closed] = np.inf
    return matters, units, Times(first, between)


def least_price(matters, units, times, *, now, prices):
    """Price of the best plan: the best order of each set at each unit, and the best sharing out."""
    everything = range(matters.n)
    lost = left_out_prices(matters, prices)
    least = {frozenset(): 0.0}
    for u in range(units.n):
        own = {frozenset(): 0.0}
        for size in range(1, min(int(units.capacity[u]), matters.n) + 1):
            for chosen in combinations(everything, size):
                own[frozenset(chosen)] = min(
                    order_price(matters, units, times, u, order, now, prices)
                    for order in permutations(chosen)
                )
        shared: dict[frozenset[int], float] = {}
        for before, price in least.items():
            for mine, more in own.items():
                if not before & mine and price + more < shared.get(before | mine, np.inf):
                    shared[before | mine] = price + more
        least = shared
    return min(
        price + sum(lost[i] for i in everything if i not in done) for done, price in least.items()
    )


def order_price(matters, units, times, u, order, now, prices):
    """Price of one unit's order by the rules as they are told; infinite where it breaks one."""
    moment, price, plain, before = max(units.free_min[u], now), 0.0, False, None
    for i in order:
        ways, origin = (times.first, u) if before is None else (times.between, before)
        moment += ways.minutes[origin, i]
        late = max(moment - matters.due_min[i], 0.0)
        moment += matters.service_min[i]
        unskilled = matters.skills[i] & ~units.skills[u]
        if unskilled or not moment <= units.shift_end_min[u] or moment == np.inf:
            return np.inf
        if matters.urgent[i] and plain and late > 0:
            return np.inf
        price += matters.weight[i] * late + ways.metres[origin, i] / 1000 * prices.km
        price += prices.other_unit * (matters.preferred[i] not in (-1, u))
        plain, before = plain or not matters.urgent[i], i
    return price


def as_measured(matters, units, times, plan, *, now, prices=None):
    """The same plan measured anew."""
    return measure_dispatch(
        matters, units, times, plan.unit, plan.position, now=now, prices=prices or Prices()
    )
