"""What the trace costs: ``python -m bench.trace`` prints a table.

A look at a page of 50 people is written and committed; a million entries are sealed and verified.
"""

import argparse
import resource
import statistics
import tempfile
import time
from pathlib import Path

from bench.scope import town

ENTRIES = """
    INSERT INTO access_look (id, at, account, appointment, role, purpose, action, place, n_subjects,
        subjects, outside_hours, request)
    SELECT uuidv7(interval '1 ms' * n), now(), gen_random_uuid(), gen_random_uuid(), 'grid_worker',
        'household_care', 'LIST', 440103001001001, 10,
        (SELECT array_agg(gen_random_uuid()) FROM generate_series(1, 10) WHERE n = n), false,
        gen_random_uuid()
    FROM generate_series(1, %s) AS n
"""


def look_ms(n: int) -> list[float]:
    """Milliseconds of each look at a page of 50, without and with the transaction around it."""
    from django.utils import timezone

    from kapok.access.models import Look
    from kapok.access.scope import acting, of_watch
    from kapok.access.trace import look
    from kapok.ids import uuid7

    seconds = []
    for _ in range(n):
        page = [uuid7() for _ in range(50)]
        with acting(of_watch(at=timezone.now())):
            began = time.perf_counter()
            look(Look.Action.LIST, page, place=440103001001001)
            seconds.append(time.perf_counter() - began)
    return [1000 * each for each in seconds[n // 10 :]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--looks", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kapok-bench-") as folder, town.made(Path(folder), 0):
        _run(asked.entries, asked.looks)


def _run(n_entries: int, n_looks: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from kapok.access import chain
    from kapok.access.scope import acting, of_watch
    from kapok.box import owner

    looks = look_ms(n_looks)
    with owner.connected(), connection.cursor() as cursor:
        cursor.execute(ENTRIES, [n_entries])
        cursor.execute("ANALYZE access_look")
    late = look_ms(n_looks)
    at, began = timezone.now(), time.monotonic()
    n_blocks = len(chain.seal(at=at))
    sealed_s = time.monotonic() - began
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    with acting(of_watch(at=at)):
        proof = chain.verify(at=at)
    verified_s = time.monotonic() - began
    assert not proof.faults
    print("| what | figure |\n| --- | ---: |")
    for name, times in (("empty trace", looks), (f"{n_entries:,} entries", late)):
        p95 = statistics.quantiles(times, n=20)[-1]
        middle = statistics.median(times)
        print(f"| a look at 50 people, {name}: median, p95 | {middle:.2f} ms, {p95:.2f} ms |")
    print(f"| sealing {proof.n_entries:,} entries into {n_blocks} blocks | {sealed_s:.1f} s |")
    print(f"| verifying them | {verified_s:.1f} s |")
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb
    print(f"| memory that verifying took | {grown_kb / 1000:.0f} MB |")


if __name__ == "__main__":
    main()
