"""A notice as everybody reads it: signed, dated, what changed, and what one's own level adds."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.timezone import localdate

from kapok.access.scope import acting
from kapok.codes import ancestor_codes
from kapok.outreach.box import of_post
from kapok.outreach.models import Notice, Passing, Receipt
from kapok.outreach.queries.links import Linked
from kapok.outreach.queries.notices import Version, version_of
from kapok.outreach.workflow import State, Topic
from kapok.places.models import in_language
from kapok.places.names import of_places

NEW_FOR = 30
URGENT_FIRST = timedelta(hours=48)  # after which an urgent notice stands among the others


@dataclass(frozen=True)
class Said:
    """A sentence that a level below added."""

    where: str
    text: str


@dataclass(frozen=True)
class Public:
    """The page behind a short address."""

    id: UUID
    where: str
    topic: str
    urgent: bool
    is_withdrawn: bool
    ended_why: str
    last_day: date | None
    is_over: bool
    version: Version
    former: tuple[Version, ...]
    added: tuple[Said, ...]
    asks: bool
    is_read: bool
    is_personal: bool


def public(found: Linked, *, at: datetime) -> Public:
    """What a short address shows."""
    with acting(of_post(at=at)):
        row = Notice.objects.get(pk=found.notice)
        versions = list(row.versions.select_related("signed_by").order_by("-number"))
        places = of_places({row.place})
        added = _added(found)
        is_read = bool(
            found.household
            and Receipt.objects.filter(version=found.version, household=found.household).exists()
        )
    shown = [version_of(each) for each in versions]
    return Public(
        id=row.pk,
        where=places.get(row.place, ""),
        topic=str(Topic(row.topic).label),
        urgent=row.urgent,
        is_withdrawn=row.state == State.WITHDRAWN,
        ended_why=row.ended_why,
        last_day=row.last_day,
        is_over=row.last_day is not None and row.last_day < localdate(at),
        version=shown[0],
        former=tuple(shown[1:]),
        added=added,
        asks=bool(row.answer_kind),
        is_read=is_read,
        is_personal=found.household is not None,
    )


def _added(found: Linked) -> tuple[Said, ...]:
    if found.version is None or found.message is None:
        return ()
    rows = list(
        Passing.objects.filter(version=found.version, place__in=ancestor_codes(found.place))
        .exclude(local_zh="", local_en="")
        .order_by("place")
    )
    names = of_places({row.place for row in rows})
    return tuple(
        Said(names.get(row.place, ""), in_language(row.local_zh, row.local_en)) for row in rows
    )


@dataclass(frozen=True)
class Brief:
    """A notice in a list.

    Attributes
    ----------
    stands_first
        Whether it stands above newer ones: it is urgent, and was told lately.
    """

    id: UUID
    code: str
    version: Version
    told: UUID | None
    urgent: bool
    stands_first: bool
    topic: str
    sent_at: datetime


def current(place: int, *, at: datetime, at_most: int = NEW_FOR) -> tuple[Brief, ...]:
    """The notices over a place that still hold: new urgent ones first, then the latest.

    They are public; the caller need not act.
    """
    holds = Q(last_day=None) | Q(last_day__gte=localdate(at))
    with acting(of_post(at=at)):
        rows = list(
            Notice.objects.filter(holds, place__in=ancestor_codes(place), state=State.SENT)
            .prefetch_related("versions__signed_by")
            .order_by("-sent_at")[:at_most]
        )
    made = [_brief(row, at) for row in rows]
    return tuple(sorted(made, key=lambda brief: not brief.stands_first))


def new_urgent(*, at: datetime) -> int:
    """How many urgent notices stand first now: the residents' pages change when one ends to."""
    fresh = Q(versions__told_at__gt=at - URGENT_FIRST)
    return Notice.objects.filter(fresh, urgent=True, state=State.SENT).distinct().count()


def _brief(row: Notice, at: datetime) -> Brief:
    versions = sorted(row.versions.all(), key=lambda each: -each.number)
    told = next((each for each in versions if each.told_at is not None), None)
    assert row.sent_at is not None  # a constraint says so
    told_at = (told and told.told_at) or row.sent_at
    return Brief(
        id=row.pk,
        code=row.code,
        version=version_of(versions[0]),
        told=told.pk if told else None,
        urgent=row.urgent,
        stands_first=row.urgent and told_at > at - URGENT_FIRST,
        topic=row.get_topic_display(),
        sent_at=row.sent_at,
    )
