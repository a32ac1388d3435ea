"""A second worker at a hard call: asked for at once, comes with one click, writes who was told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.hotline import rules
from kapok.hotline.box import of_exchange
from kapok.hotline.models import CallEvent, RiskScreen
from kapok.hotline.operations import screening
from kapok.hotline.operations.holding import OPEN, locked, mine
from kapok.hotline.operations.moving import happened, wake, wake_ringing
from kapok.hotline.queries import calls
from kapok.hotline.workflow import HEAVY, Risk, State

What = CallEvent.What


@transaction.atomic
def call_for_help(*, call_id: UUID, by: User, at: datetime) -> None:
    """Ask for a second worker: everybody at the line and its lead see it. Asked twice is once."""
    call = mine(call_id, by=by)
    if calls.wants_help(call):
        return
    happened(call, What.HELP_CALLED, by=by.pk, at=at)
    wake_ringing(call)


@transaction.atomic
def come(*, call_id: UUID, by: User, at: datetime) -> None:
    """Be the second worker. Of several who want to, one is; the others read who."""
    call = locked(call_id)
    scope.require(Permission.CALL_TAKE)
    if call.operator_id == by.pk:
        raise Refused(_("This is your own call. Somebody else comes to your side."))
    if State(call.state) not in OPEN:
        raise Refused(_("This call is closed by now; nobody is needed any more."))
    there = calls.helper_of(call)
    if there is not None and there.pk == by.pk:
        return
    if not calls.wants_help(call):
        raise Refused(
            _("%(name)s is there already.") % {"name": there}
            if there
            else _("Nobody asked for a second worker at this call.")
        )
    happened(call, What.HELP_CAME, by=by.pk, at=at)
    wake_ringing(call)


@transaction.atomic
def tell(
    *, call_id: UUID, level: int, told: str, rescue: str, by: User, at: datetime
) -> RiskScreen:
    """The second worker writes who was told, with consent or because life was in danger."""
    call = locked(call_id)
    there = calls.helper_of(call)
    if there is None or there.pk != by.pk:
        raise NotAllowed(_("Only the second worker at this call writes this down."))
    if not told.strip():
        raise Refused(_("Say who was told: 110, 120, relatives."))
    if level < HEAVY:
        raise Refused(_("Choose L3 or L4: for less nobody is told without the caller."))
    pack = rules.words_at(call.place, at).pack
    made = screening.write(
        call, level, {"by": "second worker"}, told, rescue, pack=pack, by=by, at=at
    )
    if call.state == State.CLOSED:  # else what is owed is settled when it closes
        with scope.acting(of_exchange(at=at)):
            screening.owed_after(call, Risk(made.level), at=at)
    wake([call.place], {call.operator_id})
    return made
