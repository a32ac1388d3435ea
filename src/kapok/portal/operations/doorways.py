"""Short addresses are made once and kept, so that what hangs on walls stays true."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access.roles import Permission
from kapok.access.scope import require
from kapok.codes import WIDTH, Level, community_of
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.places.models import Area, Building
from kapok.portal import codes
from kapok.portal.models import Doorway

MOST_STAIRWELLS = 40


@transaction.atomic
def ensure(*, community: int, by: UUID | None, at: datetime) -> str:
    """The short address of a community, made where there is none."""
    require(Permission.PORTAL_KEEP, community)
    if not Area.objects.filter(code=community, level=Level.COMMUNITY, valid_to=None).exists():
        raise Refused(_("There is no such community. Choose one of the list."))
    found = Doorway.objects.filter(place=community, building=None, retired_at=None).first()
    if found is None:
        found = _made([(community, None, "")], at)[0]
    return found.code


@transaction.atomic
def ensure_everywhere(*, community: int, by: UUID | None, at: datetime) -> int:
    """One address for each building of a community that has none yet; how many were made."""
    ensure(community=community, by=by, at=at)
    lo, hi = community, community + WIDTH[Level.COMMUNITY]
    hung = Doorway.objects.filter(building__isnull=False, retired_at=None, place__gte=lo)
    bare = Building.objects.filter(place__gte=lo, place__lt=hi, gone_at=None).exclude(
        pk__in=hung.filter(place__lt=hi).values("building")
    )
    return len(_made([(each.place, each, "") for each in bare.order_by("name", "pk")], at))


@transaction.atomic
def name_stairwells(
    *, building: UUID, stairwells: Iterable[str], by: UUID | None, at: datetime
) -> int:
    """The stairwells of a building by their names, each with a poster of its own.

    Posters of stairwells that are no longer named lead to the community from now on.
    """
    found = Building.objects.filter(pk=building, gone_at=None).first()
    if found is None:
        raise Refused(_("There is no such building. Choose one of the list."))
    require(Permission.PORTAL_KEEP, community_of(found.place))
    names = list(dict.fromkeys(name.strip()[:20] for name in stairwells if name.strip()))
    if len(names) > MOST_STAIRWELLS:
        raise Refused(
            _("A building has at most %(most)s stairwells here. Name fewer.")
            % {"most": MOST_STAIRWELLS}
        )
    wanted = names or [""]
    mine = Doorway.objects.filter(building=found, retired_at=None)
    mine.exclude(stairwell__in=wanted).update(retired_at=at)
    there = set(mine.values_list("stairwell", flat=True))
    return len(_made([(found.place, found, name) for name in wanted if name not in there], at))


def _made(wanted: list[tuple[int, Building | None, str]], at: datetime) -> list[Doorway]:
    """New rows with codes that were never given out."""
    fresh: set[str] = set()
    while len(fresh) < len(wanted):
        more = {codes.new() for _turn in range(len(wanted) - len(fresh))}
        fresh |= more - set(Doorway.objects.filter(code__in=more).values_list("code", flat=True))
    return Doorway.objects.bulk_create(
        Doorway(id=uuid7(), code=code, place=place, building=building, stairwell=name, made_at=at)
        for (place, building, name), code in zip(wanted, sorted(fresh), strict=True)
    )
