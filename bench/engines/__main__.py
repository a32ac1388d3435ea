"""Every planner by threads, processes and a Dask cluster of two workers, in one run."""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from bench.engines.clusters import Cluster
from bench.engines.jobs import JOBS, Job
from bench.grids.table import markdown, processor, write_into
from bench.processes import cpu_s
from kapok.engines.choosing import Choice, Engine, opened
from kapok_planning.spreading import Spread

N_WORKERS = 2


def main(words: Sequence[str]) -> int:
    """Run the jobs that are asked for and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.engines", description=__doc__)
    parser.add_argument("jobs", nargs="*", help=", ".join(job.name for job in JOBS))
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--data", type=Path, default=os.environ.get("KAPOK_SAMPLE_DATA"))
    parser.add_argument("--page", type=Path, help="Markdown page to keep the results in")
    asked = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the cluster ends as well
    rows = []
    with tempfile.TemporaryDirectory(prefix="kapok-engines-") as folder, ExitStack() as stack:
        cluster = Cluster(Path(folder))
        stack.callback(cluster.stop)
        for _ in range(N_WORKERS):
            cluster.add_worker()
        cluster.wait()
        choices = {
            "threads": Choice(Engine.THREADS, N_WORKERS),
            "local": Choice(Engine.LOCAL, N_WORKERS),
            "dask": Choice(Engine.DASK, scheduler=cluster.address),
        }
        spreads = {name: stack.enter_context(opened(each)) for name, each in choices.items()}
        for job in JOBS:
            if asked.jobs and job.name not in asked.jobs:
                continue
            if job.is_real and asked.data is None:
                say(f"{job.name} needs KAPOK_SAMPLE_DATA; left out.")
                continue
            rows.append(_row(job, spreads, asked.data, asked.repeat))
    head = [
        "planner",
        *(f"{name} {what}" for name in spreads for what in ("s", "CPU s")),
        *(f"Dask ÷ {other} {what}" for other in ("threads", "local") for what in ("s", "CPU s")),
    ]
    lines = [
        *markdown(head, rows),
        "",
        f"{N_WORKERS} workers each, on one machine: the quickest of {asked.repeat} runs in turns, "
        "the first of each not counted; seconds by the clock, and of the processors by all "
        f"processes together, which others on the machine disturb less. {processor()}.",
    ]
    print("\n".join(lines))
    if asked.page:
        write_into(asked.page, "\n".join(lines))
    return 0


def say(text: str) -> None:
    """Progress."""
    print(text, file=sys.stderr, flush=True)


def _row(job: Job, spreads: dict[str, Spread], data: Path | None, repeat: int) -> list[str]:
    """Seconds by each engine, in turns, so that whatever else the machine does strikes all."""
    work = job.made(data)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in spreads}
    first = None
    for turn in range(repeat + 1):
        for name, spread in spreads.items():
            cpu, wall = cpu_s(os.getpid()), time.perf_counter()
            plan = work(spread)
            wall, cpu = time.perf_counter() - wall, cpu_s(os.getpid()) - cpu
            first = first or plan
            if not all(np.array_equal(a, b) for a, b in zip(first, plan, strict=True)):
                raise RuntimeError(f"{job.name}: {name} made another plan.")
            if turn:
                found[name].append((wall, cpu))
            say(f"{job.name} by {name}: {wall:.2f} s, {cpu:.2f} CPU s")
    best = {name: [min(each) for each in zip(*runs, strict=True)] for name, runs in found.items()}
    return [
        job.title,
        *(f"{value:.2f}" for name in spreads for value in best[name]),
        *(
            f"{dask / other:.2f}"
            for name in ("threads", "local")
            for dask, other in zip(best["dask"], best[name], strict=True)
        ),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
