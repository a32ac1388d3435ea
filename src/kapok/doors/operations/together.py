"""What comes at the same moment is stored as one set, and nobody is answered before it is stored.

What a set costs beside its rows, the transaction first of all, is then paid once. The first of them
stores the set in its own thread while the next ones gather. Nothing is left in memory to be stored
later: whoever has stood in a line for too long leaves it, and hears that nothing was stored. A set
that fails is stored again one by one, so that each gets its own answer or its own error.
"""

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import IntegrityError, OperationalError, connection

from kapok.errors import Refused
from kapok.words import gettext as _

MOST = 50  # in a set
TRIES = 3
PATIENCE_S = 6.0  # in a line: nobody looks at a white page for longer
WAIT_S = 60.0  # for a set that has begun; none takes that long
AGAIN_S = 15  # after which it is worth sending it again

Line = TypeVar("Line", bound=Hashable)
Entry = TypeVar("Entry")
Answer = TypeVar("Answer")


class Busy(Refused):
    """So much came at once that this was not stored. Whoever sent it sends it again."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "So much is sent at this moment that yours was not stored yet. Wait %(seconds)s "
                "seconds, then send it again."
            )
            % {"seconds": AGAIN_S}
        )


@dataclass(eq=False)
class Waiting(Generic[Entry, Answer]):
    """One of a line. ``called`` is set when it is done, or when it is its turn to lead."""

    entry: Entry
    called: threading.Event = field(default_factory=threading.Event)
    answer: Answer | None = None
    error: Exception | None = None

    @property
    def is_done(self) -> bool:
        """Whether there is something to say."""
        return self.answer is not None or self.error is not None


class Together(Generic[Line, Entry, Answer]):
    """Lines of one process; ``store`` stores a set of one line, and answers in its order.

    In a rush, whoever leads waits ``gather_s`` for others to come: a set costs nearly the same for
    ten as for one.
    """

    def __init__(
        self, store: Callable[[Line, Sequence[Entry]], Sequence[Answer]], *, gather_s: float = 0.0
    ) -> None:
        self._store = store
        self._gather_s = gather_s
        self._lock = threading.Lock()
        self._lines: dict[Line, list[Waiting[Entry, Answer]]] = {}  # those behind who leads

    def stored(self, line: Line, entry: Entry) -> Answer:
        """Store it, in a set with those that come meanwhile. Raises :class:`Busy`."""
        if connection.in_atomic_block:  # whoever acts already answers for their own transaction
            [answer] = self._store(line, [entry])
            return answer
        mine: Waiting[Entry, Answer] = Waiting(entry)
        if self._joins(line, mine):
            self._wait(line, mine)
            if not mine.is_done:
                time.sleep(self._gather_s)
        if not mine.is_done:
            self._lead(line, mine)
        if mine.error is not None:
            raise mine.error
        assert mine.answer is not None
        return mine.answer

    def n_waiting(self) -> int:
        """How many stand behind those who lead."""
        with self._lock:
            return sum(map(len, self._lines.values()))

    def _joins(self, line: Line, mine: Waiting[Entry, Answer]) -> bool:
        """Stand in the line behind who leads; ``False``: nobody does, so lead."""
        with self._lock:
            if line in self._lines:
                self._lines[line].append(mine)
                return True
            self._lines[line] = []
            return False

    def _wait(self, line: Line, mine: Waiting[Entry, Answer]) -> None:
        """Wait for the set or for one's turn; leave a line that takes too long."""
        if mine.called.wait(PATIENCE_S):
            return
        with self._lock:
            behind = self._lines.get(line, [])
            if mine in behind and not mine.called.is_set():
                behind.remove(mine)
                raise Busy
        if not mine.called.wait(WAIT_S):  # its set has begun: whether it is stored is known soon
            raise Busy

    def _lead(self, line: Line, mine: Waiting[Entry, Answer]) -> None:
        """Store what stands in the line, and call the next one to lead."""
        with self._lock:
            behind = self._lines.setdefault(line, [])
            part = [mine, *(each for each in behind if each is not mine)][:MOST]
            self._lines[line] = [each for each in behind if each not in part]
        try:
            self._store_all(line, part)
        finally:
            for each in part:
                if not each.is_done:
                    each.error = RuntimeError("The set was given up.")
                each.called.set()
            with self._lock:
                left = self._lines[line]
                if left:
                    left[0].called.set()
                else:
                    del self._lines[line]

    def _store_all(self, line: Line, part: Sequence[Waiting[Entry, Answer]]) -> None:
        try:
            answers = self._tried(line, [each.entry for each in part])
        except Exception as error:
            if len(part) == 1:
                part[0].error = error
                return
        else:
            for each, answer in zip(part, answers, strict=True):
                each.answer = answer
            return
        for each in part:
            self._store_all(line, [each])

    def _tried(self, line: Line, entries: Sequence[Entry]) -> Sequence[Answer]:
        """A set that met another one on the way (a deadlock, the same key) is tried again."""
        for left in reversed(range(TRIES)):
            try:
                return self._store(line, entries)
            except (OperationalError, IntegrityError):
                if not left:
                    raise
        raise AssertionError
