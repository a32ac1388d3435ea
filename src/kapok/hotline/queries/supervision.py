"""Talks as pages show them: to the lead those of the line, to everybody else their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.utils.timezone import localdate, localtime

from kapok.access import scope, secrets
from kapok.access.roles import Permission
from kapok.hotline.models import Call, Supervision
from kapok.hotline.queries import crew
from kapok.hotline.queries.lines import name_of

ABOUT = "supervision"
MOST = 300
RECENT = timedelta(days=60)
WEEK = timedelta(days=7)
ASKABLE = timedelta(days=14)
MOST_CALLS = 20


@dataclass(frozen=True)
class Talk:
    """A talk about a call: owed or held."""

    id: UUID
    who: str
    is_own: bool
    line: str
    call_at: datetime
    due_at: datetime
    is_late: bool
    asked_for: bool
    held_at: datetime | None
    held_by: str
    next_steps: str


@dataclass(frozen=True)
class Week:
    """Who came to the group in a week, which begins on a Monday."""

    monday: date
    names: tuple[str, ...]


@dataclass(frozen=True)
class Member:
    """Somebody of the group, and when they last came."""

    account: UUID
    name: str
    last_on: date | None
    is_late: bool


@dataclass(frozen=True)
class Taken:
    """A call of one's own that one may ask to talk about."""

    id: UUID
    line: str
    at: datetime


@dataclass(frozen=True)
class Talks:
    """The page: for a lead of all, else of oneself alone."""

    owed: tuple[Talk, ...]
    held: tuple[Talk, ...]
    weeks: tuple[Week, ...]
    members: tuple[Member, ...]
    calls: tuple[Taken, ...]
    leads: bool


def talks(*, by: UUID, at: datetime) -> Talks:
    """What is owed first, the latest at the top; then what was held, the group, and own calls."""
    leads = scope.can(Permission.CALL_LEAD)
    rows = Supervision.objects.select_related("account", "held_by", "call__line")
    if not leads:
        rows = rows.filter(account=by)
    about_calls = rows.exclude(call=None)
    owed = about_calls.filter(held_at=None).order_by("due_at")[:MOST]
    held = about_calls.filter(held_at__gt=at - RECENT).order_by("-held_at")[:MOST]
    group = list(rows.filter(call=None, held_at__gt=at - RECENT).order_by("-held_at"))
    return Talks(
        owed=tuple(_talk(row, by, at) for row in owed),
        held=tuple(_talk(row, by, at) for row in held),
        weeks=tuple(_weeks(group)),
        members=tuple(_members(group, at)) if leads else (),
        calls=tuple(_calls(by, at)),
        leads=leads,
    )


def _talk(row: Supervision, by: UUID, at: datetime) -> Talk:
    call = row.call
    assert call is not None  # asked for above
    return Talk(
        id=row.pk,
        who=str(row.account),
        is_own=row.account_id == by,
        line=name_of(call.line),
        call_at=localtime(call.rang_at),
        due_at=localtime(row.due_at),
        is_late=row.held_at is None and row.due_at < at,
        asked_for=row.asked_for,
        held_at=localtime(row.held_at) if row.held_at else None,
        held_by=str(row.held_by) if row.held_by else "",
        next_steps=secrets.decrypt(bytes(row.next_steps), about=ABOUT) if row.next_steps else "",
    )


def _weeks(group: Iterable[Supervision]) -> Iterable[Week]:
    dated = [(_monday(row.held_at), str(row.account)) for row in group if row.held_at]
    for monday, rows in groupby(dated, key=lambda row: row[0]):
        yield Week(monday, tuple(sorted({name for _monday_, name in rows})))


def _monday(moment: datetime) -> date:
    day = localdate(moment)
    return day - timedelta(days=day.weekday())


def _members(group: Iterable[Supervision], at: datetime) -> Iterable[Member]:
    last: dict[UUID, datetime] = {}
    for row in group:  # newest first
        if row.held_at:
            last.setdefault(row.account_id, row.held_at)
    seen: set[UUID] = set()
    for held in crew.members(at=at):
        if held.account_id in seen:
            continue
        seen.add(held.account_id)
        when = last.get(held.account_id)
        yield Member(
            held.account_id,
            str(held.account),
            localdate(when) if when else None,
            when is None or when < at - WEEK,
        )


def _calls(by: UUID, at: datetime) -> Iterable[Taken]:
    rows = Call.objects.filter(operator=by, rang_at__gt=at - ASKABLE, rang_at__lte=at)
    asked = Supervision.objects.filter(account=by).exclude(call=None).values("call")
    for call in rows.exclude(pk__in=asked).select_related("line").order_by("-rang_at")[:MOST_CALLS]:
        yield Taken(call.pk, name_of(call.line), localtime(call.rang_at))
