"""Open seats: given to somebody by a lead, or taken by whoever may."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kapok.access.models import User
from kapok.errors import NotAllowed, Refused
from kapok.workforce import fitness
from kapok.workforce.models import BriefingRead, Post, Shift, Worker
from kapok.workforce.operations.rules import (
    lock,
    refuse_broken,
    refuse_other_party,
)
from kapok.workforce.operations.shifts import led_shift
from kapok.workforce.workflow import ShiftState


@transaction.atomic
def give_shift(
    *, shift_id: UUID, account: UUID, reason: str = "", by: User | None, at: datetime
) -> Shift:
    """A lead gives an open seat to somebody who works there; long hours need a reason."""
    shift = led_shift(shift_id)
    who = User.objects.filter(pk=account, is_active=True).first()
    if who is None:
        raise Refused(_("This account is closed. Choose somebody else."))
    return _seat(shift, who, reason=reason.strip(), asks=True, at=at)


@transaction.atomic
def take_shift(*, shift_id: UUID, by: User, at: datetime) -> Shift:
    """Somebody takes an open seat of a place where they act, within all limits."""
    lock([by.pk])  # before the seat: a plan that is ended holds everybody, then its seats
    shift = (
        Shift.objects.select_for_update(of=("self",))
        .filter(pk=shift_id, state=ShiftState.PLANNED)
        .first()
    )
    if shift is None:
        raise NotAllowed(_("Somebody else has taken this seat, or it is no longer needed."))
    return _seat(shift, by, reason="", asks=False, at=at)


def refuse_over(shift: Shift, at: datetime) -> None:
    """Refuse to hand on a shift that was cancelled or has begun."""
    if shift.state != ShiftState.PLANNED:
        raise Refused(_("This shift was cancelled. Load the page anew."))
    if shift.starts_at <= at:
        raise Refused(_("This shift has begun. Tell the lead by telephone."))


def refuse_unfit(who: User, shift: Shift, *, asks: bool) -> None:
    """Refuse a post that somebody may not serve at: risks, insurance, age, free will.

    ``asks``: what is theirs to do before they check in may still be done.
    """
    post = Post.objects.filter(place=shift.place, name=shift.post, closed_at=None)
    found = post.select_related("briefing").first()
    if found is None:
        return
    read = asks or BriefingRead.objects.filter(briefing=found.briefing_id, account=who).exists()
    worker = Worker.objects.filter(account=who).first()
    standing = fitness.standing(worker, has_read=read, may_agree=asks)
    against = fitness.against(standing, found, timezone.localdate(shift.ends_at))
    if against:
        raise Refused(f"{who}: {' '.join(against)}")


def _seat(shift: Shift, who: User, *, reason: str, asks: bool, at: datetime) -> Shift:
    lock([who.pk])
    if shift.account_id is not None:
        raise Refused(_("This seat is taken already. Load the page anew."))
    if shift.state != ShiftState.PLANNED or shift.ends_at <= at:
        raise Refused(_("This shift was cancelled or is over. Load the page anew."))
    refuse_other_party(who, shift)
    refuse_unfit(who, shift, asks=asks)
    refuse_broken(who, shift, is_approved=bool(reason))
    shift.account, shift.reason, shift.changed_at = who, reason, at
    shift.save(update_fields=["account", "reason", "changed_at"])
    return shift
