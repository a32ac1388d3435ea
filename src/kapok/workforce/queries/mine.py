"""What somebody sees of their own work: appointments, calls, texts to read, hours."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from kapok.access.models import Appointment, User
from kapok.access.roles import ROLES
from kapok.workforce import hours
from kapok.workforce.models import Briefing, BriefingRead, Call, HoursEntry, Worker
from kapok.workforce.queries.hours import Entry, as_entries
from kapok.workforce.queries.posts import CallLine, call_lines
from kapok.workforce.queries.scoped import until, where
from kapok.workforce.workflow import CallStatus, HoursStatus

RECENT = 200


@dataclass(frozen=True)
class Held:
    """An appointment of one's own."""

    role_label: str
    where: str
    starts_at: datetime
    until: str
    is_deputy: bool


@dataclass(frozen=True)
class ToRead:
    """A text that tells risks, and whether it was read."""

    id: UUID
    title: str
    version: int
    text: str
    read_at: datetime | None


@dataclass(frozen=True)
class Mine:
    """One's own page."""

    held: tuple[Held, ...]
    calls: tuple[CallLine, ...]
    to_read: tuple[ToRead, ...]
    entries: tuple[Entry, ...]
    confirmed: Decimal
    waiting: Decimal
    too_much: tuple[hours.TooMuch, ...]
    has_file: bool
    is_volunteer: bool
    agreed_at: datetime | None
    insured_until: date | None


@dataclass(frozen=True)
class Certificate:
    """Confirmed hours of a period, for a paper that proves them."""

    name: str
    first: date
    last: date
    entries: tuple[Entry, ...]
    hours: Decimal


def mine(user: User, *, at: datetime) -> Mine:
    """What somebody sees of their own work; no purpose is needed for it."""
    rows = list(
        HoursEntry.objects.filter(account=user).select_related("account", "post", "decided_by")[
            :RECENT
        ]
    )
    calls = list(
        Call.objects.filter(account=user, ends_at__gt=at, status__in=[
            CallStatus.ASKED, CallStatus.ACCEPTED])
        .select_related("account", "post")
        .order_by("starts_at")
    )  # fmt: skip
    entries = as_entries(rows, at=at)
    worker = Worker.objects.filter(account=user).first()
    worked = [(row.arrived_at, row.left_at) for row in rows if row.left_at]
    asked = [(call.starts_at, call.ends_at) for call in calls if call.starts_at > at]
    return Mine(
        held=_held(user, at),
        calls=call_lines(calls),
        to_read=_to_read(user, {call.post.briefing_id for call in calls}, rows),
        entries=entries,
        confirmed=_sum(entries, HoursStatus.CONFIRMED),
        waiting=_sum(entries, HoursStatus.PENDING),
        too_much=tuple(
            one for one in hours.too_much([*worked, *asked]) if one.day >= hours.day_of(at)
        ),
        has_file=worker is not None,
        is_volunteer=bool(worker and worker.kind == Worker.Kind.VOLUNTEER),
        agreed_at=worker.agreed_at if worker else None,
        insured_until=worker.insured_until if worker else None,
    )


def certificate(user: User, *, first: date, last: date, at: datetime) -> Certificate:
    """The confirmed hours of somebody from one day to another, both included."""
    rows = HoursEntry.objects.filter(
        account=user,
        status=HoursStatus.CONFIRMED,
        arrived_at__date__gte=first,
        arrived_at__date__lte=last,
    )
    entries = as_entries(
        list(rows.select_related("account", "post", "decided_by").order_by("arrived_at")), at=at
    )
    return Certificate(str(user), first, last, entries, _sum(entries, HoursStatus.CONFIRMED))


def _held(user: User, at: datetime) -> tuple[Held, ...]:
    rows = Appointment.objects.filter(account=user).exclude(ends_at__lte=at)
    return tuple(
        Held(
            str(ROLES[row.role].label), where(row), row.starts_at, until(row.ends_at), row.is_deputy
        )
        for row in rows.order_by("starts_at")
    )


def _to_read(user: User, of_calls: set[UUID | None], rows: list[HoursEntry]) -> tuple[ToRead, ...]:
    """Texts of the posts that somebody is called to or was at; read ones last."""
    wanted = of_calls | {row.post.briefing_id for row in rows}
    read = dict(BriefingRead.objects.filter(account=user).values_list("briefing", "read_at"))
    texts = Briefing.objects.filter(pk__in=[key for key in {*wanted, *read} if key])
    found = [ToRead(b.pk, b.title, b.version, b.text, read.get(b.pk)) for b in texts]
    return tuple(sorted(found, key=lambda text: (text.read_at is not None, text.title)))


def _sum(entries: tuple[Entry, ...], status: str) -> Decimal:
    found = (entry.hours or Decimal(0) for entry in entries if entry.status == status)
    return sum(found, Decimal(0))
