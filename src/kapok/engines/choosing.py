"""Which engine is asked for, and how it is opened."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from kapok.errors import Refused
from kapok.words import gettext as _
from kapok_planning.spreading import Spread, in_threads

SCHEMES = ("tcp://", "tls://")


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


def address_of(text: str) -> str:
    """The address of a scheduler. Raises ``ValueError`` where it is none."""
    address = text if "://" in text else f"tcp://{text}"
    _host, _colon, port = address.rpartition(":")
    if not address.startswith(SCHEMES) or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise ValueError(
            _("“%(text)s” is no address of a scheduler; write it as tls://10.0.0.5:8786.")
            % {"text": text}
        )
    return address


def of_box(environment: Mapping[str, str]) -> Choice:
    """Who works on the plans of pages: the cluster that ``KAPOK_SCHEDULER`` names, or threads."""
    scheduler = environment.get("KAPOK_SCHEDULER", "")
    if not scheduler:
        return Choice()
    try:
        return Choice(Engine.DASK, scheduler=address_of(scheduler))
    except ValueError as error:
        raise Refused(
            _("%(where)s: %(what)s") % {"where": "KAPOK_SCHEDULER", "what": error}
        ) from None


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
