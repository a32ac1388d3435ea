"""Road lines for laws."""

import numpy as np
import shapely
from hypothesis import strategies as st


def lines_of(*coordinates):
    """An array of LineStrings."""
    lines = np.empty(len(coordinates), dtype=object)
    lines[:] = [shapely.LineString(c) for c in coordinates]
    return lines


@st.composite
def roads(draw, side_m=1000.0):
    """Bent lines that cross each other, with classes and one-way roads."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(2, 9))
    shapes = [rng.random((draw(st.integers(2, 5)), 2)) * side_m for _ in range(n)]
    return (
        lines_of(*shapes),
        rng.integers(0, 5, n).astype(np.int32),
        rng.random(n) < draw(st.sampled_from([0.0, 0.4])),
        rng,
    )
