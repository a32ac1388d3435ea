"""Towns that are made once, and found by test after test as they were made.

Most tests begin in one of a few towns, and making it takes longer than the test. So it is made in a
transaction that stays open: each test works in a savepoint of its own, which is taken back after
it, and gets copies of the objects. The first test that asks for another town, or for none, takes
the whole back. A test that commits gets a town of its own.

    @kept
    def town():
        return make()

    @kept(on=town)
    def grids():
        return draw()
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation

Make = Callable[[], Any]


@dataclass
class Standing:
    """What stands now, upon what was before it: who made it, what tests get, its transaction."""

    make: Make
    given: Any
    atomic: Any


_STANDING: list[Standing] = []
_UPON: dict[Make, Make] = {}


def kept(make: Make | None = None, *, on: Any = None) -> Any:
    """A fixture with what ``make`` makes, upon what another such fixture has made."""
    if make is None:
        return lambda make: kept(make, on=on)
    if on is not None:
        _UPON[make] = on._get_wrapped_function().kept

    def town(request: pytest.FixtureRequest, db: None) -> Any:
        for standing in _STANDING:
            if standing.make is make:
                return deepcopy(standing.given)
        if on is not None:
            request.getfixturevalue(_UPON[make].__name__)
        return make()

    town.__name__, town.__doc__, town.__module__ = make.__name__, make.__doc__, make.__module__
    town.kept = make  # type: ignore[attr-defined]
    return pytest.fixture(town)


def prepare(item: pytest.Item) -> None:
    """Before a test's own transaction begins: let stand what it asks for, and nothing else."""
    wanted = _asked(item)
    n_right = 0
    if not _STANDING or _is_sound():
        for standing, make in zip(_STANDING, wanted, strict=False):
            if standing.make is not make:
                break
            n_right += 1
    leave(n_right)
    for make in wanted[n_right:]:
        _STANDING.append(_made(make))


def leave(n_stay: int = 0) -> None:
    """Take back what stands, but for the lowest so many."""
    while len(_STANDING) > n_stay:
        _undo(_STANDING.pop().atomic)


def town_of(item: pytest.Item) -> tuple[Any, ...]:
    """What tests have in common that are best run one after another."""
    return "db" in getattr(item, "fixturenames", ()), _commits(item), *_asked(item)


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    names = getattr(item, "fixturenames", ())
    return (
        "transactional_db" in names
        or "live_server" in names
        or (marker is not None and bool(marker.kwargs.get("transaction")))
    )


def _asked(item: pytest.Item) -> list[Make]:
    """Who makes what a test asks for, the lowest first; of several the one upon most others.

    Whoever commits asks for nothing that stands. A fixture that asks for one of its own name stands
    for that one.
    """
    found: list[Make] = []
    if _commits(item) or not isinstance(item, pytest.Function):
        return found
    info = item._fixtureinfo
    for name in info.names_closure:
        for definition in reversed(info.name2fixturedefs.get(name, ())):
            make = getattr(definition.func, "kept", None)
            if make is not None:
                found = max(found, _with_what_is_below(make), key=len)
                break
            if name not in definition.argnames:
                break
    return found


def _with_what_is_below(make: Make) -> list[Make]:
    below = _UPON.get(make)
    return [make] if below is None else [*_with_what_is_below(below), make]


def _made(make: Make) -> Standing:
    atomic = transaction.atomic()
    atomic._from_testcase = True  # type: ignore[attr-defined]  # as Django's own around each test
    atomic.__enter__()
    try:
        with translation.override("en"):
            return Standing(make, make(), atomic)
    except BaseException:
        _undo(atomic)
        raise


def _undo(atomic: Any) -> None:
    if not connection.closed_in_transaction:
        transaction.set_rollback(True)
    atomic.__exit__(None, None, None)


def _is_sound() -> bool:
    """Whether the last test left the transaction as it was, and lost no connection."""
    plain = connection.connection
    return (
        plain is not None
        and not plain.closed
        and connection.in_atomic_block
        and not connection.closed_in_transaction
        and not connection.needs_rollback
    )
