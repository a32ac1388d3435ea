"""The whole of a made-up town: where people live, who they are, and what is known of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapok.samples.population import families, homes, names, papers, shares, traits
from kapok.samples.population.homes import Buildings, Homes
from kapok.samples.population.shares import Ints, Shares
from kapok.samples.population.traits import Entries

Texts = NDArray[np.object_]
Days = NDArray[np.datetime64]
Flags = NDArray[np.bool_]

LIVES_THERE_YEARS = 9.0  # on average


@dataclass(frozen=True)
class Population:
    """People in the order of their homes; texts of PostgreSQL where a column is an array.

    Attributes
    ----------
    homes
    name, presence, languages, needs, identity, phone : (n,) object array of str
        ``identity`` and ``phone`` are blank where there is none.
    birth, since : (n,) array of days
        When somebody was born, and has lived in this home since.
    helper : (n,) bool array
        The telephone is a child's or neighbour's.
    registers
    guardian : (n,) int array
        Who answers for a child whose parents live elsewhere; -1 for everybody else.
    in_singapore
    """

    homes: Homes
    name: Texts
    birth: Days
    since: Days
    presence: Texts
    languages: Texts
    needs: Texts
    identity: Texts
    phone: Texts
    helper: Flags
    registers: Entries
    guardian: Ints
    in_singapore: bool

    def __len__(self) -> int:
        return len(self.name)


def made_up(
    buildings: Buildings, *, of: Shares, in_singapore: bool, today: np.datetime64, seed: int
) -> Population:
    """People for these buildings; equal seeds give equal people."""
    rng = np.random.default_rng(seed)
    kinds = families.raked(families.candidates(rng), of, _others(of))
    settled = homes.settled(rng, buildings, kinds)
    n = len(settled.age)
    birth = _births(rng, settled.age, today)
    year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
    group = names.groups(rng, settled) if in_singapore else None
    said = (
        names.mainland(rng, settled, year)
        if group is None
        else names.singapore(rng, settled, group)
    )
    number = papers.singapore(n) if in_singapore else papers.mainland(birth, settled.sex)
    own = traits.has_phone(rng, settled.age)
    helper = ~own & (settled.age >= traits.OLD) & (rng.random(n) < 0.7)
    phone = papers.phones(n, mainland_range=not in_singapore)
    return Population(
        homes=settled,
        name=said,
        birth=birth,
        since=np.maximum(_since(rng, settled, today), birth),
        presence=traits.presence(rng, settled),
        languages=traits.languages(rng, settled, group),
        needs=traits.needs(rng, settled.age),
        identity=np.where(traits.has_papers(rng, n), number, ""),
        phone=np.where(own | helper, phone, ""),
        helper=helper,
        registers=traits.registers(rng, settled),
        guardian=_guardians(settled),
        in_singapore=in_singapore,
    )


def _others(of: Shares) -> shares.Floats:
    """Lodgers by sex and age, where the census counts some outside families."""
    return homes.lodgers_by_age(max(float(of.by_age.sum()) - of.in_families, 0.0))


def _births(rng: np.random.Generator, age: Ints, today: np.datetime64) -> Days:
    """Birthdays at which people are as old as they are today."""
    days = np.rint(age * 365.2425).astype(np.int64) + rng.integers(1, 365, len(age))
    return np.asarray(today.astype("datetime64[D]") - days)


def _since(rng: np.random.Generator, settled: Homes, today: np.datetime64) -> Days:
    """When each household moved in."""
    n = len(settled.dwelling)
    days = 1 + rng.exponential(LIVES_THERE_YEARS * 365, n).clip(0, 45 * 365).astype(np.int64)
    days = np.where(settled.is_family, days, days // 5)
    return np.asarray(today.astype("datetime64[D]") - days[settled.household])


def _guardians(settled: Homes) -> Ints:
    """The head of the household answers for grandchildren whose parents live elsewhere."""
    n = len(settled.age)
    head = np.full(len(settled.dwelling), -1)
    heads = np.flatnonzero(settled.relation == families.HEAD)
    head[settled.household[heads]] = heads
    is_ward = (settled.relation == families.GRANDCHILD) & (settled.age < traits.ADULT)
    return np.where(is_ward, head[settled.household], np.full(n, -1))
