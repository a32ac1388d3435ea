"""What a list of workers would change, and what stands against it."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from kapok.access import operations as access
from kapok.access import secrets
from kapok.access.models import Appointment, User
from kapok.access.operations import Asked, NewAccount
from kapok.access.roles import ROLES
from kapok.errors import NotAllowed, Refused
from kapok.places.models import Area
from kapok.workforce.models import Worker, WorkerList
from kapok.workforce.queries.scoped import inside, kept_anywhere, said_name
from kapok.workforce.rows import Problem, Row, understood
from kapok.workforce.telephones import phone_of

ABOUT = "worker list"
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Line:
    """One row of the list: what it says, what it would change, what stands against it."""

    line: int
    name: str
    username: str
    role_label: str
    where: str
    starts: date | None
    ends: date | None
    is_deputy: bool
    changes: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Plan:
    """What putting the list in force does; accounts by their names in small letters."""

    accounts: tuple[NewAccount, ...]
    workers: tuple[tuple[str, Row], ...]
    appointments: tuple[tuple[str, Asked], ...]
    ends: tuple[tuple[UUID, datetime | None], ...]


@dataclass(frozen=True)
class Preview:
    """A list that waits: its rows, its problems, and the plan that they make."""

    id: UUID
    file_name: str
    place: int
    made_at: datetime
    made_by: str
    lines: tuple[Line, ...]
    plan: Plan

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that stands against it, in the order of the lines."""
        return tuple(problem for line in self.lines for problem in line.problems)

    @property
    def n_wrong(self) -> int:
        """Rows that cannot enter."""
        return sum(bool(line.problems) for line in self.lines)

    @property
    def n_same(self) -> int:
        """Rows that change nothing."""
        return sum(not line.problems and not line.changes for line in self.lines)

    @property
    def changes_nothing(self) -> bool:
        """Whether all of it is in force already."""
        return self.n_same == len(self.lines)


@dataclass
class _Known:
    """What the database knows about the people and areas that a list names."""

    by: User
    at: datetime
    users: dict[str, User]
    elsewhere: set[UUID]
    workers: dict[UUID, Worker]
    held: dict[UUID, list[Appointment]]
    areas: dict[int, Area]
    named: dict[str, list[Area]]
    seen: dict[str, Row] = field(default_factory=dict)
    asked: dict[str, list[tuple[int, Asked]]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class _Plan:
    accounts: dict[str, NewAccount] = field(default_factory=dict)
    workers: dict[str, Row] = field(default_factory=dict)
    appointments: list[tuple[str, Asked]] = field(default_factory=list)
    ends: list[tuple[UUID, datetime | None]] = field(default_factory=list)


def waiting_lists() -> list[WorkerList]:
    """Lists that were read and are not in force, latest first."""
    rows = WorkerList.objects.filter(inside(), status=WorkerList.Status.READ)
    return list(rows.select_related("made_by").defer("rows")[:20])


def preview(list_id: UUID, *, by: User, at: datetime) -> Preview | None:
    """What a waiting list would change now, or ``None``; in a fixed number of queries."""
    stored = WorkerList.objects.filter(pk=list_id, status=WorkerList.Status.READ).first()
    if stored is None or stored.rows is None:
        return None
    rows = [
        understood(fields)
        for fields in json.loads(secrets.decrypt(bytes(stored.rows), about=ABOUT))
    ]
    known, plan = _known(rows, by, at), _Plan()
    lines = tuple(_judged(row, known, plan) for row in rows)
    return Preview(
        id=stored.pk,
        file_name=stored.file_name,
        place=stored.place,
        made_at=stored.made_at,
        made_by=str(stored.made_by or ""),
        lines=lines,
        plan=Plan(
            tuple(plan.accounts.values()),
            tuple(plan.workers.items()),
            tuple(plan.appointments),
            tuple(plan.ends),
        ),
    )


def midnight(day: date) -> datetime:
    """The moment at which a day begins where people work."""
    return timezone.make_aware(datetime.combine(day, time.min))


def after_day(day: date | None) -> datetime | None:
    """The moment at which an appointment ends whose last day this is."""
    return midnight(day + timedelta(days=1)) if day else None


def _known(rows: Sequence[Row], by: User, at: datetime) -> _Known:
    users = access.accounts_named({row.username for row in rows if row.username})
    keys = [user.pk for user in users.values()]
    workers = {row.account_id: row for row in Worker.objects.filter(account__in=keys)}
    held: dict[UUID, list[Appointment]] = defaultdict(list)
    for one in Appointment.objects.filter(account__in=keys).select_related("account"):
        held[one.account_id].append(one)
    words = {area for row in rows for area in row.areas}
    codes = [word for word in words if isinstance(word, int)]
    names = [word for word in words if isinstance(word, str)]
    standing = Area.objects.filter(valid_to=None).select_related("parent")
    named: dict[str, list[Area]] = defaultdict(list)
    for area in standing.filter(inside("code"), name_zh__in=names) | standing.filter(
        inside("code"), name_en__in=names
    ):
        for name in {area.name_zh, area.name_en} & set(names):
            named[name].append(area)
    return _Known(
        by=by,
        at=at,
        users=users,
        elsewhere=kept_anywhere(keys) - set(workers),
        workers=workers,
        held=held,
        areas={area.code: area for area in standing.filter(code__in=codes)},
        named=named,
    )


def _judged(row: Row, known: _Known, plan: _Plan) -> Line:
    problems = list(row.problems)
    changes: list[str] = []
    user = known.users.get(row.username.lower())
    problems += _against_account(row, user, known)
    asked = _asked(row, user, known, problems)
    if not problems and asked is not None:
        changes = _changes(row, user, asked, known, plan, problems)
    return Line(
        line=row.line,
        name=row.name,
        username=row.username,
        role_label=str(ROLES[row.role].label) if row.role else "",
        where=_(", ").join(
            str(name or code) for code, _level, name in asked.areas
        ) if asked else _(", ").join(map(str, row.areas)),
        starts=row.starts,
        ends=row.ends,
        is_deputy=row.is_deputy,
        changes=tuple(changes) if not problems else (),
        problems=tuple(problems),
    )  # fmt: skip


def _against_account(row: Row, user: User | None, known: _Known) -> list[Problem]:
    found: list[Problem] = []
    if not row.username:
        return found

    def against(name: str, sentence: str) -> None:
        found.append(Problem(row.line, name, sentence))

    first = known.seen.setdefault(row.username.lower(), row)
    if first.name != row.name or (row.phone and first.phone and first.phone != row.phone):
        against(
            "username",
            _("Line %(line)d gives this account another name or telephone.") % {"line": first.line},
        )
    if user is None:
        why = access.why_no_username(row.username)
        if why:
            against("username", why)
    elif user.name and row.name and user.name != row.name:
        against(
            "name",
            _("The account “%(account)s” belongs to %(name)s. Choose another account name.")
            % {"account": user.username, "name": user.name},
        )
    elif not user.is_active:
        against("username", _("The account “%(name)s” is closed.") % {"name": user.username})
    elif user.pk in known.elsewhere:
        against(
            "username",
            _("The account “%(name)s” is kept by another area. Ask its lead to appoint them.")
            % {"name": user.username},
        )
    return found


def _asked(row: Row, user: User | None, known: _Known, problems: list[Problem]) -> Asked | None:
    areas = []
    for word in row.areas:
        area, why = _area(word, known)
        if area is None:
            problems.append(Problem(row.line, "areas", why))
        else:
            areas.append((area.code, area.level, said_name(area)))
    if not row.role or row.starts is None or not areas or len(areas) != len(row.areas):
        return None
    return Asked(
        account=user.pk if user else NOBODY,
        role=row.role,
        areas=tuple(areas),
        starts_at=midnight(row.starts),
        ends_at=after_day(row.ends),
        is_deputy=row.is_deputy,
    )


def _area(word: int | str, known: _Known) -> tuple[Area | None, str]:
    if isinstance(word, int):
        area = known.areas.get(word)
        return area, "" if area else _("No area in force has the code %(code)s.") % {"code": word}
    found = known.named.get(word, [])
    if len(found) == 1:
        return found[0], ""
    if found:
        return None, _("Several areas are called “%(name)s”; write the code.") % {"name": word}
    return None, _("No area inside yours is called “%(name)s”.") % {"name": word}


def _changes(
    row: Row, user: User | None, asked: Asked, known: _Known, plan: _Plan, problems: list[Problem]
) -> list[str]:
    key = row.username.lower()
    held = known.held[user.pk] if user else []
    same = next((one for one in held if _is_same(one, asked)), None)
    changes: list[str] = []
    if same is None:
        problems += _against(row, asked, user, held, known)
        if problems:
            return []
        plan.appointments.append((key, asked))
        known.asked[key].append((row.line, asked))
        changes.append(_("new appointment"))
    elif same.ends_at != asked.ends_at:
        problems += _against_end(row, asked, user, [one for one in held if one is not same], known)
        if problems:
            return []
        plan.ends.append((same.pk, asked.ends_at))
        changes.append(_("another end"))
    if user is None and key not in plan.accounts:
        plan.accounts[key] = NewAccount(row.username, row.name)
        changes.insert(0, _("new account"))
    if _file_changes(row, known.workers.get(user.pk) if user else None):
        plan.workers[key] = row
        changes.append(_("worker's file"))
    return changes


def _is_same(one: Appointment, asked: Asked) -> bool:
    return (one.role, one.ranges, one.is_deputy, one.starts_at, one.unit) == (
        asked.role,
        asked.ranges,
        asked.is_deputy,
        asked.starts_at,
        None,
    )


def _against(
    row: Row, asked: Asked, user: User | None, held: list[Appointment], known: _Known
) -> list[Problem]:
    checks = {
        "role": lambda: access.check_role(asked, by=known.by),
        "areas": lambda: access.check_areas(asked),
        "starts": lambda: access.check_period(asked, at=known.at),
    }
    found = []
    for name, check in checks.items():
        try:
            check()
        except (Refused, NotAllowed) as refusal:
            found.append(Problem(row.line, name, str(refusal)))
    if user is not None:
        try:
            access.refuse_twice(asked, user, held)
        except Refused as refusal:
            found.append(Problem(row.line, "areas", str(refusal)))
    for line, other in known.asked[row.username.lower()]:
        if _overlap(asked, other):
            found.append(
                Problem(
                    row.line,
                    "areas",
                    _("Line %(line)d gives the same role over the same area at this time.")
                    % {"line": line},
                )
            )
    return found


def _against_end(
    row: Row, asked: Asked, user: User | None, others: list[Appointment], known: _Known
) -> list[Problem]:
    try:
        access.check_role(asked, by=known.by)
        access.check_areas(asked)
        if asked.ends_at is not None and asked.ends_at <= known.at:
            raise Refused(_("The last day lies in the past. Choose today or later."))
        if user is not None:
            access.refuse_twice(asked, user, others)
    except (Refused, NotAllowed) as refusal:
        return [Problem(row.line, "ends", str(refusal))]
    return []


def _overlap(one: Asked, other: Asked) -> bool:
    return (
        one.role == other.role
        and (other.ends_at is None or one.starts_at < other.ends_at)
        and (one.ends_at is None or other.starts_at < one.ends_at)
        and any(lo < high and low < hi for lo, hi in one.ranges for low, high in other.ranges)
    )


def _file_changes(row: Row, worker: Worker | None) -> bool:
    """Whether the row says something that the worker's file does not; blank cells say nothing."""
    return (
        worker is None
        or worker.kind != row.kind
        or bool(row.employer and worker.employer != row.employer)
        or bool(row.skills and sorted(set(row.skills)) != worker.skills)
        or bool(row.phone and phone_of(worker) != row.phone)
    )
