"""Runs one method on one instance in a process of its own: ``python -m bench.grids.worker``.

Each repetition prints one line of JSON with its seconds and leaves its plan as a file, so that what
was finished before a time limit counts.
"""

import importlib
import json
import resource
import signal
import sys
import time
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench.grids.instances import WARM_UP, load
from bench.grids.methods import METHODS, Draw


@dataclass(frozen=True)
class Run:
    """What one repetition cost."""

    seed: int
    cpu_s: float
    wall_s: float
    peak_mb: float


def prepare(name: str, folder: Path) -> Draw:
    """The function to time."""
    method = METHODS[name]
    module = importlib.import_module(f"bench.grids.methods.{method.module}")
    draw: Draw = module.prepare(load(folder), method.variant)
    return draw


def main(name: str, folder: Path, seed: int, repeat: int, limit_s: float) -> None:
    """Draw ``repeat`` times with rising seeds, or until half the time limit is over.

    At the limit the alarm ends the process, inside a library's C code too.
    """
    warnings.simplefilter("ignore")  # the peers' deprecations are not ours to read
    prepare(name, folder / WARM_UP)(seed)  # compiles, and loads what is loaded lazily
    draw = prepare(name, folder)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    began = time.perf_counter()
    for nth in range(repeat):
        if time.perf_counter() - began > limit_s / 2:
            break
        cpu, wall = time.process_time(), time.perf_counter()
        grid = draw(seed + nth)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        np.save(folder / f"{name}-{nth}.npy", grid)
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(asdict(Run(seed + nth, cpu, wall, peak_mb))), flush=True)


if __name__ == "__main__":
    name, folder, seed, repeat, limit_s = sys.argv[1:]
    main(name, Path(folder), int(seed), int(repeat), float(limit_s))
