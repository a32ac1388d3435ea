"""Shapes as they are stored (well-known binary, longitude and latitude) and as Shapely has them."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Stored = bytes | memoryview | None
Shapes = NDArray[np.object_]


def as_bytes(stored: Stored) -> bytes | None:
    """What a field holds, as bytes."""
    return None if stored is None else bytes(stored)


def read(stored: Iterable[Stored]) -> Shapes:
    """Stored shapes as an object array; ``None`` stays ``None``."""
    wkb = [as_bytes(each) for each in stored]
    array = np.empty(len(wkb), dtype=object)
    array[:] = wkb
    shapes: Any = shapely.from_wkb(array)
    return np.asarray(shapes, dtype=object)


def collected(shapes: Iterable[Any]) -> Shapes:
    """Shapes as an object array, which NumPy must not look into."""
    shapes = list(shapes)
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array
