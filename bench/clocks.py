"""``python -m bench.clocks``: clocks that come due among few and among a million open ones.

Fills the box of ``bench.desk`` (``KAPOK_DATA``), where it leaves its clocks. Each round lets as
many clocks come due as are asked for and the worker's duty answer for them; rounds in which nothing
is due say what the duty costs when it only looks.
"""

import argparse
import os
import statistics
import sys
import time
from datetime import datetime

DUE = """
    UPDATE matters_matterclock SET next_at = %(at)s, due_at = %(at)s - interval '9 days',
        started_at = %(at)s - interval '10 days', base_at = %(at)s - interval '10 days'
    WHERE id IN (SELECT id FROM matters_matterclock WHERE code = 'settle' AND fired = 0
                   AND next_at > %(at)s ORDER BY id LIMIT %(n)s)
"""
FEW = "DELETE FROM matters_matterclock WHERE code = 'bench'"
OPEN = """
    INSERT INTO matters_matterclock (id, matter_id, code, state, started_at, base_at, base_percent,
        allowance, fired, n_extensions, run, due_at, next_at)
    SELECT gen_random_uuid(), matter.id, 'bench', 'RUNNING', %(at)s, %(at)s, 0, 100, 0, 0, 0,
        %(at)s + interval '30 days', %(at)s + interval '1 day' + random() * interval '29 days'
    FROM matters_matter AS matter
    WHERE NOT EXISTS (SELECT FROM matters_matterclock AS clock
                      WHERE clock.matter_id = matter.id AND clock.code = 'bench')
    LIMIT %(n)s
"""


def main() -> None:
    """Measure with few and with many open clocks, and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m bench.clocks", description=__doc__)
    parser.add_argument("--clocks", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=1_000, help="in each round")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    if not os.environ.get("KAPOK_DATA"):
        sys.exit("Set KAPOK_DATA to the folder of bench.desk: it is filled with clocks.")
    from kapok.box import session

    with session.running():
        from django.utils import timezone

        from bench.desk import town

        town.ensure(1_000_000, 50_000)
        _as_owner(FEW, timezone.now(), 0)
        print("| open clocks | due in a round | levels answered | s a round | ms when none is |")
        print("| ---: | ---: | ---: | ---: | ---: |")
        for n in (0, asked.clocks):
            print(_row(n, asked.due, asked.rounds))


def _row(n: int, due: int, rounds: int) -> str:
    from django.utils import timezone

    from kapok.matters.operations import clocks

    at = timezone.now()
    clocks.run(at=at)  # what came due while the box stood still
    _as_owner(OPEN, at, max(0, n - _count()))
    there = _count()
    took, idle, fired = [], [], 0
    for _round in range(rounds):
        at = timezone.now()
        _as_owner(DUE, at, due)
        began = time.perf_counter()
        fired += clocks.run(at=at)
        took.append(time.perf_counter() - began)
        began = time.perf_counter()
        clocks.run(at=at)
        idle.append(time.perf_counter() - began)
    seconds = statistics.median(took)
    looks = 1000 * statistics.median(idle)
    return f"| {there:,} | {due:,} | {fired:,} | {seconds:.2f} | {looks:.1f} |"


def _as_owner(statement: str, at: datetime, n: int) -> None:
    from django.db import connection

    from kapok.box import owner

    with owner.connected(), connection.cursor() as cursor:
        cursor.execute(statement, {"at": at, "n": n})
        cursor.execute("ANALYZE matters_matterclock")


def _count() -> int:
    from django.db import connection

    from kapok.box import owner

    with owner.connected(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM matters_matterclock WHERE next_at IS NOT NULL")
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    main()
