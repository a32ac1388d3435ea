"""Histograms: every grid is in one column, and no column is half inside the bounds."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kapok.places.charts import households_histogram

bounds = st.tuples(st.integers(1, 2000), st.integers(0, 2000)).map(lambda b: (b[0], b[0] + b[1]))


@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=80), bounds)
def test_columns_count_every_grid_once_and_respect_the_bounds(households, limits):
    low, high = limits

    chart = households_histogram(households, low=low, high=high)

    assert sum(bar.count for bar in chart.bars) == len(households)
    within = sum(bar.count for bar in chart.bars if bar.kind == "within")
    assert within == sum(low <= each <= high for each in households)
    assert all(before.high == bar.low for before, bar in pairwise(chart.bars))
    assert all(0 <= bar.x <= chart.width and bar.width > 0 for bar in chart.bars)
    assert max(bar.count for bar in chart.bars) == chart.most


def test_nothing_to_show():
    assert households_histogram([], low=300, high=500) is None
