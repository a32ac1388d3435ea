"""Reports at their moments, over connections that stay open; how long each took from its moment."""

import http.client
import json
import queue
import random
import statistics
import threading
import time
import uuid
from dataclasses import dataclass

LINES = 64
STEP = 1.3
LETTERS = "楼道里有垃圾臭水沟堵了三天没人管门口纸箱破旧沙发蚊虫很多请尽快清理东西南北栋"


@dataclass(frozen=True)
class Run:
    """What was offered and how it went; latencies in milliseconds, from the moment of each."""

    rate: float
    n_offered: int
    n_taken: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    within_s: float


def offer(port: int, key: str, rate: float, seconds: float, *, seed: int = 0) -> Run:
    """Offer reports at a rate, whatever the server does."""
    n = int(rate * seconds)
    bodies = _bodies(n, seed)
    begin = time.perf_counter() + 0.5
    due: queue.Queue[int | None] = queue.Queue()
    taken: list[float] = []
    answers: list[int] = []
    threads = [
        threading.Thread(target=_line, args=(port, key, due, bodies, begin, rate, taken, answers))
        for _line_number in range(LINES)
    ]
    for thread in threads:
        thread.start()
    for i in range(n):
        time.sleep(max(0.0, begin + i / rate - time.perf_counter()))
        due.put(i)
    for _thread in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    cuts = statistics.quantiles(taken, n=100) if len(taken) > 1 else [0.0] * 99
    n_taken = sum(status == 201 for status in answers)
    ends = time.perf_counter() - begin
    return Run(rate, n, n_taken, *(1000 * cuts[i] for i in (49, 94, 98)), ends)


def climb(port: int, key: str, rate: float) -> list[Run]:
    """Offer more and more for ten seconds each, until p95 passes a second."""
    runs: list[Run] = []
    while not runs or runs[-1].p95_ms <= 1000:
        rate *= STEP
        runs.append(offer(port, key, rate, 10, seed=int(rate)))
        time.sleep(2)
    return runs


def _bodies(n: int, seed: int) -> list[bytes]:
    chosen = random.Random(seed)
    return [
        json.dumps(
            {
                "kind": "environment",
                "lon": 113.2 + 0.004 * chosen.randint(1, 10),
                "lat": 23.0 + 0.002 * chosen.randint(1, 20),
                "answers": {"sort": chosen.choice(["rubbish", "sewage", "pests", "smoke"])},
                "text": "".join(chosen.choices(LETTERS, k=30)),
                "address": f"{chosen.randint(1, 40)}栋",
            }
        ).encode()
        for i in range(n)
    ]


def _line(port, key, due, bodies, begin, rate, taken, answers) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    while (i := due.get()) is not None:
        more = {"Idempotency-Key": str(uuid.uuid4())}
        try:
            line.request("POST", "/api/reports/", bodies[i], headers | more)
            answer = line.getresponse()
            body = answer.read()
            if answer.status != 201 and not answers.count(answer.status):
                print(answer.status, body[:300])
            answers.append(answer.status)
        except OSError:
            line.close()
            answers.append(0)
        taken.append(time.perf_counter() - (begin + i / rate))


def markdown(runs: list[Run]) -> str:
    """A table."""
    lines = [
        "| offered a second | reports | taken | p50 ms | p95 ms | p99 ms |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {run.rate:.0f} | {run.n_offered:,} | {run.n_taken:,} | {run.p50_ms:.0f} "
        f"| {run.p95_ms:.0f} | {run.p99_ms:.0f} |"
        for run in runs
    ]
    return "\n".join(lines)
