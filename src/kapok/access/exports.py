"""Taking rows out of Kapok: asked for, agreed to by a second person above fifty, taken once.

What can be taken out is said by the apps above, in ``EXPORTABLES`` of their module ``exports``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kapok.access import alarms, sheets
from kapok.access.models import EXPORT_ALONE, Alarm, ExportRequest, Look, User
from kapok.access.purposes import PURPOSES
from kapok.access.roles import ROLES, Permission
from kapok.access.scope import Acting, acting, current, for_purpose, require
from kapok.access.sheets import Cell, Format
from kapok.access.trace import LOCAL, look
from kapok.codes import span
from kapok.errors import NotAllowed, Refused

GOOD_FOR = timedelta(days=7)  # how long an approval lasts
TOGETHER = timedelta(days=1)  # files asked for within it count as one
Status = ExportRequest.Status


@dataclass(frozen=True)
class Row:
    """One row of a file: whose it is, and its cells."""

    subject: UUID
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Exportable:
    """Something that can be taken out: rows about the people of an area.

    Attributes
    ----------
    key, label
        For the request, and for people.
    permission
        What it takes besides ``export:ask``.
    purposes
        What it may be taken out for.
    heading
        The names of the columns.
    count, rows
        Of an area (``lo <= place < hi``), for whoever acts with a purpose.
    """

    key: str
    label: Promise
    permission: Permission
    purposes: frozenset[str]
    heading: tuple[Promise, ...]
    count: Callable[[int, int], int]
    rows: Callable[[int, int], Iterator[Row]]


@dataclass(frozen=True)
class Taken:
    """A file that was written once."""

    name: str
    content: bytes
    content_type: str


def exportables() -> dict[str, Exportable]:
    """What all apps allow to be taken out, by key."""
    found: dict[str, Exportable] = {}
    for app in apps.get_app_configs():
        name = f"{app.name}.exports"
        if app.name.startswith("kapok.") and app.name != "kapok.access" and find_spec(name):
            found |= {exportable.key: exportable for exportable in import_module(name).EXPORTABLES}
    return found


def offered_to(who: Acting) -> list[Exportable]:
    """What somebody may ask for, as what they act now."""
    if not who.can(Permission.EXPORT_ASK):
        return []
    return [
        exportable
        for exportable in exportables().values()
        if who.can(exportable.permission) and purposes_of(who, exportable)
    ]


def purposes_of(who: Acting, exportable: Exportable) -> list[str]:
    """The purposes that somebody may take it out for, in the order of the registry."""
    return [
        code
        for code, purpose in PURPOSES.items()
        if code in exportable.purposes and who.role in purpose.roles
    ]


@transaction.atomic
def ask(
    *, what: str, place: int, level: str, purpose: str, reason: str, by: User, at: datetime
) -> ExportRequest:
    """Ask to take the rows of an area out. Up to fifty rows in a day need nobody else.

    Raises :class:`~kapok.errors.NotAllowed` or :class:`~kapok.errors.Refused`.
    """
    exportable = _known(what)
    lo, hi = span(place, level)
    who = require(Permission.EXPORT_ASK, place)
    if not who.covers(lo, hi):
        raise NotAllowed(_("This area is larger than yours. Choose one inside your own."))
    if purpose not in purposes_of(who, exportable):
        raise Refused(_("Choose a purpose that your role has and that this list serves."))
    if not reason.strip():
        raise Refused(_("Write what the file is for, and who will have it."))
    with acting(for_purpose(purpose)):
        n = exportable.count(lo, hi)
    if not n:
        raise Refused(_("There is nothing to take out in this area."))
    alone = n + _n_alone_lately(by, at)
    return ExportRequest.objects.create(
        what=what,
        place=place,
        level=level,
        purpose=purpose,
        reason=reason.strip()[:300],
        n_rows=n,
        status=Status.APPROVED if alone <= EXPORT_ALONE else Status.ASKED,
        asked_by=by,
        asked_as=who.appointment or by.pk,
        asked_at=at,
    )


def _n_alone_lately(by: User, at: datetime) -> int:
    """How many rows somebody may take, or took, without a second person; one asks at a time."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    alone = ExportRequest.objects.filter(
        asked_by=by,
        asked_at__gt=at - TOGETHER,
        decided_by=None,
        status__in=[Status.APPROVED, Status.TAKEN],
    )
    return alone.aggregate(n=Sum("n_rows"))["n"] or 0


@transaction.atomic
def decide(
    *, request_id: UUID, agree: bool, by: User, at: datetime, answer: str = ""
) -> ExportRequest:
    """Agree to a request, or refuse it with a reason. Never one's own."""
    request = ExportRequest.objects.select_for_update().get(pk=request_id)
    if request.asked_by_id == by.pk:
        raise NotAllowed(_("You asked for this yourself; a second person must agree."))
    who = require(Permission.EXPORT_APPROVE, request.place)
    lo, hi = span(request.place, request.level)
    if not who.covers(lo, hi):
        raise NotAllowed(_("This area is larger than yours. Somebody above must agree."))
    if request.status != Status.ASKED:
        raise Refused(_("This request has been decided already. Load the page anew."))
    if not agree and not answer.strip():
        raise Refused(_("Write why you refuse, so that the other knows what to change."))
    request.status = Status.APPROVED if agree else Status.REFUSED
    request.decided_by, request.decided_at, request.answer = by, at, answer.strip()[:300]
    request.save(update_fields=["status", "decided_by", "decided_at", "answer"])
    return request


@transaction.atomic
def take(*, request_id: UUID, form: Format, by: User, at: datetime) -> Taken:
    """Write the file, once, with the name of who takes it; the trace names everybody in it."""
    request = ExportRequest.objects.select_for_update().get(pk=request_id)
    exportable = _known(request.what)
    who = require(Permission.EXPORT_ASK, request.place)
    _refuse_to_give(request, who, exportable, by=by, at=at)
    lo, hi = span(request.place, request.level)
    with acting(for_purpose(request.purpose)):
        rows = list(exportable.rows(lo, hi))
        if len(rows) > max(request.n_rows, EXPORT_ALONE):
            raise Refused(
                _("There are %(now)s rows now and %(asked)s were asked for. Ask anew.")
                % {"now": len(rows), "asked": request.n_rows}
            )
        look(Look.Action.EXPORT, (row.subject for row in rows), place=request.place)
    content = sheets.written(
        form,
        heading=[str(title) for title in exportable.heading],
        rows=[row.cells for row in rows],
        note=_note(request, by, at),
    )
    request.status, request.taken_at = Status.TAKEN, at
    request.save(update_fields=["status", "taken_at"])
    day = at.astimezone(LOCAL).date()
    n = ExportRequest.objects.filter(asked_by=by, taken_at__date=day).count()
    alarms.raise_alarm(
        kind=Alarm.Kind.EXPORT, account=by.pk, place=request.place, n=n, day=day, at=at
    )
    name = f"kapok-{request.what}-{request.place}-{at.astimezone(LOCAL):%Y%m%d-%H%M}.{form}"
    return Taken(name, content, form.content_type)


def _refuse_to_give(
    request: ExportRequest, who: Acting, exportable: Exportable, *, by: User, at: datetime
) -> None:
    if request.asked_by_id != by.pk or not who.can(exportable.permission, request.place):
        raise NotAllowed(_("Only who asked for this file takes it, as what they were then."))
    if request.status == Status.TAKEN:
        raise Refused(_("This file was taken already; it is written once. Ask anew."))
    if request.status != Status.APPROVED:
        raise Refused(_("Nobody has agreed to this request yet."))
    if at >= (request.decided_at or request.asked_at) + GOOD_FOR:
        raise Refused(_("The agreement to this request has run out after seven days. Ask anew."))


def _known(what: str) -> Exportable:
    found = exportables().get(what)
    if found is None:
        raise Refused(_("There is no such list to take out: %(what)s.") % {"what": what})
    return found


def _note(request: ExportRequest, by: User, at: datetime) -> str:
    """The watermark: whose file it is, and what it may be used for."""
    role = current().role
    return _(
        "Taken out of Kapok by %(name)s (%(account)s, %(role)s) on %(when)s for: %(purpose)s – "
        "%(reason)s. Personal data: do not pass on; delete after use."
    ) % {
        "name": by,
        "account": by.username,
        "role": ROLES[role].label if role in ROLES else role,
        "when": at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M"),
        "purpose": PURPOSES[request.purpose].label,
        "reason": request.reason,
    }
