"""Finding areas, what is in force in them, and locking their communities."""

from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.roles import Permission
from kapok.codes import Level, span
from kapok.errors import Refused
from kapok.places.models import Area, GridVersion


def drawable(code: int) -> Area:
    """The standing area that grids can be drawn in by whoever acts, or a refusal."""
    scope.require(Permission.PLACE_DRAW, code)
    area = Area.objects.filter(code=code).first()
    if area is None:
        raise Refused(_("No area has the code %(code)s.") % {"code": code})
    if area.valid_to is not None:
        raise Refused(
            _("%(area)s was retired on %(day)s; grids are drawn in areas that are in force.")
            % {"area": area.name, "day": area.valid_to.date().isoformat()}
        )
    if area.level == Level.GRID:
        raise Refused(
            _("%(area)s is a grid. Draw the grids of its community instead.") % {"area": area.name}
        )
    return area


def lock_communities(area: Area) -> None:
    """Lock the communities of an area until the transaction ends.

    Locks are taken in this order everywhere: communities by code, then drawings, then grids and
    buildings. Whoever changes what is in force or open in an area holds its communities. Barriers
    belong to none: publishing compares them with those of the drawing.
    """
    low, high = span(area.code, area.level)
    _lock("code >= %s AND code < %s", [low, high])


def lock_these(communities: Iterable[int]) -> None:
    """Lock some communities, in the same order."""
    _lock("code = ANY(%s)", [list(communities)])


def _lock(which: str, values: list) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT FROM places_area WHERE level = 'COMMUNITY' AND {which} "
            "ORDER BY code FOR NO KEY UPDATE",
            values,
        )


def versions_in_force(area: Area) -> dict[int, int]:
    """Number of the version in force, by community; communities without grids are missing."""
    low, high = span(area.code, area.level)
    found = GridVersion.objects.filter(community__gte=low, community__lt=high, valid_to=None)
    return dict(found.values_list("community", "number"))


def names(codes: Iterable[int], *, at_most: int = 3) -> str:
    """Names of areas for a sentence: the first few, and how many more."""
    codes = sorted(codes)
    found = {area.code: area.name for area in Area.objects.filter(code__in=codes[:at_most])}
    listed = ", ".join(found.get(code, str(code)) for code in codes[:at_most])
    if len(codes) <= at_most:
        return listed
    return _("%(names)s and %(more)d more") % {"names": listed, "more": len(codes) - at_most}
