"""Appointments: somebody gives a role over places for a period, ends it, or hands it over.

Whoever acts gives only the roles that their own role gives, inside their own places, and never to
themselves. The database holds that nobody holds the same role twice over the same place at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.fields import Ranges, spans
from kapok.access.models import Appointment, User
from kapok.access.roles import ROLES, Permission
from kapok.codes import DIGITS, WIDTH, Level
from kapok.errors import NotAllowed, Refused

LATE = timedelta(days=1)  # an appointment may be written down a day after it began, not later
Area = tuple[int, str, str]  # code, level, name
SAME_ROLE_TWICE = "appointment_is_held_once_at_a_time"


@dataclass(frozen=True)
class Asked:
    """One appointment that somebody wants to give."""

    account: UUID
    role: str
    areas: tuple[Area, ...]
    starts_at: datetime
    ends_at: datetime | None = None
    unit: UUID | None = None
    is_deputy: bool = False

    @property
    def ranges(self) -> Ranges:
        """Its areas as ranges of place codes."""
        return spans([(code, level) for code, level, _name in self.areas])


def appoint(
    *,
    account_id: UUID,
    role: str,
    areas: Sequence[Area],
    starts_at: datetime,
    ends_at: datetime | None = None,
    reason: str = "",
    unit: UUID | None = None,
    is_deputy: bool = False,
    by: User | None,
    at: datetime,
) -> Appointment:
    """Give one role to somebody: :func:`appoint_many` of one."""
    asked = Asked(account_id, role, tuple(areas), starts_at, ends_at, unit, is_deputy)
    [made] = appoint_many(asked=[asked], reason=reason, by=by, at=at)
    return made


@transaction.atomic
def appoint_many(
    *, asked: Iterable[Asked], reason: str = "", by: User | None, at: datetime
) -> list[Appointment]:
    """Give roles, all of them or none.

    Raises :class:`~kapok.errors.NotAllowed` where whoever acts may not give one of them here, and
    :class:`~kapok.errors.Refused` where one cannot be held so.
    """
    wanted = list(asked)
    scope.require(Permission.APPOINTMENT_GIVE)
    for one in wanted:
        refuse_wrong(one, by=by, at=at)
    people = _lock_accounts(one.account for one in wanted)
    held = _held_by(people)
    for one in wanted:
        _refuse_closed(people[one.account])
        refuse_twice(one, people[one.account], held)
    return _write(wanted, reason=reason, by=by, at=at)


@transaction.atomic
def end_appointments(
    *, appointment_ids: Iterable[UUID], ends_at: datetime, reason: str = "", by: User | None,
    at: datetime,
) -> list[Appointment]:  # fmt: skip
    """End appointments now or at a later moment; what has ended already is refused."""
    rows = _lock(appointment_ids, by)
    for row in rows:
        _refuse_ended(row, ends_at)
        _refuse_past_end(ends_at, at)
        row.ends_at = max(ends_at, row.starts_at)
        row.ended_by, row.reason = by, reason or row.reason
    Appointment.objects.bulk_update(rows, ["ends_at", "ended_by", "reason"])
    return rows


@transaction.atomic
def change_end(
    *, appointment_ids: Iterable[UUID], ends_at: datetime | None, by: User | None, at: datetime
) -> list[Appointment]:
    """Let appointments in force, or to come, end at another moment, or (``None``) not yet."""
    rows = _lock(appointment_ids, by)
    held = _held_by(_lock_accounts(row.account_id for row in rows))
    moved = {row.pk for row in rows}
    others = [row for row in held if row.pk not in moved]
    for row in rows:
        _refuse_ended(row, at)
        one = _as_asked(row, row.account_id, row.starts_at, ends_at)
        _refuse_odd_end(one, at)
        refuse_twice(one, row.account, others)
        row.ends_at, row.ended_by = ends_at, by
    with _said_once():
        Appointment.objects.bulk_update(rows, ["ends_at", "ended_by"])
    return rows


@transaction.atomic
def hand_over(
    *,
    appointment_ids: Iterable[UUID],
    to: UUID,
    moment: datetime,
    ends_at: datetime | None = None,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> list[Appointment]:
    """End appointments at a moment; somebody else holds the same from that moment on.

    The new ones last until ``ends_at`` (without it, without an end). Raises
    :class:`~kapok.errors.Refused` where one has ended already, or begins only later.
    """
    rows = _lock(appointment_ids, by)
    for row in rows:
        _refuse_ended(row, moment)
        _refuse_past_end(moment, at)
        if row.starts_at >= moment:
            raise Refused(
                _("%(name)s begins only on %(day)s. Hand over at a later moment, or end it.")
                % {"name": row.account, "day": _day(row.starts_at)}
            )
        if row.account_id == to:
            raise Refused(
                _("%(name)s holds this already. Choose somebody else to hand it over to.")
                % {"name": row.account}
            )
    wanted = [_as_asked(row, to, moment, ends_at) for row in rows]
    end_appointments(
        appointment_ids=[row.pk for row in rows], ends_at=moment, reason=reason, by=by, at=at
    )
    return appoint_many(asked=wanted, reason=reason, by=by, at=at)


def refuse_wrong(one: Asked, *, by: User | None, at: datetime) -> None:
    """Refuse what whoever acts may not give, or nobody can hold; the accounts are not looked at."""
    check_role(one, by=by)
    check_areas(one)
    check_period(one, at=at)


def check_role(one: Asked, *, by: User | None) -> None:
    """Whether whoever acts may give this role, to this account."""
    who = scope.current()
    own = ROLES.get(who.role if who.role != "box" else "administrator")
    if own is None or one.role not in own.gives:
        raise NotAllowed(
            _("As %(mine)s you may not give the role “%(role)s”.")
            % {"mine": own.label if own else who.role, "role": label_of(one.role)}
        )
    if one.account in {who.account, by.pk if by else None}:
        raise NotAllowed(_("Nobody gives roles to themselves. Ask another lead."))


def check_areas(one: Asked) -> None:
    """Whether the areas lie inside those of whoever acts, at levels that the role is held over."""
    ranges = scope.current().ranges
    if not all(any(lo <= low and high <= hi for lo, hi in ranges) for low, high in one.ranges):
        raise NotAllowed(_("One of these areas lies outside your own. Choose areas inside it."))
    if not one.areas:
        raise Refused(_("Choose at least one area."))
    for code, level, name in one.areas:
        if level not in ROLES[one.role].levels:
            raise Refused(
                _("“%(role)s” is not held over a %(level)s (%(area)s). Choose among: %(levels)s.")
                % {
                    "role": label_of(one.role),
                    "level": Level(level).label,
                    "area": name or code,
                    "levels": ", ".join(
                        str(known.label) for known in Level if known in ROLES[one.role].levels
                    ),
                }
            )
        if len(str(code)) != DIGITS or code % WIDTH[Level(level)] or _is_a_rest(code, level):
            raise Refused(
                _("%(code)s is not the code of a %(level)s.")
                % {"code": code, "level": Level(level).label}
            )


def check_period(one: Asked, *, at: datetime) -> None:
    """Whether the period begins now or later and ends after it began."""
    if one.starts_at < at - LATE:
        raise Refused(
            _("An appointment cannot begin in the past (%(day)s). Choose today or later.")
            % {"day": _day(one.starts_at)}
        )
    _refuse_odd_end(one, at)


def _is_a_rest(code: int, level: str) -> bool:
    """Whether the grid code is that of its community: 000, where the grid is unknown."""
    return level == Level.GRID and code % WIDTH[Level.COMMUNITY] == 0


def _refuse_odd_end(one: Asked, at: datetime) -> None:
    if one.ends_at is not None and one.ends_at <= max(one.starts_at, at):
        raise Refused(
            _("The end (%(end)s) must be after the beginning (%(start)s) and after now.")
            % {"end": _day(one.ends_at), "start": _day(one.starts_at)}
        )


def _refuse_past_end(ends_at: datetime, at: datetime) -> None:
    if ends_at < at - LATE:
        raise Refused(
            _("An appointment cannot end in the past (%(day)s). Choose today or later.")
            % {"day": _day(ends_at)}
        )


def _refuse_ended(row: Appointment, moment: datetime) -> None:
    if row.ends_at is not None and row.ends_at <= moment:
        raise Refused(
            _("The appointment of %(name)s ends on %(day)s already. Nothing was changed.")
            % {"name": row.account, "day": _day(row.ends_at)}
        )


def _refuse_closed(account: User) -> None:
    if not account.is_active:
        raise Refused(
            _("The account of %(name)s is closed. Have it opened again before you appoint.")
            % {"name": account}
        )


def refuse_twice(one: Asked, account: User, held: Sequence[Appointment]) -> None:
    """Refuse a role that its account holds at the same time over one of the same places."""
    for row in held:
        if (
            row.account_id == one.account
            and row.role == one.role
            and row.unit == one.unit
            and (row.ends_at is None or row.ends_at > one.starts_at)
            and (one.ends_at is None or row.starts_at < one.ends_at)
            and any(lo < high and low < hi for lo, hi in row.ranges for low, high in one.ranges)
        ):
            raise Refused(
                _("%(name)s is “%(role)s” of %(areas)s already, from %(start)s to %(end)s.")
                % {
                    "name": account,
                    "role": label_of(row.role),
                    "areas": ", ".join(str(area[-1] or area[0]) for area in row.areas),
                    "start": _day(row.starts_at),
                    "end": _day(row.ends_at) if row.ends_at else _("further notice"),
                }
            )


def _lock_accounts(ids: Iterable[UUID]) -> dict[UUID, User]:
    """Hold accounts, always in the same order, so that two leads wait instead of both writing."""
    wanted = set(ids)
    rows = User.objects.select_for_update().filter(pk__in=wanted).order_by("pk").in_bulk()
    if wanted - set(rows):
        raise Refused(_("There is no such account. Choose somebody from the list."))
    return rows


def _held_by(people: dict[UUID, User]) -> list[Appointment]:
    return list(Appointment.objects.filter(account__in=people).order_by("starts_at", "pk"))


def _lock(ids: Iterable[UUID], by: User | None) -> list[Appointment]:
    """Hold the appointments that are to change; whoever acts must be allowed to give each."""
    scope.require(Permission.APPOINTMENT_GIVE)
    wanted = set(ids)
    accounts = Appointment.objects.filter(pk__in=wanted).values_list("account_id", flat=True)
    people = _lock_accounts(accounts)
    rows = list(
        Appointment.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    )
    if not wanted or len(rows) != len(wanted):
        raise NotAllowed(_("One of these appointments lies outside your places, or is no longer."))
    for row in rows:
        row.account = people[row.account_id]
        one = _as_asked(row, row.account_id, row.starts_at, row.ends_at)
        check_role(one, by=by)
    return rows


def _as_asked(
    row: Appointment, account: UUID, starts_at: datetime, ends_at: datetime | None
) -> Asked:
    areas = tuple((int(code), str(level), str(name)) for code, level, name in row.areas)
    return Asked(account, row.role, areas, starts_at, ends_at, row.unit, row.is_deputy)


def _write(
    wanted: Sequence[Asked], *, reason: str, by: User | None, at: datetime
) -> list[Appointment]:
    with _said_once():
        return Appointment.objects.bulk_create(
            Appointment(
                account_id=one.account,
                role=one.role,
                areas=[list(area) for area in one.areas],
                ranges=one.ranges,
                unit=one.unit,
                is_deputy=one.is_deputy,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                given_by=by,
                given_at=at,
                reason=reason,
            )
            for one in wanted
        )


@contextmanager
def _said_once() -> Iterator[None]:
    """Turn the database's word against holding the same role twice into a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if SAME_ROLE_TWICE not in str(error):
            raise
        raise Refused(
            _("Somebody is given the same role twice over the same area. Look at the list again.")
        ) from error


def label_of(role: str) -> str:
    """What people call a role."""
    return str(ROLES[role].label) if role in ROLES else role


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}"
