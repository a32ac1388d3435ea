"""Parts done by processes of this machine, each of which may be lost without the others."""

import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import count
from multiprocessing.connection import wait
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from kapok.engines.parts import SMALL_BYTES, packed, work
from kapok.errors import Refused
from kapok_planning.spreading import Spread, in_pool

T = TypeVar("T")
R = TypeVar("R")

MOST_ATTEMPTS = 4
METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


@contextmanager
def in_processes(n_workers: int) -> Iterator[Spread]:
    """Work in ``n_workers`` processes, which start when there is work and end with the block.

    A part whose process was killed is done again in a new one. ``Refused`` when that happens to
    one part over and over.
    """
    with (
        tempfile.TemporaryDirectory(prefix="kapok-parts-") as folder,
        _Workers(n_workers) as workers,
    ):
        names = count()

        def spread(function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
            bound = _at_hand(packed(function), Path(folder) / f"{next(names)}")
            workers.preload(function)
            with ThreadPoolExecutor(n_workers) as minders:
                try:
                    here = partial(workers.do, bound)
                    yield from in_pool(minders, 2 * n_workers, here, map(packed, items))
                finally:
                    minders.shutdown(wait=False, cancel_futures=True)

        yield spread


def _at_hand(function: bytes, path: Path) -> bytes | Path:
    """A function as it is told to workers: what is large lies in a file, and is read once."""
    if len(function) <= SMALL_BYTES:
        return function
    path.write_bytes(function)
    return path


class _Workers:
    """Processes that take one part at a time. Each is a pool of its own, so that each fails alone.

    A pool of several ends all its processes when one is killed, and loses the parts of all.
    """

    def __init__(self, n_workers: int) -> None:
        self._context = multiprocessing.get_context(METHOD)
        self._free: SimpleQueue[ProcessPoolExecutor] = SimpleQueue()
        self._pools = [self._new() for _ in range(n_workers)]
        for pool in self._pools:
            self._free.put(pool)

    def __enter__(self) -> "_Workers":
        return self

    def __exit__(self, *_: object) -> None:
        for _worker in self._pools:
            self._free.get().shutdown(cancel_futures=True)

    def preload(self, function: Any) -> None:
        """Let processes that are still to come start with the modules of a function imported."""
        if METHOD == "forkserver":
            inner = getattr(function, "func", function)
            self._context.set_forkserver_preload([__name__, inner.__module__])

    def do(self, function: bytes | Path, item: bytes) -> Any:
        """Do a part in a process that has nothing to do; again, when the process was lost."""
        for _attempt in range(MOST_ATTEMPTS):
            pool = self._free.get()
            try:
                return pool.submit(work, function, item).result()
            except BrokenProcessPool:
                pool.shutdown(wait=False)
                pool = self._new()
            finally:
                self._free.put(pool)
        raise Refused(
            f"{MOST_ATTEMPTS} processes were lost one after another on the same part of the work, "
            "as happens when memory runs out; take fewer --workers, or --engine threads."
        )

    def _new(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, self._context, initializer=_begin)


def _begin() -> None:
    """Leave Ctrl-C to whoever gave the work, and end when they have ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
