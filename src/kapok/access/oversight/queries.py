"""What the pages of who watches show; the policies decide which rows there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from kapok.access.models import Look, TraceBlock, TraceCheck, User
from kapok.access.oversight import names
from kapok.access.purposes import PURPOSES
from kapok.access.trace import LOCAL
from kapok.codes import DIGITS, padded

PAGE = 50
SHOWN_KEYS = 3
MOST_ACCOUNTS = 200


@dataclass(frozen=True)
class Wanted:
    """What an auditor looks for; empty fields do not narrow anything down."""

    person: UUID | None = None
    worker: str = ""
    place: str = ""
    purpose: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None  # included
    account: UUID | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the trace."""

    id: UUID
    at: datetime
    worker: str
    role: str
    action: str
    action_label: str
    place: str
    purpose: str
    n_subjects: int
    first_subjects: tuple[str, ...]
    more_subjects: tuple[str, ...]
    outside_hours: bool
    block: int | None


@dataclass(frozen=True)
class Page:
    """A page of entries, newest first, and the key of the next one."""

    entries: tuple[Entry, ...]
    next_key: str


@dataclass(frozen=True)
class State:
    """Up to where the trace is sealed, and when that was last proven."""

    last_block: TraceBlock | None
    check: TraceCheck | None


def entries(wanted: Wanted, *, before: str = "") -> Page:
    """The page of entries that follows a key."""
    rows = _filtered(wanted)
    key = _key(before)
    if key:
        rows = rows.filter(Q(at__lt=key[0]) | Q(at=key[0], id__lt=key[1]))
    found = list(rows.order_by("-at", "-id")[: PAGE + 1])
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    return Page(tuple(_entries(shown)), f"{last.at.isoformat()},{last.pk}" if last else "")


def state() -> State:
    """The proof as it stands."""
    blocks = TraceBlock.objects.order_by("-number").defer("entries")
    return State(blocks.first(), TraceCheck.objects.first())


def _filtered(wanted: Wanted) -> QuerySet[Look]:
    rows = Look.objects.all()
    if wanted.person:
        rows = rows.filter(id__in=RawSQL("SELECT trace_naming(%s)", [wanted.person]))
    if wanted.account:
        rows = rows.filter(account=wanted.account)
    if wanted.worker:
        rows = rows.filter(account__in=_accounts_called(wanted.worker))
    if wanted.place:
        low = padded(wanted.place)
        rows = rows.filter(place__gte=low, place__lt=low + 10 ** (DIGITS - len(wanted.place)))
    same = {"purpose": wanted.purpose, "action": wanted.action}
    rows = rows.filter(**{name: value for name, value in same.items() if value})
    if wanted.since:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(at__lt=_midnight(date.fromordinal(wanted.until.toordinal() + 1)))
    return rows


def _accounts_called(text: str) -> list[UUID]:
    called = User.objects.filter(Q(username__icontains=text) | Q(name__icontains=text))
    return list(called.values_list("pk", flat=True)[:MOST_ACCOUNTS])


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL)


def _key(text: str) -> tuple[datetime, UUID] | None:
    at, _, key = text.partition(",")
    try:
        return datetime.fromisoformat(at), UUID(key)
    except ValueError:
        return None


def _entries(rows: Iterable[Look]) -> Iterable[Entry]:
    rows = list(rows)
    workers = names.accounts(row.account for row in rows)
    places = names.places(row.place for row in rows)
    for row in rows:
        keys = tuple(map(str, row.subjects))
        yield Entry(
            id=row.pk,
            at=row.at,
            worker=workers.get(row.account, "") if row.account else "",
            role=names.role(row.role),
            action=row.action,
            action_label=str(row.get_action_display()),
            place=places.get(row.place, "") if row.place else "",
            purpose=str(PURPOSES[row.purpose].label) if row.purpose in PURPOSES else row.purpose,
            n_subjects=row.n_subjects,
            first_subjects=keys[:SHOWN_KEYS],
            more_subjects=keys[SHOWN_KEYS:],
            outside_hours=row.outside_hours,
            block=row.block,
        )
