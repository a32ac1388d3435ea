"""What may become of a call to a post (ASKED …), of hours that were worked (OPEN …), of a shift
(PLANNED …) and of a shift that somebody offers to colleagues (OFFERED …).
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.errors import Refused


class CallStatus(TextChoices):
    """Where a call to a post stands: nobody is sent without agreeing."""

    ASKED = "ASKED", gettext_lazy("Asked")
    ACCEPTED = "ACCEPTED", gettext_lazy("Accepted")
    DECLINED = "DECLINED", gettext_lazy("Declined")
    WITHDRAWN = "WITHDRAWN", gettext_lazy("Withdrawn")


class HoursStatus(TextChoices):
    """Where worked hours stand."""

    OPEN = "OPEN", gettext_lazy("At the post")
    PENDING = "PENDING", gettext_lazy("To be confirmed")
    CONFIRMED = "CONFIRMED", gettext_lazy("Confirmed")
    REFUSED = "REFUSED", gettext_lazy("Refused")


class ShiftState(TextChoices):
    """Where a shift stands."""

    PLANNED = "PLANNED", gettext_lazy("Planned")
    CANCELLED = "CANCELLED", gettext_lazy("Cancelled")


class SwapState(TextChoices):
    """Where an offered shift stands: a lead always has the last word."""

    OFFERED = "OFFERED", gettext_lazy("Offered")
    AGREED = "AGREED", gettext_lazy("Agreed, waits for the lead")
    APPROVED = "APPROVED", gettext_lazy("Approved")
    REFUSED = "REFUSED", gettext_lazy("Refused")
    WITHDRAWN = "WITHDRAWN", gettext_lazy("Withdrawn")


OPEN_SWAPS = (SwapState.OFFERED, SwapState.AGREED)


class IllegalMove(Refused):
    """The status does not allow this move."""


@dataclass(frozen=True)
class Move:
    """One arrow: from any of the sources to the target."""

    sources: frozenset[str]
    target: str


MOVES = {
    "accept": Move(frozenset({CallStatus.ASKED}), CallStatus.ACCEPTED),
    "decline": Move(frozenset({CallStatus.ASKED, CallStatus.ACCEPTED}), CallStatus.DECLINED),
    "withdraw": Move(frozenset({CallStatus.ASKED, CallStatus.ACCEPTED}), CallStatus.WITHDRAWN),
    "check out": Move(frozenset({HoursStatus.OPEN}), HoursStatus.PENDING),
    "correct": Move(frozenset({HoursStatus.OPEN, HoursStatus.PENDING}), HoursStatus.PENDING),
    "confirm": Move(frozenset({HoursStatus.PENDING}), HoursStatus.CONFIRMED),
    "refuse": Move(frozenset({HoursStatus.PENDING}), HoursStatus.REFUSED),
    "cancel shift": Move(frozenset({ShiftState.PLANNED}), ShiftState.CANCELLED),
    "agree to swap": Move(frozenset({SwapState.OFFERED}), SwapState.AGREED),
    "approve swap": Move(frozenset({SwapState.AGREED}), SwapState.APPROVED),
    "refuse swap": Move(frozenset(OPEN_SWAPS), SwapState.REFUSED),
    "withdraw swap": Move(frozenset(OPEN_SWAPS), SwapState.WITHDRAWN),
}


def after(status: str, move: str) -> str:
    """The status that a move leads to. Raises :class:`IllegalMove`."""
    if status not in MOVES[move].sources:
        all_of = (CallStatus, HoursStatus, ShiftState, SwapState)
        known = {code: str(label) for states in all_of for code, label in states.choices}
        raise IllegalMove(
            _("This is “%(status)s” already. Load the page anew to see how things stand.")
            % {"status": known[status]}
        )
    return MOVES[move].target


def open_moves(status: str) -> tuple[str, ...]:
    """The moves that a status allows, in the order of the table."""
    return tuple(name for name, move in MOVES.items() if status in move.sources)
