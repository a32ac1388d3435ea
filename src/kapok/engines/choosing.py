"""Which engine is asked for, and how it is opened."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from kapok_planning.spreading import Spread, in_threads


class Engine(StrEnum):
    """Who works."""

    THREADS = "threads"
    LOCAL = "local"
    DASK = "dask"


def n_cores() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Choice:
    """An engine as it was asked for.

    Attributes
    ----------
    engine
        Who works.
    n_workers
        Threads or processes; as many as there are processors unless given. A cluster has those
        that joined it.
    scheduler
        Address of the cluster's scheduler.
    """

    engine: Engine = Engine.THREADS
    n_workers: int | None = None
    scheduler: str = ""


@contextmanager
def opened(choice: Choice) -> Iterator[Spread]:
    """The spread of an engine, whose workers end with the block. ``Refused`` where it has none."""
    if choice.engine is Engine.THREADS:
        yield in_threads(choice.n_workers or n_cores())
    elif choice.engine is Engine.LOCAL:
        from kapok.engines.processes import in_processes

        with in_processes(choice.n_workers or n_cores()) as spread:
            yield spread
    else:
        from kapok.engines.cluster import on_cluster

        with on_cluster(choice.scheduler) as spread:
            yield spread
