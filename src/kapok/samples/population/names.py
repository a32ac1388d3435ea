"""Names for people: of a family where they share one, of their time and sex, of nobody."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapok.samples.population import given_names as parts
from kapok.samples.population.families import (
    CHILD,
    GRANDCHILD,
    HEAD,
    LODGER,
    OTHER,
    PARENT,
    PARTNER,
    SIBLING,
)
from kapok.samples.population.homes import Homes
from kapok.samples.population.shares import FEMALE, MALE, Ints

Texts = NDArray[np.object_]

SEXES = ("F", "M")
GROUPS = ("Chinese", "Malay", "Indian", "Others")
GROUP_SHARES = (0.743, 0.135, 0.090, 0.032)  # Census of Population 2020, Singapore residents
CHINESE, MALAY, INDIAN, OTHERS = range(4)
WITH_ENGLISH_NAME = 0.3  # of Singapore's Chinese


@dataclass(frozen=True)
class Line:
    """Whose name is handed down in each household, as positions of people; -1: nobody's."""

    bearer: Ints

    def of(self, homes: Homes) -> tuple[Ints, NDArray[np.bool_]]:
        """(the person whose surname each bears, whether it is another's than their own)."""
        bearer = self.bearer[homes.household]
        own = np.arange(len(homes.household))
        follows = np.isin(homes.relation, (CHILD, GRANDCHILD, SIBLING))
        follows |= (homes.relation == PARENT) & (homes.sex == MALE)
        follows &= bearer >= 0
        return np.where(follows, bearer, own), follows


def line(homes: Homes) -> Line:
    """The father of each family bears its name, or else its head."""
    n = int(homes.household.max()) + 1 if len(homes.household) else 0
    bearer = np.full(n, -1)
    where = np.arange(len(homes.household))
    head = homes.relation == HEAD
    bearer[homes.household[head]] = where[head]
    man = (homes.relation == PARTNER) & (homes.sex == MALE)
    bearer[homes.household[man]] = where[man]
    return Line(bearer)


def mainland(rng: np.random.Generator, homes: Homes, birth_year: Ints) -> Texts:
    """Chinese names of a town in Guangdong."""
    n = len(homes.household)
    surname = _chosen(rng, parts.GUANGDONG, n)
    bearer, _ = line(homes).of(homes)
    return np.asarray(surname[bearer] + _given(rng, homes.sex, birth_year))


def groups(rng: np.random.Generator, homes: Homes) -> Ints:
    """The ethnic group of each person in Singapore; a family is of one group."""
    n = int(homes.household.max()) + 1 if len(homes.household) else 0
    of_household = rng.choice(len(GROUPS), n, p=np.array(GROUP_SHARES) / sum(GROUP_SHARES))
    alone = np.isin(homes.relation, (LODGER, OTHER))
    own = rng.choice(len(GROUPS), len(alone), p=np.array(GROUP_SHARES) / sum(GROUP_SHARES))
    return np.where(alone, own, of_household[homes.household])


def singapore(rng: np.random.Generator, homes: Homes, group: Ints) -> Texts:
    """Chinese, Malay, Indian and English names, as their families write them."""
    bearer, follows = line(homes).of(homes)
    n = len(group)
    first = _by_sex(rng, homes.sex, parts.SYLLABLES)
    second = _by_sex(rng, homes.sex, parts.SYLLABLES)
    english = _by_sex(rng, homes.sex, parts.ENGLISH) + " "
    english = np.where(rng.random(n) < WITH_ENGLISH_NAME, english, "")
    surname = _chosen(rng, parts.SINGAPORE, n)[bearer]
    names = np.asarray(english + surname + " " + first + " " + second)
    for one, given, joins in (
        (MALAY, parts.MALAY, ("binte", "bin")),
        (INDIAN, parts.INDIAN, ("d/o", "s/o")),
    ):
        own = _by_sex(rng, homes.sex, given)
        father = _by_sex(rng, np.full(n, MALE), given)
        is_child = follows & (homes.relation == CHILD) & (homes.sex[bearer] == MALE)
        father = np.where(is_child, own[bearer], father)
        joined = own + np.where(homes.sex == MALE, f" {joins[1]} ", f" {joins[0]} ") + father
        names = np.where(group == one, joined, names)
    last = np.array(parts.OTHERS, object)[rng.integers(0, len(parts.OTHERS), n)][bearer]
    english = _by_sex(rng, homes.sex, parts.ENGLISH)
    return np.where(group == OTHERS, english + " " + last, names)


def _given(rng: np.random.Generator, sex: Ints, birth_year: Ints) -> Texts:
    """Given names of one or two characters."""
    era = np.searchsorted(parts.ERAS, birth_year, side="right")
    given = np.empty(len(sex), object)
    for s, letter in ((FEMALE, "F"), (MALE, "M")):
        for one, lonely in enumerate(parts.SINGLE):
            here = np.flatnonzero((sex == s) & (era == one))
            first = np.array(list(parts.FIRST[letter][one]), object)
            second = np.array(list(parts.SECOND[letter][one]), object)
            begin = first[rng.integers(0, len(first), len(here))]
            begin = np.where(rng.random(len(here)) < lonely, "", begin)
            given[here] = begin + second[rng.integers(0, len(second), len(here))]
    return given


def _by_sex(rng: np.random.Generator, sex: Ints, given: dict[str, str]) -> Texts:
    chosen = np.empty(len(sex), object)
    for s, letter in enumerate(SEXES):
        here = np.flatnonzero(sex == s)
        choice = np.array(given[letter].split(), object)
        chosen[here] = choice[rng.integers(0, len(choice), len(here))]
    return chosen


def _chosen(rng: np.random.Generator, shares: dict[str, float], n: int) -> Texts:
    weight = np.array(list(shares.values()))
    return np.array(list(shares), object)[rng.choice(len(weight), n, p=weight / weight.sum())]
