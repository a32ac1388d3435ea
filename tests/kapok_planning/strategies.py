"""Towns for laws: scattered ones in general position, and awkward ones."""

import numpy as np
import shapely
from hypothesis import strategies as st

from kapok_planning.grids import Town


def town_of(xy, community=None, households=None) -> Town:
    """A town of which only the positions matter."""
    xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    if community is None:
        community = np.zeros(len(xy))
    if households is None:
        households = np.full(len(xy), 10)
    return Town(xy, np.asarray(households, np.int32), np.asarray(community, np.int32))


@st.composite
def scattered_towns(draw, max_buildings=60, max_communities=3, side_m=1500.0):
    """Buildings in general position: no four on a circle, no two on one spot."""
    n = draw(st.integers(1, max_buildings))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    xy = rng.random((n, 2)) * side_m
    community = rng.integers(0, draw(st.integers(1, max_communities)), n)
    return town_of(xy, community, rng.integers(0, 60, n))


@st.composite
def awkward_towns(draw, max_buildings=40):
    """Rows, lattices, repeated spots, far-flung buildings, empty communities."""
    step = draw(st.sampled_from([0.0005, 0.2, 10.0, 400.0]))
    places = st.tuples(st.integers(0, 6), st.integers(0, 6))
    cells = draw(st.lists(places, min_size=1, max_size=max_buildings))
    shift = draw(st.sampled_from([0.0, 2_500_000.0]))
    communities = st.lists(st.sampled_from([0, 1, 3]), min_size=len(cells), max_size=len(cells))
    return town_of(np.array(cells) * step + shift, draw(communities))


@st.composite
def lines(draw, side_m=1500.0, max_lines=4):
    """Barriers: bent lines, some across the whole town, some with loose ends, and a lake."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shapes = [
        shapely.LineString((rng.random((draw(st.integers(2, 6)), 2)) * 1.4 - 0.2) * side_m)
        for _ in range(draw(st.integers(0, max_lines)))
    ]
    if draw(st.booleans()):
        shapes.append(shapely.Point(rng.random(2) * side_m).buffer(side_m / 8))
    barriers = np.empty(len(shapes), dtype=object)
    barriers[:] = shapes
    return barriers
