"""The obvious way, for towns of a few buildings: try every partition."""

from dataclasses import dataclass

import numpy as np


def is_connected(links, members):
    """Whether ``members`` hold together along the links."""
    members = set(np.asarray(members).tolist())
    if not members:
        return False
    reached, border = set(), [min(members)]
    while border:
        i = border.pop()
        if i in reached:
            continue
        reached.add(i)
        border += [
            j for j in links.indices[links.indptr[i] : links.indptr[i + 1]].tolist() if j in members
        ]
    return reached == members


@dataclass(frozen=True)
class Best:
    """The fewest grids outside the bounds that any partition has."""

    n_outside: int

    @property
    def within_bounds(self):
        return self.n_outside == 0


def partitions(items):
    """Every partition of a list, as lists of lists."""
    if not items:
        yield []
        return
    first, *rest = items
    for parts in partitions(rest):
        yield [[first], *parts]
        for k in range(len(parts)):
            yield [*parts[:k], [first, *parts[k]], *parts[k + 1 :]]


def best_partition(links, households, bounds):
    """The fewest grids outside the bounds over all partitions into connected grids."""
    connected: dict[tuple[int, ...], bool] = {}

    def holds(part):
        key = tuple(sorted(part))
        if key not in connected:
            connected[key] = is_connected(links, key)
        return connected[key]

    best = len(households)
    for parts in partitions(list(range(len(households)))):
        outside = sum(
            not bounds.low <= sum(households[i] for i in part) <= bounds.high for part in parts
        )
        if outside < best and all(holds(part) for part in parts):
            best = outside
    return Best(best)
