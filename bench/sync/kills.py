"""Kill what runs at random points of many synchronisations: ``python -m bench.sync.kills``.

Phones send what they did, batch by batch, while the web process (or one of its children), the
worker, and PostgreSQL (or one of its backends) are killed by SIGKILL and started anew. At the end
everything that was not answered is sent again, and then all of it once more. Prints a line of JSON.
"""

import argparse
import http.client
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import processes
from bench.sync import server, town
from kapok.box import postgres

N_SENDERS = 4
AT_ONCE = 5  # commands of one synchronisation
# What is killed in turn: seldom all of the web server, which takes longest to begin anew.
TURNS = (
    "child of web", "backend", "PostgreSQL", "backend", "worker", "backend", "PostgreSQL",
    "backend", "web", "backend",
)  # fmt: skip
GIVE_UP_S = 400  # without any answer
TRIES = 50


@dataclass
class Outbox:
    """What one phone has to send, as it lies there: only what was answered goes out of it."""

    worker: dict[str, Any]
    batches: list[bytes]
    ids: list[list[str]]
    sent: int = 0


@dataclass
class Run:
    """What happened."""

    port: int
    todo: list[Outbox]
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    n_synced: int = 0
    n_failed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def post(port: int, body: bytes) -> tuple[int, Any]:
    """One batch; raises ``OSError`` or ``HTTPException`` where no whole answer came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(
            "POST",
            "/api/sync/",
            body,
            {"Content-Type": "application/json", "Accept-Language": "en"},
        )
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if answer.status == 200 else text
    finally:
        connection.close()


def send_once(run: Run, outbox: Outbox) -> bool:
    """Send the next batch; whether it was answered. Nothing is dropped before that."""
    try:
        status, said = post(run.port, outbox.batches[outbox.sent])
    except (OSError, http.client.HTTPException, ValueError):
        run.n_failed += 1
        return False
    if status != 200:
        run.n_failed += 1
        if status < 500:
            run.wrong.append(f"{status} {said[:300]!r}")
        return False
    with run.lock:
        for key, answer in zip(outbox.ids[outbox.sent], said["answers"], strict=True):
            if answer["status"] != "TAKEN" or answer["id"] != key:
                run.wrong.append(str(answer))
            run.taken[key] = answer
        run.n_synced += 1
    outbox.sent += 1
    return True


def send_all(run: Run, stopped: threading.Event) -> None:
    """One of several senders: takes an outbox, sends a batch, puts it back until it is empty."""
    while not stopped.is_set():
        with run.lock:
            outbox = run.todo.pop(0) if run.todo else None
        if outbox is None:
            return
        answered = send_once(run, outbox)
        if outbox.sent < len(outbox.batches):
            with run.lock:
                run.todo.append(outbox)
        if not answered:
            time.sleep(0.2)


def outboxes(workers: list[dict[str, Any]]) -> list[Outbox]:
    from django.utils import timezone

    from kapok.phone import sealing

    found = []
    for worker in workers:
        phone = worker["phone"]
        phone.device, phone.server = worker["device"], sealing.public()
        entries = [phone.closed(said) for said in town.morning(worker, timezone.now())]
        parts = [entries[n : n + AT_ONCE] for n in range(0, len(entries), AT_ONCE)]
        found.append(
            Outbox(
                worker,
                [json.dumps(phone.body(part)).encode() for part in parts],
                [[entry["id"] for entry in part] for part in parts],
            )
        )
    return found


def _recovers(pid: int) -> bool:
    """Whether a process of PostgreSQL is the one that replays the log after a crash."""
    with suppress(OSError):
        return b"startup" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def killers(
    database: postgres.Server, web: server.Process, worker: server.Process, dice: random.Random
) -> dict[str, Callable[[], None]]:
    """Each kills something by SIGKILL and has it running again at its end."""

    def main_of_web() -> None:
        web.kill()
        web.start()

    def child_of_web() -> None:
        web.kill_one_below(dice.randrange(10))

    def whole_worker() -> None:
        worker.kill()
        worker.start()

    def postmaster() -> int:
        return processes.postmaster(database.folder)

    def all_of_postgres() -> None:
        os.kill(postmaster(), signal.SIGKILL)
        time.sleep(dice.random())
        postgres.start(database.folder)

    def backend() -> None:
        # But not what recovers from a crash: PostgreSQL 18.6 then stands still, "in recovery mode".
        below = [pid for pid in processes.descendants(postmaster()) if not _recovers(pid)]
        with suppress(ProcessLookupError):
            os.kill(dice.choice(below), signal.SIGKILL)

    return {
        "web": main_of_web,
        "child of web": child_of_web,
        "worker": whole_worker,
        "PostgreSQL": all_of_postgres,
        "backend": backend,
    }


def kill_at_points(run: Run, n_points: int, n_syncs: int, kill: dict[str, Any], dice: Any) -> Any:
    """Kill at random points of the synchronisations; what was killed how often."""
    counts = dict.fromkeys(kill, 0)
    began = time.monotonic()
    for point in sorted(dice.sample(range(n_syncs), n_points)):
        while run.n_synced < point and run.todo and time.monotonic() - began < GIVE_UP_S:
            time.sleep(0.005)
        time.sleep(dice.random() * 0.05)  # in the midst of one, not between two
        name = TURNS[sum(counts.values()) % len(TURNS)]
        kill[name]()
        counts[name] += 1
        if os.environ.get("KAPOK_BENCH_LOUD"):
            sys.stderr.write(f"{time.monotonic() - began:.1f} s: {name}, {run.n_synced} sent\n")
    return counts


def faults_of(run: Run, boxes: list[Outbox]) -> list[str]:
    """What is not as it should be after all was sent: each command there once, and answered so."""
    from django.utils import timezone

    from kapok.access import scope
    from kapok.ids import uuid7
    from kapok.matters.models import CommandEntry, Matter, MatterEvent

    wanted = {key for box in boxes for part in box.ids for key in part}
    faults = list(run.wrong)
    if set(run.taken) != wanted:
        faults.append(f"{len(wanted - set(run.taken))} commands were never answered")
    with scope.acting(scope.of_intake(uuid7(), at=timezone.now())):
        there = {str(key) for key in MatterEvent.objects.values_list("id", flat=True)}
        faults += [f"lost: {key}" for key in sorted(wanted - there)[:5]]
        states = dict(Matter.objects.values_list("id", "state"))
        faults += [f"{key} is {state}" for key, state in states.items() if state != "CLOSED"][:5]
        n_matters = sum(town.N_VISITS + 2 for _ in boxes)
        if len(states) != n_matters:
            faults.append(f"{len(states)} matters, and not {n_matters}")
        moves = MatterEvent.objects.filter(pk__in=wanted).count()
        if moves != len(wanted):
            faults.append(f"{moves} entries for {len(wanted)} commands")
    for box in boxes:
        with scope.acting(scope.of_account(box.worker["account"], at=timezone.now())):
            n = CommandEntry.objects.filter(status="TAKEN").exclude(answer={}).count()
        if n != sum(map(len, box.ids)):
            faults.append(f"{n} answers are kept for {box.worker['account']}")
    return faults


def replayed(run: Run, boxes: list[Outbox]) -> list[str]:
    """Some of each outbox once more gets the same answers."""
    first = dict(run.taken)
    for box in boxes:
        box.sent = len(box.batches) - 1
        for _turn in range(TRIES):  # what was killed last may still be beginning anew
            if send_once(run, box):
                break
            time.sleep(0.2)
        else:
            return ["a batch that was sent again was not answered"]
    return [f"another answer: {first[key]} {run.taken[key]}" for key in first
            if first[key] != run.taken[key]][:5]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=30)
    parser.add_argument("--syncs", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=None)
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(10**6)
    dice = random.Random(seed)
    with (
        tempfile.TemporaryDirectory(prefix="kapok-kills-") as folder,
        town.served(Path(folder)) as database,
    ):
        from django.db import connection
        from django.utils import timezone

        per_worker = 20 // AT_ONCE
        boxes = outboxes(town.filled(-(-asked.syncs // per_worker), timezone.now()))
        connection.close()
        run = Run(server.free_port(), list(boxes))
        web, worker = server.web(run.port), server.worker()
        web.start()
        worker.start()
        try:
            server.wait_until_ready(run.port)
            stopped = threading.Event()
            senders = [
                threading.Thread(target=send_all, args=(run, stopped)) for _ in range(N_SENDERS)
            ]
            began = time.monotonic()
            for sender in senders:
                sender.start()
            kill = killers(database, web, worker, dice)
            counts = kill_at_points(run, asked.points, len(boxes) * per_worker, kill, dice)
            for sender in senders:
                sender.join(GIVE_UP_S)
            stopped.set()
            seconds = time.monotonic() - began
            n_failed = run.n_failed
            faults = replayed(run, boxes) + faults_of(run, boxes)
        finally:
            web.end()
            worker.end()
            connection.close()
    said = {
        "seed": seed, "killed": counts, "synchronisations": len(boxes) * per_worker,
        "commands": len(run.taken), "not answered at first": n_failed,
        "seconds": round(seconds), "faults": faults,
    }  # fmt: skip
    sys.stdout.write(json.dumps(said) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
