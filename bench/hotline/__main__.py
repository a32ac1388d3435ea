"""``python -m bench.hotline``: 10,000 intervals, a week of shifts, 234 lines alone and pooled."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bench.grids.table import markdown, processor, write_into
from kapok_planning.hotline import (
    Calls,
    Target,
    broken_needs,
    broken_shifts,
    cover,
    load_of,
    overflow,
    pool,
    possible_shifts,
    staff,
)

N_INTERVALS = 10_000
N_LINES, N_DISTRICTS = 234, 11
CALLS, DAYS, HANDLING_S = 15_000, 24, 960.0


def main(words: Sequence[str]) -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.hotline")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--repeat", type=int, default=9)
    asked.add_argument("--page", type=Path, help="Markdown page to keep the results in")
    given = asked.parse_args(words)
    lines = [
        *_intervals(given.seed, given.repeat),
        "",
        *_lines(),
        "",
        f"Measured on {processor()}.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    if given.page:
        write_into(given.page, "\n".join(lines) + "\n")
    return 0


def _best(work: Callable[[], object], repeat: int) -> float:
    took = []
    for _ in range(repeat):
        begun = time.process_time()
        work()
        took.append(time.process_time() - begun)
    return min(took)


def _intervals(seed: int, repeat: int) -> list[str]:
    rng = np.random.default_rng(seed)
    n = N_INTERVALS
    patience = np.where(rng.random(n) < 0.5, np.inf, rng.uniform(60, 600, n))
    calls = Calls(rng.uniform(0, 200, n), rng.uniform(200, 1000, n), patience)
    target = Target()
    staff(calls, target)
    took = _best(lambda: staff(calls, target), repeat)
    wrong = broken_needs(calls, target, staff(calls, target))
    quarter = np.arange(7 * 96)
    per_hour = 40 + 35 * np.sin((quarter % 96 - 32) / 96 * 2 * np.pi)
    week = Calls(per_hour, np.full(len(quarter), 480.0), np.full(len(quarter), np.inf))
    need = staff(week, target).rostered
    shifts = possible_shifts(len(quarter), interval_min=15, lengths_h=[4, 6, 8], start_every_min=60)
    plan = cover(need, shifts)
    rota_s = _best(lambda: cover(need, shifts), 3)
    wrong += broken_shifts(need, shifts, plan)
    if wrong:
        raise AssertionError(" ".join(wrong[:5]))
    rows = [
        [f"{n:,} intervals, Erlang A and C", f"{1000 * took:.1f} ms"],
        [
            f"a week of quarters of an hour, {len(shifts):,} possible shifts",
            f"{rota_s:.2f} s, {plan.cost / 4:,.0f} paid hours, "
            + ("proven least" if plan.is_proven else f"bound {plan.bound / 4:,.0f}"),
        ],
    ]
    return markdown(["job", "CPU time and result"], rows)


def _lines() -> list[str]:
    """15,000 services in 24 days over 234 lines, if all of them were calls of 16 minutes."""
    hours = DAYS * 24
    each = Calls(
        np.full(N_LINES, CALLS / hours / N_LINES),
        np.full(N_LINES, HANDLING_S),
        np.full(N_LINES, np.inf),
    )
    target = Target()
    found = pool(each, target)
    load = np.full(N_LINES, load_of(CALLS / N_LINES, hours, HANDLING_S))
    one = np.ones(N_LINES, np.int64)
    district = np.arange(N_LINES) % N_DISTRICTS
    rows = []
    for lines in (0, 1, 2):
        up = overflow(load, one, district, np.full(N_DISTRICTS, lines), most_lost=0.001)
        rows.append(
            [
                f"234 telephones, {lines} in each of {N_DISTRICTS} districts",
                f"{up.street_share[0]:.2%}",
                f"{up.city.load / load.sum():.3%}",
                str(up.city_lines),
                f"{up.lost:.4%}",
            ]
        )
    return [
        f"234 lines alone: each is engaged for {found.engaged[0]:.2%} of its callers and keeps "
        f"somebody by it; for 80 % in 20 seconds alone {int(found.alone.agents.sum())} agents "
        f"at every hour, as one pool {int(found.together.agents[0])} (load "
        f"{found.together.load[0]:.2f} Erlang): {found.saved} fewer.",
        "",
        *markdown(
            ["overflow", "leave the street", "reach the city", "lines in the city", "lost"], rows
        ),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
