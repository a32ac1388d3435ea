"""Shifts handed on between colleagues: offered, agreed, approved; a lead has the last word.

The rules are checked at each step, since each may be days after the one before.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.workforce import limits, workflow
from kapok.workforce.models import Shift, SwapOffer
from kapok.workforce.operations.rules import (
    lock,
    refuse_broken,
    refuse_hopeless,
    refuse_other_party,
)
from kapok.workforce.operations.seats import refuse_over, refuse_unfit
from kapok.workforce.operations.shifts import withdraw_offers
from kapok.workforce.workflow import SwapState


@transaction.atomic
def offer_swap(
    *, shift_id: UUID, to: UUID | None = None, note: str = "", by: User, at: datetime
) -> SwapOffer:
    """Somebody offers a shift of theirs to one colleague, or to whoever can take it."""
    lock([by.pk, to])
    shift = _own(shift_id, by)
    _refuse_unoffered(shift, at)
    if to is not None:
        colleague = User.objects.filter(pk=to, is_active=True).exclude(pk=by.pk).first()
        if colleague is None:
            raise Refused(_("Choose a colleague whose account is open, or offer it to everybody."))
        refuse_other_party(colleague, shift)
        refuse_hopeless(colleague, shift)
    try:
        with transaction.atomic():
            return SwapOffer.objects.create(
                shift=shift,
                place=shift.place,
                account=by,
                to_id=to,
                note=note.strip(),
                offered_at=at,
            )
    except IntegrityError as error:
        raise Refused(_("You offer this shift already. Take that offer back first.")) from error


@transaction.atomic
def agree_swap(
    *, offer_id: UUID, in_return: UUID | None = None, by: User, at: datetime
) -> SwapOffer:
    """A colleague agrees to take an offered shift, perhaps giving one of theirs in return."""
    offer = _offer(offer_id, by.pk)
    if by.pk == offer.account_id or offer.to_id not in {None, by.pk}:
        raise NotAllowed(_("This shift is offered to somebody else."))
    offer.state = workflow.after(offer.state, "agree to swap")
    _refuse_unoffered(offer.shift, at)
    given = _own(in_return, by) if in_return else None
    if given is not None:
        _refuse_unoffered(given, at)
        _refuse_promised(given)
    _check(offer, by, given, asks=False, is_approved=True)
    offer.taken_by, offer.in_return, offer.agreed_at = by, given, at
    offer.save(update_fields=["state", "taken_by", "in_return", "agreed_at"])
    return offer


@transaction.atomic
def approve_swap(*, offer_id: UUID, reason: str = "", by: User, at: datetime) -> SwapOffer:
    """A lead approves; the shifts change hands. Long hours need a reason."""
    offer = _offer(offer_id, None)
    scope.require(Permission.TEAM_MANAGE, offer.place)
    offer.state = workflow.after(offer.state, "approve swap")
    if by.pk in {offer.account_id, offer.taken_by_id}:
        raise NotAllowed(_("Nobody approves a swap of their own. Ask another lead."))
    taker, given = offer.taken_by, offer.in_return
    assert taker is not None  # the table says so of what is agreed
    _refuse_changed(offer, at)
    _check(offer, taker, given, asks=True, is_approved=bool(reason.strip()))
    offer.decided_by, offer.decided_at, offer.reason = by, at, reason.strip()
    offer.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    _hand_over(offer, at)
    return offer


@transaction.atomic
def refuse_swap(*, offer_id: UUID, reason: str = "", by: User, at: datetime) -> SwapOffer:
    """A lead refuses with a reason; the colleague who was asked says no without one."""
    offer = _offer(offer_id, None)
    if by.pk not in {offer.to_id, offer.taken_by_id}:
        scope.require(Permission.TEAM_MANAGE, offer.place)
        if not reason.strip():
            raise Refused(_("Say why the swap is refused; both read it."))
    offer.state = workflow.after(offer.state, "refuse swap")
    offer.decided_by, offer.decided_at, offer.reason = by, at, reason.strip()
    offer.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    return offer


@transaction.atomic
def withdraw_swap(*, offer_id: UUID, by: User, at: datetime) -> SwapOffer:
    """Whoever offered a shift takes the offer back, and works it."""
    offer = _offer(offer_id, None)
    if by.pk != offer.account_id:
        raise NotAllowed(_("Only whoever offered a shift takes the offer back."))
    offer.state = workflow.after(offer.state, "withdraw swap")
    offer.decided_by, offer.decided_at = by, at
    offer.save(update_fields=["state", "decided_by", "decided_at"])
    return offer


def _check(
    offer: SwapOffer, taker: User, given: Shift | None, *, asks: bool, is_approved: bool
) -> None:
    """Hold the rules against both, as their shifts would be after the swap."""
    refuse_other_party(taker, offer.shift)
    refuse_unfit(taker, offer.shift, asks=asks)
    refuse_broken(taker, offer.shift, without=given, is_approved=is_approved)
    if given is not None:
        refuse_other_party(offer.account, given)
        refuse_unfit(offer.account, given, asks=True)
        refuse_broken(offer.account, given, without=offer.shift, is_approved=is_approved)


def _hand_over(offer: SwapOffer, at: datetime) -> None:
    """Both shifts change hands in one statement; neither is anybody's twice in between."""
    keys = [key for key in (offer.shift_id, offer.in_return_id) if key]
    n = Shift.objects.filter(pk__in=keys).update(
        account=Case(
            When(pk=offer.shift_id, then=Value(offer.taken_by_id)),
            When(pk=offer.in_return_id, then=Value(offer.account_id)),
            default=F("account"),
        ),
        changed_at=at,
    )
    if n != len(keys):
        raise NotAllowed(_("One of the shifts lies outside your places. Ask the lead above you."))
    withdraw_offers(keys, at=at)


def _offer(offer_id: UUID, taker: UUID | None) -> SwapOffer:
    """The offer, locked after the people whose shifts it would change."""
    seen = SwapOffer.objects.filter(pk=offer_id).values_list("account", "taken_by").first()
    lock([*(seen or ()), taker])
    rows = SwapOffer.objects.select_for_update(of=("self",)).select_related(
        "shift", "in_return", "account", "taken_by"
    )
    offer = rows.filter(pk=offer_id).first()
    if offer is None:
        raise NotAllowed(_("This offer is no longer open, or is not for you. Load the page anew."))
    if seen is not None and taker is None and offer.taken_by_id not in {None, seen[1]}:
        raise Refused(_("Somebody agreed to this at this moment. Load the page anew."))
    return offer


def _own(shift_id: UUID, by: User) -> Shift:
    rows = Shift.objects.select_for_update(of=("self",)).filter(pk=shift_id, account=by)
    shift = rows.first()
    if shift is None:
        raise NotAllowed(_("This shift is not yours any more. Load the page anew."))
    return shift


def _refuse_unoffered(shift: Shift, at: datetime) -> None:
    refuse_over(shift, at)
    if shift.kind != limits.DUTY:
        raise Refused(_("Only duties at a post are swapped; talk to your lead about this."))


def _refuse_promised(given: Shift) -> None:
    if SwapOffer.objects.filter(shift=given, state__in=workflow.OPEN_SWAPS).exists():
        raise Refused(_("You offer this shift to others yourself. Take that offer back first."))
    if SwapOffer.objects.filter(in_return=given, state=SwapState.AGREED).exists():
        raise Refused(_("You promised this shift in return already. Choose another one."))


def _refuse_changed(offer: SwapOffer, at: datetime) -> None:
    """Refuse where a shift is no longer whose it was when they agreed."""
    for shift, owner in (
        (offer.shift, offer.account_id),
        (offer.in_return, offer.taken_by_id),
    ):
        if shift is None:
            continue
        refuse_over(shift, at)
        if shift.account_id != owner:
            raise Refused(_("This shift has changed hands since. Refuse the swap."))
