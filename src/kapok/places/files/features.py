"""Reading GeoJSON and GeoPackage (GDAL through pyogrio, Arrow into Polars)."""

import warnings
from typing import Any

import polars as pl
import pyogrio
import pyproj
from pyogrio.errors import CRSError, DataLayerError, DataSourceError

from kapok.places.files.sheets import Choice, Sheet, counted_from_one, understood
from kapok.places.files.sniff import Kind, Source, WrongFile
from kapok.words import gettext as _
from kapok.words import listed

ID = "id"


def read_features(
    source: Source, layer: str | None, choose: Choice, *, numbered: bool = False
) -> Sheet:
    """Read one layer. Raises ``Refused`` with what to do."""
    data: Any = source.content() if source.gzipped else source.path
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            chosen = _layer(source, data, layer)
            about = pyogrio.read_info(data, layer=chosen, force_feature_count=True)
            if not about["features"]:
                raise WrongFile(_("%(file)s has no features.") % {"file": source.name})
            has_geometry = about["geometry_type"] is not None
            fields = list(about["fields"])
            is_asked = source.kind is Kind.GEOJSON and (numbered or about["fid_column"] == ID)
            numbers = _numbers(data, chosen, about) if is_asked else None
            own = [] if numbers is None else [ID]
            wanted = choose(list(dict.fromkeys([*own, *fields])), has_geometry)
            columns = None if wanted is None else list(dict.fromkeys(wanted))
            read = columns and [name for name in columns if name in fields]
            with pyogrio.open_arrow(data, layer=chosen, columns=read, use_pyarrow=False) as (
                meta,
                stream,
            ):
                frame = pl.DataFrame(stream)
        except (DataSourceError, DataLayerError, CRSError, pl.exceptions.PolarsError) as error:
            raise WrongFile(
                _("%(file)s is not whole %(kind)s: %(problem)s.")
                % {"file": source.name, "kind": source.kind, "problem": _first(error)}
            ) from None
        except UnicodeDecodeError:
            raise WrongFile(
                _("%(file)s is not UTF-8 text, as %(kind)s must be.")
                % {"file": source.name, "kind": source.kind}
            ) from None
        except (RuntimeError, OSError) as error:
            raise WrongFile(
                _("%(file)s cannot be read: %(reason)s.")
                % {"file": source.name, "reason": _first(error)}
            ) from None
    frame = frame.with_columns(
        column.ext.storage() for column in frame if isinstance(column.dtype, pl.Extension)
    )
    if columns is not None:
        frame = frame.drop(meta["fid_column"], strict=False)
    if numbers is not None and (columns is None or ID in columns):
        frame = frame.with_columns(numbers.alias(ID))
    shapes = meta["geometry_name"] or "wkb_geometry"
    geometry, broken = (None, None)
    if has_geometry and shapes in frame.columns:
        geometry, broken = understood(frame[shapes])
        frame = frame.drop(shapes)
    crs = pyproj.CRS.from_user_input(meta["crs"]) if meta["crs"] else None
    return Sheet(
        file=source.name,
        frame=frame,
        word="feature",
        number=counted_from_one,
        geometry=geometry,
        broken=broken,
        crs=crs,
        states_crs=source.kind is Kind.GPKG or b'"crs"' in source.head,
        notes=tuple(sorted({f"{source.name}: {_first(w.message)}." for w in told})),
    )


def _numbers(data: Any, layer: str, about: dict[str, Any]) -> pl.Series | None:
    """Whole numbers that GDAL takes for its own: a property ``id``, or the features' own numbers.

    Where features have none, GDAL counts them from 0: those are nobody's numbers.
    """
    is_named = about["fid_column"] == ID
    if ID in about["fields"] and not is_named:
        return None
    asked = pyogrio.open_arrow(
        data, layer=layer, columns=[], read_geometry=False, return_fids=True, use_pyarrow=False
    )
    with asked as (meta, stream):
        numbers = pl.DataFrame(stream)[meta["fid_column"] or "OGC_FID"]
    counted = pl.Series(range(len(numbers)), dtype=numbers.dtype)
    return numbers if is_named or not (numbers == counted).all() else None


def _layer(source: Source, data: Any, layer: str | None) -> str:
    """The layer to read: the one that is named, or the only one."""
    layers = [str(name) for name, _kind in pyogrio.list_layers(data)]
    if not layers:
        raise WrongFile(_("%(file)s has no layers.") % {"file": source.name})
    if layer is not None and layer not in layers:
        raise WrongFile(
            _("%(file)s has no layer “%(layer)s”; it has %(layers)s.")
            % {"file": source.name, "layer": layer, "layers": listed(layers)}
        )
    if layer is None and len(layers) > 1:
        raise WrongFile(
            _("%(file)s has %(n)s layers (%(layers)s); say which one.")
            % {"file": source.name, "n": len(layers), "layers": listed(layers[:20])}
        )
    return layer or layers[0]


def _first(error: object) -> str:
    """The telling part of what GDAL says, without its full stop."""
    said = (str(error).strip().splitlines() or [_("no more is known")])[0]
    if "not recognized as being in a supported" in said:
        return _("it holds something else")
    return said.split("; ")[-1].split(". To ")[0].strip().rstrip(".")
