"""Ours alone on a province, and on ever larger towns before it: ``python -m bench.grids.growth``.

Both cores are used, neighbours are included, and each stage is measured by the wall clock. A
town is made in one process and drawn in another, whose peak of memory is that of drawing alone.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench.grids.instances import BOUNDS
from bench.grids.table import markdown
from kapok.samples import benches
from kapok_planning.grids import Budget, Town, draw_grids, link_buildings, measure_grids
from kapok_planning.spreading import in_threads

SIZES = (100_000, 300_000, 1_000_000)
N_THREADS = 2
THREADS = in_threads(N_THREADS)
TABLE_HEAD = (
    "town",
    "budget",
    "buildings",
    "grids",
    "neighbours s",
    "drawing s",
    "measuring s",
    "in all s",
    "CPU s",
    "µs per building",
    "peak GB",
    "in bounds",
    "outside, and why",
    "discontiguous",
    "RMS m",
)


@dataclass(frozen=True)
class Growth:
    """One town, stage by stage."""

    town: str
    budget: str
    n_buildings: int
    n_grids: int
    link_s: float
    draw_s: float
    measure_s: float
    cpu_s: float
    peak_gb: float
    share_in_bounds: float
    reasons: dict[str, int]
    n_discontiguous: int
    rms_m: float

    @property
    def total_s(self) -> float:
        """Wall seconds from buildings to measures."""
        return self.link_s + self.draw_s + self.measure_s


def section(data: Path | None, *, seed: int, say: Callable[[str], None]) -> list[str]:
    """The table of growth as Markdown."""
    runs = [(f"{size:,} made up", str(size), Budget.NORMAL) for size in SIZES]
    if data is not None:
        guangdong = "Guangdong’s communities", str(data / "guangdong")
        runs += [(*guangdong, Budget.FAST), (*guangdong, Budget.NORMAL)]
    rows = []
    for title, source, budget in runs:
        grown = run(title, source, budget, seed)
        rows.append(row(grown))
        say(
            f"{title}, {budget}: {grown.total_s:.1f} s, {grown.peak_gb:.2f} GB, {grown.rms_m:.2f} m"
        )
    lines = ["### Ours alone, up to a province", "", f"{N_THREADS} threads, wall seconds.", ""]
    if data is None:
        lines += ["The province is left out, since the folder of real data is absent.", ""]
    return [*lines, *markdown(TABLE_HEAD, rows, n_words=2), ""]


def row(grown: Growth) -> list[str]:
    """One line of the table."""
    return [
        grown.town,
        grown.budget,
        f"{grown.n_buildings:,}",
        f"{grown.n_grids:,}",
        f"{grown.link_s:.2f}",
        f"{grown.draw_s:.2f}",
        f"{grown.measure_s:.2f}",
        f"{grown.total_s:.2f}",
        f"{grown.cpu_s:.2f}",
        f"{1e6 * grown.total_s / grown.n_buildings:.2f}",
        f"{grown.peak_gb:.2f}",
        f"{100 * grown.share_in_bounds:.5g} %",
        "; ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in grown.reasons.items()) or "none",
        f"{grown.n_discontiguous:,}",
        f"{grown.rms_m:.2f}",
    ]


def run(title: str, source: str, budget: Budget, seed: int) -> Growth:
    """Make a town in one process and draw it in the next."""
    with tempfile.TemporaryDirectory() as folder:
        kept = str(Path(folder) / "town.npz")
        command = [sys.executable, "-m", "bench.grids.growth"]
        subprocess.run([*command, "make", kept, source, str(seed)], check=True)
        done = subprocess.run(
            [*command, "draw", kept, title, budget, str(seed)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return Growth(**json.loads(done.stdout))


def make(kept: str, source: str, seed: int) -> None:
    """Make a town of so many buildings, or the province whose folder is given, and keep it."""
    if source.isdecimal():
        town = benches.town(int(source), seed).town
    else:
        villages = Path(source) / "guangdong_villages.csv.gz"
        town = benches.province(
            villages, Path(source) / "guangdong_county_census2020.csv", seed
        ).town
    np.savez(kept, xy_m=town.xy_m, households=town.households, community=town.community)


def grow(kept: str, title: str, budget: Budget, seed: int) -> Growth:
    """Draw and measure a town that was kept, after compiling on a small one."""
    draw(benches.town(2_000, seed).town, "warm-up", budget, seed)
    with np.load(kept) as arrays:
        town = Town(arrays["xy_m"], arrays["households"], arrays["community"])
    return draw(town, title, budget, seed)


def draw(town: Town, title: str, budget: Budget, seed: int) -> Growth:
    """Neighbours, grids, measures; each by the clock."""
    cpu_s, clock = time.process_time(), [time.perf_counter()]
    links = link_buildings(town, spread=THREADS)
    clock.append(time.perf_counter())
    plan = draw_grids(town, links, bounds=BOUNDS, budget=budget, seed=seed, spread=THREADS)
    clock.append(time.perf_counter())
    measures = measure_grids(town, links, plan.grid, bounds=BOUNDS)
    clock.append(time.perf_counter())
    cpu_s = time.process_time() - cpu_s
    link_s, draw_s, measure_s = np.diff(clock).tolist()
    return Growth(
        town=title,
        budget=budget,
        n_buildings=town.n,
        n_grids=measures.n_grids,
        link_s=link_s,
        draw_s=draw_s,
        measure_s=measure_s,
        cpu_s=cpu_s,
        peak_gb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
        share_in_bounds=measures.n_in_bounds / measures.n_grids,
        reasons=dict(Counter(item.reason for item in plan.exceptions)),
        n_discontiguous=measures.n_discontiguous,
        rms_m=measures.rms_m,
    )


if __name__ == "__main__":
    task, *words, seed_word = sys.argv[1:]
    if task == "make":
        make(*words, int(seed_word))
    else:
        kept_word, title_word, budget_word = words
        grown = grow(kept_word, title_word, Budget(budget_word), int(seed_word))
        print(json.dumps(asdict(grown)))
