"""Large parts are cut into groups of posts near each other, with people who live near them."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from kapok_planning.rosters.kernels import Data
from kapok_planning.rosters.problem import FloatArray, IntArray, PriceArray, Problem
from kapok_planning.rosters.shares import parts

SAMPLE = 400  # people whose ways say how near two posts are
FAR = 1e6


@dataclass(frozen=True)
class Part:
    """People and roles that share nothing with others: people in the order of where they live."""

    people: IntArray
    roles: IntArray


def whole_parts(groups: list[list[tuple[IntArray, IntArray]]]) -> list[Part]:
    """The parts that :func:`near_groups` cut."""
    return [
        Part(*(np.concatenate(which).astype(np.int32) for which in zip(*part, strict=True)))
        for part in groups
    ]


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
        groups = cut_roles(price, most_roles)
        fine = np.concatenate(cut_roles(price, 1))
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


def cut_roles(price: FloatArray | PriceArray, most: int, one: int | None = None) -> list[IntArray]:
    """Cut roles (columns of prices, p x r) in half by nearness, until no group has over ``most``.

    The first cut lies between ``one`` and what is farthest from it; without, between two ends.
    """
    sample = np.asarray(price[:: max(1, len(price) // SAMPLE)], np.float64)
    return _halved(np.minimum(sample, FAR), np.arange(price.shape[1]), most, one)


def _halved(sample: FloatArray, roles: IntArray, most: int, one: int | None) -> list[IntArray]:
    if len(roles) <= most:
        return [roles]
    here = sample[:, roles]
    if one is None:
        one = int(np.abs(here - here[:, [0]]).mean(axis=0).argmax())
    from_one = np.abs(here - here[:, [one]]).mean(axis=0)
    other = int(from_one.argmax())
    from_other = np.abs(here - here[:, [other]]).mean(axis=0)
    order = np.argsort(from_one - from_other, kind="stable")
    half = len(roles) // 2
    return [
        *_halved(sample, np.sort(roles[order[:half]]), most, None),
        *_halved(sample, np.sort(roles[order[half:]]), most, None),
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
