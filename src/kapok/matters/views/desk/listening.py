"""One connection of this process hears what changes, and wakes the streams that look on.

It is opened with the first stream and closed with the last. Streams are few: each keeps a thread of
the server, so that beyond ``MOST_STREAMS`` pages ask every five seconds instead.
"""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
from django.db import connection

from kapok.matters.operations.telling import CHANNEL

MOST_STREAMS = 8  # of one process; see box.turns
MOST_KEPT = 2_000  # notices; who is farther behind looks at everything anew
LISTEN_S = 2.0  # how long the listener waits before it looks whether anybody is still there
AGAIN_S = 1.0


@dataclass
class Heard:
    """What was heard since a stream last asked; ``missed`` where some of it may be lost."""

    ids: set[UUID] = field(default_factory=set)
    missed: bool = False


class Listener:
    """The ear of this process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._notices: deque[tuple[int, tuple[UUID, ...]]] = deque(maxlen=MOST_KEPT)
        self._n = 0  # notices heard so far
        self._broken_at = 0  # the count when the connection was lost last
        self._streams = 0
        self._thread: threading.Thread | None = None

    @contextmanager
    def listening(self) -> Iterator["Ear | None"]:
        """An ear for one stream, or ``None`` where there are too many already."""
        with self._changed:
            if self._streams >= MOST_STREAMS:
                ear = None
            else:
                self._streams += 1
                ear = Ear(self, self._n)
                self._start()
        try:
            yield ear
        finally:
            if ear is not None:
                with self._changed:
                    self._streams -= 1

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            settings = connection.get_connection_params()
            settings = {k: v for k, v in settings.items() if k not in {"cursor_factory", "context"}}
            self._thread = threading.Thread(target=self._run, args=(settings,), daemon=True)
            self._thread.start()

    def _run(self, settings: dict[str, object]) -> None:
        while self._is_wanted():
            try:
                with psycopg.connect(**settings, autocommit=True) as plain:  # type: ignore[arg-type]
                    plain.execute(f"LISTEN {CHANNEL}")
                    self._say_missed()  # what changed before it listened
                    while self._is_wanted():
                        for notice in plain.notifies(timeout=LISTEN_S, stop_after=1):
                            self._hear(notice.payload)
            except psycopg.Error:
                self._say_missed()
                threading.Event().wait(AGAIN_S)

    def _is_wanted(self) -> bool:
        with self._changed:
            if self._streams > 0:
                return True
            self._thread = None
            return False

    def _hear(self, payload: str) -> None:
        ids = tuple(UUID(key) for key in json.loads(payload)["ids"])
        with self._changed:
            self._n += 1
            self._notices.append((self._n, ids))
            self._changed.notify_all()

    def _say_missed(self) -> None:
        with self._changed:
            self._n += 1
            self._broken_at = self._n
            self._changed.notify_all()

    def wait(self, since: int, timeout_s: float) -> tuple[int, Heard]:
        """Wait until something was heard after ``since``; what it was, and the new count."""
        with self._changed:
            self._changed.wait_for(lambda: self._n > since, timeout=timeout_s)
            first = self._notices[0][0] if self._notices else self._n + 1
            is_cut = self._n > since and first > since + 1 and self._broken_at < first
            heard = Heard(missed=self._broken_at > since or is_cut)
            for n, ids in reversed(self._notices):
                if n <= since:
                    break
                heard.ids.update(ids)
            return self._n, heard


class Ear:
    """One stream's place in what was heard."""

    def __init__(self, listener: Listener, since: int) -> None:
        self._listener = listener
        self._since = since

    def wait(self, timeout_s: float) -> Heard:
        """What was heard since the last time; nothing where the time ran out."""
        self._since, heard = self._listener.wait(self._since, timeout_s)
        return heard


LISTENER = Listener()
