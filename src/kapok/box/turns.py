"""In front of the application: requests wait for their turn in lines that are known.

The server takes whatever comes into threads that do nothing but wait here. Those that work are few,
each with a connection to the database, and every line has its own: readers of pages that are kept
made, residents who act, telephone systems that tell of calls, screens that show them, and everybody
else. Where a line of
the first two is too long, or has not moved for too long, the application is asked at once for the
answer that says so (``TURNED_AWAY`` in the environment of the request), which costs it no database:
nobody waits for nothing, and nobody gets an error without a sentence.
"""

import re
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

TURNED_AWAY = "kapok.turned_away"
Environ = dict[str, Any]
Begin = Callable[..., Any]
Application = Callable[[Environ, Begin], Iterable[bytes]]
HOME = re.compile(r"/c/[^/]+/")  # the page of a community, which is kept made
RESIDENTS = ("/c/", "/report/", "/track/")
NO_TURN = ("/static/", "/hotline/pulse/")  # answered without the database
CALLS = "/api/calls/"  # that a telephone rings is told within a moment, whoever reads what
OF_CALLS = frozenset({"/hotline/own/", "/hotline/ringing/", "/hotline/board/now/"})  # and shown


@dataclass(frozen=True)
class Line:
    """How many are answered at a time, and how many wait for how long before they are told."""

    name: str
    n_at_once: int
    n_waiting: int | None = None
    patience_s: float | None = None


READERS = Line("readers", 4, 40, 6.0)
ACTING = Line("residents", 12, 60, 4.0)
# More at a time would only wait for each other: these are short, and there are hundreds a second.
TELEPHONES = Line("telephones", 2)
SCREENS = Line("screens", 2)
OTHERS = Line("others", 12)
LINES = (READERS, ACTING, TELEPHONES, SCREENS, OTHERS)
MOST = 128  # threads of the server: all lines, those who wait, and live desks


class Full(Exception):
    """The line is too long, or has not moved for too long."""


class Turns:
    """A WSGI application that lets another one answer, some requests at a time."""

    def __init__(self, application: Application, lines: tuple[Line, ...] = LINES) -> None:
        self._application = application
        self._desks = {line.name: _Desk(line) for line in lines}

    def __call__(self, environ: Environ, begin: Begin) -> Iterable[bytes]:
        """Answer when it is its turn."""
        line = line_of(environ)
        if line is None:
            return self._application(environ, begin)
        began: list[tuple[Any, ...]] = []

        def answer() -> Iterable[bytes]:
            return self._application(environ, lambda *given: began.append(given))

        try:
            body = self._desks[line.name].answered(answer)
        except Full:
            return self._application(environ | {TURNED_AWAY: True}, begin)
        begin(*began[-1])
        return body


def line_of(environ: Environ) -> Line | None:
    """In which line a request waits; ``None``: it needs no turn."""
    path, method = environ.get("PATH_INFO", ""), environ.get("REQUEST_METHOD", "GET")
    if path.startswith(NO_TURN):
        return None
    if path == CALLS:
        return TELEPHONES
    if path in OF_CALLS:
        return SCREENS
    if HOME.fullmatch(path) and method in {"GET", "HEAD"}:
        return READERS
    return ACTING if path.startswith(RESIDENTS) else OTHERS


class _Desk:
    """The threads of a line, and how many have come."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._lock = threading.Lock()
        self._n_here = 0
        self._threads = ThreadPoolExecutor(line.n_at_once, f"kapok-{line.name}")

    def answered(self, answer: Callable[[], Iterable[bytes]]) -> Iterable[bytes]:
        """What ``answer`` says when it is its turn. Raises :class:`Full`."""
        self._come()
        try:
            coming = self._threads.submit(answer)
            wait([coming], self._line.patience_s)
            if coming.cancel():  # its turn has not come
                raise Full
            return coming.result()
        finally:
            with self._lock:
                self._n_here -= 1

    def _come(self) -> None:
        with self._lock:
            most = self._line.n_waiting
            if most is not None and self._n_here >= self._line.n_at_once + most:
                raise Full
            self._n_here += 1
