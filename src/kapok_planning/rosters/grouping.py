"""Large parts are cut into groups of posts near each other, with people who live near them."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from kapok_planning.rosters.kernels import Data
from kapok_planning.rosters.problem import FloatArray, IntArray, Problem
from kapok_planning.rosters.shares import parts

SAMPLE = 400  # people whose ways say how near two posts are
FAR = 1e6


def near_groups(
    problem: Problem, data: Data, most_roles: int
) -> list[list[tuple[IntArray, IntArray]]]:
    """For each part, its groups of (people, roles), people ordered by where they work best.

    A group has no more than ``most_roles`` roles. Each person has a home role, at the least sum of
    prices, and as many people live at a role as its share of the seats asks for.
    """
    people, roles = parts(problem)
    found: list[list[tuple[IntArray, IntArray]]] = []
    for part in np.unique(people):
        mine = np.flatnonzero(people == part).astype(np.int32)
        its = np.flatnonzero(roles == part).astype(np.int32)
        if not len(its):
            found.append([(mine, its)])
            continue
        price = np.nan_to_num(data.price[np.ix_(mine, its)].astype(np.float64), posinf=FAR)
        groups = _halved(price, np.arange(len(its)), most_roles)
        fine = np.concatenate(_halved(price, np.arange(len(its)), 1))
        groups = [fine[np.isin(fine, group)] for group in groups]
        order = np.concatenate(groups)
        load = problem.needs[:, :, its].sum(axis=(0, 1))
        home = _homes(price[:, order], load[order])
        ends = np.cumsum([len(group) for group in groups])
        group_of = np.searchsorted(ends, home, side="right")
        by_home = np.argsort(home, kind="stable")
        found.append(
            [(mine[by_home[group_of[by_home] == i]], its[group]) for i, group in enumerate(groups)]
        )
    return found


def _halved(price: FloatArray, roles: IntArray,
            most: int) -> list[IntArray]:  # fmt: skip
    """Cut roles in half between the two that are farthest apart, until each group is small."""
    if len(roles) <= most:
        return [roles]
    sample = price[:: max(1, len(price) // SAMPLE)][:, roles]
    sample = np.minimum(sample, FAR)
    one = int(np.abs(sample - sample[:, [0]]).mean(axis=0).argmax())
    from_one = np.abs(sample - sample[:, [one]]).mean(axis=0)
    other = int(from_one.argmax())
    from_other = np.abs(sample - sample[:, [other]]).mean(axis=0)
    order = np.argsort(from_one - from_other, kind="stable")
    half = len(roles) // 2
    return [
        *_halved(price, np.sort(roles[order[:half]]), most),
        *_halved(price, np.sort(roles[order[half:]]), most),
    ]


def _homes(price: FloatArray, load: IntArray) -> IntArray:
    """Role of each person so that each role has its share of the people, (p,)."""
    n = len(price)
    share = np.cumsum(load / max(1, load.sum())) * n
    counts = np.diff(np.concatenate([[0], np.round(share).astype(int)]))
    slots = np.repeat(np.arange(len(load)), counts)
    slots = np.concatenate([slots, np.full(n - len(slots), len(load) - 1)])[:n]
    person, slot = linear_sum_assignment(price[:, slots])
    home = np.zeros(n, np.int32)
    home[person] = slots[slot]
    return home
