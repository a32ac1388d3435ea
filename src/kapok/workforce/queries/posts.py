"""Posts, and who is called to them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from kapok.access import scope
from kapok.access.roles import Permission
from kapok.workforce import posters
from kapok.workforce.models import Briefing, BriefingRead, Call, Post
from kapok.workforce.queries.scoped import area_names, inside
from kapok.workforce.workflow import CallStatus, HoursStatus

RECENT = 200


@dataclass(frozen=True)
class PostCard:
    """A post: where it is, what it asks, and its poster of today."""

    id: UUID
    name: str
    place: int
    area_name: str
    risk: int
    adults_only: bool
    briefing: UUID | None
    briefing_title: str
    renews_daily: bool
    is_closed: bool
    n_there: int
    token: str
    short_code: str
    day: date
    may_manage: bool


@dataclass(frozen=True)
class CallLine:
    """Somebody who was called to a post, and their answer."""

    id: UUID
    name: str
    post: UUID
    post_name: str
    starts_at: datetime
    ends_at: datetime
    status: str
    status_label: str


def posts(day: date) -> tuple[PostCard, ...]:
    """The open posts inside the acting places, in three queries."""
    rows = list(_rows().filter(inside(), closed_at=None))
    names = area_names({row.place for row in rows})
    return tuple(_card(row, names, day) for row in rows)


def post_card(post_id: UUID, day: date) -> PostCard | None:
    """One post, wherever it is; or ``None``."""
    row = _rows().filter(pk=post_id).first()
    return _card(row, area_names({row.place}), day) if row else None


def post_of_code(code: str, day: date) -> str | None:
    """The token of the open post whose poster of today has this short code."""
    for row in Post.objects.filter(closed_at=None):
        good_for = day if row.renews_daily else None
        if posters.short_code(row.pk, row.poster, good_for) == code:
            return posters.token(row.pk, row.poster, good_for)
    return None


def post_of_token(token: str, day: date) -> tuple[PostCard | None, bool]:
    """The post that a token stands for, and whether the token is still good today."""
    said = posters.read(token)
    row = Post.objects.filter(pk=said[0]).first() if said else None
    if said is None or row is None:
        return None, False
    _key, poster, good_for = said
    wanted = day if row.renews_daily else None
    return post_card(row.pk, day), (poster, good_for) == (row.poster, wanted)


def text_to_read(card: PostCard, account: UUID) -> Briefing | None:
    """The text that somebody has still to read before they serve at a post."""
    if card.briefing is None:
        return None
    if BriefingRead.objects.filter(briefing=card.briefing, account=account).exists():
        return None
    return Briefing.objects.filter(pk=card.briefing).first()


def open_calls(post_id: UUID) -> tuple[CallLine, ...]:
    """Calls to a post, latest first."""
    rows = Call.objects.filter(inside(), post=post_id).exclude(status=CallStatus.WITHDRAWN)
    return call_lines(list(rows.select_related("account", "post").order_by("-starts_at")[:RECENT]))


def call_lines(rows: list[Call]) -> tuple[CallLine, ...]:
    """Calls as lists show them."""
    return tuple(
        CallLine(
            id=row.pk,
            name=str(row.account),
            post=row.post_id,
            post_name=row.post.name,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            status=row.status,
            status_label=str(row.get_status_display()),
        )
        for row in rows
    )


def briefings() -> list[Briefing]:
    """The latest version of each text inside the acting places."""
    rows = Briefing.objects.filter(inside()).order_by("place", "title", "-version")
    return list(rows.distinct("place", "title"))


def _rows() -> Any:
    """Posts, each with the number of people who are there now."""
    there = Count("entries", filter=Q(entries__status=HoursStatus.OPEN))
    return Post.objects.select_related("briefing").annotate(n_there=there)


def _card(row: Any, names: dict[int, str], day: date) -> PostCard:
    good_for = day if row.renews_daily else None
    return PostCard(
        id=row.pk,
        name=row.name,
        place=row.place,
        area_name=names.get(row.place, str(row.place)),
        risk=row.risk,
        adults_only=row.adults_only,
        briefing=row.briefing_id,
        briefing_title=str(row.briefing) if row.briefing else "",
        renews_daily=row.renews_daily,
        is_closed=row.closed_at is not None,
        n_there=row.n_there,
        token=posters.token(row.pk, row.poster, good_for),
        short_code=posters.short_code(row.pk, row.poster, good_for),
        day=day,
        may_manage=scope.can(Permission.TEAM_MANAGE, row.place),
    )
