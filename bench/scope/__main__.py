"""What row-level security costs: ``python -m bench.scope`` prints a table.

The same query runs in turn as the application, under the policies and an acting appointment, and
as PostgreSQL's superuser, whom no policy holds, with the bounds of the places written out: planned
anew each time, as Django asks, and prepared, which shows what looking at the rows alone costs.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.scope import town
from kapok.box import postgres

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Case:
    """One query: as the application asks it, and with its bounds for who sees everything."""

    name: str
    scoped: str
    unscoped: str
    values: Callable[[int], tuple[Any, ...]]


def inside(ranges: tuple[tuple[int, int], ...]) -> str:
    parts = [f"place >= {lo} AND place < {hi}" for lo, hi in ranges]
    return "(" + " OR ".join(parts) + ")"


def cases(ranges: tuple[tuple[int, int], ...], keys: Rows) -> list[Case]:
    """The queries of the everyday; ``keys`` are (key, tail, grid) of people inside the ranges."""
    within = inside(ranges)
    columns = "id, name, sex, birth_date, presence, place"
    grid = f"SELECT {columns} FROM people_person WHERE place = %s AND left_at IS NULL{{}}"
    count = "SELECT count(*) FROM people_person WHERE place = %s{}"
    key = f"SELECT {columns} FROM people_person WHERE id = %s{{}}"
    tail = "SELECT person_id FROM people_contact WHERE tail_index = %s{} LIMIT 50"
    at = lambda column: lambda n: (keys[n % len(keys)][column],)  # noqa: E731
    return [
        Case(name, query.format(""), query.format(f" AND {within}"), at(column))
        for name, query, column in [
            ("list of a grid (500 rows)", grid, 2),
            ("count of a grid", count, 2),
            ("one person by key", key, 0),
            ("search by the end of a telephone", tail, 1),
        ]
    ]


def compare(
    case: Case, scoped: Any, unscoped: Any, n: int, *, prepare: bool
) -> tuple[float, float]:
    """First quartile of each in milliseconds; in turn, as other work on the machine comes and goes.

    The quartile and not the median, because that work only ever adds.
    """
    seconds: tuple[list[float], list[float]] = ([], [])
    for run in range(-20, n):
        values = case.values(run)
        answers = []
        order = ((0, scoped, case.scoped), (1, unscoped, case.unscoped))
        for which, cursor, query in order if run % 2 else order[::-1]:
            began = time.perf_counter()
            answers.append(sorted(cursor.execute(query, values, prepare=prepare).fetchall()))
            if run >= 0:
                seconds[which].append(time.perf_counter() - began)
        if answers[0] != answers[1]:
            raise AssertionError(f"{case.name}: the policies show other rows than the bounds.")
    with_s, without_s = (statistics.quantiles(each, n=4)[0] for each in seconds)
    return 1000 * with_s, 1000 * without_s


def table(server: postgres.Server, n: int, n_communities: int) -> list[str]:
    from django.db import connection
    from django.utils import timezone

    from kapok.access.roles import ROLES
    from kapok.access.scope import Acting, acting

    community = lambda k: (town.FIRST + 1000 * k, town.FIRST + 1000 * (k + 1))  # noqa: E731
    grid = (town.FIRST + 5, town.FIRST + 6)
    apart = tuple(community(n_communities * k // 4) for k in range(3))
    whole = ((440103000000000, 440104000000000),)
    lines = [
        "| acting over | query | planned, without, ms | with, ms | cost "
        "| prepared, without, ms | with, ms | cost |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    superuser = server.url("kapok", "postgres")
    for where, role, ranges in [
        ("one grid", "grid_worker", (grid,)),
        ("one community", "community_lead", (community(1),)),
        ("three communities apart", "assistance_officer", apart),
        ("a district", "hotline_worker", whole),
    ]:
        known = ROLES[role]
        who = Acting(
            role, timezone.now(), ranges, known.grants, known.realms, purpose="urgent_help"
        )
        with psycopg.connect(superuser) as beyond, acting(who):
            keys = beyond.execute(
                "SELECT person.id, tail_index, person.place FROM people_person AS person "
                "JOIN people_contact ON person_id = person.id "
                f"WHERE {inside(ranges).replace('place', 'person.place')} LIMIT 997"
            ).fetchall()
            connection.ensure_connection()
            connection.connection.prepare_threshold = 5  # Django's own is None: never prepared
            for case in cases(ranges, keys):
                raw = psycopg.Cursor(connection.connection)  # Django's own binds by itself
                line = f"| {where} | {case.name} "
                for prepare in (False, True):
                    for cursor in (raw, beyond):
                        mode = "force_generic_plan" if prepare else "auto"
                        cursor.execute(f"SET LOCAL plan_cache_mode = {mode}")
                    scoped, unscoped = compare(case, raw, beyond.cursor(), n, prepare=prepare)
                    cost = f"{scoped / unscoped - 1:+.0%} ({1000 * (scoped - unscoped):+.0f} µs)"
                    line += f"| {unscoped:.3f} | {scoped:.3f} | {cost} "
                lines.append(line + "|")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=500)
    asked = parser.parse_args()
    n_communities = max(4, asked.people // (town.N_GRIDS * town.N_IN_GRID))
    with (
        tempfile.TemporaryDirectory(prefix="kapok-bench-") as folder,
        town.made(Path(folder), asked.people) as server,
    ):
        print("\n".join(table(server, asked.runs, n_communities)))


if __name__ == "__main__":
    main()
