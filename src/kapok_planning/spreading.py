"""Work in independent parts: who does them is the caller's choice, what comes out is not."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Spread(Protocol):
    """Applies a function to items, and yields the results in the order of the items.

    The function belongs to a module and its items can be pickled, since they may travel to another
    process. Items are taken a few at a time, so that a stopping rule still decides about the rest;
    a spread may do a part twice (when a worker was lost), which changes nothing, because parts are
    pure. Whoever stops taking results abandons what has not begun.
    """

    def __call__(self, function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
        """Yield ``function(item)`` for each item, in order."""
        ...


def in_turn(function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
    """One part after another, here."""
    return map(function, items)


def in_threads(n_threads: int) -> Spread:
    """Parts side by side in this process: compiled kernels let go of the interpreter lock."""
    if n_threads < 1:
        raise ValueError(f"n_threads = {n_threads} is under 1.")
    if n_threads == 1:
        return in_turn

    def spread(function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
        pool = ThreadPoolExecutor(n_threads)
        try:
            yield from in_pool(pool, 2 * n_threads, function, items)
        finally:
            pool.shutdown(cancel_futures=True)

    return spread


def in_pool(
    pool: Executor, n_ahead: int, function: Callable[[T], R], items: Iterable[T]
) -> Iterator[R]:
    """The results of a pool in order, at most ``n_ahead`` items ahead of whoever takes them."""
    waiting: deque[Future[R]] = deque()
    for item in items:
        waiting.append(pool.submit(function, item))
        if len(waiting) >= n_ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
