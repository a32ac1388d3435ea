"""Reading Parquet, and GeoParquet by its “geo” metadata."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyproj
import shapely

from kapok.places.files.sheets import Choice, Geometries, Sheet, counted_from_one, understood
from kapok.places.files.sniff import Source, WrongFile
from kapok.words import gettext as _


@dataclass(frozen=True)
class GeoColumn:
    """The geometry column of a GeoParquet file."""

    name: str
    encoding: str
    crs: pyproj.CRS | None


def read_parquet(source: Source, choose: Choice) -> Sheet:
    """Read a Parquet file. Raises ``Refused`` with what to do."""
    try:
        names = list(pl.read_parquet_schema(source.path))
        geo = _geo_column(source, pl.read_parquet_metadata(source.path).get("geo"))
        plain = [name for name in names if geo is None or name != geo.name]
        wanted = choose(plain, geo is not None)
        columns = None
        if wanted is not None:
            columns = list(dict.fromkeys([*wanted, *([geo.name] if geo else [])]))
        frame = pl.read_parquet(source.path, columns=columns, glob=False, hive_partitioning=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        first = (str(error).strip().splitlines() or [_("no more is known")])[0].rstrip(".")
        raise WrongFile(
            _("%(file)s is not whole %(kind)s: %(problem)s.")
            % {"file": source.name, "kind": "Parquet", "problem": first}
        ) from None
    if not len(frame):
        raise WrongFile(_("%(file)s has columns and no rows.") % {"file": source.name})
    frame = frame.with_columns(
        column.ext.storage() for column in frame if isinstance(column.dtype, pl.Extension)
    )
    geometry = broken = None
    if geo is not None:
        geometry, broken = _shapes(source, geo, frame[geo.name])
        frame = frame.drop(geo.name)
    return Sheet(
        file=source.name,
        frame=frame,
        word="row",
        number=counted_from_one,
        geometry=geometry,
        broken=broken,
        crs=geo.crs if geo else None,
        states_crs=geo is not None,
    )


def _geo_column(source: Source, metadata: str | None) -> GeoColumn | None:
    if metadata is None:
        return None
    try:
        geo: dict[str, Any] = json.loads(metadata)
        name = geo["primary_column"]
        about = geo["columns"][name]
        crs = about.get("crs", "OGC:CRS84")
        return GeoColumn(
            name, about["encoding"], None if crs is None else pyproj.CRS.from_user_input(crs)
        )
    except (ValueError, KeyError, TypeError, AttributeError, pyproj.exceptions.CRSError):
        raise WrongFile(
            _("%(file)s has “geo” metadata that does not follow GeoParquet; write it again.")
            % {"file": source.name}
        ) from None


def _shapes(
    source: Source, geo: GeoColumn, column: pl.Series
) -> tuple[Geometries, "np.ndarray[Any, np.dtype[np.bool_]]"]:
    if geo.encoding == "WKB" and column.dtype == pl.Binary:
        return understood(column)
    if geo.encoding == "point" and column.dtype == pl.Struct:
        x, y = (column.struct.field(axis).to_numpy() for axis in "xy")
        shapes: Geometries = np.asarray(shapely.points(np.column_stack([x, y])))
        shapes[column.is_null().to_numpy()] = None
        return shapes, np.zeros(len(column), dtype=bool)
    raise WrongFile(
        _("%(file)s holds its geometry as %(encoding)s (%(type)s); write it with the WKB encoding.")
        % {"file": source.name, "encoding": geo.encoding, "type": column.dtype}
    )
