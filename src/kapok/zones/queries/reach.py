"""What an area holds: its buildings, the places that it covers and touches, the area around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import shapely
from django.db import connection
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.fields import Ranges, holds, spans
from kapok.codes import WIDTH, Level, ancestor_codes
from kapok.errors import Refused
from kapok.places.models import Area as PlaceArea
from kapok.zones.areas import MOST_PICKS, Area, Pick

MOST_BUILDINGS = 60_000
IN_BOX = """
    SELECT id, place, lon, lat FROM places_building
    WHERE gone_at IS NULL AND point(lon, lat) <@ box(point(%s, %s), point(%s, %s)) LIMIT %s
"""


@dataclass(frozen=True)
class Reach:
    """What an area covers.

    Attributes
    ----------
    place
        The code of the smallest area around all of it.
    whole
        Ranges of areas that are covered as a whole, whatever is built there.
    touches
        Ranges of all places of which a part is covered.
    buildings
        Buildings that are covered, where it is not by ``whole``.
    """

    place: int
    whole: Ranges
    touches: Ranges
    buildings: tuple[UUID, ...]


def picked(codes: Iterable[int]) -> tuple[Pick, ...]:
    """Areas by their codes, as they are called now; ``Refused`` where one is not known."""
    wanted = list(dict.fromkeys(codes))
    if len(wanted) > MOST_PICKS:
        raise Refused(
            _("More than %(n)d places were picked. Pick the larger areas around them.")
            % {"n": MOST_PICKS}
        )
    rows = PlaceArea.objects.filter(code__in=wanted, valid_to=None)
    known = {row.code: (row.code, str(row.level), row.name) for row in rows}
    if set(wanted) - set(known):
        raise Refused(_("One of the places is no longer known. Pick them again."))
    return tuple(known[code] for code in sorted(wanted))


def of(area: Area) -> Reach:
    """What an area covers now. Raises ``Refused`` where it is empty, or not of whoever acts."""
    if area.shape is not None:
        return _of_shape(area.shape)
    if not area.picks:
        raise Refused(_("Pick at least one place, or draw the area."))
    return _of_picks(area.picks)


def _of_picks(picks: Sequence[Pick]) -> Reach:
    touches = spans([(code, level) for code, level, _name in picks])
    _refuse_elsewhere(touches)
    grids = [code for code, level, _name in picks if level == Level.GRID]
    whole = spans([(code, level) for code, level, _name in picks if level != Level.GRID])
    buildings = _standing_in([code for code in grids if not holds(whole, code)])
    if not whole and not buildings:
        raise Refused(_("No building stands in these places, so that nobody would be meant."))
    return Reach(around(touches), whole, touches, tuple(buildings))


def _standing_in(grids: list[int]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM places_building WHERE place = ANY (%s) AND gone_at IS NULL ORDER BY id",
            [grids],
        )
        return [key for (key,) in cursor.fetchall()]


def _of_shape(shape: shapely.MultiPolygon) -> Reach:
    west, south, east, north = shape.bounds
    with connection.cursor() as cursor:
        cursor.execute(IN_BOX, [west, south, east, north, 4 * MOST_BUILDINGS])
        rows = cursor.fetchall()
    inside = shapely.contains_xy(
        shape, [lon for _k, _p, lon, _lat in rows], [lat for _k, _p, _lon, lat in rows]
    )
    found = [(key, place) for (key, place, _x, _y), yes in zip(rows, inside, strict=True) if yes]
    if not found:
        raise Refused(
            _("No building of the town stands in this area. Move it to where people live.")
        )
    if len(found) > MOST_BUILDINGS:
        raise Refused(
            _("The area holds more than %(n)d buildings. Pick the streets or communities instead.")
            % {"n": MOST_BUILDINGS}
        )
    touches = spans([(place, _level(place)) for place in {place for _key, place in found}])
    _refuse_elsewhere(touches)
    return Reach(around(touches), (), touches, tuple(sorted(key for key, _place in found)))


def _level(place: int) -> Level:
    return Level.GRID if place % WIDTH[Level.COMMUNITY] else Level.COMMUNITY


def _refuse_elsewhere(touches: Ranges) -> None:
    """A zone lies inside the places of whoever orders it, all of it."""
    who = scope.current()
    outside = [lo for lo, hi in touches if not who.covers(lo, hi)]
    if outside:
        raise Refused(
            _(
                "A part of the area (%(place)s) lies outside your places. Make it smaller, or ask "
                "the command above to order it."
            )
            % {"place": outside[0]}
        )


def around(touches: Ranges) -> int:
    """The code of the smallest area that holds all ranges."""
    first, last = touches[0][0], touches[-1][1] - 1
    both = set(ancestor_codes(first)) & set(ancestor_codes(last))
    if not both:
        raise Refused(_("A zone lies in one province. Order one for each."))
    return max(both)
