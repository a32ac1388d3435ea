"""Reports that come at the same moment through one door are carried out as one set.

What a set costs beside its rows, the transaction first of all, is then paid once. The first of them
carries the set out in its own thread while the next ones gather; nobody waits for others to come. A
set that fails is carried out again one by one, so that each gets its own answer or its own error.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import OperationalError, connection
from django.utils.translation import get_language

from kapok.access.scope import acting
from kapok.doors.entrances import Entrance
from kapok.matters.engine.facts import Answer, Command
from kapok.matters.operations.commands import apply

MOST = 50
TRIES = 3
WAIT_S = 60.0  # no set takes that long
Line = tuple[Entrance, str | None]  # sentences are in one language for a whole set


@dataclass(eq=False)
class Waiting:
    """One command in a line. ``called`` is set when it is done, or when it is its turn to lead."""

    command: Command
    called: threading.Event = field(default_factory=threading.Event)
    answer: Answer | None = None
    error: Exception | None = None

    @property
    def is_done(self) -> bool:
        """Whether there is something to say."""
        return self.answer is not None or self.error is not None


_LOCK = threading.Lock()
_LINES: dict[Line, list[Waiting]] = {}  # where somebody leads; those behind them


def carried_out(entrance: Entrance, command: Command, *, at: datetime) -> Answer:
    """Carry a command of a door out, in a set with those that come meanwhile."""
    if connection.in_atomic_block:  # whoever acts already answers for their own transaction
        [answer] = _applied(entrance, [command], at)
        return answer
    mine, line = Waiting(command), (entrance, get_language())
    if _joins(line, mine):
        mine.called.wait(WAIT_S)
    if not mine.is_done:
        _lead(line, mine, at)
    if mine.error is not None:
        raise mine.error
    assert mine.answer is not None
    return mine.answer


def _joins(line: Line, mine: Waiting) -> bool:
    """Stand in the line behind who leads; ``False``: nobody does, so lead."""
    with _LOCK:
        if line in _LINES:
            _LINES[line].append(mine)
            return True
        _LINES[line] = []
        return False


def _lead(line: Line, mine: Waiting, at: datetime) -> None:
    """Carry out what stands in the line, and call the next one to lead."""
    with _LOCK:
        behind = _LINES.setdefault(line, [])
        part = [mine, *(each for each in behind if each is not mine)][:MOST]
        _LINES[line] = [each for each in behind if each not in part]
    try:
        _carry_out(line[0], part, at)
    finally:
        for each in part:
            if not each.is_done:
                each.error = RuntimeError("The set was given up.")
            each.called.set()
        with _LOCK:
            left = _LINES[line]
            if left:
                left[0].called.set()
            else:
                del _LINES[line]


def _carry_out(entrance: Entrance, part: Sequence[Waiting], at: datetime) -> None:
    try:
        answers = _applied(entrance, [each.command for each in part], at)
    except Exception as error:
        if len(part) == 1:
            part[0].error = error
            return
    else:
        for each, answer in zip(part, answers, strict=True):
            each.answer = answer
        return
    for each in part:
        _carry_out(entrance, [each], at)


def _applied(entrance: Entrance, commands: Sequence[Command], at: datetime) -> list[Answer]:
    """One transaction; a set that met another one on the way (a deadlock) is tried again."""
    for left in reversed(range(TRIES)):
        try:
            with acting(entrance.acting(at=at)):
                return apply(commands, within=entrance.ranges)
        except OperationalError:
            if not left or connection.in_atomic_block:
                raise
    raise AssertionError
