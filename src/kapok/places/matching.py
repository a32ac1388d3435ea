"""Which new grid goes on as which old one, so that its code stays."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """What an old grid (by its code) and a new grid (by its index) have in common."""

    code: int
    grid: int
    households: int
    buildings: int


def codes_that_go_on(shares: Iterable[Share], *, locked: dict[int, int]) -> dict[int, int]:
    """The new grids that keep an old code.

    A grid goes on when it is locked, or when old and new grid are each other's best match and have
    at least half of the households of both in common. Between grids where nobody lives, buildings
    count. Ties go to the lower code, then to the lower grid.

    Parameters
    ----------
    shares
        All pairs with at least one building in common, each pair once. Buildings without an old
        grid appear under a code of their own that is 0 or negative.
    locked
        Code of each locked new grid, by its index.

    Returns
    -------
    dict
        Old code by index of the new grid.

    Examples
    --------
    Grid 101 loses a building to its neighbour 102; both go on. Grid 103 is split evenly: the
    first half goes on.

    >>> codes_that_go_on(
    ...     [
    ...         Share(code=101, grid=0, households=300, buildings=9),
    ...         Share(code=101, grid=1, households=40, buildings=1),
    ...         Share(code=102, grid=1, households=350, buildings=8),
    ...         Share(code=103, grid=2, households=400, buildings=8),
    ...         Share(code=103, grid=3, households=400, buildings=8),
    ...     ],
    ...     locked={},
    ... )
    {0: 101, 1: 102, 2: 103}
    """
    shares = list(shares)
    of_code = _totals((share.code, share) for share in shares)
    of_grid = _totals((share.grid, share) for share in shares)
    kept = dict(locked)
    taken = set(locked.values())
    free = [share for share in shares if share.code > 0 and share.grid not in locked]
    best_of_code = _best((share.code, share.grid, share) for share in free)
    best_of_grid = _best((share.grid, share.code, share) for share in free)
    for share in sorted(free, key=lambda share: share.grid):
        mutual = best_of_code[share.code] is share and best_of_grid[share.grid] is share
        half = _is_half(share, of_code[share.code]) and _is_half(share, of_grid[share.grid])
        if mutual and half and share.code not in taken:
            kept[share.grid] = share.code
    return kept


def _totals(shares: Iterable[tuple[int, Share]]) -> dict[int, tuple[int, int]]:
    """Households and buildings by key."""
    totals: dict[int, tuple[int, int]] = {}
    for key, share in shares:
        households, buildings = totals.get(key, (0, 0))
        totals[key] = (households + share.households, buildings + share.buildings)
    return totals


def _best(shares: Iterable[tuple[int, int, Share]]) -> dict[int, Share]:
    """The largest share by key; ties go to the lower other side."""
    best: dict[int, tuple[tuple[int, int, int], Share]] = {}
    for key, other, share in shares:
        rank = (-share.households, -share.buildings, other)
        if key not in best or rank < best[key][0]:
            best[key] = (rank, share)
    return {key: share for key, (_, share) in best.items()}


def _is_half(share: Share, total: tuple[int, int]) -> bool:
    """Whether a share is at least half of ``total`` (households, buildings)."""
    households, buildings = total
    if households == 0:
        return 2 * share.buildings >= buildings
    return 2 * share.households >= households
