"""Browsers that look on, and a telephone system that tells of calls; one process, one thread."""

import asyncio
import contextlib
import json
import random
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.calls.town import N_STREETS, Looker, Town

PULSE_S, SLOW_S, EACH_S = 0.2, 1.0, 1.0
REST_S = {"own": 0.0, "queue": 0.1, "board": 0.7}
REST_BUSY_S = {"own": 0.0, "queue": 3.0, "board": 0.7}
MAY_NOT_ANSWER = b'data-may-answer="no"'
KINDS = ("own", "queue", "board")
PATHS = {"own": "/hotline/own/", "queue": "/hotline/ringing/", "board": "/hotline/board/now/"}
RINGS_S, TALKS_S, PATIENCE_S = (1.5, 2.5), (3.0, 5.0), 6.0
CALL = re.compile(r'id="(?:ring|on-board)-([0-9a-f-]{36})"')
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)


@dataclass(eq=False)
class Browser:
    """A connection that stays open."""

    port: int
    cookie: str = ""
    _streams: tuple | None = None

    async def ask(self, path: str, body: bytes = b"", key: str = "") -> tuple[int, bytes]:
        """One request and its answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        head = f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n"
        if self.cookie:
            head += f"Cookie: sessionid={self.cookie}\r\n"
        if body:
            head += f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\n"
            head += f"Content-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"\r\n" + body)
        headers = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(headers)
        whole = await reader.readexactly(int(length[1]) if length else 0)
        return int(headers[9:12]), whole


def _is_set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass
class Run:
    """What was seen when."""

    told: dict[str, float] = field(default_factory=dict)
    context: dict[str, float] = field(default_factory=dict)
    boards: dict[tuple[int, str], float] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    n_pulses: int = 0
    n_fetches: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    webhook_s: list[float] = field(default_factory=list)
    fetch_s: list[float] = field(default_factory=list)


class Hall:
    """All browsers, and the telephone system."""

    def __init__(self, town: Town, port: int, *, pulses: bool) -> None:
        self.town, self.port, self.pulses = town, port, pulses
        self.run = Run()
        self.free = {looker.extension for looker in town.operators}
        self.of_line: dict[int, list[str]] = defaultdict(list)
        for looker in town.operators:
            self.of_line[looker.line].append(looker.extension)
        self.lines = [Browser(port) for _line in range(40)]
        self.chosen = random.Random(1)
        self.ends = False
        self.may_answer: dict[int, asyncio.Event] = defaultdict(_is_set)  # who talks asks less
        self.fetches: set[asyncio.Task] = set()  # on their way
        self.name = f"b{time.time():.0f}"  # no call of another run

    async def play(self, rate: float, seconds: float, ready: Callable[[], None]) -> Run:
        """Calls at a rate, for some seconds, after all pages have come; then it is ``ready``."""
        looks = [
            *(self._look(n, each, ("own", "queue")) for n, each in enumerate(self.town.operators)),
            *(self._look(-1 - n, each, ("board",)) for n, each in enumerate(self.town.boards)),
        ]
        tasks = [asyncio.create_task(look) for look in looks]
        await self._all_have_come(len(looks))
        ready()
        self.run.n_pulses, self.run.n_fetches = 0, defaultdict(int)
        began = time.monotonic()
        calls = []
        for n in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + n / rate - time.monotonic()))
            calls.append(asyncio.create_task(self._call(n)))
        await asyncio.gather(*calls)
        self.ends = True
        tasks += self.fetches
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error
        return self.run

    async def _all_have_come(self, n_pages: int) -> None:
        """Until each page has its parts, and nothing more is on its way."""
        while sum(self.run.n_fetches.values()) < n_pages or self.fetches:
            await asyncio.sleep(0.2)
        await asyncio.sleep(2)

    async def _look(self, n: int, looker: Looker, kinds: tuple[str, ...]) -> None:
        await asyncio.sleep(self.chosen.random() * EACH_S)
        parts = {kind: Part(self, n, Browser(self.port, looker.session), kind) for kind in kinds}
        if not self.pulses:
            await asyncio.gather(*(part.poll() for part in parts.values()))
        marks, seen = {}, {kind: [] for kind in kinds}
        browser = Browser(self.port)
        while not self.ends:
            status, said = await browser.ask(looker.pulse)
            self.run.n_pulses += 1
            self.run.statuses[status] += 1
            epoch, *now, _gone = said.decode().split()
            for kind, mark in zip(KINDS, now, strict=True):
                if kind not in parts or marks.get((epoch, kind)) == mark:
                    continue
                is_new = (epoch, kind) not in marks or mark not in seen[kind]
                marks[epoch, kind] = mark
                seen[kind] = [mark, *seen[kind]][:40]
                if is_new:
                    parts[kind].changed()
            await asyncio.sleep(PULSE_S if self.may_answer[n].is_set() else SLOW_S)

    async def _call(self, n: int) -> None:
        line = self.chosen.randrange(N_STREETS)
        name, began = f"{self.name}-{n}", time.monotonic()
        said = {"call": name, "line": self.town.numbers[line]}
        phone = f"+86138{n:08}"
        key = await self._tell(said | {"event": "ringing", "from": phone})
        self.run.told[key] = began
        await asyncio.sleep(self.chosen.uniform(*RINGS_S))
        agent = await self._somebody(line, began)
        if not agent:
            await self._tell(said | {"event": "missed", "from": phone})
            return
        await self._tell(said | {"event": "answered", "agent": agent})
        await asyncio.sleep(self.chosen.uniform(*TALKS_S))
        await self._tell(said | {"event": "ended"})
        await asyncio.sleep(1.5)  # until it is wrapped up
        self.free.add(agent)

    async def _somebody(self, line: int, began: float) -> str:
        while time.monotonic() - began < PATIENCE_S:
            for level in (line, N_STREETS, N_STREETS + 1):
                for each in self.of_line[level]:
                    if each in self.free:
                        self.free.remove(each)
                        return each
            await asyncio.sleep(0.2)
        return ""

    async def _tell(self, said: dict[str, str]) -> str:
        while not self.lines:
            await asyncio.sleep(0.005)
        browser, began = self.lines.pop(), time.monotonic()
        status, body = await browser.ask("/api/calls/", json.dumps(said).encode(), self.town.key)
        self.run.webhook_s.append(time.monotonic() - began)
        self.lines.append(browser)
        self.run.statuses[status] += 1
        return json.loads(body)["id"]


class Part:
    """A part of a page, fetched when it has changed, with a rest between two times."""

    def __init__(self, hall: Hall, n: int, browser: Browser, kind: str) -> None:
        self.hall, self.n, self.browser, self.kind = hall, n, browser, kind
        self.busy = self.again = False
        self.at = 0.0

    def changed(self) -> None:
        """Fetch it, or once more after the one that is on its way."""
        self.again = True
        if not self.busy:
            self.busy = True
            task = asyncio.create_task(self._fetch())
            self.hall.fetches.add(task)
            task.add_done_callback(self.hall.fetches.discard)

    async def _fetch(self) -> None:
        while self.again:
            await self._rest()
            self.again = False
            self.at = time.monotonic()
            await self._once()
        self.busy = False

    async def _rest(self) -> None:
        await asyncio.sleep(max(0.0, self.at + REST_S[self.kind] - time.monotonic()))
        left = self.at + REST_BUSY_S[self.kind] - time.monotonic()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.hall.may_answer[self.n].wait(), max(0.0, left))

    async def _once(self) -> None:
        began = time.monotonic()
        status, body = await self.browser.ask(PATHS[self.kind])
        now = time.monotonic()
        run = self.hall.run
        run.fetch_s.append(now - began)
        run.statuses[status] += 1
        run.n_fetches[self.kind] += 1
        if self.kind == "own":
            may = self.hall.may_answer[self.n]
            may.clear() if MAY_NOT_ANSWER in body else may.set()
        for call in CALL.findall(body.decode()):
            if self.kind == "queue":
                run.context.setdefault(call, now)
            elif self.kind == "board":
                run.boards.setdefault((self.n, call), now)

    async def poll(self) -> None:
        """Fetch it each second, whatever happened."""
        while not self.hall.ends:
            began = time.monotonic()
            await self._once()
            await asyncio.sleep(max(0.0, EACH_S - (time.monotonic() - began)))


def table(names: list[str], runs: list[Run]) -> str:
    """A table: how long from the telephone system's message to the screen."""
    lines = [
        "| | calls | context p50 | p95 | max (ms) | board p50 | p95 | max (ms) | never seen |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, run in zip(names, runs, strict=True):
        context = [run.context[key] - at for key, at in run.told.items() if key in run.context]
        boards = [at - run.told[key] for (_n, key), at in run.boards.items() if key in run.told]
        lines.append(
            f"| {name} | {len(run.told):,} | {_cuts(context)} | {_cuts(boards)} | "
            f"{len(run.told) - len(context)} |"
        )
    for name, run in zip(names, runs, strict=True):
        fetches = ", ".join(f"{n:,} of {kind}" for kind, n in run.n_fetches.items())
        lines.append(
            f"\n{name}: {run.n_pulses:,} pulses; fetches: {fetches} (p95 "
            f"{_p95(run.fetch_s)} ms); webhooks p95 {_p95(run.webhook_s)} ms; "
            f"answers {dict(run.statuses)}."
        )
    return "\n".join(lines)


def _cuts(taken: list[float]) -> str:
    if len(taken) < 2:
        return "– | – | –"
    cuts = statistics.quantiles(taken, n=100)
    return f"{1000 * cuts[49]:.0f} | {1000 * cuts[94]:.0f} | {1000 * max(taken):.0f}"


def _p95(taken: list[float]) -> str:
    return f"{1000 * statistics.quantiles(taken, n=100)[94]:.0f}" if len(taken) > 1 else "–"
