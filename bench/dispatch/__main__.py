"""``python -m bench.dispatch``: ours, a desk without a plan, and a peer on the same rushes."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bench.dispatch.fcfs import first_come
from bench.dispatch.instances import PACE, Rush, ground, rush
from bench.dispatch.peers import or_tools
from bench.grids.table import markdown, processor, write_into
from kapok_planning.dispatch import Budget, Dispatch, Prices, assign, broken_rules, measure_dispatch
from kapok_planning.spreading import in_threads
from kapok_planning.streets import travel_between
from kapok_planning.streets.travel import edge_minutes

PRICES = Prices()
FIRST_COME, URGENT_FIRST = "first come, nearest free", "urgent first, nearest free"


@dataclass(frozen=True)
class Result:
    """What one method did on one rush."""

    method: str
    seed: int
    seconds: float
    cpu_s: float
    plan: Dispatch
    broken: bool


def main(words: Sequence[str]) -> int:
    """Run what was asked for and print it as Markdown; progress goes to standard error."""
    parser = argparse.ArgumentParser(prog="python -m bench.dispatch", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="rushes")
    parser.add_argument("--sizes", default="200x50,2000x500", help="matters and units of rushes")
    parser.add_argument(
        "--peer-seconds", default="10,60", help="time limits of OR-Tools; empty leaves it out"
    )
    parser.add_argument("--page", type=Path, help="Markdown page to keep the results in")
    asked = parser.parse_args(words)
    limits = [float(part) for part in asked.peer_seconds.split(",") if part]
    load = os.getloadavg()[0]
    compile_s = warm_up()
    lines = [*streets_section(500, 2_000), ""]
    for size in asked.sizes.split(","):
        n_matters, n_units = (int(part) for part in size.split("x"))
        lines += [f"{asked.seeds} rushes of {n_matters:,} matters and {n_units:,} units:", ""]
        lines += [*dispatch_section(rushes(asked.seeds, n_matters, n_units, limits)), ""]
    lines += [
        f"The first dispatch of the run took {compile_s:.1f} s with compilation, whose result is "
        f"kept on disk. Load of the machine before the run: {load:.1f}. {processor()}."
    ]
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if asked.page is not None:
        write_into(asked.page, text)
    return 0


def rushes(n_rushes: int, n_matters: int, n_units: int, limits: Sequence[float]) -> list[Result]:
    """All methods on all rushes of one size."""
    results = []
    for seed in range(1, n_rushes + 1):
        made = rush(seed, n_matters, n_units)
        for name, method in methods(made, limits).items():
            done = run(name, seed, made, method)
            results.append(done)
            say(
                f"rush {seed}: {name}: {done.plan.totals.price:,.0f} in {done.seconds:.2f} s "
                f"({done.cpu_s:.2f} CPU s)"
            )
    return results


def methods(made: Rush, limits: Sequence[float]) -> dict[str, Callable[[], object]]:
    """What is run on each rush, by name."""

    def ours(budget: Budget) -> Dispatch:
        return assign(
            made.matters, made.units, made.times, now=0.0, budget=budget, seed=1, prices=PRICES
        )

    found: dict[str, Callable[[], object]] = {
        f"ours, {budget}": lambda b=budget: ours(b)  # type: ignore[misc]
        for budget in Budget
    }
    found[FIRST_COME] = lambda: first_come(made, urgent_first=False)
    found[URGENT_FIRST] = lambda: first_come(made, urgent_first=True)
    for limit in limits:
        found[f"OR-Tools, {limit:g} s"] = lambda s=limit: or_tools(made, prices=PRICES, limit_s=s)  # type: ignore[misc]
    return found


def run(name: str, seed: int, made: Rush, method: Callable[[], object]) -> Result:
    """Run a method, and measure what it returns as all others."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = method()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if found is None:
        nobody = np.full(made.matters.n, -1, np.int32)
        found = nobody, nobody
    if isinstance(found, Dispatch):
        found = found.unit, found.position
    unit, position = found  # type: ignore[misc]
    plan = measure_dispatch(
        made.matters, made.units, made.times, unit, position, now=0.0, prices=PRICES
    )
    return Result(name, seed, wall, cpu, plan, bool(broken_rules(made.matters, made.units, plan)))


def dispatch_section(results: Sequence[Result]) -> list[str]:
    """A row for each method: means over the rushes, and the worst ratio to first come."""
    base = {r.seed: r.plan.totals.price for r in results if r.method == FIRST_COME}
    rows = []
    for name in dict.fromkeys(r.method for r in results):
        mine = [r for r in results if r.method == name]
        totals = [r.plan.totals for r in mine]
        ratios = [r.plan.totals.price / base[r.seed] for r in mine]
        rows.append(
            [
                name,
                *(f"{np.median([getattr(r, f) for r in mine]):.2f}" for f in ("seconds", "cpu_s")),
                f"{np.mean([t.price for t in totals]):,.0f}",
                f"{np.mean([t.late_min for t in totals]):,.0f}",
                f"{np.mean([t.metres for t in totals]) / 1000:,.0f}",
                f"{np.mean([t.n_late for t in totals]):.0f}",
                f"{np.mean([t.n_urgent_late for t in totals]):.0f}",
                f"{np.mean([t.n_left_out for t in totals]):.1f}",
                f"{max(ratios):.4f}",
                "yes" if any(r.broken for r in mine) else "no",
            ]
        )
    head = [
        "method", "seconds", "CPU s", "price", "late min by weight", "km", "late", "urgent late",
        "left out", "worst ratio to first come", "breaks a rule",
    ]  # fmt: skip
    return markdown(head, rows, n_words=1)


def streets_section(n_units: int, n_matters: int) -> list[str]:
    """How long ways on the streets take, beside SciPy's Dijkstra."""
    place = ground()
    rng = np.random.default_rng(1)
    posts = place.xy_m[rng.choice(len(place.xy_m), n_units)]
    spots = place.xy_m[rng.choice(len(place.xy_m), n_matters)]
    streets = place.streets
    graph = _matrix()
    nodes = rng.integers(0, streets.n_nodes, n_units)
    all_threads = in_threads(os.cpu_count() or 1)
    rows = []
    for name, work in (
        ("ours, 1 thread", lambda: travel_between(streets, posts, spots, pace=PACE)),
        (
            f"ours, {os.cpu_count()} threads",
            lambda: travel_between(streets, posts, spots, pace=PACE, spread=all_threads),
        ),
        (
            "ours, 1 thread, cut off at 10 min",
            lambda: travel_between(streets, posts, spots, pace=PACE, cutoff_min=10.0),
        ),
        ("SciPy, minutes alone, from nodes", lambda: dijkstra(graph, indices=nodes)),
    ):
        say(f"streets: {name}")
        times = []
        for _ in range(3):
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            times.append((time.perf_counter() - wall, time.process_time() - cpu))
        rows.append([name, *(f"{value:.2f}" for value in np.median(times, axis=0))])
    title = (
        f"Ways from {n_units:,} units to {n_matters:,} matters on {streets.n_edges:,} edges "
        f"between {streets.n_nodes:,} nodes:"
    )
    return [title, "", *markdown(["method", "seconds", "CPU s"], rows, n_words=1)]


def _matrix() -> "csr_array[np.float64]":
    """The streets as SciPy takes them: the quickest edge of each pair of nodes."""
    streets = ground().streets
    minutes = edge_minutes(streets, PACE)
    two_way = ~streets.oneway
    tail = np.concatenate([streets.start, streets.end[two_way]])
    head = np.concatenate([streets.end, streets.start[two_way]])
    cost = np.concatenate([minutes, minutes[two_way]])
    order = np.lexsort((cost, head, tail))
    tail, head, cost = tail[order], head[order], cost[order]
    first = np.ones(len(tail), np.bool_)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    shape = (streets.n_nodes, streets.n_nodes)
    return csr_array((cost[first], (tail[first], head[first])), shape=shape)


def warm_up() -> float:
    """Compile everything on a small rush; how long its first dispatch takes [seconds]."""
    say("warming up")
    made = rush(0, 60, 20)
    start = time.perf_counter()
    assign(made.matters, made.units, made.times, now=0.0, budget=Budget.FAST, seed=1)
    return time.perf_counter() - start


def say(sentence: str) -> None:
    """Progress, to standard error."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
