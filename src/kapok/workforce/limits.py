"""What nobody's shifts may break, and which two shifts break it. Nothing here reads a clock.

A change is judged by the shift that somebody gains: what stood against a rule before is not its
doing, and whoever loses a shift breaks none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from django.utils import timezone

DUTY, CLOSED_DUTY, STANDBY = "DUTY", "CLOSED_DUTY", "STANDBY"
NIGHT_FROM, NIGHT_TO = time(23), time(6)
NIGHT_LEAST = timedelta(hours=3)  # so much of a night makes a shift a night
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AROUND = timedelta(days=14)  # so far a rule looks before and after a shift


@dataclass(frozen=True)
class Limits:
    """The limits of a worker's week.

    Attributes
    ----------
    rest
        Between the end of one shift and the beginning of the next.
    week, week_approved
        Of duty from Monday to Sunday; the second once a lead gives a reason.
    nights
        In a row.
    """

    rest: timedelta = timedelta(hours=11)
    week: timedelta = timedelta(hours=48)
    week_approved: timedelta = timedelta(hours=60)
    nights: int = 3


USUAL = Limits()


class Rule(StrEnum):
    """The rules, the gravest first."""

    OVERLAP = "OVERLAP"
    AWAY = "AWAY"
    REST = "REST"
    NIGHTS = "NIGHTS"
    WEEK = "WEEK"
    WEEK_APPROVED = "WEEK_APPROVED"


@dataclass(frozen=True)
class Span:
    """A shift as the rules see it; ``place`` tells whether a duty lies in its closed duty."""

    id: UUID
    kind: str
    post: str
    place: int
    starts_at: datetime
    ends_at: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.ends_at - self.starts_at

    @property
    def night(self) -> date | None:
        """The evening of the night that it takes, or ``None`` where it is no night."""
        return night_of(self.starts_at, self.ends_at) if self.kind == DUTY else None


@dataclass(frozen=True)
class Broken:
    """A rule that two shifts break; ``amount`` is the hours of rest or week, or the nights."""

    rule: Rule
    first: Span
    second: Span
    amount: float


def night_of(starts_at: datetime, ends_at: datetime) -> date | None:
    """The evening of the night that most of a shift lies in: 3 hours between 23:00 and 6:00."""
    first = timezone.localtime(starts_at).date() - DAY
    n_days = (timezone.localtime(ends_at).date() - first).days
    best: tuple[timedelta, date] | None = None
    for evening in (first + n * DAY for n in range(n_days + 1)):
        zone = timezone.get_current_timezone()
        begins = datetime.combine(evening, NIGHT_FROM, zone)
        ends = datetime.combine(evening + DAY, NIGHT_TO, zone)
        inside = min(ends, ends_at) - max(begins, starts_at)
        if inside >= NIGHT_LEAST and (best is None or inside > best[0]):
            best = inside, evening
    return best[1] if best else None


def week_of(moment: datetime) -> date:
    """The Monday of the week that a shift counts in: that of its beginning."""
    day = timezone.localtime(moment).date()
    return day - day.weekday() * DAY


def broken(
    others: Iterable[Span], gained: Span, limits: Limits = USUAL, *, is_approved: bool = False
) -> Broken | None:
    """The gravest rule that somebody breaks who gains a shift beside their others, or ``None``.

    ``is_approved``: a lead approves long hours with a reason, up to the second limit.
    """
    beside = [other for other in others if other.id != gained.id]
    found = [
        *_overlaps(beside, gained),
        *_away(beside, gained),
        *_short_rest(beside, gained, limits),
        *_many_nights(beside, gained, limits),
        *_long_week(beside, gained, limits, is_approved),
    ]
    order = list(Rule)
    return min(found, key=lambda one: order.index(one.rule), default=None)


def hopeless(others: Iterable[Span], gained: Span, limits: Limits = USUAL) -> Broken | None:
    """What stands against a shift even where one of the others is given for it, or ``None``.

    A lead may still approve long hours.
    """
    own = list(others)
    found = broken(own, gained, limits, is_approved=True)
    if found is None:
        return None
    for given in own:
        kept = [other for other in own if other.id != given.id]
        if broken(kept, gained, limits, is_approved=True) is None:
            return None
    return found


def first_clash(gained: Iterable[Span], others: Iterable[Span]) -> Broken | None:
    """The first of many new shifts that leaves no rest beside the others, or falls on a phase.

    Nights in a row and hours of a week are the plan's own to count, since it may know better.
    """
    beside = list(others)
    found = (
        broken
        for one in gained
        for broken in (*_away(beside, one), *_short_rest(beside, one, USUAL))
    )
    return next(found, None)


def _overlaps(beside: list[Span], gained: Span) -> Iterator[Broken]:
    for other in beside:
        if (other.kind == DUTY) == (gained.kind == DUTY) and _meet(other, gained):
            yield Broken(Rule.OVERLAP, *_in_order(other, gained), 0)


def _away(beside: list[Span], gained: Span) -> Iterator[Broken]:
    """No duty during isolation or leave; during closed duty only where that is."""
    for other in beside:
        if (other.kind == DUTY) != (gained.kind == DUTY) and _meet(other, gained):
            phase = other if gained.kind == DUTY else gained
            is_there = phase.kind == CLOSED_DUTY and other.place == gained.place
            if phase.kind != STANDBY and not is_there:
                yield Broken(Rule.AWAY, *_in_order(other, gained), 0)


def _short_rest(beside: list[Span], gained: Span, limits: Limits) -> Iterator[Broken]:
    for other in beside:
        if other.kind == DUTY == gained.kind and not _meet(other, gained):
            first, second = _in_order(other, gained)
            rest = second.starts_at - first.ends_at
            if rest < limits.rest:
                yield Broken(Rule.REST, first, second, rest / HOUR)


def _many_nights(beside: list[Span], gained: Span, limits: Limits) -> Iterator[Broken]:
    if gained.night is None:
        return
    by_night = {one.night: one for one in [*beside, gained] if one.night is not None}
    first = last = gained.night
    while first - DAY in by_night:
        first -= DAY
    while last + DAY in by_night:
        last += DAY
    n = (last - first).days + 1
    if n > limits.nights:
        yield Broken(Rule.NIGHTS, by_night[first], by_night[last], n)


def _long_week(
    beside: list[Span], gained: Span, limits: Limits, is_approved: bool
) -> Iterator[Broken]:
    if gained.kind != DUTY:
        return
    week = week_of(gained.starts_at)
    same = [one for one in beside if one.kind == DUTY and week_of(one.starts_at) == week]
    total = sum((one.length for one in same), gained.length)
    rule = Rule.WEEK_APPROVED if total > limits.week_approved else Rule.WEEK
    if total <= limits.week or (is_approved and rule is Rule.WEEK):
        return
    whole = sorted([*same, gained], key=lambda one: one.starts_at)
    yield Broken(rule, whole[0], whole[-1], total / HOUR)


def _meet(one: Span, other: Span) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _in_order(one: Span, other: Span) -> tuple[Span, Span]:
    return (one, other) if one.starts_at <= other.starts_at else (other, one)


def first_overlap(spans: Iterable[Span]) -> tuple[Span, Span] | None:
    """The first two shifts of one person, duties or phases, that are at the same time."""
    rows = sorted(spans, key=lambda one: (one.kind != DUTY, one.starts_at))
    for one, other in pairwise(rows):
        if (one.kind == DUTY) == (other.kind == DUTY) and _meet(one, other):
            return one, other
    return None
