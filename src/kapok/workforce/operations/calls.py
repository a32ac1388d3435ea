"""Calls to a post: the lead asks, the worker alone accepts."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.workforce import fitness, workflow
from kapok.workforce.models import BriefingRead, Call, Post, Worker
from kapok.workforce.workflow import CallStatus


@transaction.atomic
def call_to_post(
    *,
    post_id: UUID,
    accounts: Sequence[UUID],
    starts_at: datetime,
    ends_at: datetime,
    by: User | None,
    at: datetime,
) -> list[Call]:
    """Ask people to serve at a post. Insurance and age must be right before they are asked."""
    post = Post.objects.filter(pk=post_id, closed_at=None).select_related("briefing").first()
    if post is None:
        raise NotAllowed(_("This post lies outside your places, or is closed."))
    scope.require(Permission.TEAM_MANAGE, post.place)
    if not at < ends_at or not starts_at < ends_at:
        raise Refused(_("The end must be after the beginning and after now."))
    day = timezone.localtime(ends_at).date()
    workers = {row.account_id: row for row in Worker.objects.filter(account__in=accounts)}
    people = User.objects.in_bulk(accounts)
    for account in accounts:
        # Agreeing and reading the risks is theirs to do, when they accept.
        _refuse_unfit(people[account], workers.get(account), post, day, asks=True)
    try:
        with transaction.atomic():
            return Call.objects.bulk_create(
                Call(
                    post=post,
                    place=post.place,
                    account_id=account,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    asked_by=by,
                    asked_at=at,
                )
                for account in accounts
            )
    except IntegrityError as error:
        raise Refused(_("Somebody among these is asked for this time already.")) from error


@transaction.atomic
def answer_call(*, call_id: UUID, accepts: bool, by: User, at: datetime) -> Call:
    """Whoever was asked accepts or declines; declining needs no reason."""
    call = _call(call_id)
    if call.account_id != by.pk:
        raise NotAllowed(_("Only whoever was asked answers."))
    call.status = workflow.after(call.status, "accept" if accepts else "decline")
    if accepts:
        worker = Worker.objects.filter(account=by).first()
        day = timezone.localtime(call.ends_at).date()
        _refuse_unfit(by, worker, call.post, day, asks=False)
    call.answered_at = at
    call.save(update_fields=["status", "answered_at"])
    return call


@transaction.atomic
def withdraw_call(*, call_id: UUID, by: User | None, at: datetime) -> Call:
    """The lead no longer needs somebody at that time."""
    call = _call(call_id)
    scope.require(Permission.TEAM_MANAGE, call.place)
    call.status = workflow.after(call.status, "withdraw")
    call.save(update_fields=["status"])
    return call


def is_called(account: UUID, post: Post, at: datetime, *, early: timedelta) -> bool:
    """Whether somebody accepted a call to the post for about this moment."""
    return Call.objects.filter(
        post=post,
        account=account,
        status=CallStatus.ACCEPTED,
        starts_at__lte=at + early,
        ends_at__gt=at,
    ).exists()


def _call(call_id: UUID) -> Call:
    row = (
        Call.objects.select_for_update(of=("self",))
        .filter(pk=call_id)
        .select_related("post__briefing")
        .first()
    )
    if row is None:
        raise NotAllowed(_("This call lies outside your places, or is no longer."))
    return row


def _refuse_unfit(who: User, worker: Worker | None, post: Post, day: date, *, asks: bool) -> None:
    read = asks or BriefingRead.objects.filter(briefing=post.briefing_id, account=who).exists()
    found = fitness.against(fitness.standing(worker, has_read=read, may_agree=asks), post, day)
    if found:
        raise Refused(f"{who}: {' '.join(found)}")
