"""What a community keeps of its online home."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from kapok.access import scope
from kapok.access.models import Look
from kapok.access.purposes import PURPOSES
from kapok.access.roles import Permission
from kapok.access.trace import look
from kapok.codes import WIDTH, Level
from kapok.doors.queries.where import Place
from kapok.places.models import Area
from kapok.portal.models import Mandate, PublicPhone, SelfReport
from kapok.portal.operations.mandates import shown
from kapok.portal.queries.own import Helping

A_WEEK = timedelta(days=7)
MOST = 300
SELF_REPORT, ACTING_FOR = "self_report", "acting_for"


@dataclass(frozen=True)
class Counted:
    """How many households reported, and how many of them with symptoms."""

    n_said: int
    n_ill: int


def communities() -> tuple[Place, ...]:
    """The communities that whoever acts keeps."""
    who = scope.require(Permission.PORTAL_KEEP)
    found: list[Place] = []
    for lo, hi in who.ranges:
        rows = Area.objects.filter(
            level=Level.COMMUNITY, valid_to=None, code__gte=lo, code__lt=hi
        ).select_related("parent")
        found += [Place(a.code, a.name, a.parent.name if a.parent else "") for a in rows[:MOST]]
    return tuple(found[:MOST])


def one(code: int) -> Place | None:
    """One of them."""
    area = Area.objects.filter(code=code, level=Level.COMMUNITY, valid_to=None).first()
    if area is None or not scope.can(Permission.PORTAL_KEEP, code):
        return None
    return Place(area.code, area.name, "")


def phones(community: int) -> list[PublicPhone]:
    """The telephones that a community announces itself."""
    return list(PublicPhone.objects.filter(place=community))


def counted(community: int, *, at: datetime) -> Counted:
    """Self-reports of the last week, as numbers alone."""
    if not _may(SELF_REPORT):
        return Counted(0, 0)
    with scope.acting(scope.for_purpose(SELF_REPORT)):
        rows = SelfReport.objects.filter(
            place__gte=community,
            place__lt=community + WIDTH[Level.COMMUNITY],
            made_at__gt=at - A_WEEK,
        )
        homes = rows.values("home_index").distinct().count()
        ill = rows.filter(has_symptoms=True).values("home_index").distinct().count()
    return Counted(homes, ill)


def helpers(community: int, *, at: datetime) -> tuple[Helping, ...] | None:
    """Who acts for whom in a community; ``None`` for whom that does not concern."""
    if not _may(ACTING_FOR):
        return None
    with scope.acting(scope.for_purpose(ACTING_FOR)):
        rows = Mandate.objects.filter(
            place__gte=community,
            place__lt=community + WIDTH[Level.COMMUNITY],
            ended_at=None,
            ends_at__gt=at,
        )
        counted = rows.annotate(n_deeds=Count("deeds"))[:MOST]
        found = tuple(Helping(shown(row), row.n_deeds) for row in counted)
        look(Look.Action.OPEN, [each.mandate.id for each in found], place=community)
    return found


def _may(purpose: str) -> bool:
    return scope.current().role in PURPOSES[purpose].roles
