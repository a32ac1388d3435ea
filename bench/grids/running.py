"""Runs every method on an instance, one after the other, each in its own process."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np

from bench.grids.instances import WARM_UP, Instance, Labels, count_grids, make_instance, save
from bench.grids.judging import Verdict, judge
from bench.grids.methods import METHODS
from bench.grids.worker import Run

OURS = "ours"
LIBRARIES = ("OMP", "OPENBLAS", "MKL", "NUMBA")
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in LIBRARIES}


@dataclass(frozen=True)
class Result:
    """A method on an instance: what its repetitions cost and gave, or why there are none."""

    instance: str
    method: str
    runs: tuple[Run, ...]
    verdicts: tuple[Verdict, ...]
    failure: str = ""

    @property
    def cpu_s(self) -> float:
        """Median over the repetitions."""
        return median(run.cpu_s for run in self.runs)

    @property
    def wall_s(self) -> float:
        """Median over the repetitions."""
        return median(run.wall_s for run in self.runs)

    @property
    def rms_m(self) -> float:
        """Median over the repetitions."""
        return median(verdict.rms_m for verdict in self.verdicts)

    @property
    def worst(self) -> Verdict:
        """The repetition with the most faults, so that no fault is hidden by a median."""
        return max(
            self.verdicts,
            key=lambda v: (v.n_discontiguous, v.n_crossings, 1 - v.share_in_bounds),
        )


@dataclass(frozen=True)
class Effort:
    """How often, how long and from which seed on each method may draw."""

    seed: int
    repeat: int
    limit_s: float


def run_instance(
    name: str,
    methods: Sequence[str],
    *,
    effort: Effort,
    data: Path | None,
    folder: Path,
    say: Callable[[str], None],
) -> tuple[Instance, list[Result]]:
    """Make an instance and draw it with each method; ours says how many grids the others draw."""
    instance = make_instance(name, effort.seed, data)
    warm_up = make_instance(WARM_UP, effort.seed, None)
    (folder / WARM_UP).mkdir(parents=True)
    save(replace(warm_up, n_grids=warm_up.n_grids + 2), folder / WARM_UP)
    save(instance, folder)

    ours = draw(OURS, folder, effort)
    if not ours[0]:
        raise RuntimeError(f"{name}: ours gives no number of grids: {ours[1]}")
    instance = replace(instance, n_grids=count_grids(instance.piece, plan(OURS, folder, 0)))
    save(instance, folder)
    results = []
    for method in methods:
        runs, failure = ours if method == OURS else draw(method, folder, effort)
        results.append(summed(instance, method, runs, failure, folder))
        say(f"{name} {method}: {told(results[-1])}")
    return instance, results


def draw(method: str, folder: Path, effort: Effort) -> tuple[list[Run], str]:
    """The repetitions that ended in time, and what stopped the rest."""
    command = [sys.executable, "-m", "bench.grids.worker", method, str(folder)]
    command += [str(effort.seed), str(effort.repeat), str(effort.limit_s)]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | ONE_THREAD, check=False
    )
    runs = [Run(**json.loads(line)) for line in done.stdout.splitlines()]
    if done.returncode == -signal.SIGALRM:
        return runs, f"not finished in {effort.limit_s:g} s"
    return runs, last_line(done.stderr) if done.returncode else ""


def last_line(text: str) -> str:
    """The sentence at the end of a traceback."""
    lines = text.strip().splitlines()
    return lines[-1] if lines else "ended without a word"


def plan(method: str, folder: Path, nth: int) -> Labels:
    """The plan of one repetition."""
    grid: Labels = np.load(folder / f"{method}-{nth}.npy")
    return grid


def summed(instance: Instance, method: str, runs: list[Run], failure: str, folder: Path) -> Result:
    """The repetitions together with what they are worth."""
    is_whole = METHODS[method].is_whole
    verdicts = tuple(
        judge(instance, plan(method, folder, nth), is_whole=is_whole) for nth in range(len(runs))
    )
    return Result(instance.name, method, tuple(runs), verdicts, failure)


def told(result: Result) -> str:
    """One line on a result, while others still run."""
    if not result.runs:
        return result.failure
    verdict = result.worst
    return (
        f"{result.cpu_s:.3f} CPU s, {result.rms_m:.2f} m, {verdict.n_grids} grids, "
        f"{verdict.share_in_bounds:.2%} in bounds, {verdict.n_discontiguous} discontiguous"
    )
