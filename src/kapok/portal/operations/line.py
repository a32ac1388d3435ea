"""A line in front of the database: what comes at the same moment is stored as one set.

One thread of the process stores what stands in the line, set by set, each one transaction. Whoever
sent something waits for their set, but not for longer than a person looks at a white page: then
they are told that they stand in line, and the line goes on without them. A set that fails is stored
again one by one, so that each gets its own answer or its own error.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import connection

LOG = logging.getLogger("kapok.portal")
MOST = 60  # in a set
LONGEST = 2_000  # more than that in line, and others are asked to come back
PATIENCE_S = 3.0
GATHER_S = 0.03  # in a rush: a set costs nearly the same for ten as for one
IDLE_S = 30.0  # after which the thread ends, with its connection

Entry = TypeVar("Entry")
Answer = TypeVar("Answer")


class Full(Exception):
    """The line is so long that nobody should stand at its end."""


@dataclass(eq=False)
class Place(Generic[Entry, Answer]):
    """A place in the line."""

    entry: Entry
    called: threading.Event = field(default_factory=threading.Event)
    answer: Answer | None = None
    error: Exception | None = None
    is_left: bool = False  # whoever sent it waits no more


class Line(Generic[Entry, Answer]):
    """A line of one process; ``store`` answers a set in its order."""

    def __init__(self, store: Callable[[Sequence[Entry]], Sequence[Answer]]) -> None:
        self._store = store
        self._waiting: deque[Place[Entry, Answer]] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def stored(self, entry: Entry, *, patience_s: float = PATIENCE_S) -> Answer | None:
        """What became of an entry; ``None``: it stands in line, and will be stored.

        Raises :class:`Full` where it could not even join.
        """
        if connection.in_atomic_block:  # whoever acts already answers for their own transaction
            [answer] = self._store([entry])
            return answer
        place = self._joined(entry)
        place.is_left = not place.called.wait(patience_s)
        if place.error is not None:
            raise place.error
        return place.answer

    def _joined(self, entry: Entry) -> Place[Entry, Answer]:
        place: Place[Entry, Answer] = Place(entry)
        with self._changed:
            if len(self._waiting) >= LONGEST:
                raise Full
            self._waiting.append(place)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()
            self._changed.notify()
        return place

    def _work(self) -> None:
        """Store what stands in the line, until nobody came for a while."""
        try:
            while part := self._next():
                self._answer(part)
                if len(part) > 1:
                    time.sleep(GATHER_S)
        finally:
            connection.close()

    def _next(self) -> list[Place[Entry, Answer]]:
        with self._changed:
            if not self._waiting and not self._changed.wait_for(
                lambda: bool(self._waiting), IDLE_S
            ):
                self._thread = None  # whoever comes next starts another one
                return []
            return [self._waiting.popleft() for _turn in range(min(MOST, len(self._waiting)))]

    def _answer(self, part: Sequence[Place[Entry, Answer]]) -> None:
        try:
            answers = self._store([place.entry for place in part])
        except Exception as error:
            if len(part) == 1:
                part[0].error = error  # before looking whether anybody is there to raise it
                if part[0].is_left:
                    LOG.exception("Something that stood in line could not be stored.")
                part[0].called.set()
                connection.close_if_unusable_or_obsolete()
                return
        else:
            for place, answer in zip(part, answers, strict=True):
                place.answer = answer
                place.called.set()
            return
        for place in part:
            self._answer([place])
