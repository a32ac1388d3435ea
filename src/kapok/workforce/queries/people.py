"""People and what they hold inside the acting places."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q

from kapok.access import masks, scope
from kapok.access.models import Appointment, AppointmentQuerySet, Look, User
from kapok.access.roles import ROLES
from kapok.access.trace import look
from kapok.workforce.models import Team, Worker
from kapok.workforce.queries.scoped import until, where
from kapok.workforce.skills import SKILLS
from kapok.workforce.telephones import phone_of

PAGE = 100


@dataclass(frozen=True)
class AppointmentLine:
    """One appointment, as lists show it."""

    id: UUID
    account: UUID
    name: str
    username: str
    role: str
    role_label: str
    where: str
    is_deputy: bool
    team: str
    starts_at: datetime
    ends_at: datetime | None
    until: str
    begins_later: bool
    may_change: bool


@dataclass(frozen=True)
class PeoplePage:
    """A page of the list of appointments, and how many there are in all."""

    lines: tuple[AppointmentLine, ...]
    n: int
    n_people: int
    number: int
    n_pages: int


@dataclass(frozen=True)
class WorkerCard:
    """One person: what they hold, and what is kept of them."""

    account: UUID
    name: str
    username: str
    is_active: bool
    has_file: bool
    kind_label: str
    employer: str
    phone: str
    phone_is_shown: bool
    skills: tuple[str, ...]
    is_volunteer: bool
    is_adult: bool
    agreed_at: datetime | None
    insurance: str
    insured_until: date | None
    lines: tuple[AppointmentLine, ...]


def people(*, q: str = "", role: str = "", number: int = 1, at: datetime) -> PeoplePage:
    """Appointments in force or to come inside the acting places, by name, 100 to a page."""
    rows = _standing(at)
    if q:
        rows = rows.filter(Q(account__name__icontains=q) | Q(account__username__icontains=q))
    if role:
        rows = rows.filter(role=role)
    pages = Paginator(rows, PAGE)
    page = pages.get_page(number)
    n_people = rows.order_by().values("account").distinct().count()
    return PeoplePage(
        tuple(_lines(list(page), at)), pages.count, n_people, page.number, pages.num_pages
    )


def known_people(*, at: datetime) -> list[tuple[str, str]]:
    """Account names and names of people inside the acting places, to choose from; at most 2,000."""
    inside = User.objects.filter(
        Q(appointments__in=_standing(at).order_by()) | Q(worker__isnull=False), is_active=True
    )
    found = inside.order_by("username").distinct().values_list("username", "name")
    return list(found[:2000])


def lines_of(ids: Iterable[UUID], *, at: datetime) -> tuple[AppointmentLine, ...]:
    """Some appointments by their keys, in the order of their ends."""
    rows = Appointment.objects.filter(pk__in=list(ids)).select_related("account")
    return tuple(_lines(list(rows.order_by("ends_at", "pk")), at))


def worker_card(account: UUID, *, reveals: bool = False, at: datetime) -> WorkerCard | None:
    """One person inside the acting places, or ``None``; the telephone masked until asked for.

    The look is written into the trace.
    """
    user = User.objects.filter(pk=account).first()
    worker = Worker.objects.filter(account=account).first()
    rows = list(_standing(at).filter(account=account))
    if user is None or (worker is None and not rows):
        return None
    look(Look.Action.REVEAL if reveals else Look.Action.OPEN, [account])
    phone = phone_of(worker) if worker else ""
    return WorkerCard(
        account=user.pk,
        name=str(user),
        username=user.username,
        is_active=user.is_active,
        has_file=worker is not None,
        kind_label=str(worker.get_kind_display()) if worker else "",
        employer=worker.employer if worker else "",
        phone=phone if reveals else masks.phone(phone),
        phone_is_shown=reveals,
        skills=tuple(str(SKILLS[skill].label) for skill in worker.skills) if worker else (),
        is_volunteer=bool(worker and worker.kind == Worker.Kind.VOLUNTEER),
        is_adult=bool(worker and worker.is_adult),
        agreed_at=worker.agreed_at if worker else None,
        insurance=worker.insurance if worker else "",
        insured_until=worker.insured_until if worker else None,
        lines=tuple(_lines(rows, at)),
    )


def worker_fields(account: UUID) -> dict[str, Any]:
    """What is kept of a worker, for the form that changes it; without the telephone."""
    worker = Worker.objects.filter(account=account).first()
    names = ("kind", "employer", "skills", "is_adult", "insurance", "insured_until")
    return {name: getattr(worker, name) for name in names} if worker else {}


def home_of(account: UUID) -> int:
    """The place that keeps somebody's file: where it is kept, or the acting places' first one."""
    worker = Worker.objects.filter(account=account).first()
    return worker.place if worker else scope.current().ranges[0][0]


def _standing(at: datetime) -> AppointmentQuerySet:
    """In force or to come; the policies leave what touches the acting places, and one's own."""
    rows = Appointment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at))
    return rows.select_related("account").order_by("account__name", "account__username", "pk")


def _lines(rows: list[Appointment], at: datetime) -> list[AppointmentLine]:
    who = scope.current()
    units = {row.unit for row in rows if row.unit}
    teams = dict(Team.objects.filter(pk__in=units).values_list("pk", "name"))
    gives = ROLES[who.role].gives if who.role in ROLES else ROLES["administrator"].gives
    return [
        AppointmentLine(
            id=row.pk,
            account=row.account_id,
            name=str(row.account),
            username=row.account.username,
            role=row.role,
            role_label=str(ROLES[row.role].label),
            where=where(row),
            is_deputy=row.is_deputy,
            team=teams.get(row.unit, "") if row.unit else "",
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            until=until(row.ends_at),
            begins_later=row.starts_at > at,
            may_change=row.role in gives
            and row.account_id != who.account
            and all(any(lo <= a and b <= hi for lo, hi in who.ranges) for a, b in row.ranges),
        )
        for row in rows
    ]
