"""The pages of a desk, each asked for many times, and how long each takes."""

import random
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.core.cache import cache
from django.db import connection
from django.test import Client
from tqdm import tqdm

from bench.desk.town import DESKS, KINDS
from kapok.access.models import User

SLOW_S = 0.03
PAGES = {
    "all that is open": lambda rng: {},
    "late only": lambda rng: {"late": "1"},
    "one kind": lambda rng: {"kind": rng.choice(KINDS)[0]},
    "urgent, waiting at the desk": lambda rng: {"urgency": "RED", "state": "queue"},
    "a number": lambda rng: {"text": str(rng.randrange(1_001, 900_000))},
    "words that are there": lambda rng: {"text": "井盖"},
    "words that are nowhere": lambda rng: {"text": "没有这样的话"},
    "ended": lambda rng: {"state": "ended"},
    "rows alone, as polling asks": lambda rng: {"part": "rows"},
}
BOARD = "board"


@dataclass
class Times:
    """Seconds of each page of one kind at one desk, those of the database apart.

    ``cpu`` is what both processes worked, whatever else the machine did meanwhile.
    """

    desk: str
    page: str
    seconds: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def run(*, n: int, plans: bool) -> list[Times]:
    """Ask for each page ``n`` times at each desk."""
    rng, found = random.Random(0), []
    for desk in DESKS:
        client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
        client.force_login(User.objects.get(username=f"bench-{desk}"))
        for page, query in PAGES.items():
            times = Times(desk, page)
            _ask(client, "/matters/", query(rng), Times(desk, page), plans=False)  # warms up
            for i in tqdm(range(n), desc=f"{desk}: {page}", disable=None):
                _ask(client, "/matters/", query(rng), times, plans=plans and i == n - 1)
            found.append(times)
        times = Times(desk, BOARD)
        for _ in range(max(3, n // 10)):
            _ask(client, "/matters/board/", {}, times, plans=False)
        found.append(times)
    return found


def _ask(client: Client, path: str, query: dict[str, str], times: Times, *, plans: bool) -> None:
    cache.clear()  # the limit of requests a minute is not measured here
    spent: list[float] = []

    def counted(execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took = time.perf_counter() - began
            spent.append(took)
            if plans and took > SLOW_S and str(sql).lstrip().startswith(("SELECT", "WITH")):
                _explain(sql, params, took)

    with connection.execute_wrapper(counted):
        worked, began = _worked(), time.perf_counter()
        answer = client.get(path, query)
        times.seconds.append(time.perf_counter() - began)
        times.cpu.append(_worked() - worked)
    times.database.append(sum(spent))
    assert answer.status_code == 200, (answer.status_code, path, query)


def _worked() -> float:
    """Seconds that this process and its process of the database have worked."""
    server = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return time.process_time() + int(server.split()[0]) / 1e9


def _explain(sql: str, params, took: float) -> None:
    with connection.connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + str(sql), params)
        lines = "\n".join(str(row[0]) for row in cursor.fetchall())
    print(f"\n{took * 1000:.0f} ms: {sql}\n{lines}", file=sys.stderr)


def markdown(found: list[Times]) -> str:
    """One row for each page; milliseconds."""
    head = (
        "| desk | page | database p50 | p95 | page p50 | p95 | CPU p50 | p95 |\n"
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    return "\n".join([head, *(_row(times) for times in found)])


def _row(times: Times) -> str:
    cells = [times.desk, times.page]
    for seconds in (times.database, times.seconds, times.cpu):
        marks = statistics.quantiles(seconds, n=100, method="inclusive")
        cells += [f"{marks[49] * 1000:.0f} ms", f"{marks[94] * 1000:.0f} ms"]
    return f"| {' | '.join(cells)} |"
