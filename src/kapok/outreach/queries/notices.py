"""Notices for those who write and follow them: the list, and one with where it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.roles import ROLES, Permission
from kapok.codes import WIDTH, Level, ancestor_codes, span
from kapok.outreach import texts
from kapok.outreach.models import Message, Notice, NoticeVersion
from kapok.outreach.queries.answers import Answers, answers
from kapok.outreach.queries.rollup import Asked, Late, Rollup, Sum, late, rollup, totals
from kapok.outreach.wording import link_of, words_of
from kapok.outreach.workflow import Audience, Sending, State, Topic, Way
from kapok.packs import look_up
from kapok.places.models import Area, in_language
from kapok.places.names import of_places

SHOWN = 100


@dataclass(frozen=True)
class Line:
    """A notice in the list."""

    id: UUID
    title: str
    where: str
    topic: str
    state: str
    state_label: str
    urgent: bool
    at: datetime
    got: Sum | None

    @property
    def is_withdrawn(self) -> bool:
        """Whether nothing more of it is sent."""
        return self.state == State.WITHDRAWN


@dataclass(frozen=True)
class Version:
    """Signed words."""

    id: UUID
    number: int
    zh: texts.Words
    en: texts.Words
    signed_by: str
    signed_role: str
    signed_at: datetime
    told_at: datetime | None

    @property
    def here(self) -> texts.Words:
        """In the language of the page."""
        return self.zh if in_language("zh", "en") == "zh" else self.en


@dataclass(frozen=True)
class Card:
    """One notice.

    Attributes
    ----------
    told
        The version that was told last; the newest words may be a correction that was not.
    around
        The area that the counts are of: that of the notice, or the smaller one of who looks.
    """

    id: UUID
    code: str
    link: str
    where: str
    level: str
    place: int
    topic: str
    audience: str
    way: str
    state: str
    state_label: str
    urgent: bool
    override_reason: str
    per_hour: int | None
    answers_become: str
    last_day: date | None
    made_by: str
    sent_by: str
    ended_by: str
    ended_why: str
    versions: tuple[Version, ...]
    told: UUID | None
    around: Rollup | None
    answers: Answers | None
    crumbs: tuple[tuple[int, str], ...]
    late: tuple[Late, ...]
    sending: tuple[tuple[str, str, int], ...]
    may_write: bool

    @property
    def is_withdrawn(self) -> bool:
        """Whether nothing more of it is sent."""
        return self.state == State.WITHDRAWN


def notices(*, show: str = "") -> tuple[Line, ...]:
    """Notices of and over the places of who acts, the latest first."""
    who = scope.current()
    if not who.can(Permission.NOTICE_VIEW):
        scope.require(Permission.NOTICE_WRITE)
    inside = Q()
    for lo, hi in who.ranges:
        inside |= Q(place__gte=lo, place__lt=hi) | Q(place__in=ancestor_codes(lo))
    found = Notice.objects.filter(inside).exclude(state=State.DROPPED)
    if show == "draft":
        found = found.filter(state=State.DRAFT)
    rows = list(found.prefetch_related("versions")[:SHOWN])
    names = of_places({row.place for row in rows})
    got = _got(rows, who) if who.can(Permission.NOTICE_VIEW) else {}
    return tuple(_line(row, names.get(row.place, ""), got.get(row.pk)) for row in rows)


def _got(rows: Sequence[Notice], who: scope.Acting) -> dict[UUID, Sum]:
    """How far the version of each notice got that was told last, by notice."""
    asked = [
        Asked(told.pk, row.pk, *_around(row, who))
        for row in rows
        if (told := _told(_latest_first(row))) is not None
    ]
    found = totals(asked)
    return {each.notice: found[each.version] for each in asked}


def _latest_first(row: Notice) -> list[NoticeVersion]:
    return sorted(row.versions.all(), key=lambda each: -each.number)


def _told(versions: Sequence[NoticeVersion]) -> NoticeVersion | None:
    """Of versions, the latest first, the one that was told last."""
    return next((each for each in versions if each.told_at is not None), None)


def _line(row: Notice, where: str, got: Sum | None) -> Line:
    newest = _latest_first(row)[0]
    return Line(
        id=row.pk,
        title=in_language(newest.title_zh, newest.title_en),
        where=where,
        topic=row.get_topic_display(),
        state=row.state,
        state_label=row.get_state_display(),
        urgent=row.urgent,
        at=row.sent_at or row.made_at,
        got=got,
    )


def card(notice_id: UUID, *, at: datetime, inside: int | None = None) -> Card | None:
    """One notice; ``inside`` narrows the counts to a smaller area."""
    row = (
        Notice.objects.select_related("made_by", "sent_by", "ended_by").filter(pk=notice_id).first()
    )
    if row is None:
        return None
    who = scope.current()
    versions = list(row.versions.select_related("signed_by").order_by("-number"))
    told = _told(versions)
    place, level = _around(row, who)
    crumbs: tuple[tuple[int, str], ...] = ((place, of_places({place}).get(place, "")),)
    lo, hi = span(place, level)
    if inside is not None and lo <= inside < hi and inside != place:
        narrower = Area.objects.filter(code=inside).first()
        if narrower is not None:
            place, level = narrower.code, narrower.level
            crumbs = (*crumbs, (place, narrower.name))
    sees = who.can(Permission.NOTICE_VIEW) and told is not None
    return Card(
        id=row.pk,
        code=row.code,
        link=link_of(row.code),
        where=of_places({row.place}).get(row.place, ""),
        level=row.level,
        place=row.place,
        topic=str(Topic(row.topic).label),
        audience=str(Audience(row.audience).label),
        way=str(Way(row.way).label),
        state=row.state,
        state_label=row.get_state_display(),
        urgent=row.urgent,
        override_reason=row.override_reason,
        per_hour=row.per_hour,
        answers_become=_kind_label(row, at),
        last_day=row.last_day,
        made_by=str(row.made_by),
        sent_by=str(row.sent_by or ""),
        ended_by=str(row.ended_by or ""),
        ended_why=row.ended_why,
        versions=tuple(version_of(each) for each in versions),
        told=told.pk if told else None,
        around=rollup(told.pk, place, level) if told and sees else None,
        answers=answers(row.pk, place, level) if sees else None,
        crumbs=crumbs,
        late=late(told.pk, place, level) if told and sees else (),
        sending=_sending(told, place, level) if told and sees else (),
        may_write=who.can(Permission.NOTICE_WRITE, row.place)
        and who.covers(*span(row.place, row.level)),
    )


def version_of(row: NoticeVersion) -> Version:
    """A version as pages show it."""
    return Version(
        id=row.pk,
        number=row.number,
        zh=words_of(row, "zh"),
        en=words_of(row, "en"),
        signed_by=row.signed_by.name or str(row.signed_by),
        signed_role=str(ROLES[row.signed_role].label) if row.signed_role in ROLES else _("Kapok"),
        signed_at=row.signed_at,
        told_at=row.told_at,
    )


def _around(row: Notice, who: scope.Acting) -> tuple[int, str]:
    """The area of the notice, or the first one of who acts where that is smaller."""
    lo, hi = span(row.place, row.level)
    for start, end in who.ranges:
        if lo <= start and end <= hi:
            return start, _level(end - start)
    return row.place, row.level


def _level(width: int) -> str:
    return str(next((level for level in reversed(Level) if WIDTH[level] >= width), Level.PROVINCE))


def _sending(version: NoticeVersion, place: int, level: str) -> tuple[tuple[str, str, int], ...]:
    lo, hi = span(place, level)
    found = (
        Message.objects.filter(version=version, place__gte=lo, place__lt=hi)
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    known = dict(found)
    return tuple(
        (state.value, str(state.label), known[state]) for state in Sending if state in known
    )


def _kind_label(row: Notice, at: datetime) -> str:
    if not row.answer_kind:
        return ""
    kind = look_up.packs_at(row.place, at).find(row.answer_kind)
    return kind.label.here() if kind else row.answer_kind
