"""Where reports lie: from a building, a point or a code to the place that answers for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection

from kapok.matters.covers import Cover, covering
from kapok.matters.engine.data import CorrectData, ReportData
from kapok.matters.engine.facts import Facts, Spot
from kapok.matters.queries import addresses
from kapok.matters.queries.addresses import Asked

Placed = ReportData | CorrectData
NEAR_DEG = 0.004  # about 400 m: no building is farther from a spot in a town


def spots(reports: Sequence[Placed], *, at: datetime) -> list[Spot | None]:
    """A spot for each report, or ``None`` where no known place is meant."""
    found = [_said(report) for report in reports]
    _by_building(found, reports)
    _by_point(found, reports)
    _by_address(found, reports)
    _known(found)
    covers = iter(covering([spot for spot in found if spot], at))
    return [spot and _covered(spot, next(covers)) for spot in found]


def covered(matter: Facts, *, at: datetime) -> Spot:
    """Where a matter lies, with what covers it now."""
    spot = Spot(matter.place, matter.building, matter.lon, matter.lat)
    return _covered(spot, covering([spot], at)[0])


def _covered(spot: Spot, cover: Cover | None) -> Spot:
    if cover is None:
        return spot
    return replace(spot, zone=cover.zone, has_zone_document=cover.has_document)


def _said(report: Placed) -> Spot | None:
    if report.building is not None or report.place is None:
        return None
    return Spot(report.place, None, report.lon, report.lat)


def _by_building(found: list[Spot | None], reports: Sequence[Placed]) -> None:
    wanted = {report.building for report in reports if report.building is not None}
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, place, lon, lat FROM places_building WHERE id = ANY (%s)", [list(wanted)]
        )
        known = {key: (place, lon, lat) for key, place, lon, lat in cursor.fetchall()}
    for i, report in enumerate(reports):
        if report.building in known:
            place, lon, lat = known[report.building]
            here = (report.lon, report.lat) if report.lon is not None else (lon, lat)
            found[i] = Spot(place, report.building, *here)


def _by_point(found: list[Spot | None], reports: Sequence[Placed]) -> None:
    """A point belongs to the place of the nearest building; the building itself is not claimed."""
    wanted = [
        i
        for i, report in enumerate(reports)
        if found[i] is None and report.building is None and report.lon is not None
    ]
    places = nearest_places([(reports[i].lon or 0.0, reports[i].lat or 0.0) for i in wanted])
    for i, place in zip(wanted, places, strict=True):
        if place is not None:
            found[i] = Spot(place, None, reports[i].lon, reports[i].lat)


def _by_address(found: list[Spot | None], reports: Sequence[Placed]) -> None:
    """Words name a building, where neither it nor a point was said."""
    asked = {
        i: Asked(report.place, report.address)
        for i, report in enumerate(reports)
        if isinstance(report, ReportData)
        and report.building is None
        and report.lon is None
        and report.place is not None
        and report.address
    }
    for i, one in zip(asked, addresses.named(list(asked.values())), strict=True):
        if one is not None:
            found[i] = Spot(one.place, one.building, one.lon, one.lat)


def nearest_places(points: Sequence[tuple[float, float]]) -> list[int | None]:
    """For each point the place of the nearest standing building, if one is about 400 m near."""
    if not points:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT near.place
            FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS asked (lon, lat, turn)
            LEFT JOIN LATERAL (
                SELECT place, point(lon, lat) <-> point(asked.lon, asked.lat) AS far
                FROM places_building WHERE gone_at IS NULL
                ORDER BY point(lon, lat) <-> point(asked.lon, asked.lat) LIMIT 1
            ) AS near ON near.far < %s
            ORDER BY asked.turn
            """,
            [[lon for lon, _lat in points], [lat for _lon, lat in points], NEAR_DEG],
        )
        return [place for (place,) in cursor.fetchall()]


def _known(found: list[Spot | None]) -> None:
    """A code that no area has is no place."""
    wanted = {spot.place for spot in found if spot is not None and spot.building is None}
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM places_area WHERE code = ANY (%s)", [list(wanted)])
        known = {code for (code,) in cursor.fetchall()}
    for i, spot in enumerate(found):
        if spot is not None and spot.building is None and spot.place not in known:
            found[i] = None
