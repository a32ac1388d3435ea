"""The pulse: whether anything changed, asked four times a second, answered from memory.

A page that looks on holds a signed token that says who looks and over which places. It is
answered before sessions and database with a few letters: the marks of the last notices that concern
it. Where a mark is new, the page fetches what changed by its ordinary address, with all that is
checked there. One thread of each process listens (:mod:`kapok.hotline.operations.moving`); marks
are the same in all processes, and after a lost connection everything counts as changed.
"""

import json
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kapok.access.fields import Ranges
from kapok.hotline.operations.moving import CHANNEL

PATH = "/hotline/pulse/"
SALT = "kapok.hotline.pulse"
SHIFT_S = 12 * 3600
LONGEST_TOKEN = 2_000
MOST_KEPT = 5_000  # tokens whose signature was checked already
NOTHING = "-"
MOST_GONE, GONE_S = 30, 10.0
AGAIN_S, ASK_S = 1.0, 2.0


@dataclass(frozen=True)
class Looker:
    """Who looks on, over which places, at the lines of which place, and until when (in seconds)."""

    account: str
    ranges: Ranges
    place: int
    until: float


def token(account: UUID, ranges: Ranges, place: int = 0) -> str:
    """A token for a page of somebody who sits at a line of a place, good for a shift."""
    until = int(time.time()) + SHIFT_S
    return signing.dumps({"a": str(account), "r": ranges, "p": place, "u": until}, salt=SALT)


def address(account: UUID, ranges: Ranges, place: int = 0) -> str:
    """Where a page asks."""
    return PATH + token(account, ranges, place)


class Tokens:
    """Tokens that were checked: the same one comes four times a second."""

    def __init__(self) -> None:
        self._known: dict[str, Looker] = {}

    def looker(self, said: str) -> Looker | None:
        """Whose token it is; ``None`` where it is forged or too old."""
        found = self._known.get(said) or self._checked(said)
        return found if found is not None and found.until > time.time() else None

    def _checked(self, said: str) -> Looker | None:
        if len(said) > LONGEST_TOKEN:
            return None
        try:
            held = signing.loads(said, salt=SALT)
            ranges = tuple((lo, hi) for lo, hi in held["r"])
            found = Looker(held["a"], ranges, held["p"], held["u"])
        except (signing.BadSignature, KeyError):  # forged, or of a page before an upgrade
            return None
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[said] = found
        return found


class Place:
    """What rings at the lines of one place: what is to come, the last mark, what went away."""

    def __init__(self) -> None:
        self.mark = NOTHING
        self.coming: dict[str, tuple[float, str]] = {}
        self.gone: deque[tuple[float, str]] = deque(maxlen=MOST_GONE)

    def said(self, now: float) -> tuple[str, str]:
        """The mark of the last call that came here, and the calls that went a moment ago."""
        due = sorted(
            (moment, mark, call) for call, (moment, mark) in self.coming.items() if moment <= now
        )
        for _moment, mark, call in due:
            self.mark = mark
            del self.coming[call]
        return self.mark, ",".join(call for at, call in self.gone if at > now - GONE_S) or NOTHING

    def goes(self, call: str, now: float) -> None:
        """A call rings no more; where it has not come yet it never does."""
        self.said(now)
        if self.coming.pop(call, None) is None:
            self.gone.append((now, call))


class Heard:
    """The last marks of this process, by account and by place."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._n = 0
        self.epoch = NOTHING
        self._accounts: dict[str, str] = {}
        self._lines: defaultdict[int, Place] = defaultdict(Place)
        self._boards: dict[int, tuple[int, str]] = {}
        self._said: dict[Ranges, str] = {}

    def begin_anew(self) -> None:
        """What was heard until now may have gaps."""
        with self._lock:
            self.epoch = secrets.token_hex(4)

    def hear(self, payload: str) -> None:
        """A notice."""
        said = json.loads(payload)
        mark, now = said["mark"], time.time()
        with self._lock:
            self._n += 1
            self._accounts.update(dict.fromkeys(said["accounts"], mark))
            self._boards.update(dict.fromkeys(said["places"], (self._n, mark)))
            for ranges in self._said:
                if any(lo <= place < hi for place in said["places"] for lo, hi in ranges):
                    self._said[ranges] = mark
            for place, moment in said["rings"]:
                if said["gone"]:
                    self._lines[place].goes(said["call"], now)
                else:
                    self._lines[place].coming[said["call"]] = moment, mark

    def marks(self, looker: Looker) -> str:
        """``epoch own queue board gone``: three marks, and calls that ring no more."""
        with self._lock:
            own = self._accounts.get(looker.account, NOTHING)
            here = self._lines.get(looker.place)
            queue, gone = here.said(time.time()) if here else (NOTHING, NOTHING)
            return f"{self.epoch} {own} {queue} {self._board(looker.ranges)} {gone}"

    def _board(self, ranges: Ranges) -> str:
        """The last mark inside some ranges; known ones are kept with each notice."""
        mark = self._said.get(ranges)
        if mark is None:
            if len(self._said) >= MOST_KEPT:
                self._said.clear()
            mark = self._said[ranges] = _last(self._boards, ranges)
        return mark


def _last(marks: dict[int, tuple[int, str]], ranges: Ranges) -> str:
    inside: Iterable[tuple[int, str]] = (
        each for place, each in marks.items() if any(lo <= place < hi for lo, hi in ranges)
    )
    return max(inside, default=(0, NOTHING))[1]


class Listener:
    """The thread that listens, started with the first page that asks."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ends = threading.Event()

    def stop(self) -> None:
        """Listen no more."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join(2 * ASK_S)

    def start(self) -> None:
        """Listen, unless this process does already."""
        if self._thread is not None and self._thread.is_alive():
            return
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return
            said = connection.get_connection_params()
            said = {k: v for k, v in said.items() if k not in {"cursor_factory", "context"}}
            said |= {"application_name": "hotline-pulse"}
            self._thread = threading.Thread(
                target=self._run, args=(said,), name="hotline-pulse", daemon=True
            )
            self._thread.start()

    def _run(self, settings: dict[str, Any]) -> None:
        while not self._ends.is_set():
            try:
                with psycopg.connect(**settings, autocommit=True) as plain:
                    plain.execute(f"LISTEN {CHANNEL}")
                    self.heard.begin_anew()
                    while not self._ends.is_set():
                        for notice in plain.notifies(timeout=ASK_S):
                            self.heard.hear(notice.payload)
                        plain.execute("SELECT 1")  # whether the database is still there
            except psycopg.Error:
                self.heard.begin_anew()
                self._ends.wait(AGAIN_S)


HEARD = Heard()
LISTENER = Listener(HEARD)
TOKENS = Tokens()
HEADERS = {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store, private",
    "X-Content-Type-Options": "nosniff",
}


def said(shown: str) -> str | None:
    """What whoever shows a token is told; ``None`` where it is forged or too old."""
    looker = TOKENS.looker(shown)
    if looker is None:
        return None
    LISTENER.start()
    return HEARD.marks(looker)


class Pulse:
    """Middleware that stands first: an answer from memory, or the request goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a pulse; pass all else on."""
        if not request.path_info.startswith(PATH):
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        text = said(request.path_info.removeprefix(PATH))
        if text is None:
            return _plain(_("This page is too old. Load it anew."), 403)
        return _plain(text, 200)


def _plain(text: str, status: int) -> HttpResponse:
    answer = HttpResponse(text, status=status, headers=HEADERS)
    answer["Content-Length"] = str(len(answer.content))  # else it is sent in chunks
    return answer
