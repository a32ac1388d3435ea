"""Being at a post: in, out, and confirmed by somebody else. Moments are the server's."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.fields import holds
from kapok.access.models import Appointment, User
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.workforce import fitness, hours, workflow
from kapok.workforce.models import BriefingRead, HoursEntry, Post, Worker
from kapok.workforce.operations.calls import is_called
from kapok.workforce.workflow import HoursStatus

EARLY = timedelta(hours=1)  # a call is good from so long before it starts


@transaction.atomic
def check_in(*, post_id: UUID, by: User, at: datetime) -> HoursEntry:
    """Somebody arrives. Without an appointment or call here it is kept as unplanned.

    Raises :class:`~kapok.errors.Refused` while they are checked in elsewhere, or where the risks
    were not read, insurance, age or agreement is missing.
    """
    post = Post.objects.select_related("briefing").get(pk=post_id)
    if post.closed_at is not None:
        raise Refused(_("The post “%(name)s” is closed. Ask your lead.") % {"name": post})
    worker = Worker.objects.filter(account=by).first()
    read = BriefingRead.objects.filter(briefing=post.briefing_id, account=by).exists()
    found = fitness.against(
        fitness.standing(worker, has_read=read), post, timezone.localtime(at).date()
    )
    if found:
        raise Refused(" ".join(found))
    there = HoursEntry.objects.filter(account=by, status=HoursStatus.OPEN).select_related("post")
    for entry in there:
        raise _still_there(entry)
    try:
        with transaction.atomic():
            return HoursEntry.objects.create(
                post=post,
                place=post.place,
                account=by,
                arrived_at=at,
                is_unplanned=not _is_planned(by, post, at),
            )
    except IntegrityError as error:
        for entry in there.all():
            raise _still_there(entry) from error
        raise


@transaction.atomic
def check_out(*, post_id: UUID, by: User, at: datetime) -> HoursEntry:
    """Somebody leaves. Raises :class:`~kapok.errors.Refused` where they did not arrive here."""
    entry = (
        HoursEntry.objects.select_for_update(of=("self",))
        .filter(account=by, status=HoursStatus.OPEN)
        .select_related("post")
        .first()
    )
    if entry is None:
        raise Refused(_("You are not checked in. Check in when you arrive."))
    if entry.post_id != post_id:
        raise _still_there(entry)
    if at - entry.arrived_at > hours.FORGOTTEN:
        raise Refused(
            _("You arrived on %(when)s; that is too long ago. Tell your lead when you left.")
            % {"when": _moment(entry.arrived_at)}
        )
    return _leave(entry, "check out", max(at, entry.arrived_at))


@transaction.atomic
def correct(
    *, entry_id: UUID, left_at: datetime, reason: str, by: User, at: datetime
) -> HoursEntry:
    """A lead writes down when somebody really left, and why the entry was wrong."""
    [entry] = _entries([entry_id], by)
    if not reason.strip():
        raise Refused(_("Say why the time is corrected."))
    if not entry.arrived_at <= left_at <= min(at, entry.arrived_at + timedelta(hours=24)):
        raise Refused(
            _("They arrived on %(when)s: choose a time after that, within a day, not to come.")
            % {"when": _moment(entry.arrived_at)}
        )
    entry.corrected_by, entry.reason = by, reason.strip()
    return _leave(entry, "correct", left_at)


@transaction.atomic
def confirm(*, entry_ids: Iterable[UUID], by: User, at: datetime) -> list[HoursEntry]:
    """Somebody who may, and who is not the worker, confirms hours."""
    return _decide(entry_ids, "confirm", "", by=by, at=at)


@transaction.atomic
def refuse(*, entry_ids: Iterable[UUID], reason: str, by: User, at: datetime) -> list[HoursEntry]:
    """Hours are refused, with a reason that the worker reads."""
    if not reason.strip():
        raise Refused(_("Say why the hours are refused; the worker reads it."))
    return _decide(entry_ids, "refuse", reason.strip(), by=by, at=at)


def _decide(
    entry_ids: Iterable[UUID], move: str, reason: str, *, by: User, at: datetime
) -> list[HoursEntry]:
    entries = _entries(entry_ids, by)
    for entry in entries:
        entry.status = workflow.after(entry.status, move)
        entry.decided_by, entry.decided_at = by, at
        entry.reason = reason or entry.reason
    HoursEntry.objects.bulk_update(entries, ["status", "decided_by", "decided_at", "reason"])
    return entries


def _entries(entry_ids: Iterable[UUID], by: User) -> list[HoursEntry]:
    wanted = set(entry_ids)
    rows = list(
        HoursEntry.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    )
    if not wanted or len(rows) != len(wanted):
        raise NotAllowed(_("These hours lie outside your places, or are no longer."))
    for entry in rows:
        scope.require(Permission.ATTENDANCE_CONFIRM, entry.place)
        if entry.account_id == by.pk:
            raise NotAllowed(_("Nobody confirms their own hours. Ask another lead."))
    return rows


def _leave(entry: HoursEntry, move: str, left_at: datetime) -> HoursEntry:
    entry.status = workflow.after(entry.status, move)
    entry.left_at, entry.hours = left_at, hours.counted(entry.arrived_at, left_at)
    entry.save(update_fields=["status", "left_at", "hours", "corrected_by", "reason"])
    return entry


def _is_planned(by: User, post: Post, at: datetime) -> bool:
    held = Appointment.objects.in_force(at).filter(account=by)
    return any(holds(row.ranges, post.place) for row in held) or is_called(
        by.pk, post, at, early=EARLY
    )


def _still_there(entry: HoursEntry) -> Refused:
    return Refused(
        _("You are checked in at “%(post)s” since %(when)s. Check out there first.")
        % {"post": entry.post, "when": _moment(entry.arrived_at)}
    )


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
