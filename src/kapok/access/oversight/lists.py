"""Alarms, requests for exports and emergencies as the pages show them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kapok.access import emergencies as operations
from kapok.access import exports as exporting
from kapok.access.alarms import THRESHOLDS
from kapok.access.models import Alarm, Emergency, ExportRequest
from kapok.access.oversight import names
from kapok.access.purposes import PURPOSES
from kapok.access.roles import Permission
from kapok.access.scope import current

MOST = 200


@dataclass(frozen=True)
class AlarmLine:
    """One alarm."""

    id: UUID
    kind: str
    label: str
    worker: str
    account: UUID | None
    place: str
    day: date
    how_many: str
    settled_at: datetime | None
    settled_by: str
    finding: str
    may_settle: bool
    is_about_me: bool


@dataclass(frozen=True)
class ExportLine:
    """One request to take rows out, and what may be done with it."""

    id: UUID
    label: str
    place: str
    purpose: str
    reason: str
    n_rows: int
    status: str
    status_label: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    answer: str
    may_take: bool
    may_decide: bool


@dataclass(frozen=True)
class EmergencyLine:
    """One emergency, and what may be done about its end."""

    id: UUID
    name: str
    order: str
    place: str
    starts_at: datetime
    ends_at: datetime | None
    declared_by: str
    end_asked_by: str
    ended_by: str
    may_propose: bool
    may_agree: bool
    may_keep: bool


def alarms(*, me: UUID) -> list[AlarmLine]:
    """Open alarms first, then the settled ones, newest first."""
    rows = list(
        Alarm.objects.select_related("settled_by").order_by(
            F("settled_at").desc(nulls_first=True), "-raised_at"
        )[:MOST]
    )
    who = current()
    workers = names.accounts(row.account for row in rows)
    places = names.places(row.place for row in rows)
    return [
        AlarmLine(
            id=row.pk,
            kind=row.kind,
            label=_label(row),
            worker=workers.get(row.account, "") if row.account else "",
            account=row.account,
            place=places.get(row.place, "") if row.place else "",
            day=row.day,
            how_many=_how_many(row),
            settled_at=row.settled_at,
            settled_by=str(row.settled_by or ""),
            finding=row.finding,
            may_settle=row.settled_at is None
            and row.account != me
            and who.can(Permission.ALARM_SETTLE, row.place),
            is_about_me=row.account == me,
        )
        for row in rows
    ]


def _label(row: Alarm) -> str:
    if row.kind == Alarm.Kind.MANY_LOOKS and row.n <= THRESHOLDS.rows:
        return _("Many people unmasked in a day")
    return str(row.get_kind_display())


def _how_many(row: Alarm) -> str:
    if row.kind == Alarm.Kind.MANY_LOOKS:
        return ngettext("%(n)s person", "%(n)s people", row.n) % {"n": f"{row.n:,}"}
    return ngettext("once", "%(n)s times", row.n) % {"n": f"{row.n:,}"}


def exports(*, me: UUID) -> tuple[list[ExportLine], list[ExportLine]]:
    """One's own requests, and those of others that one may see."""
    rows = list(ExportRequest.objects.select_related("asked_by", "decided_by")[:MOST])
    places = names.places(row.place for row in rows)
    lines = [(row, _export(row, places.get(row.place, ""), me)) for row in rows]
    mine = [line for row, line in lines if row.asked_by_id == me]
    return mine, [line for row, line in lines if row.asked_by_id != me]


def _export(row: ExportRequest, place: str, me: UUID) -> ExportLine:
    known = exporting.exportables().get(row.what)
    is_mine = row.asked_by_id == me
    may_decide = not is_mine and current().can(Permission.EXPORT_APPROVE, row.place)
    return ExportLine(
        id=row.pk,
        label=str(known.label) if known else row.what,
        place=place,
        purpose=str(PURPOSES[row.purpose].label) if row.purpose in PURPOSES else row.purpose,
        reason=row.reason,
        n_rows=row.n_rows,
        status=row.status,
        status_label=str(row.get_status_display()),
        asked_by=str(row.asked_by),
        asked_at=row.asked_at,
        decided_by=str(row.decided_by or ""),
        answer=row.answer,
        may_take=is_mine and row.status == exporting.Status.APPROVED,
        may_decide=may_decide and row.status == exporting.Status.ASKED,
    )


def emergencies(*, me: UUID | None) -> list[EmergencyLine]:
    """All emergencies, those in force first."""
    all_of_them = Emergency.objects.select_related("declared_by", "end_asked_by", "ended_by")
    rows = list(all_of_them.order_by(F("ends_at").desc(nulls_first=True), "-starts_at")[:MOST])
    places = names.places(row.place for row in rows)
    return [_emergency(row, places.get(row.place, ""), me) for row in rows]


def _emergency(row: Emergency, place: str, me: UUID | None) -> EmergencyLine:
    lo, hi = row.span()
    who = current() if me else None
    may = bool(who and who.can(Permission.EMERGENCY_END, lo) and who.covers(lo, hi))
    is_open, is_asked = row.ends_at is None, row.end_asked_by_id is not None
    return EmergencyLine(
        id=row.pk,
        name=row.name,
        order=row.order,
        place=place,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        declared_by=str(row.declared_by),
        end_asked_by=str(row.end_asked_by or ""),
        ended_by=str(row.ended_by or ""),
        may_propose=may and is_open and not is_asked,
        may_agree=may and is_open and is_asked and row.end_asked_by_id != me,
        may_keep=may and is_open and is_asked,
    )


def ending(emergency_id: UUID, *, at: datetime) -> list[tuple[Promise, int]]:
    """What the end of an emergency would delete."""
    emergency = Emergency.objects.get(pk=emergency_id)
    return list(operations.ending(emergency, at=at).counts)
