"""A file as a table of columns, and geometries beside it: what every format is read into."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
import pyproj
import shapely
from numpy.typing import NDArray

from kapok.places.files.problems import Numbering

Geometries = NDArray[Any]  # object array of shapely geometries or None


def counted_from_one(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Features and rows as people count them."""
    return rows + 1


@dataclass(frozen=True)
class Sheet:
    """One file, read.

    Attributes
    ----------
    file
        Name of the file, for sentences.
    frame : DataFrame
        The columns, in the file's own types (CSV: all text).
    geometry : (n,) object array or None
        None where there is no geometry, or a broken one.
    broken : (n,) bool array or None
        Rows whose geometry is there but cannot be understood.
    crs
        Coordinate system that the file names, or that its format prescribes.
    states_crs
        Whether the file itself names it.
    word, number
        What a row is called, and how people count it.
    ragged : pairs of row and sentence
        Rows with more or fewer cells than the header.
    notes
        Sentences about how the file was read.
    """

    file: str
    frame: pl.DataFrame
    word: str
    number: Numbering
    geometry: Geometries | None = None
    broken: NDArray[np.bool_] | None = None
    crs: pyproj.CRS | None = None
    states_crs: bool = False
    ragged: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.frame) if self.geometry is None else len(self.geometry)


Choice = Callable[[Sequence[str], bool], Sequence[str] | None]


def everything(names: Sequence[str], has_geometry: bool) -> None:
    """Choice of all columns."""


def understood(wkb: pl.Series) -> tuple[Geometries, NDArray[np.bool_]]:
    """Geometries of a column of well-known binary, and which of them are broken."""
    raw = wkb.to_numpy()
    geometry = np.asarray(shapely.force_2d(shapely.from_wkb(raw, on_invalid="ignore")))
    return geometry, wkb.is_not_null().to_numpy() & shapely.is_missing(geometry)
