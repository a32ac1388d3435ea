"""``python -m bench.rosters``: a street of checkpoints, a city of them, and public instances."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.grids.table import markdown, processor, write_into
from bench.rosters import nrp
from bench.rosters.instances import LARGE, SMALL, Size, street
from kapok_planning.rosters import (
    Absence,
    Budget,
    Problem,
    Roster,
    bands,
    broken_rules,
    counted,
    lower_bound,
    make_roster,
    repair,
)
from kapok_planning.spreading import in_threads

CHOSEN = (1, 2, 3, 4, 5, 6)


def main(words: Sequence[str]) -> int:
    """Run what was asked for and print it as Markdown; progress goes to standard error."""
    parser = argparse.ArgumentParser(prog="python -m bench.rosters", description=__doc__)
    parser.add_argument("what", nargs="*", help="small, large, public; default: all")
    parser.add_argument("--seconds", type=float, default=60, help="for each public instance")
    parser.add_argument("--all", action="store_true", help="all public instances, not six")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--page", type=Path, help="Markdown page to keep the results in")
    asked = parser.parse_args(words)
    what = asked.what or ["small", "large", "public"]
    load = os.getloadavg()[0]
    warm_up()
    rows = []
    if "small" in what:
        budgets = (Budget.FIRST, Budget.FAST, Budget.NORMAL)
        rows += planned("40 posts, 600 people", SMALL, budgets, asked.seed)
    if "large" in what:
        rows += planned("400 posts, 6,000 people", LARGE, (Budget.FIRST, Budget.FAST), asked.seed)
    lines = []
    if rows:
        head = ["roster", "budget", "seconds", "CPU s", "seats", "empty", "price", "bound", "gap",
                "nights apart", "breaks a rule"]  # fmt: skip
        lines += [*markdown(head, rows, n_words=2), ""]
    if "public" in what:
        lines += [*public(asked.seconds, every=asked.all), ""]
    lines.append(f"Load of the machine before the run: {load:.1f}. {processor()}.")
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if asked.page is not None:
        write_into(asked.page, text)
    return 0


def warm_up() -> None:
    """Compile, on a small street."""
    make_roster(street(0, Size(2, 12, 14, 12)), budget=Budget.FAST)


def planned(name: str, size: Size, budgets: Sequence[Budget], seed: int) -> list[list[str]]:
    """A row for each budget."""
    problem = street(seed, size)
    began = time.perf_counter()
    bound = lower_bound(problem, spread=in_threads(2))
    say(f"{name}: bound {bound:,.0f} in {time.perf_counter() - began:.1f} s")
    rows = []
    for budget in budgets:
        began, cpu = time.perf_counter(), time.process_time()
        roster = make_roster(problem, budget=budget, seed=seed, spread=in_threads(2))
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        totals = roster.totals
        rows.append(
            [
                name, str(budget), f"{seconds:.2f}", f"{cpu:.2f}", f"{totals.n_seats:,}",
                f"{totals.n_empty}",
                f"{totals.price:,.0f}", f"{bound:,.0f}", f"{1 - bound / totals.price:.1%}",
                str(spread(problem, roster)),
                "yes" if broken_rules(problem, roster.duty) else "no",
            ]
        )  # fmt: skip
        say(f"{name}, {budget}: {rows[-1]} {totals}")
    rows.append(repaired(name, problem, roster))
    return rows


def repaired(name: str, problem: Problem, roster: Roster) -> list[str]:
    """Somebody on duty on the tenth day falls ill for three days."""
    ill = int(np.flatnonzero(roster.duty[:, 10] >= 0)[0])
    began = time.perf_counter()
    mended = repair(problem, roster.duty, [Absence(ill, 10, 3)], today=10)
    seconds = time.perf_counter() - began
    totals = mended.roster.totals
    return [
        name, f"repair: {len(mended.changes)} changes, fewest: {'yes' if mended.fewest else 'no'}",
        f"{seconds:.2f}", "–", f"{totals.n_seats:,}", f"{totals.n_empty}",
        f"{totals.price:,.0f}", "–", "–", "–", "no",
    ]  # fmt: skip


def spread(problem: Problem, roster: Roster) -> int:
    """Nights of two people with equal shares, and skills, of one party: how far apart at most."""
    nights, share = counted(problem, roster.duty)[:, 0], bands(problem)[:, 0]
    keys = np.column_stack([problem.people.party, problem.people.skills, share])
    _, group = np.unique(keys, axis=0, return_inverse=True)
    return max(int(np.ptp(nights[group == g])) for g in np.unique(group))


def public(seconds: float, *, every: bool) -> list[str]:
    """Curtois' instances, solved by a model in CP-SAT and judged by the scorer."""
    folder = Path(os.environ.get("KAPOK_SAMPLE_DATA", "")) / "rosters" / "nrp"
    if not folder.is_dir():
        return ["The public instances are absent; KAPOK_SAMPLE_DATA names the folder of real data."]
    rows = []
    for number in sorted(nrp.BEST_KNOWN) if every else CHOSEN:
        instance = nrp.read(folder / f"Instance{number}.txt")
        began = time.perf_counter()
        plan = nrp.solve(instance, seconds=seconds, workers=os.cpu_count() or 1)
        took = time.perf_counter() - began
        best = nrp.BEST_KNOWN[number]
        if plan is None:
            rows.append([f"{number}", f"{took:.1f}", "none found", f"{best:,}", "–", "–"])
        else:
            price, broken = nrp.score(instance, plan)
            rows.append(
                [f"{number}", f"{took:.1f}", f"{price:,}", f"{best:,}", f"{price / best - 1:.1%}",
                 "yes" if broken else "no"]
            )  # fmt: skip
        say(f"instance {number}: {rows[-1]}")
    head = ["instance", "seconds", "price", "best known", "gap", "breaks a rule"]
    return markdown(head, rows, n_words=1)


def say(sentence: str) -> None:
    """Progress, on standard error."""
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
