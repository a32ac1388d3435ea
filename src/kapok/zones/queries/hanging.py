"""What hangs on a zone: the open matters inside it, and the moves that its rules make on them.

It is asked by the box, which reaches matters of every realm: before an order, to count them; when
a zone changes, to move them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from kapok.access.fields import Ranges, multirange
from kapok.errors import Refused
from kapok.matters.engine import asking
from kapok.matters.engine.facts import Facts, Spot
from kapok.matters.models import Report
from kapok.matters.queries import routing
from kapok.packs import conditions, look_up
from kapok.packs.schema import Retask, RetaskAct, Route, ZoneKind, ZoneMoment
from kapok.zones import retasking, sentences
from kapok.zones.models import ZoneBuilding
from kapok.zones.retasking import Act, Lying

INSIDE = """
    SELECT id FROM matters_matter WHERE closed_at IS NULL AND (
        (place >= %(lo)s AND place < %(hi)s AND place <@ %(touches)s::int8multirange)
        OR building_id = ANY (%(buildings)s))
        AND received_at >= coalesce(%(since)s, '-infinity'::timestamptz)
    ORDER BY id
"""
GRIDS = """
    SELECT code FROM places_area
    WHERE level = 'GRID' AND valid_to IS NULL AND (
        code <@ %(whole)s::int8multirange
        OR code IN (SELECT place FROM places_building WHERE id = ANY (%(buildings)s)))
    ORDER BY code
"""


def kind_of(pack: UUID, code: str) -> ZoneKind:
    """A kind of zone as the version of the pack says it that decided."""
    found = look_up.pack(pack).zone_kind(code)
    if found is None:
        raise Refused(
            _("No pack in force here has the kind of zone “%(code)s”. Choose another one.")
            % {"code": code}
        )
    return found


def buildings_of(zones: Iterable[UUID]) -> list[UUID]:
    """The buildings that zones cover one by one."""
    rows = ZoneBuilding.objects.filter(zone__in=list(zones))
    return list(rows.values_list("building_id", flat=True).distinct())


def matters_in(
    touches: Ranges, buildings: Sequence[UUID], *, since: datetime | None = None
) -> list[UUID]:
    """Open matters that may lie in an area: :func:`covering.lying` says which do."""
    values: dict[str, Any] = {
        "since": since,
        "lo": min((lo for lo, _hi in touches), default=0),
        "hi": max((hi for _lo, hi in touches), default=0),
        "touches": multirange(touches),
        "buildings": list(buildings),
    }
    with connection.cursor() as cursor:
        cursor.execute(INSIDE, values)
        return [key for (key,) in cursor.fetchall()]


def grids_of(whole: Ranges, buildings: Sequence[UUID]) -> list[int]:
    """The grids of which an area covers at least a part."""
    values: dict[str, Any] = {"whole": multirange(whole), "buildings": list(buildings)}
    with connection.cursor() as cursor:
        cursor.execute(GRIDS, values)
        return [code for (code,) in cursor.fetchall()]


def spot_of(matter: Facts) -> Spot:
    """Where a matter lies."""
    return Spot(matter.place, matter.building, matter.lon, matter.lat)


def moves(
    matters: Sequence[Facts], over: Mapping[UUID, Lying], *, at: datetime
) -> dict[UUID, tuple[Act, ...]]:
    """The moves that the zone over each matter makes on it."""
    said = answers([matter.id for matter in matters])
    return {
        matter.id: _of_one(matter, over[matter.id], said.get(matter.id, {}), at)
        for matter in matters
    }


def answers(matters: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """What the first report of each matter answered; conditions of packs read it."""
    rows = Report.objects.filter(matter__in=matters).order_by("-received_at")
    return dict(rows.values_list("matter_id", "answers"))


def _of_one(matter: Facts, zone: Lying, said: Mapping[str, Any], at: datetime) -> tuple[Act, ...]:
    _kind, hours = look_up.kind_of(matter.pack, matter.kind)
    known = asking.variables(place=matter.place, now=at, hours=hours, answers=said, matter=matter)

    def to_whom(moved: Facts, way: Sequence[Route]) -> dict[str, Any] | None:
        return routing.first_hands([moved], at=at, by_way=way).get(moved.id)

    return retasking.acts(
        matter,
        kind_of(zone.pack, zone.kind).retasks,
        until=zone.ends_at,
        holds=lambda when: when is None or conditions.holds(when, known),
        to_whom=to_whom,
        reason=lambda rule: sentences.reason(zone.name, rule),
    )


def creating(kind: ZoneKind, on: ZoneMoment) -> list[Retask]:
    """The rules of a kind of zone that make a matter for each grid at a moment."""
    return [rule for rule in kind.retasks if rule.do == RetaskAct.CREATE and rule.on == on]
