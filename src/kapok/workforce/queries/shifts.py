"""Somebody's own shifts, what they could take, and their calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from kapok.access import scope
from kapok.access.models import User
from kapok.workforce import limits, parties
from kapok.workforce.limits import Span, week_of
from kapok.workforce.models import CalendarKey, Shift, SwapOffer, Worker
from kapok.workforce.queries.scoped import area_names, inside
from kapok.workforce.queries.timetables import span_of
from kapok.workforce.workflow import OPEN_SWAPS, ShiftState, SwapState

AHEAD = timedelta(days=28)
DECIDED = timedelta(days=14)  # so long one reads what became of an offer
AT_MOST = 60
KINDS = dict(Shift.Kind.choices)


@dataclass(frozen=True)
class ShiftLine:
    """A shift as its worker, or whoever could take it, sees it."""

    id: UUID
    post: str
    area_name: str
    task: str
    party_label: str
    kind: str
    kind_label: str
    starts_at: datetime
    ends_at: datetime
    hours: float
    is_night: bool
    is_cancelled: bool
    reason: str
    offer: UUID | None = None
    offer_label: str = ""
    may_offer: bool = False


@dataclass(frozen=True)
class OfferLine:
    """An offered shift, as one of the two, a colleague or a lead sees it."""

    id: UUID
    shift: ShiftLine
    by_id: UUID
    by: str
    to: str
    taken_by: str
    in_return: ShiftLine | None
    note: str
    state: str
    state_label: str
    reason: str
    is_open: bool


@dataclass(frozen=True)
class WeekOf:
    """The shifts of one week, and how many hours of duty they are."""

    monday: date
    hours: float
    shifts: tuple[ShiftLine, ...]


@dataclass(frozen=True)
class MyShifts:
    """The page “My shifts”."""

    now: ShiftLine | None
    weeks: tuple[WeekOf, ...]
    offers: tuple[OfferLine, ...]  # of colleagues, to me or to everybody
    mine: tuple[OfferLine, ...]  # what I offered or agreed to
    seats: tuple[ShiftLine, ...]
    calendar_made_at: datetime | None


def my_shifts(user: User, *, at: datetime) -> MyShifts:
    """What somebody sees of their own shifts; no purpose is needed for it."""
    rows = list(
        Shift.objects.filter(account=user, ends_at__gt=at, starts_at__lt=at + AHEAD).order_by(
            "starts_at"
        )
    )
    own = [span_of(row) for row in rows if row.state == ShiftState.PLANNED]
    mine = list(_offers().filter(Q(account=user) | Q(taken_by=user), _is_recent(at)))
    others = list(_offers().filter(state=SwapState.OFFERED, shift__starts_at__gt=at)
        .filter(Q(to=user) | Q(to=None), shift__starts_at__lt=at + AHEAD)
        .exclude(account=user)[:AT_MOST])  # fmt: skip
    roles = _roles(user)
    seats = [row for row in _open_seats(at) if _fits(row, own, roles)]
    shown = [*rows, *seats, *(offer.shift for offer in [*mine, *others])]
    names = area_names({row.place for row in shown})
    offered = {offer.shift_id: offer for offer in mine if offer.account_id == user.pk}
    lines = [shift_line(row, names, at, offered.get(row.pk)) for row in rows]
    key = CalendarKey.objects.filter(account=user).first()
    return MyShifts(
        now=_next(lines),
        weeks=_weeks(lines),
        offers=tuple(
            offer_line(offer, names, at)
            for offer in others
            if offer.to_id == user.pk or _may_agree(offer.shift, own, roles)
        ),
        mine=tuple(offer_line(offer, names, at) for offer in mine),
        seats=tuple(shift_line(row, names, at) for row in seats),
        calendar_made_at=key.made_at if key else None,
    )


def own_shift(user: User, shift_id: UUID, *, at: datetime) -> ShiftLine | None:
    """One of one's own shifts that may be offered, or ``None``."""
    row = Shift.objects.filter(pk=shift_id, account=user).first()
    line = shift_line(row, area_names({row.place}), at) if row else None
    return line if line and line.may_offer else None


def own_duties(user: User, *, at: datetime) -> tuple[ShiftLine, ...]:
    """One's own duties to come that could be given in return for one."""
    rows = Shift.objects.filter(
        account=user, kind=limits.DUTY, state=ShiftState.PLANNED,
        starts_at__gt=at, starts_at__lt=at + AHEAD,
    )  # fmt: skip
    offered = SwapOffer.objects.filter(account=user, state__in=OPEN_SWAPS).values("shift")
    found = list(rows.exclude(pk__in=offered))
    names = area_names({row.place for row in found})
    return tuple(shift_line(row, names, at) for row in found)


def offer_to(user: User, offer_id: UUID, *, at: datetime) -> OfferLine | None:
    """An offer of a colleague that is open to somebody, or ``None``."""
    found = _offers().filter(pk=offer_id, state=SwapState.OFFERED).exclude(account=user).first()
    return offer_line(found, area_names({found.shift.place}), at) if found else None


def colleagues() -> list[User]:
    """Those who have shifts in the acting places, by name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT workforce_colleagues()")
        keys = [key for (key,) in cursor.fetchall()]
    return list(User.objects.filter(pk__in=keys, is_active=True).order_by("name", "username"))


def shift_line(
    row: Shift, names: dict[int, str], at: datetime, offer: SwapOffer | None = None
) -> ShiftLine:
    """A shift as pages show it."""
    is_open = offer is not None and offer.state in OPEN_SWAPS
    is_cancelled = row.state == ShiftState.CANCELLED
    return ShiftLine(
        id=row.pk,
        post=row.post,
        area_name=names.get(row.place, str(row.place)),
        task=row.task,
        party_label=parties.label(row.party),
        kind=row.kind,
        kind_label=str(KINDS[row.kind]),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        hours=(row.ends_at - row.starts_at) / limits.HOUR,
        is_night=span_of(row).night is not None,
        is_cancelled=is_cancelled,
        reason=row.reason if is_cancelled else "",
        offer=offer.pk if offer and is_open else None,
        offer_label=str(offer.get_state_display()) if offer and is_open else "",
        may_offer=row.kind == limits.DUTY
        and not is_open
        and not is_cancelled
        and row.starts_at > at,
    )


def offer_line(offer: SwapOffer, names: dict[int, str], at: datetime) -> OfferLine:
    """An offer as pages show it."""
    given = offer.in_return
    return OfferLine(
        id=offer.pk,
        shift=shift_line(offer.shift, names, at),
        by_id=offer.account_id,
        by=str(offer.account),
        to=str(offer.to) if offer.to else "",
        taken_by=str(offer.taken_by) if offer.taken_by else "",
        in_return=shift_line(given, names, at) if given else None,
        note=offer.note,
        state=offer.state,
        state_label=str(offer.get_state_display()),
        reason=offer.reason,
        is_open=offer.state in OPEN_SWAPS,
    )


def _offers() -> Any:
    return SwapOffer.objects.select_related("shift", "in_return", "account", "to", "taken_by")


def _is_recent(at: datetime) -> Q:
    return Q(state__in=OPEN_SWAPS, shift__ends_at__gt=at) | Q(decided_at__gt=at - DECIDED)


def _open_seats(at: datetime) -> list[Shift]:
    """Seats without anybody inside the acting places, soonest first."""
    rows = Shift.objects.filter(
        inside(), account=None, state=ShiftState.PLANNED, kind=limits.DUTY,
        starts_at__gt=at, starts_at__lt=at + AHEAD,
    )  # fmt: skip
    return list(rows.order_by("starts_at", "post")[:AT_MOST])


def _roles(user: User) -> set[str]:
    """As what somebody acts now, and whether they are kept as a volunteer."""
    role = scope.current().role
    volunteers = Worker.objects.filter(account=user, kind=Worker.Kind.VOLUNTEER)
    return {role} - {""} | ({parties.VOLUNTEER} if volunteers.exists() else set())


def _fits(row: Shift, own: list[Span], roles: set[str]) -> bool:
    return parties.stands_for(roles, row.party) and not limits.broken(own, span_of(row))


def _may_agree(row: Shift, own: list[Span], roles: set[str]) -> bool:
    return parties.stands_for(roles, row.party) and not limits.hopeless(own, span_of(row))


def _next(lines: Iterable[ShiftLine]) -> ShiftLine | None:
    """The duty that is on or comes next."""
    duties = (line for line in lines if line.kind == limits.DUTY and not line.is_cancelled)
    return next(duties, None)


def _weeks(lines: list[ShiftLine]) -> tuple[WeekOf, ...]:
    found = []
    for monday in sorted({week_of(line.starts_at) for line in lines}):
        of_week = tuple(line for line in lines if week_of(line.starts_at) == monday)
        worked = [
            line.hours for line in of_week if line.kind == limits.DUTY and not line.is_cancelled
        ]
        found.append(WeekOf(monday, sum(worked), of_week))
    return tuple(found)
