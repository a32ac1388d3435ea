"""The search through every cut, against the obvious way and against its own steps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kapok_planning.brute_force import best_partition, is_connected

from kapok_planning.grids import Bounds, Links
from kapok_planning.grids.drawing.cuts import CutSearch, OutOfSteps, count_fits


@st.composite
def graphs(draw):
    """A connected graph of a few buildings, with their households."""
    n = draw(st.integers(1, 8))
    edges = {(draw(st.integers(0, i - 1)), i) for i in range(1, n)}
    edges |= {
        (min(a, b), max(a, b))
        for a, b in draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))))
        if a != b
    }
    households = draw(st.lists(st.integers(0, 400), min_size=n, max_size=n))
    rows = [
        sorted([b for a, b in edges if a == i] + [a for a, b in edges if b == i]) for i in range(n)
    ]
    indptr = np.cumsum([0] + [len(row) for row in rows])
    indices = np.array([j for row in rows for j in row], np.int32)
    return Links(indptr, indices, np.zeros(len(indices), np.uint8)), households


def masks(links):
    """Neighbours of each building as bit masks."""
    return [
        sum(1 << j for j in links.indices[links.indptr[i] : links.indptr[i + 1]].tolist())
        for i in range(len(links.indptr) - 1)
    ]


@given(graphs())
def test_finds_a_cut_exactly_where_one_exists(graph):
    links, households = graph
    bounds = Bounds(300, 500)

    found = CutSearch(masks(links), households, bounds, 1_000_000).cut()

    assert (found is not None) is best_partition(links, households, bounds).within_bounds
    if found is not None:
        assert sum(found) == (1 << len(households)) - 1
        for grid in found:
            members = [i for i in range(len(households)) if grid >> i & 1]
            assert is_connected(links, members)
            assert 300 <= sum(households[i] for i in members) <= 500


def test_gives_up_after_its_steps():
    n = 40
    chain = [(1 << i + 1 if i + 1 < n else 0) | (1 << i >> 1) for i in range(n)]

    with pytest.raises(OutOfSteps):
        CutSearch(chain, [10] * n, Bounds(100, 100), 20).cut()


@given(st.integers(0, 3_000), st.integers(1, 500), st.integers(0, 300))
def test_counting_agrees_with_trying_every_count(households, low, more):
    bounds = Bounds(low, low + more)

    fits = any(k * bounds.low <= households <= k * bounds.high for k in range(1, households + 1))

    assert count_fits(households, bounds) is fits
