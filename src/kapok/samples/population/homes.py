"""Where they live: rooms of buildings, families in some of them, lodgers and dormitories."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapok.samples.population import families
from kapok.samples.population.families import Families
from kapok.samples.population.shares import FEMALE, MALE, Floats, Ints

LODGES_ALONE = 0.55
BEDS = 6  # in a room of a dormitory
AGE_OF_LODGERS = (3, 12, 16, 14, 9, 7, 6, 4, 2, 1)  # from 15 on, in groups of five years
LODGING_MEN = 0.55


@dataclass(frozen=True)
class Buildings:
    """What is known of the buildings of a town.

    Attributes
    ----------
    households, residents, dwellings : (n,) int array
        Where a building has people and no household, it is a dormitory.
    has_lodgers
        Whether people beyond the families lodge (Liwan), or families are larger (Singapore).
    """

    households: Ints
    residents: Ints
    dwellings: Ints
    has_lodgers: bool

    def __len__(self) -> int:
        return len(self.households)


@dataclass(frozen=True)
class Homes:
    """Dwellings, households and their members, each in the order of the buildings.

    Attributes
    ----------
    building, floor, door : (n_dwellings,) int array
    dwelling : (n_households,) int array
    is_family : (n_households,) bool array
    household, relation, sex, age : (n_people,) int array
    """

    building: Ints
    floor: Ints
    door: Ints
    dwelling: Ints
    is_family: NDArray[np.bool_]
    household: Ints
    relation: Ints
    sex: Ints
    age: Ints


def lodgers_by_age(n: float) -> Floats:
    """(2, 18): how ``n`` lodgers spread over sexes and ages."""
    ages = np.zeros(18)
    ages[3 : 3 + len(AGE_OF_LODGERS)] = AGE_OF_LODGERS
    return np.array([1 - LODGING_MEN, LODGING_MEN])[:, None] * ages / ages.sum() * n


def settled(rng: np.random.Generator, buildings: Buildings, kinds: Families) -> Homes:
    """Fill the buildings: families first, then whoever lodges or sleeps in a dormitory."""
    of_family = np.repeat(np.arange(len(buildings)), buildings.households)
    chosen = families.drawn(rng, kinds, len(of_family), _mean_size(buildings, of_family))
    household, member = families.members(kinds, chosen)
    in_families = np.bincount(of_family[household], minlength=len(buildings))
    others = np.maximum(buildings.residents - in_families, 0)
    if not buildings.has_lodgers:
        others[buildings.households > 0] = 0
    of_lodger, room = _rooms(rng, others, buildings.households == 0)
    n_rooms = int(room[-1]) + 1 if len(room) else 0
    of_room = np.zeros(n_rooms, np.int64)
    of_room[room] = of_lodger
    n_dwellings, dwelling = _dwellings(rng, buildings, of_family, of_room)
    building = np.repeat(np.arange(len(buildings)), n_dwellings)
    floor, door = _doors(building, n_dwellings)
    age, sex = _strangers(rng, len(room))
    first = np.diff(room, prepend=-1) > 0
    return Homes(
        building=building,
        floor=floor,
        door=door,
        dwelling=dwelling,
        is_family=np.arange(len(dwelling)) < len(of_family),
        household=np.concatenate([household, room + len(of_family)]),
        relation=np.concatenate(
            [kinds.relation[member], np.where(first, families.HEAD, families.LODGER)]
        ),
        sex=np.concatenate([kinds.sex[member], sex]),
        age=np.concatenate([kinds.age[member], age]),
    )


def _mean_size(buildings: Buildings, of_family: Ints) -> Floats | None:
    """How large families are in each building, where that is known."""
    if buildings.has_lodgers:
        return None
    mean = buildings.residents / np.maximum(buildings.households, 1)
    return np.asarray(mean[of_family])


def _rooms(
    rng: np.random.Generator, others: Ints, is_dormitory: NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    """(building, room) of each lodger; rooms are numbered through the town."""
    building = np.repeat(np.arange(len(others)), others)
    nth = np.arange(len(building)) - np.repeat(np.cumsum(others) - others, others)
    begins = rng.random(len(building)) < LODGES_ALONE
    begins = np.where(is_dormitory[building], nth % BEDS == 0, begins | (nth == 0))
    return building, np.cumsum(begins) - 1


def _dwellings(
    rng: np.random.Generator, buildings: Buildings, of_family: Ints, of_room: Ints
) -> tuple[Ints, Ints]:
    """Dwellings in each building, and the dwelling of each household, families before lodgers.

    Families live in some dwellings, by chance. Lodgers take those that are left; where there are
    none, they share one with a family.
    """
    rooms = np.bincount(of_room, minlength=len(buildings))
    is_dormitory = buildings.households == 0
    known = np.maximum(buildings.dwellings, buildings.households)
    n_dwellings = np.where(is_dormitory, np.maximum(rooms, buildings.dwellings), known)
    building = np.repeat(np.arange(len(buildings)), n_dwellings)
    shuffled = np.lexsort((rng.random(len(building)), building))
    begin = np.cumsum(n_dwellings) - n_dwellings
    place = np.concatenate([begin[of_family] + _nth(of_family), begin[of_room] + 0])
    nth_room = _nth(of_room)
    left = (n_dwellings - buildings.households)[of_room]
    own = buildings.households[of_room] + nth_room
    shared = (nth_room - left) % np.maximum(buildings.households[of_room], 1)
    place[len(of_family) :] += np.where(nth_room < left, own, shared)
    return n_dwellings, shuffled[place]


def _nth(group: Ints) -> Ints:
    """0, 1, 2, … inside each run of equal numbers."""
    if not len(group):
        return np.zeros(0, np.int64)
    first = np.flatnonzero(np.diff(group, prepend=-1))
    return np.arange(len(group)) - np.repeat(first, np.diff([*first, len(group)]))


def _doors(building: Ints, n_dwellings: Ints) -> tuple[Ints, Ints]:
    """Floor and door of each dwelling: two to a landing in small houses, eight in towers."""
    on_a_floor = np.where(n_dwellings <= 24, 2, np.where(n_dwellings <= 80, 4, 8))[building]
    nth = _nth(building)
    return nth // on_a_floor + 1, nth % on_a_floor + 1


def _strangers(rng: np.random.Generator, n: int) -> tuple[Ints, Ints]:
    """Ages and sexes of lodgers."""
    share = np.array(AGE_OF_LODGERS) / sum(AGE_OF_LODGERS)
    group = rng.choice(len(share), n, p=share)
    age = np.where(group == 0, rng.integers(16, 20, n), 15 + 5 * group + rng.integers(0, 5, n))
    return age, np.where(rng.random(n) < LODGING_MEN, MALE, FEMALE)
