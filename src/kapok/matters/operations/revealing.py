"""Seeing who reported: with a reason, and who wants to stay unknown only in an emergency."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.alarms import raise_alarm
from kapok.access.models import Alarm, BreakGlass, Look, User
from kapok.access.roles import Permission
from kapok.access.trace import LOCAL, look
from kapok.errors import Refused
from kapok.matters.models import Report, ReporterLook
from kapok.matters.queries.card import said

LEAST_REASON = 10  # letters
LENGTH = timedelta(minutes=30)
MOST_A_DAY = 5


@transaction.atomic
def reveal(*, report_id: UUID, reason: str, by: User, at: datetime) -> said.Contact | None:
    """Who reported, in whole. The reason is kept with the name of who looked.

    Of a reporter who wants to stay unknown nothing is shown without an emergency look of who acts.
    """
    report = _seen(report_id)
    who = scope.require(Permission.REPORTER_VIEW, report.matter.place)
    if report.is_hidden and not _glass(report_id, by, at):
        raise Refused(
            _(
                "This reporter wants to stay unknown. Only an emergency look opens who they are, "
                "and a second person is told of it."
            )
        )
    _refuse_short(reason)
    ReporterLook.objects.create(
        report=report.pk, place=report.matter.place, account=by.pk, role=who.role,
        reason=reason.strip()[:300], at=at,
    )  # fmt: skip
    look(Look.Action.REVEAL, [report.pk, report.matter_id], place=report.matter.place)
    return said.contact_of(report, revealed=True)


@transaction.atomic
def break_glass(*, report_id: UUID, reason: str, by: User, at: datetime) -> BreakGlass:
    """Open who a hidden reporter is for half an hour; a second person is told at once.

    Refused without a reason, after five looks in a day, and where nobody could be told.
    """
    report = _seen(report_id)
    who = scope.require(Permission.BREAK_GLASS)
    scope.require(Permission.REPORTER_VIEW, report.matter.place)
    _refuse_short(reason)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    lately = BreakGlass.objects.filter(account=by, starts_at__gt=at - timedelta(days=1))
    if lately.count() >= MOST_A_DAY:
        raise Refused(
            _("You opened five files in a day. Call the lead of the street before you open more.")
        )
    made = BreakGlass.objects.create(
        subjects=[report.pk],
        place=report.matter.place,
        account=by,
        appointment=who.appointment or by.pk,
        reason=reason.strip()[:300],
        starts_at=at,
        ends_at=at + LENGTH,
        told_id=_second_person(report.matter.place, by),
    )
    look(Look.Action.BREAK_GLASS, [made.pk, report.pk], place=report.matter.place)
    day = at.astimezone(LOCAL).date()
    n = BreakGlass.objects.filter(account=by, starts_at__date=day).count()
    raise_alarm(
        kind=Alarm.Kind.BREAK_GLASS, account=by.pk, place=report.matter.place, n=n, day=day, at=at
    )
    return made


def _seen(report_id: UUID) -> Report:
    report = Report.objects.select_related("matter").filter(pk=report_id).first()
    if report is None:
        raise Http404
    return report


def _glass(report_id: UUID, by: User, at: datetime) -> bool:
    return BreakGlass.objects.filter(
        account=by, subjects__contains=[report_id], starts_at__lte=at, ends_at__gt=at
    ).exists()


def _refuse_short(reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise Refused(
            _("Write why you must know who reported, in a sentence that others may read.")
        )


def _second_person(place: int, by: User) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_second_person(%s, %s)", [place, by.pk])
        [told] = cursor.fetchone()
    if told is None:
        raise Refused(_("Nobody answers for that place in Kapok, so nobody can be told of this."))
    return UUID(str(told))
