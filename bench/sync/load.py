"""Batches sent to the real server from this machine: at a rate, or all at once."""

import http.client
import json
import queue
import statistics
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

Batches = Sequence[tuple[bytes, int]]  # a body, and how many commands it holds


@dataclass
class Heard:
    """What was answered."""

    seconds: float = 0.0
    waits_s: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    taken: set[str] = field(default_factory=set)
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def p95_s(self) -> float:
        return statistics.quantiles(self.waits_s, n=20)[18] if len(self.waits_s) > 1 else 0.0

    @property
    def median_s(self) -> float:
        return statistics.median(self.waits_s) if self.waits_s else 0.0


def send(port: int, batches: Batches, *, per_s: float | None, senders: int) -> Heard:
    """Send all of them, each when its turn has come whatever became of the others (open loop).

    The wait of a batch counts from the moment at which it was to be sent, so that one which had to
    queue here, because the server was behind, counts in full.
    """
    turns: queue.SimpleQueue[tuple[float, bytes] | None] = queue.SimpleQueue()
    began = time.perf_counter() + 0.2
    for n, (body, _n_commands) in enumerate(batches):
        turns.put((began + (n / per_s if per_s else 0.0), body))
    heard, lock = Heard(), threading.Lock()
    threads = [
        threading.Thread(target=_sender, args=(port, turns, heard, lock)) for _ in range(senders)
    ]
    for _thread in threads:
        turns.put(None)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    heard.seconds = time.perf_counter() - began
    return heard


def _sender(
    port: int,
    turns: "queue.SimpleQueue[tuple[float, bytes] | None]",
    heard: Heard,
    lock: threading.Lock,
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    while (turn := turns.get()) is not None:
        when, body = turn
        time.sleep(max(0.0, when - time.perf_counter()))
        try:
            connection.request("POST", "/api/sync/", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            said = json.loads(answer.read())
            failure = "" if answer.status == 200 else f"{answer.status} {said.get('title')}"
        except (OSError, http.client.HTTPException, ValueError) as error:
            connection.close()
            said, failure = {}, type(error).__name__
        wait = time.perf_counter() - when
        with lock:
            heard.waits_s.append(wait)
            if failure:
                heard.failures[failure] += 1
            for each in said.get("answers", ()):
                heard.statuses[each["status"]] += 1
                if each["status"] == "TAKEN":
                    heard.taken.add(each["id"])
    connection.close()
