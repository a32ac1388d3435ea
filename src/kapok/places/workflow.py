"""The life of a drawing, as one table: proposed, then put in force or discarded."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.errors import Refused


class Status(models.TextChoices):
    """States of a drawing."""

    OPEN = "OPEN", gettext_lazy("Proposal")
    PUBLISHED = "PUBLISHED", gettext_lazy("Published")
    DISCARDED = "DISCARDED", gettext_lazy("Discarded")


class IllegalMove(Refused):
    """The drawing is no longer open."""


@dataclass(frozen=True)
class Move:
    """One arrow of the diagram."""

    sources: frozenset[Status]
    target: Status


MOVES = {
    "change": Move(frozenset({Status.OPEN}), Status.OPEN),
    "publish": Move(frozenset({Status.OPEN}), Status.PUBLISHED),
    "discard": Move(frozenset({Status.OPEN}), Status.DISCARDED),
}


def after(status: str, move: str) -> Status:
    """The status that ``move`` leads to, or :class:`IllegalMove`."""
    if status not in MOVES[move].sources:
        raise IllegalMove(
            _("This proposal is closed (%(status)s). Draw grids again to change them.")
            % {"status": Status(status).label}
        )
    return MOVES[move].target


def open_moves(status: str) -> list[str]:
    """Moves that start from ``status``, in the order of the table."""
    return [name for name, move in MOVES.items() if status in move.sources]
