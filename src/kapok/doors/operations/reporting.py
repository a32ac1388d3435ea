"""A report through any door, once: whoever sends it again gets the same answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import get_language

from kapok.access.scope import acting
from kapok.doors.entrances import Entrance
from kapok.doors.operations.together import AGAIN_S, Busy, Together
from kapok.errors import Refused
from kapok.matters.engine.facts import Answer, Command, Status
from kapok.matters.operations.codes import code_of
from kapok.matters.operations.commands import apply

Line = tuple[Entrance, str | None]  # sentences are in one language for a whole set


@dataclass(frozen=True)
class Taken:
    """A report that is a matter now.

    Attributes
    ----------
    code
        With it the reporter follows the matter; it is stored nowhere and shown once.
    """

    matter: UUID
    number: int
    code: str
    state: str


@dataclass
class NotTaken(Refused):
    """A report that cannot be taken, with what is wrong by field."""

    sentence: str
    faults: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence


@dataclass
class NotNow(NotTaken):
    """Nothing is wrong with it, but so much came at once: it is worth sending again."""

    again_s: int = AGAIN_S

    def __str__(self) -> str:
        return self.sentence


def report(*, entrance: Entrance, key: str, said: Mapping[str, Any], at: datetime) -> Taken:
    """Take a report in. ``key`` is the sender's own, the same whenever it is sent again.

    Raises :class:`NotTaken`, and of these :class:`NotNow` where it waited too long.
    """
    command = command_of(entrance, key, said, at=at)
    try:
        answer = SETS.stored((entrance, get_language()), (command, at))
    except Busy as busy:
        raise NotNow(str(busy)) from busy
    if answer.status != Status.TAKEN or answer.number is None:
        raise NotTaken(answer.sentence, answer.faults)
    return Taken(answer.matter, answer.number, code_of(command.id), answer.state)


def command_of(entrance: Entrance, key: str, said: Mapping[str, Any], *, at: datetime) -> Command:
    """The command that a report is; its keys follow from the door and the sender's key."""
    identity = command_id(entrance, key)
    whole = storable(dict(said)) | {"door": entrance.door.value, "tracking": code_of(identity)}
    return Command(identity, "report", matter_of(entrance, key), at, data=whole)


def storable(value: Any) -> Any:
    """Without what a database cannot keep: zero bytes, halves of characters."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {storable(key): storable(each) for key, each in value.items()}
    return [storable(each) for each in value] if isinstance(value, list) else value


def command_id(entrance: Entrance, key: str) -> UUID:
    """The command of a sender's key."""
    return uuid5(entrance.id, f"report\x1f{key}")


def matter_of(entrance: Entrance, key: str) -> UUID:
    """The matter of a sender's key, if it is taken."""
    return uuid5(command_id(entrance, key), "matter")


def file_id(command: UUID, name: str) -> UUID:
    """The key of a file that comes with a report."""
    return uuid5(command, f"file\x1f{name}")


def _applied(line: Line, given: Sequence[tuple[Command, datetime]]) -> list[Answer]:
    """Carry out the commands of a set in one transaction."""
    entrance, _language = line
    with acting(entrance.acting(at=max(at for _command, at in given))):
        return apply([command for command, _at in given], within=entrance.ranges)


SETS: Together[Line, tuple[Command, datetime], Answer] = Together(_applied)
