"""How a plan comes about, is put in force and ends."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.errors import Refused


class State(TextChoices):
    """Where a plan stands."""

    DRAFT = "DRAFT", gettext_lazy("Situation, not planned yet")
    WAITING = "WAITING", gettext_lazy("Waits to be planned")
    MAKING = "MAKING", gettext_lazy("Is being planned")
    READY = "READY", gettext_lazy("Planned, not in force")
    FAILED = "FAILED", gettext_lazy("Could not be planned")
    IN_FORCE = "IN_FORCE", gettext_lazy("In force")
    ENDED = "ENDED", gettext_lazy("No longer in force")


class Origin(TextChoices):
    """What a plan was made from."""

    NEW = "NEW", gettext_lazy("New")
    COPY = "COPY", gettext_lazy("From the situation of another plan")
    AGAIN = "AGAIN", gettext_lazy("Computed again")
    REPAIR = "REPAIR", gettext_lazy("Mends another plan")


@dataclass(frozen=True)
class Move:
    """One arrow: from any of the sources to the target."""

    sources: frozenset[State]
    target: State


OPEN = frozenset({State.DRAFT, State.READY, State.FAILED})
MOVES = {
    "ask": Move(frozenset({State.DRAFT, State.FAILED}), State.WAITING),
    "take_back": Move(frozenset({State.WAITING}), State.DRAFT),
    "begin": Move(frozenset({State.WAITING, State.MAKING}), State.MAKING),
    "finish": Move(frozenset({State.MAKING}), State.READY),
    "fail": Move(frozenset({State.WAITING, State.MAKING}), State.FAILED),
    "put_in_force": Move(frozenset({State.READY}), State.IN_FORCE),
    "end": Move(frozenset({State.IN_FORCE}), State.ENDED),
}


def after(state: str, move: str) -> State:
    """The state after a move; refused where it does not lead on from here."""
    way = MOVES[move]
    if state not in way.sources:
        raise Refused(
            _("This plan is “%(state)s” by now, so that cannot be done. Look at it again.")
            % {"state": State(state).label}
        )
    return way.target
