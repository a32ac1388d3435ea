"""Call-backs as pages show them: what is owed, most urgent first, and one with its caller."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import Case, Count, QuerySet, Value, When
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.access import secrets
from kapok.access.models import Look
from kapok.access.trace import look
from kapok.hotline import rules
from kapok.hotline.models import Call, CallBack, CallRecord
from kapok.hotline.queries import silence
from kapok.hotline.queries.lines import name_of
from kapok.hotline.workflow import ENDED, OPEN_BACKS, Back, Due, State
from kapok.places.names import of_places

PAGE = 100
SOON = timedelta(hours=24)  # what is due later is looked up by its reason, not shown among all
PRESSING = timedelta(hours=1)  # what is urgent and due so soon stands before all else
STEPS = {
    "24h": gettext_lazy("after 24 hours"),
    "7d": gettext_lazy("after 7 days"),
    "30d": gettext_lazy("after 30 days"),
    "90d": gettext_lazy("after 90 days"),
    "done": gettext_lazy("did it help?"),
    rules.LEFT_OPEN: gettext_lazy("what was left open: what they need, how they are"),
}


@dataclass(frozen=True)
class Row:
    """Somebody who is to be called; neither their name nor their number."""

    id: UUID
    why: str
    step: str
    line: str
    where: str
    is_urgent: bool
    is_late: bool
    next_at: datetime
    clock: str
    n_tries: int
    taken_by: str
    is_mine: bool


@dataclass(frozen=True)
class Day:
    """What is due on one day."""

    date: date
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Filter:
    """A reason, how many wait for it, and how many of them are late."""

    code: str
    label: str
    n: int


@dataclass(frozen=True)
class Owed:
    """A page of what is owed."""

    days: tuple[Day, ...]
    filters: tuple[Filter, ...]
    n_late: int
    chosen: str
    by_day: bool
    page: int
    has_more: bool


@dataclass(frozen=True)
class Caller:
    """Whom to call, for whoever has taken it."""

    phone: str
    name: str
    address: str
    notes: str
    is_discreet: bool
    is_silent: bool  # not to be called
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """One call-back with what may be done with it."""

    row: Row
    state: str
    state_label: str
    ended_why: str
    rang_at: datetime
    caller: Caller | None
    answer: UUID | None
    is_talking: bool
    is_called: bool
    is_last_try: bool
    again_min: int


def owed(*, why: str = "", page: int = 1, by: UUID, at: datetime) -> Owed:
    """What is owed at the places of who acts: what presses first, then by when it is due."""
    rows = CallBack.objects.filter(state__in=OPEN_BACKS)
    soon = rows.filter(next_at__lt=at + SOON)
    chosen = why if why in Back.values else ""
    wanted = rows.filter(why=chosen) if chosen else soon
    start = (max(page, 1) - 1) * PAGE
    presses = Case(When(is_urgent=True, next_at__lt=at + PRESSING, then=Value(0)), default=Value(1))
    wanted = wanted.select_related("line", "taken_by").order_by(presses, "next_at", "id")
    found = list(wanted[start : start + PAGE + 1])
    by_day = chosen == Back.FOLLOW_UP
    if by_day:
        found.sort(key=lambda back: (localdate(back.next_at), not back.is_urgent, back.next_at))
    lines = _rows(found[:PAGE], by, at)
    return Owed(
        days=tuple(_days(lines) if by_day else [Day(localdate(at), lines)] if lines else []),
        filters=tuple(_filters(rows, soon)),
        n_late=soon.filter(next_at__lt=at).count(),
        chosen=chosen,
        by_day=by_day,
        page=max(page, 1),
        has_more=len(found) > PAGE,
    )


def shown(back_id: UUID, *, by: UUID, at: datetime) -> Shown | None:
    """One call-back; its caller only for whoever has taken it, and each look is traced."""
    rows = CallBack.objects.select_related("line", "taken_by", "call", "answer")
    back = rows.filter(pk=back_id).first()
    if back is None:
        return None
    [row] = _rows([back], by, at)
    is_taken = back.state == Due.TAKEN and row.is_mine
    answer = back.answer
    return Shown(
        row=row,
        state=back.state,
        state_label=str(Due(back.state).label),
        ended_why=back.ended_why,
        rang_at=localtime(back.call.rang_at),
        caller=_caller(back, at) if is_taken else None,
        answer=answer.pk if answer is not None and answer.state not in ENDED else None,
        is_talking=answer is not None and answer.state == State.TALKING,
        is_called=answer is not None,
        is_last_try=back.n_tries + 1 >= rules.MOST_TRIES,
        again_min=int(rules.AGAIN[min(back.n_tries, len(rules.AGAIN) - 1)].total_seconds() // 60),
    )


def _rows(found: list[CallBack], by: UUID, at: datetime) -> tuple[Row, ...]:
    names = of_places({back.place for back in found})
    return tuple(
        Row(
            id=back.pk,
            why=str(Back(back.why).label),
            step=str(STEPS.get(back.step, back.step)),
            line=name_of(back.line),
            where=names.get(back.place, ""),
            is_urgent=back.is_urgent,
            is_late=back.state in OPEN_BACKS and back.next_at < at,
            next_at=localtime(back.next_at),
            clock=_clock(back.next_at - at),
            n_tries=back.n_tries,
            taken_by=str(back.taken_by) if back.taken_by else "",
            is_mine=back.taken_by_id == by,
        )
        for back in found
    )


def _clock(left: timedelta) -> str:
    """How long until it is due, or since when it is late, in one unit."""
    minutes = int(abs(left.total_seconds()) // 60)
    if minutes < 120:
        said = _("%(n)s min") % {"n": minutes}
    elif minutes < 48 * 60:
        said = _("%(n)s h") % {"n": minutes // 60}
    else:
        said = _("%(n)s days") % {"n": minutes // 1440}
    return (_("late by %(time)s") if left < timedelta(0) else _("in %(time)s")) % {"time": said}


def _days(rows: tuple[Row, ...]) -> Iterator[Day]:
    for day, of_day in groupby(rows, key=lambda row: row.next_at.date()):
        yield Day(day, tuple(of_day))


def _filters(rows: QuerySet[CallBack], soon: QuerySet[CallBack]) -> Iterator[Filter]:
    yield Filter("", _("Due within a day"), soon.count())
    counted = rows.order_by().values_list("why").annotate(n=Count("pk"))
    n = dict(counted.values_list("why", "n"))
    for why in Back:
        yield Filter(why.value, str(why.label), n.get(why.value, 0))


def _caller(back: CallBack, at: datetime) -> Caller | None:
    """The number, what was noted, and what they needed: revealed, and traced as that."""
    record = CallRecord.objects.filter(pk=back.call_id).first()
    look(Look.Action.REVEAL, [back.call_id], place=back.place)
    if record is None:
        return None
    is_silent = silence.keeps(back, record, at)
    return Caller(
        phone=_opened(record.phone, "phone"),
        name=_opened(record.caller, "name"),
        address=_opened(record.address, "home"),
        notes=_opened(record.notes, "call"),
        is_discreet=record.is_discreet or is_silent,
        is_silent=is_silent,
        needs=tuple(_needs(back.call, at)),
    )


def _needs(call: Call, at: datetime) -> Iterator[str]:
    words = rules.spoken_at(call.place, at)
    for code in call.needs.values_list("category", flat=True):
        category = words.category(code)
        yield category.label.here() if category else code


def _opened(stored: bytes | memoryview | None, about: str) -> str:
    return secrets.decrypt(bytes(stored), about=about) if stored else ""
