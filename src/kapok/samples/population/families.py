"""Family households that make sense: thousands of candidates, weighted until the town is right.

Each candidate is built by a rule (a couple, their children born to a mother of 18 to 45, a
grandmother of an age to be one, …). Then the weights of the candidates are raked: multiplied again
and again until ages, sexes, and generations or sizes agree with what was counted.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kapok.samples.population.shares import AGES, FEMALE, MALE, OLDEST, Floats, Ints, Shares, group

RELATIONS = ("HEAD", "PARTNER", "CHILD", "PARENT", "GRANDCHILD", "SIBLING", "LODGER", "OTHER")
HEAD, PARTNER, CHILD, PARENT, GRANDCHILD, SIBLING, LODGER, OTHER = range(8)
N_OF_EACH = 2_500
ROUNDS = 80
FIRST_AGE = 18  # of somebody who answers for a household


@dataclass(frozen=True)
class Families:
    """Households in one order, and their members household by household.

    Attributes
    ----------
    start : (n + 1,) int array
        The members of household ``i`` are ``start[i]`` to ``start[i + 1]``.
    generations : (n,) int array
    relation, sex, age : (m,) int array
    weight : (n,) float array
        How often a household is like this one; the weights add up to 1.
    """

    start: Ints
    generations: Ints
    relation: Ints
    sex: Ints
    age: Ints
    weight: Floats

    @property
    def size(self) -> Ints:
        """People in each household."""
        return np.diff(self.start)


Columns = list[tuple[int, Ints, Ints]]  # relation, sex and age of each member of a kind of family


def candidates(rng: np.random.Generator, n: int = N_OF_EACH) -> Families:
    """``n`` households of each kind, weighted by how usual the kind is."""
    made = [(generations, rule(rng, n)) for rule, generations, _usual in KINDS]
    size = np.concatenate([np.full(n, len(members)) for _, members in made])
    stacked = [
        np.concatenate([np.column_stack([m[part] for m in members]).ravel() for _, members in made])
        for part in (1, 2)
    ]
    relation = np.concatenate([np.tile([m[0] for m in members], n) for _, members in made])
    return Families(
        start=np.concatenate([[0], np.cumsum(size)]),
        generations=np.repeat([generations for generations, _ in made], n),
        relation=relation,
        sex=stacked[0],
        age=np.clip(stacked[1], 0, OLDEST),
        weight=np.repeat([usual / n for _, _, usual in KINDS], n),
    )


def raked(families: Families, shares: Shares, others: Floats) -> Families:
    """The candidates with the weights at which the town is as it was counted.

    ``others`` is (2, 18): people by sex and age who live in no family household.
    """
    counts, wanted = _constraints(families, shares, others)
    weight = families.weight.copy()
    step = counts / max(1.0, counts.sum(1).max())
    for _ in range(ROUNDS):
        ratio = np.log(wanted / np.maximum(counts.T @ weight, 1e-12))
        weight *= np.exp(np.clip(step @ ratio, -2, 2) * 2)
        weight /= weight.sum()
    return Families(
        families.start,
        families.generations,
        families.relation,
        families.sex,
        families.age,
        weight,
    )


def drawn(
    rng: np.random.Generator, families: Families, n: int, mean_size: Floats | None = None
) -> Ints:
    """Which candidate each of ``n`` households is like.

    ``mean_size`` (n,) tilts each draw towards smaller or larger households, where more is known of
    a building than of its town.
    """
    if mean_size is None:
        return rng.choice(len(families.weight), n, p=families.weight)
    chosen = np.empty(n, np.int64)
    bins = np.round(np.clip(mean_size, 1.05, 6.0) * 10).astype(np.int64)
    for one in np.unique(bins):
        here = np.flatnonzero(bins == one)
        weight = _tilted(families, one / 10)
        chosen[here] = rng.choice(len(weight), len(here), p=weight)
    return chosen


def members(families: Families, chosen: Ints) -> tuple[Ints, Ints]:
    """(household, candidate's member) of each person of the households that were drawn."""
    size = families.size[chosen]
    household = np.repeat(np.arange(len(chosen)), size)
    ends = np.cumsum(size)
    nth = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - size, size)
    return household, np.repeat(families.start[chosen], size) + nth


def _tilted(families: Families, mean: float) -> Floats:
    """The weights, tilted so that the mean size is ``mean``."""
    size = families.size
    low, high = -8.0, 8.0
    for _ in range(50):
        tilt = (low + high) / 2
        weight = families.weight * np.exp(tilt * (size - size.mean()))
        weight /= weight.sum()
        low, high = (tilt, high) if weight @ size < mean else (low, tilt)
    return weight


def _constraints(families: Families, shares: Shares, others: Floats) -> tuple[Floats, Floats]:
    """What each candidate counts towards, and what one household counts on average."""
    household = np.repeat(np.arange(len(families.weight)), families.size)
    cell = families.sex * AGES + group(families.age)
    people = np.zeros((len(families.weight), 2 * AGES))
    np.add.at(people, (household, cell), 1.0)
    in_families = np.maximum(shares.by_age - others, shares.by_age * 0.02)
    kinds = [families.size == 1]
    wanted_kinds = [shares.alone]
    if shares.generations is not None:
        parts = shares.generations / shares.generations.sum()
        kinds += [families.generations == g + 1 for g in range(4)]
        wanted_kinds += parts.tolist()
        mean = shares.in_families / shares.generations.sum()
    elif shares.sizes is not None:
        parts = shares.sizes / shares.sizes.sum()
        kinds += [np.minimum(families.size, 6) == s + 1 for s in range(6)]
        wanted_kinds += [*parts[:5].tolist(), float(parts[5:].sum())]
        mean = float(parts @ np.arange(1, 9))
    wanted = (in_families / in_families.sum() * mean).ravel()
    return np.column_stack([people, *kinds]), np.concatenate([wanted, wanted_kinds])


def _sexes(rng: np.random.Generator, n: int, men: float = 0.5) -> Ints:
    return np.where(rng.random(n) < men, MALE, FEMALE)


def _couple(rng: np.random.Generator, woman: Ints) -> tuple[Columns, Ints]:
    """Head and partner around a woman's age, either of them the head; and the woman's age."""
    n = len(woman)
    man = np.maximum(woman + np.rint(rng.normal(2, 3, n)).astype(np.int64), FIRST_AGE)
    man_heads = rng.random(n) < 0.7
    head = np.where(man_heads, man, woman), np.where(man_heads, MALE, FEMALE)
    other = np.where(man_heads, woman, man), np.where(man_heads, FEMALE, MALE)
    return [(HEAD, head[1], head[0]), (PARTNER, other[1], other[0])], woman


def _births(rng: np.random.Generator, n: int) -> Ints:
    """Mothers' ages when their first child is born."""
    return np.clip(np.rint(rng.normal(28, 4.5, n)), 18, 44).astype(np.int64)


def _children(rng: np.random.Generator, n: int, n_children: int, oldest: int = 40) -> list[Ints]:
    """Ages of brothers and sisters, eldest first; the eldest is at most ``oldest``."""
    gaps = rng.integers(1, 6, (n, max(n_children - 1, 1)))
    youngest = rng.integers(0, np.maximum(oldest - gaps.sum(1), 1) + 1, n)
    ages = [youngest]
    for nth in range(n_children - 1):
        ages.append(ages[-1] + gaps[:, nth])
    return ages[::-1]


def _alone(rng: np.random.Generator, n: int) -> Columns:
    return [(HEAD, _sexes(rng, n), rng.integers(20, OLDEST, n))]


def _two(rng: np.random.Generator, n: int) -> Columns:
    return _couple(rng, rng.integers(20, 96, n))[0]


def _parents(n_children: int) -> Callable[[np.random.Generator, int], Columns]:
    def rule(rng: np.random.Generator, n: int) -> Columns:
        ages = _children(rng, n, n_children)
        couple, _ = _couple(rng, ages[0] + _births(rng, n))
        return [*couple, *((CHILD, _sexes(rng, n, 0.52), age) for age in ages)]

    return rule


def _one_parent(n_children: int) -> Callable[[np.random.Generator, int], Columns]:
    def rule(rng: np.random.Generator, n: int) -> Columns:
        ages = _children(rng, n, n_children, 55)
        parent = (HEAD, _sexes(rng, n, 0.3), ages[0] + _births(rng, n))
        return [parent, *((CHILD, _sexes(rng, n), age) for age in ages)]

    return rule


def _three(n_children: int, n_old: int) -> Callable[[np.random.Generator, int], Columns]:
    def rule(rng: np.random.Generator, n: int) -> Columns:
        couple, woman = _couple(
            rng, (ages := _children(rng, n, n_children, 28))[0] + _births(rng, n)
        )
        grandmother = np.minimum(woman + _births(rng, n), OLDEST)
        old = [(PARENT, np.full(n, FEMALE), grandmother)]
        if n_old == 2:
            old.append((PARENT, np.full(n, MALE), grandmother + rng.integers(0, 6, n)))
        return [*couple, *((CHILD, _sexes(rng, n, 0.52), age) for age in ages), *old]

    return rule


def _four(rng: np.random.Generator, n: int) -> Columns:
    child = rng.integers(0, 6, n)
    couple, woman = _couple(rng, child + np.clip(_births(rng, n), 18, 28))
    grandmother = woman + np.clip(_births(rng, n), 18, 26)
    eldest = np.minimum(grandmother + np.clip(_births(rng, n), 18, 26), OLDEST)
    women = np.full(n, FEMALE)
    return [
        *couple,
        (CHILD, _sexes(rng, n, 0.52), child),
        (PARENT, women, grandmother),
        (OTHER, women, eldest),
    ]


def _with_parent(rng: np.random.Generator, n: int) -> Columns:
    """A couple and the mother or father of one of them."""
    couple, woman = _couple(rng, rng.integers(24, 70, n))
    return [*couple, (PARENT, _sexes(rng, n, 0.3), np.minimum(woman + _births(rng, n), OLDEST))]


def _without_parents(rng: np.random.Generator, n: int) -> Columns:
    """Grandparents and a grandchild whose parents live elsewhere."""
    child = rng.integers(0, 16, n)
    couple, _ = _couple(rng, child + _births(rng, n) + np.clip(_births(rng, n), 20, 34))
    return [*couple, (GRANDCHILD, _sexes(rng, n, 0.52), child)]


def _siblings(rng: np.random.Generator, n: int) -> Columns:
    age = rng.integers(20, 80, n)
    return [
        (HEAD, _sexes(rng, n), age),
        (SIBLING, _sexes(rng, n), np.maximum(age - rng.integers(1, 8, n), FIRST_AGE)),
    ]


def _sharing(rng: np.random.Generator, n: int) -> Columns:
    """Two who share a home and are no family."""
    age = rng.integers(20, 50, n)
    return [
        (HEAD, _sexes(rng, n), age),
        (OTHER, _sexes(rng, n), np.maximum(age + rng.integers(-5, 6, n), FIRST_AGE)),
    ]


# How a family is made, how many generations it has, and how usual it is before the raking.
KINDS: tuple[tuple[Callable[[np.random.Generator, int], Columns], int, float], ...] = (
    (_alone, 1, 1), (_two, 1, 1), (_siblings, 1, 0.08), (_sharing, 1, 0.15),
    (_parents(1), 2, 1), (_parents(2), 2, 1), (_parents(3), 2, 0.3),
    (_one_parent(1), 2, 0.6), (_one_parent(2), 2, 0.2),
    (_with_parent, 2, 0.3), (_without_parents, 2, 0.04),
    (_three(1, 1), 3, 1), (_three(1, 2), 3, 1), (_three(2, 1), 3, 1), (_three(2, 2), 3, 1),
    (_four, 4, 0.05),
)  # fmt: skip
