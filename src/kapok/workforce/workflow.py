"""What may become of a call to a post (ASKED …) and of hours that were worked (OPEN …)."""

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
}


def after(status: str, move: str) -> str:
    """The status that a move leads to. Raises :class:`IllegalMove`."""
    if status not in MOVES[move].sources:
        known: dict[str, str] = {code: str(label) for code, label in CallStatus.choices}
        known |= {code: str(label) for code, label in HoursStatus.choices}
        raise IllegalMove(
            _("This is “%(status)s” already. Load the page anew to see how things stand.")
            % {"status": known[status]}
        )
    return MOVES[move].target


def open_moves(status: str) -> tuple[str, ...]:
    """The moves that a status allows, in the order of the table."""
    return tuple(name for name, move in MOVES.items() if status in move.sources)
