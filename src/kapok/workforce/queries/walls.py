"""The week of the posts as it hangs on the wall, who is short, and swaps that wait for the lead."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from kapok.access.models import Look
from kapok.access.trace import look
from kapok.workforce import limits, parties
from kapok.workforce.models import Shift, SwapOffer
from kapok.workforce.queries.scoped import area_names, inside
from kapok.workforce.queries.shifts import (
    OfferLine,
    ShiftLine,
    colleagues,
    offer_line,
    shift_line,
)
from kapok.workforce.queries.timetables import serve_as, span_of, timetables
from kapok.workforce.workflow import OPEN_SWAPS, ShiftState

WEEK, DAY = timedelta(days=7), timedelta(days=1)
CANDIDATES = 20


@dataclass(frozen=True)
class Seat:
    """One place to be filled: a name, or nobody."""

    id: UUID
    name: str
    party_label: str
    task: str


@dataclass(frozen=True)
class WallRow:
    """One shift of a post through the week, such as 07:00–15:00; a cell for each day."""

    starts: time
    ends: time
    is_night: bool
    cells: tuple[tuple[Seat, ...], ...]


@dataclass(frozen=True)
class WallPost:
    """A post with its shifts; ``n_empty`` seats of the week have nobody."""

    key: int  # among the posts of the week
    name: str
    area_name: str
    rows: tuple[WallRow, ...]
    n_empty: int


@dataclass(frozen=True)
class Wall:
    """The week of all posts inside the acting places."""

    monday: date
    days: tuple[date, ...]
    posts: tuple[WallPost, ...]
    phases: tuple[tuple[str, ShiftLine], ...]
    n_seats: int
    n_empty: int
    n_people: int

    @property
    def before(self) -> date:
        """The Monday before."""
        return self.monday - WEEK

    @property
    def after(self) -> date:
        """The Monday after."""
        return self.monday + WEEK

    @property
    def short(self) -> tuple[WallPost, ...]:
        """Posts with empty seats, most first."""
        found = [post for post in self.posts if post.n_empty]
        return tuple(sorted(found, key=lambda post: -post.n_empty))


@dataclass(frozen=True)
class Candidate:
    """Somebody a seat could be given to: their hours of that week, and what stands against it."""

    account: UUID
    username: str
    name: str
    hours: float
    fits: bool
    needs_reason: bool


@dataclass(frozen=True)
class ShiftCard:
    """A shift as its lead sees it."""

    line: ShiftLine
    name: str
    place: int
    made_by: str
    is_over: bool
    candidates: tuple[Candidate, ...]


def wall(monday: date, *, at: datetime) -> Wall:
    """The week from a Monday on; the look at its people is traced."""
    begins = datetime.combine(monday, time.min, timezone.get_current_timezone())
    of_week = Shift.objects.filter(
        inside(), state=ShiftState.PLANNED, starts_at__lt=begins + WEEK, ends_at__gt=begins
    ).select_related("account")
    rows = list(of_week.filter(kind=limits.DUTY, starts_at__gte=begins).order_by("starts_at"))
    phases = list(of_week.exclude(kind=limits.DUTY))
    look(Look.Action.LIST, [row.account_id for row in [*rows, *phases] if row.account_id])
    names = area_names({row.place for row in [*rows, *phases]})
    days = tuple(monday + n * DAY for n in range(7))
    by_post: dict[tuple[int, str], list[Shift]] = defaultdict(list)
    for row in rows:
        by_post[row.place, row.post].append(row)
    posts = tuple(
        _post(n, post, names.get(place, str(place)), of_post, days)
        for n, ((place, post), of_post) in enumerate(sorted(by_post.items()))
    )
    return Wall(
        monday=monday,
        days=days,
        posts=posts,
        phases=tuple((str(row.account or ""), shift_line(row, names, at)) for row in phases),
        n_seats=len(rows),
        n_empty=sum(post.n_empty for post in posts),
        n_people=len({row.account_id for row in rows} - {None}),
    )


def swaps_to_settle(*, at: datetime) -> tuple[OfferLine, ...]:
    """Offers inside the acting places that are open: those that wait for the lead first."""
    rows = SwapOffer.objects.filter(inside(), state__in=OPEN_SWAPS, shift__starts_at__gt=at)
    found = list(
        rows.select_related("shift", "in_return", "account", "to", "taken_by").order_by(
            "state", "shift__starts_at"
        )
    )
    both = [key for row in found for key in (row.account_id, row.taken_by_id) if key]
    look(Look.Action.LIST, both)
    names = area_names({row.shift.place for row in found})
    return tuple(offer_line(row, names, at) for row in found)


def shift_card(shift_id: UUID, *, at: datetime) -> ShiftCard | None:
    """One shift inside the acting places, with those an open seat could be given to."""
    row = Shift.objects.select_related("account", "made_by").filter(inside(), pk=shift_id).first()
    if row is None:
        return None
    if row.account_id:
        look(Look.Action.OPEN, [row.account_id])
    is_open = row.account_id is None and row.state == ShiftState.PLANNED and row.ends_at > at
    return ShiftCard(
        line=shift_line(row, area_names({row.place}), at),
        name=str(row.account or ""),
        place=row.place,
        made_by=str(row.made_by or ""),
        is_over=row.ends_at <= at,
        candidates=_candidates(row) if is_open else (),
    )


def _candidates(row: Shift) -> tuple[Candidate, ...]:
    """Colleagues of the seat's party, those whom no rule is against first, fewest hours first."""
    people = {user.pk: user for user in colleagues()}
    roles = serve_as(people, row.place)
    able = [key for key in people if parties.stands_for(roles[key], row.party)]
    around = row.starts_at - limits.AROUND, row.ends_at + limits.AROUND
    of_people = timetables(able, *around)
    week = limits.week_of(row.starts_at)
    found = []
    for key in able:
        own = of_people[key]
        hours = sum(
            one.length / limits.HOUR
            for one in own
            if one.kind == limits.DUTY and limits.week_of(one.starts_at) == week
        )
        against = limits.broken(own, span_of(row))
        needs_reason = against is not None and against.rule is limits.Rule.WEEK
        found.append(
            Candidate(
                key, people[key].username, str(people[key]), hours, against is None, needs_reason
            )
        )
    able_now = [one for one in found if one.fits or one.needs_reason]
    look(Look.Action.LIST, [one.account for one in able_now])
    return tuple(sorted(able_now, key=lambda one: (not one.fits, one.hours, one.name))[:CANDIDATES])


def _post(key: int, name: str, area_name: str, rows: list[Shift], days: Iterable[date]) -> WallPost:
    by_time: dict[tuple[time, time], list[Shift]] = defaultdict(list)
    for row in rows:
        begins, ends = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
        by_time[begins.time(), ends.time()].append(row)
    shown = tuple(
        WallRow(
            starts,
            ends,
            any(span_of(row).night is not None for row in of_time),
            _cells(of_time, days),
        )
        for (starts, ends), of_time in sorted(by_time.items())
    )
    return WallPost(key, name, area_name, shown, sum(row.account_id is None for row in rows))


def _cells(rows: list[Shift], days: Iterable[date]) -> tuple[tuple[Seat, ...], ...]:
    by_day: dict[date, list[Seat]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.account_id is not None, row.party, row.task)):
        seat = Seat(row.pk, str(row.account or ""), parties.label(row.party), row.task)
        by_day[timezone.localtime(row.starts_at).date()].append(seat)
    return tuple(tuple(by_day[day]) for day in days)
