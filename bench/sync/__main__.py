"""Workers send a morning's work: ``python -m bench.sync`` prints a table.

A real web process and worker on a durable PostgreSQL of their own, the phones on the same machine:

- 3,000 workers send 20 commands each within a minute (open loop, 1,000 commands in a second);
- 300 phones synchronise at the same moment after a night offline, 20 commands each;
- beside both, in the same run, COPY, ``bulk_create`` and ``save()`` of as many rows of the trace.

Afterwards every command must be there exactly once. What is sent is sealed and signed beforehand.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import processes
from bench.sync import load, server, town

N_COMMANDS = 20
N_BY_DJANGO = 10_000
N_WARM = 20  # phones that send before anything is measured
COPY_IN_PARTS = "COPY with a commit per 1,000 rows"
EVENT_COLUMNS = (
    "id, matter_id, move, before, after, version, at, received_at, account, appointment, role, "
    "unit, device, pack, data"
)


def batches_of(workers: list[dict[str, Any]]) -> tuple[list[tuple[bytes, int]], set[str]]:
    """A sealed batch for each worker, and the identifiers of all commands."""
    from django.utils import timezone

    from kapok.phone import sealing

    found, ids = [], set()
    for worker in workers:
        phone = worker["phone"]
        phone.device, phone.server = worker["device"], sealing.public()
        said = town.morning(worker, timezone.now())
        ids |= {each["id"] for each in said}
        body = phone.body([phone.closed(each) for each in said])
        found.append((json.dumps(body).encode(), len(said)))
    return found, ids


def copied(n: int) -> dict[str, float]:
    """Rows of the trace per second by other ways: COPY, with and without commits, and Django's."""
    from django.db import connection

    from kapok.box import owner

    rates = {}
    with owner.connected(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bench_rows AS SELECT {EVENT_COLUMNS} FROM matters_matterevent LIMIT {n}"
        )
        cursor.execute(
            "CREATE TABLE bench_copy (LIKE matters_matterevent INCLUDING ALL); "
            "UPDATE bench_rows SET id = gen_random_uuid(), version = version + 100"
        )
        with connection.connection.cursor() as plain:
            with plain.copy(f"COPY bench_rows ({EVENT_COLUMNS}) TO STDOUT") as out:
                rows = b"".join(bytes(part) for part in out).splitlines(keepends=True)
            for at_once in (len(rows), 1_000):
                cursor.execute("TRUNCATE bench_copy")
                began = time.perf_counter()
                for start in range(0, len(rows), at_once):
                    with plain.copy(f"COPY bench_copy ({EVENT_COLUMNS}) FROM STDIN") as into:
                        into.write(b"".join(rows[start : start + at_once]))
                name = "COPY of the same rows, at once" if at_once > 1_000 else COPY_IN_PARTS
                rates[name] = len(rows) / (time.perf_counter() - began)
        return rates | _by_django()


def _by_django() -> dict[str, float]:
    """The same rows by Django's own means, as the owner of the tables: without a single check."""
    from django.db import connection

    from kapok.ids import uuid7
    from kapok.matters.models import MatterEvent

    rows = list(MatterEvent.objects.all()[:N_BY_DJANGO])
    rates = {}
    for n, (name, how) in enumerate(
        {
            "Django's bulk_create of such rows, 1,000 in a transaction": _in_bulk,
            "Django's save() of each, in a transaction of its own": _one_by_one,
        }.items(),
        1,
    ):
        fresh = [_anew(row, uuid7(), 1_000 * n) for row in rows]
        began = time.perf_counter()
        done = how(fresh)
        rates[name] = done / (time.perf_counter() - began)
    connection.close()
    return rates


def _anew(row: Any, key: Any, more: int) -> Any:
    from copy import copy

    found = copy(row)
    found.pk, found.version = key, row.version + more
    found._state = type(row._state)()
    return found


def _in_bulk(rows: list[Any]) -> int:
    for start in range(0, len(rows), 1_000):
        type(rows[0]).objects.bulk_create(rows[start : start + 1_000])
    return len(rows)


def _one_by_one(rows: list[Any]) -> int:
    some = rows[:1_000]
    for row in some:
        row.save(force_insert=True)
    return len(some)


def missing(ids: set[str], heard: load.Heard) -> list[str]:
    """What is not as it was answered."""
    from django.utils import timezone

    from kapok.access import scope
    from kapok.ids import uuid7
    from kapok.matters.models import MatterEvent

    with scope.acting(scope.of_intake(uuid7(), at=timezone.now())):
        there = [
            str(key) for key in MatterEvent.objects.filter(pk__in=ids).values_list("id", flat=True)
        ]
    faults = []
    if heard.taken - set(there):
        faults.append(f"{len(heard.taken - set(there))} were answered and are not there")
    if len(there) != len(set(there)):
        faults.append("some are there twice")
    if ids - heard.taken:
        faults.append(f"{len(ids - heard.taken)} were not taken: {dict(heard.statuses)}")
    return faults


def line(name: str, n_commands: int, heard: load.Heard, faults: list[str]) -> str:
    failures = f" {dict(heard.failures)}" if heard.failures else ""
    return (
        f"| {name} | {n_commands:,} | {heard.seconds:.1f} | {n_commands / heard.seconds:,.0f} "
        f"| {1000 * heard.median_s:,.0f} | {1000 * heard.p95_s:,.0f} "
        f"| {'; '.join(faults) or 'all there, once'}{failures} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=3_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--phones", type=int, default=300)
    parser.add_argument("--senders", type=int, default=16)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="kapok-bench-") as folder,
        town.served(Path(folder)) as database,
    ):
        from django.db import connection
        from django.utils import timezone

        everybody = town.filled(asked.workers + asked.phones + N_WARM, timezone.now())
        warm, _ids = batches_of(everybody[:N_WARM])
        minute, ids = batches_of(everybody[N_WARM : N_WARM + asked.workers])
        night, night_ids = batches_of(everybody[N_WARM + asked.workers :])
        connection.close()
        port = server.free_port()
        web, worker = server.web(port), server.worker()
        web.start()
        worker.start()
        try:
            server.wait_until_ready(port)
            pids = web.pid, processes.postmaster(database.folder)
            load.send(port, warm, per_s=20, senders=4)
            at_eight = load.send(port, night, per_s=None, senders=asked.phones)
            night_faults = missing(night_ids, at_eight)
            meter = processes.Meter(*pids)
            steady = load.send(
                port, minute, per_s=asked.workers / asked.seconds, senders=asked.senders
            )
            spent = meter.said(asked.workers, steady.seconds)
            faults = missing(ids, steady)
        finally:
            web.end()
            worker.end()
        copy = copied(60_000)
    print(f"Load of the machine: {os.getloadavg()[0]:.1f} (others work on it when it is over 3).\n")
    print("| what | commands | s | commands/s | median ms | p95 ms | afterwards |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    name = f"{asked.phones} phones at once"
    print(line(name, asked.phones * N_COMMANDS, at_eight, night_faults))
    name = f"{asked.workers:,} workers within {asked.seconds:.0f} s"
    print(line(name, asked.workers * N_COMMANDS, steady, faults))
    ours = asked.workers * N_COMMANDS / steady.seconds
    for name, rate in copy.items():
        print(f"| {name} | | | {rate:,.0f} | | | {rate / ours:.1f} times ours |")
    print(f"\nA batch of {N_COMMANDS} took {spent}")
    print(
        "A command writes its entry, its answer, its matter, clocks and taskings: the rows beside"
    )
    print("are those of the trace alone, without checks, scope or answers.")


if __name__ == "__main__":
    main()
