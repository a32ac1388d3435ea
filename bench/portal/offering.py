"""Requests at their moments, over connections that stay open; how long each took from its moment.

The generator is one thread on raw sockets, so that it takes as little as it can of the cores that
it shares with the server: a connection sends when it is free and a request is due.
"""

import random
import re
import selectors
import socket
import statistics
import time
import urllib.parse
import uuid
from collections import Counter, deque
from dataclasses import dataclass, field

from bench.portal.town import Household

LINES = 400  # open at a time: people, whom nobody keeps from coming
STEP = 1.3
FOUND = 302  # what came of it is on another page
LONGEST_MS = 4_000  # at the 95th percentile
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
LOCATION = re.compile(rb"\r\nlocation: *(\S+)", re.I)
COOKIE = re.compile(rb"\r\nset-cookie: *([^;\r]+)", re.I)
ASKED_WITH = re.compile(rb"\r\ncookie: *([^\r]+)", re.I)
SIGNS = ("fever", "cough", "tired")


@dataclass(frozen=True)
class Run:
    """What was offered and how it went; latencies in milliseconds, from the moment of each."""

    rate: float
    n_offered: int
    answers: Counter[int]
    p50_ms: float
    p95_ms: float
    p99_ms: float
    within_s: float

    @property
    def share_answered(self) -> float:
        """The share that got what they asked for, in a time that one waits for a page."""
        in_time = 1.0 if self.p95_ms <= LONGEST_MS else 0.0
        return in_time * self.answers[200] / self.n_offered


@dataclass(eq=False)
class Connection:
    """A connection that sends one request after another."""

    socket: socket.socket
    due_s: float = 0.0
    kind: str = ""
    got: bytes = b""
    left: int = -1
    status: int = 0
    cookies: bytes = b""


@dataclass
class Rush:
    """People who open the page, and households that report."""

    port: int
    codes: list[str]
    households: list[Household]
    ill: float
    n_stored: int = 0
    n_told_to_come_again: int = 0
    _next: int = 0
    _chosen: random.Random = field(default_factory=lambda: random.Random(1))

    def warm(self) -> None:
        """The first requests compile templates and open connections to the database."""
        self.offer("pages", 40, 2)
        if self.households:
            self.offer("reports", 10, 3)

    def climb(self, what: str, rate: float) -> list[Run]:
        """Offer more and more for ten seconds each, until one in ten is told to come again."""
        runs: list[Run] = []
        while not runs or runs[-1].share_answered > 0.9:
            rate *= STEP
            if what == "reports" and self._next + 10 * rate > len(self.households):
                break
            runs.append(self.offer(what, rate, 10))
            time.sleep(2)
        return runs

    def offer(self, what: str, rate: float, seconds: float) -> Run:
        """Offer at a rate, whatever the server does."""
        make = self._page if what == "pages" else self._report
        n = int(rate * seconds)
        requests = [make() for _turn in range(n)]
        run = _Loop(self.port, requests, rate).run()
        self.n_stored += run.answers[200] if what == "reports" else 0
        self.n_told_to_come_again += run.answers[503] if what == "reports" else 0
        return run

    def _page(self) -> tuple[str, bytes]:
        code = self._chosen.choice(self.codes)
        language = self._chosen.choice(("zh-CN", "zh-CN", "zh-CN", "en"))
        return "", (
            f"GET /c/{code}/ HTTP/1.1\r\nHost: localhost:{self.port}\r\n"
            f"Accept-Language: {language}\r\nAccept-Encoding: gzip\r\n\r\n"
        ).encode()

    def _report(self) -> tuple[str, bytes]:
        household = self.households[self._next]
        self._next += 1
        ill = self._chosen.random() < self.ill
        said = [
            ("csrfmiddlewaretoken", household.token), ("key", str(uuid.uuid4())),
            ("home", household.home), ("a.n_people", str(self._chosen.randint(1, 6))),
            ("a.hard_to_breathe", "false"), ("a.came_from", "no_one"),
            *([("a.signs", self._chosen.choice(SIGNS))] if ill else []),
        ]  # fmt: skip
        body = urllib.parse.urlencode(said).encode()
        code = self._chosen.choice(self.codes)
        head = (
            f"POST /c/{code}/check/ HTTP/1.1\r\nHost: localhost:{self.port}\r\n"
            f"Cookie: sessionid={household.session}; csrftoken={household.token}\r\n"
            f"Accept-Language: zh-CN\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return household.address, head.encode() + body


class _Loop:
    """An open loop."""

    def __init__(self, port: int, requests: list[tuple[str, bytes]], rate: float) -> None:
        self.port, self.requests, self.rate = port, requests, rate
        self.selector = selectors.DefaultSelector()
        self.free = deque(self._connected() for _line in range(LINES))
        self.took: list[float] = []
        self.answers: Counter[int] = Counter()

    def _connected(self, address: str = "") -> Connection:
        line = socket.create_connection(
            ("127.0.0.1", self.port), 60, (address, 0) if address else None
        )
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Connection(line)

    def run(self) -> Run:
        n, sent, open_now = len(self.requests), 0, 0
        begin = time.perf_counter() + 0.3
        while sent < n or open_now:
            now = time.perf_counter()
            while sent < n and self.free and begin + sent / self.rate <= now:
                self._send(self.free.popleft(), begin + sent / self.rate, self.requests[sent])
                sent, open_now = sent + 1, open_now + 1
            wait = begin + sent / self.rate - now if sent < n and self.free else 0.5
            for key, _mask in self.selector.select(max(0.0, wait)):
                open_now -= self._received(key.data)
        ends = time.perf_counter() - begin
        for each in self.free:
            each.socket.close()
        cuts = statistics.quantiles(self.took, n=100) if len(self.took) > 1 else [0.0] * 99
        return Run(self.rate, n, self.answers, *(1000 * cuts[i] for i in (49, 94, 98)), ends)

    def _send(self, line: Connection, due_s: float, request: tuple[str, bytes]) -> None:
        address, whole = request
        if address:  # a household has an address of its own, and so a connection
            line.socket.close()
            line.socket = self._connected(address).socket
        cookies = ASKED_WITH.search(whole)
        line.due_s, line.got, line.left = due_s, b"", -1
        line.cookies = cookies[1] if cookies else b""
        line.socket.sendall(whole)
        self.selector.register(line.socket, selectors.EVENT_READ, line)

    def _received(self, line: Connection) -> int:
        try:
            more = line.socket.recv(65536)
        except OSError:
            more = b""
        line.got += more
        if line.left < 0 and (end := line.got.find(b"\r\n\r\n")) >= 0:
            line.status = int(line.got[9:12])
            length = LENGTH.search(line.got[:end])
            line.left = end + 4 + (int(length[1]) if length else 0)
        if more and (line.left < 0 or len(line.got) < line.left):
            return 0
        if more and line.status == FOUND:
            self._follow(line)
            return 0
        self.selector.unregister(line.socket)
        self.took.append(time.perf_counter() - line.due_s)
        status = line.status if more else 0
        if status not in {200, 503} and not self.answers[status]:
            print(status, line.got[:300])
        self.answers[status] += 1
        if not more:
            line.socket.close()
            line.socket = self._connected().socket
        self.free.append(line)
        return 1

    def _follow(self, line: Connection) -> None:
        """As browsers do: what came of it is a page of its own, and its time counts."""
        to, cookies = LOCATION.search(line.got), [line.cookies, *COOKIE.findall(line.got)]
        path = to[1] if to else b"/"
        line.got, line.left = b"", -1
        line.socket.sendall(
            b"GET " + path + b" HTTP/1.1\r\nHost: localhost:%d\r\n" % self.port
            + b"Cookie: " + b"; ".join(cookies)
            + b"\r\nAccept-Language: zh-CN\r\nAccept-Encoding: gzip\r\n\r\n"
        )  # fmt: skip


def markdown(what: str, runs: list[Run]) -> str:
    """A table."""
    lines = [
        f"| {what} offered a second | in all | answered | p50 ms | p95 ms | p99 ms |",
        "| ---: | ---: | --- | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {run.rate:.0f} | {run.n_offered:,} "
        f"| {', '.join(f'{n:,}×{status}' for status, n in sorted(run.answers.items()))} "
        f"| {run.p50_ms:.0f} | {run.p95_ms:.0f} | {run.p99_ms:.0f} |"
        for run in runs
    ]
    return "\n".join(lines)
