"""What an order about a zone can be, and how it goes on."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class What(TextChoices):
    """What an order does."""

    ENFORCE = "ENFORCE", _("Put in force")
    EXTEND = "EXTEND", _("Extend")
    LIFT = "LIFT", _("Lift")
    UNDO = "UNDO", _("Take back")


class OrderState(TextChoices):
    """Where an order stands. One that loosens a zone is carried out at once."""

    DRAFT = "DRAFT", _("Draft, to be looked at")
    ORDERED = "ORDERED", _("Waits for a second person")
    CONFIRMED = "CONFIRMED", _("Carried out")
    REJECTED = "REJECTED", _("Not confirmed")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


@dataclass(frozen=True)
class Move:
    """One arrow: from any of the sources to the target."""

    sources: frozenset[OrderState]
    target: OrderState


WAITING = frozenset({OrderState.DRAFT, OrderState.ORDERED})
MOVES = {
    "order": Move(frozenset({OrderState.DRAFT}), OrderState.ORDERED),
    "confirm": Move(frozenset({OrderState.ORDERED}), OrderState.CONFIRMED),
    "reject": Move(frozenset({OrderState.ORDERED}), OrderState.REJECTED),
    "withdraw": Move(WAITING, OrderState.WITHDRAWN),
}


class Phase(TextChoices):
    """A zone at a moment; it follows from its times alone."""

    COMING = "COMING", _("Announced")
    NOW = "NOW", _("In force")
    PAST = "PAST", _("Past")
