"""``python -m bench.sites``: our days and SimPy's and Ciw's, theory, and the least staff."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bench.grids.table import markdown, processor, write_into
from bench.sites.instances import days, four_stages, to_size
from bench.sites.peers import ciw_wait, simpy_starts
from kapok_planning.hotline import erlang_c
from kapok_planning.sites import (
    Days,
    Goal,
    Law,
    Site,
    Station,
    draw_days,
    least_staff,
    simulate,
)
from kapok_planning.spreading import in_threads, in_turn

N_DAYS = 100
NEAR = 1e-9


def main(words: Sequence[str]) -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.sites")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--peer-days", type=int, default=5, help="days that SimPy plays")
    asked.add_argument("--ciw-days", type=int, default=2, help="days that Ciw plays")
    asked.add_argument("--repeat", type=int, default=7)
    asked.add_argument("--page", type=Path, help="Markdown page to keep the results in")
    given = asked.parse_args(words)
    lines = [
        *_simulation(given.seed, given.peer_days, given.ciw_days, given.repeat),
        "",
        *_theory(given.seed),
        "",
        *_sizing(given.seed, given.repeat),
        "",
        f"Measured on {processor()}.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    if given.page:
        write_into(given.page, "\n".join(lines) + "\n")
    return 0


def _best(work: Callable[[], object], repeat: int) -> tuple[float, float]:
    """Shortest seconds of wall and of processor."""
    wall, cpu = [], []
    for _ in range(repeat):
        a, b = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - a)
        cpu.append(time.process_time() - b)
    return min(wall), min(cpu)


def _simulation(seed: int, peer_days: int, ciw_days: int, repeat: int) -> list[str]:
    site, sample = four_stages(), days(seed, N_DAYS)
    simulate(site, sample)
    _, cpu = _best(lambda: simulate(site, sample, spread=in_turn), repeat)
    two_wall, _ = _best(lambda: simulate(site, sample, spread=in_threads(2)), repeat)
    run = simulate(site, sample)
    simpy_s, worst = _simpy(site, sample, run.start, peer_days)
    ciw = [ciw_wait(site, seed + i) for i in range(ciw_days)]
    ciw_s = N_DAYS * float(np.mean([took for _, took in ciw]))
    rows = [
        ["Kapok, one thread (CPU s)", f"{cpu:.3f}", "1"],
        ["Kapok, two threads (wall s)", f"{two_wall:.3f}", f"{two_wall / cpu:.2f}"],
        ["SimPy (CPU s)", f"{simpy_s:.1f}", f"{simpy_s / cpu:.0f}"],
        ["Ciw (CPU s)", f"{ciw_s:.1f}", f"{ciw_s / cpu:.0f}"],
    ]
    return [
        f"100 days of 5,000 people at four stages. SimPy played {peer_days} of the same days and "
        f"Ciw {ciw_days} of the same kind; their seconds are for 100. On two threads ours is "
        f"{simpy_s / two_wall:.0f} times as quick as SimPy.",
        "",
        *markdown(["program", "seconds", "÷ Kapok on one thread"], rows),
        "",
        f"Largest difference between our waits and SimPy's on the same draws: {worst:.1e} minutes. "
        f"Mean wait of a person: {run.total_wait_min.mean():.2f} minutes (Ciw, other draws: "
        f"{np.mean([wait for wait, _ in ciw]):.2f}).",
    ]


def _simpy(
    site: Site, sample: Days, start: np.ndarray[tuple[int, int], np.dtype[np.float64]], n: int
) -> tuple[float, float]:
    """Seconds for all days, and the largest difference of a start."""
    took, worst = [], 0.0
    for d in range(n):
        theirs, seconds = simpy_starts(site, sample.some(d, d + 1))
        a, b = int(sample.first[d]), int(sample.first[d + 1])
        worst = max(worst, float(np.abs(theirs - start[:, a:b]).max()))
        took.append(seconds)
    if worst > NEAR:
        raise AssertionError(f"Our waits and SimPy's differ by {worst} minutes.")
    return N_DAYS * float(np.mean(took)), worst


def _theory(seed: int) -> list[str]:
    rng = np.random.default_rng(seed)
    n, rows = 4_000_000, []
    for c, load in ((1, 0.7), (3, 2.4), (15, 13.0)):
        arrival, service = np.cumsum(rng.exponential(1 / load, n)), rng.exponential(1.0, n)
        sample = Days(
            np.array([0, n]),
            arrival,
            service[None, :],
            np.zeros(n, np.int64),
            np.zeros((1, n), np.bool_),
            np.zeros(n, np.bool_),
        )
        site = Site((Station("desk", Law(1.0), (c,)),))
        ours = float(simulate(site, sample).wait_min.mean())
        exact = erlang_c(load, c) / (c - load)
        rows.append([f"M/M/{c}", f"{exact:.4f}", f"{ours:.4f}", f"{ours / exact - 1:+.2%}"])
    return markdown(["queue", "theory, min", "simulated, min", "difference"], rows)


def _sizing(seed: int, repeat: int) -> list[str]:
    situation, goal = to_size(), Goal()
    plan = least_staff(situation, goal, seed=seed, spread=in_threads(2))
    wall, cpu = _best(lambda: least_staff(situation, goal, seed=seed, spread=in_threads(2)), repeat)
    fresh = draw_days(situation, seed=seed + 1, numbers=range(200))
    run = simulate(situation.site.with_staff(plan.staff), fresh, spread=in_threads(2))
    share = float((run.total_wait_min <= goal.wait_min).mean())
    rows = [
        ["seconds, two threads", f"{wall:.2f}"],
        ["CPU seconds", f"{cpu:.2f}"],
        ["plans tried", f"{plan.n_tried}"],
        ["person-hours", f"{plan.person_slots}"],
        ["seats", f"{int(plan.staff[situation.site.seats].max())}"],
        ["seats below which no number of desks is enough", f"{plan.seats_floor}"],
        ["in time on 100 unseen days, surely (95 %)", f"{plan.surely:.2%}"],
        ["in time on 200 other days", f"{share:.2%}"],
    ]
    return ["Least staff by station and hour, and seats, for 5,000 a day:", "", *markdown(
        ["figure", "value"], rows
    )]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
