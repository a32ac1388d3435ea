"""Who lives in the made-up buildings: people, dwellings, and the buildings' names."""

import numpy as np
from numpy.typing import NDArray

from kapok.samples.facts import Census
from kapok.samples.quarters import CAMPUS, ESTATE, KINDS, OLD, VILLAGE, WORKS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DORMITORY_SHARE = 0.35  # of the people who live outside family households
PEOPLE_IN_HOUSEHOLD = {OLD.name: 2.05, VILLAGE.name: 2.15, ESTATE.name: 2.4}
LODGERS = {OLD.name: 0.4, VILLAGE.name: 1.6, ESTATE.name: 0.25}  # for each household, relatively
VACANT = (1.02, 1.12)  # dwellings for each household
SAID = {
    OLD.name: "示例坊{block}号之{nth}",
    VILLAGE.name: "示例村{block}巷{nth}号",
    ESTATE.name: "示例花园{block}区{nth}栋",
    CAMPUS.name: "示例学校{block}区{nth}号楼",
    WORKS.name: "示例厂{block}区{nth}号楼",
}


def residents(rng: np.random.Generator, kind: Ints, households: Ints, census: Census) -> Ints:
    """People in each building; with the census's sum, and at least one in each household."""
    a_household = _by_kind(kind, PEOPLE_IN_HOUSEHOLD) * rng.uniform(0.85, 1.15, len(kind))
    family = households + _shared(
        census.people_in_family_households - int(households.sum()),
        households * (a_household - 1),
    )
    others = census.population - census.people_in_family_households
    in_dormitories = round(others * DORMITORY_SHARE)
    is_dormitory = np.isin(kind, [KINDS.index(CAMPUS), KINDS.index(WORKS)])
    beds = _shared(in_dormitories, is_dormitory * rng.uniform(0.1, 1.0, len(kind)))
    lodgers = households * _by_kind(kind, LODGERS) * rng.uniform(0.4, 1.6, len(kind))
    return family + beds + _shared(others - in_dormitories, lodgers)


def dwellings(rng: np.random.Generator, households: Ints) -> Ints:
    """Homes in each building, a few of them empty."""
    return np.ceil(households * rng.uniform(*VACANT, len(households))).astype(np.int64)


def numbers_inside(group: Ints) -> Ints:
    """1, 2, 3 … inside each run of equal numbers; ``group`` is sorted."""
    first = np.flatnonzero(np.diff(group, prepend=-1))
    return np.arange(len(group)) - np.repeat(first, np.diff([*first, len(group)])) + 1


def names(kind: Ints, block: Ints, community: Ints) -> list[str]:
    """A name that says by itself that the building is made up."""
    order = np.lexsort((block, community))
    nth = np.empty(len(kind), np.int64)
    nth[order] = numbers_inside((community * (block.max() + 1) + block)[order])
    return [
        SAID[KINDS[k].name].format(block=b + 1, nth=n)
        for k, b, n in zip(kind.tolist(), block.tolist(), nth.tolist(), strict=True)
    ]


def _by_kind(kind: Ints, values: dict[str, float]) -> Floats:
    return np.array([values.get(spec.name, 0.0) for spec in KINDS])[kind]


def _shared(total: int, weights: Floats) -> Ints:
    """``total`` shared out by weight, in whole numbers that add up to it."""
    ends = np.rint(np.cumsum(weights) / weights.sum() * total).astype(np.int64)
    return np.asarray(np.diff(ends, prepend=0))
