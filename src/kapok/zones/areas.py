"""An area as somebody says it: areas from the list, or polygons in GeoJSON."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape as to_shape
from shapely.validation import explain_validity

from kapok.errors import Refused

MOST_BYTES = 1 << 20
MOST_POINTS = 5_000
MOST_PICKS = 500
Pick = tuple[int, str, str]  # code, level, name


@dataclass(frozen=True)
class Area:
    """What a zone is to cover: areas that were picked, or polygons that were drawn."""

    picks: tuple[Pick, ...] = ()
    shape: Any = None


def read(text: str | bytes) -> Any:
    """The polygons of a GeoJSON text, as one shape. Raises ``Refused`` with what to mend."""
    if len(text) > MOST_BYTES:
        raise Refused(_("The file has more than 1 MB. Draw the area with fewer points."))
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(
            _("This is no GeoJSON. Export the area as GeoJSON, or draw it on the map.")
        ) from None
    polygons = [_polygon(each) for geometry in _geometries(said) for each in _parts(geometry)]
    if not polygons:
        raise Refused(_("The area is empty. Draw at least three points."))
    if sum(shapely.get_num_coordinates(each) for each in polygons) > MOST_POINTS:
        raise Refused(
            _("The area has more than %(n)d points. Draw it with fewer.") % {"n": MOST_POINTS}
        )
    whole: Any = shapely.union_all(polygons)
    return shapely.MultiPolygon([whole]) if whole.geom_type == "Polygon" else whole


def _geometries(said: Any) -> Sequence[Any]:
    if isinstance(said, dict):
        if said.get("type") == "FeatureCollection" and isinstance(said.get("features"), list):
            return [part for each in said["features"] for part in _geometries(each)]
        if said.get("type") == "Feature":
            return _geometries(said.get("geometry"))
        if said.get("type") in {"Polygon", "MultiPolygon"}:
            return [said]
    raise Refused(_("GeoJSON of an area holds a Polygon or a MultiPolygon. Draw an area."))


def _parts(geometry: dict[str, Any]) -> Sequence[Any]:
    found = geometry.get("coordinates")
    if not isinstance(found, list):
        raise Refused(_("The area is empty. Draw at least three points."))
    return found if geometry["type"] == "MultiPolygon" else [found] if found else []


def _polygon(rings: Any) -> Any:
    if not isinstance(rings, list) or not rings or not isinstance(rings[0], list) or not rings[0]:
        raise Refused(_("The area is empty. Draw at least three points."))
    if len(rings) > 1:
        raise Refused(
            _("An area has no holes. Draw it as several areas around the part that stays open.")
        )
    points = [_point(point) for point in rings[0]]
    if len(points) > MOST_POINTS:
        raise Refused(
            _("The area has more than %(n)d points. Draw it with fewer.") % {"n": MOST_POINTS}
        )
    if points[0] != points[-1]:
        points.append(points[0])
    if len(set(points)) < 3:
        raise Refused(_("The area is empty. Draw at least three points."))
    polygon = to_shape({"type": "Polygon", "coordinates": [points]})
    if not polygon.is_valid or polygon.area == 0:
        where = explain_validity(polygon).partition("[")[2].rstrip("]")
        raise Refused(
            _("The line of the area crosses itself%(where)s. Draw it anew, once around.")
            % {"where": _(" near %(point)s") % {"point": where} if where else ""}
        )
    return polygon


def _point(point: Any) -> tuple[float, float]:
    is_pair = isinstance(point, list) and len(point) >= 2
    numbers = point[:2] if is_pair else []
    if not is_pair or not all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in numbers
    ):
        raise Refused(_("A point of the area is no pair of longitude and latitude."))
    lon, lat = float(numbers[0]), float(numbers[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # also no “not a number”
        raise Refused(
            _("A point of the area lies not on earth. Write longitude first, in degrees (WGS84).")
        )
    return lon, lat


def as_geojson(stored: bytes | memoryview | None) -> dict[str, Any] | None:
    """A stored shape for the map."""
    if stored is None:
        return None
    found: dict[str, Any] = json.loads(shapely.to_geojson(shapely.from_wkb(bytes(stored))))
    return found
