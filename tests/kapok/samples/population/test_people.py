"""Made-up people: as many of each age as were counted, in families that make sense."""

import numpy as np
import pytest

from kapok.samples.population import families, shares
from kapok.samples.population.families import CHILD, HEAD, PARENT, PARTNER
from kapok.samples.population.homes import Buildings, lodgers_by_age
from kapok.samples.population.people import made_up

TODAY = np.datetime64("2026-03-02")


def town(n=300, in_singapore=False, seed=0):
    households = np.full(n, 40)
    households[0] = 0  # a dormitory
    residents = np.where(households, households * 3, 90)
    buildings = Buildings(households, residents, households + 3, has_lodgers=not in_singapore)
    of = shares.singapore() if in_singapore else shares.liwan()
    return made_up(buildings, of=of, in_singapore=in_singapore, today=TODAY, seed=seed)


@pytest.fixture(scope="module")
def people():
    return town()


def by_relation(people, relation):
    """Age of the first one of a relation in each household, -1 where there is none."""
    homes = people.homes
    age = np.full(len(homes.dwelling), -1)
    here = homes.relation == relation
    age[homes.household[here][::-1]] = homes.age[here][::-1]
    return age


def test_equal_seeds_give_equal_people():
    one, other = town(20), town(20)

    assert one.name.tolist() == other.name.tolist()
    assert one.identity.tolist() == other.identity.tolist()
    assert town(20, seed=1).name.tolist() != one.name.tolist()


@pytest.mark.parametrize("of", [shares.liwan(), shares.singapore()])
def test_ages_sexes_and_households_are_as_they_were_counted(of):
    rng = np.random.default_rng(1)
    others = lodgers_by_age(of.by_age.sum() - of.in_families)
    kinds = families.raked(families.candidates(rng), of, others)
    counts, wanted = families._constraints(kinds, of, others)

    reached = counts.T @ kinds.weight

    assert np.abs(reached / wanted - 1).max() < 0.06
    assert np.abs((reached - wanted)[:36]).sum() < 0.02 * wanted[:36].sum()


def test_the_town_has_the_ages_of_the_census(people):
    of = shares.liwan()
    counted = of.by_age.sum(0) / of.by_age.sum()
    family = people.homes.is_family[people.homes.household]
    made = np.bincount(shares.group(people.homes.age[family]), minlength=18) / family.sum()
    lodgers = lodgers_by_age(of.by_age.sum() - of.in_families).sum(0)
    expected = of.by_age.sum(0) - lodgers

    assert np.abs(made - np.maximum(expected, 0) / expected.clip(0).sum()).max() < 0.012
    assert abs(counted.sum() - 1) < 1e-9


def test_mothers_and_fathers_are_of_an_age_to_be_parents(people):
    head, child = by_relation(people, HEAD), by_relation(people, CHILD)
    both = (head >= 0) & (child >= 0)

    gap = (head - child)[both]

    assert gap.min() >= 10
    assert np.median(gap) == pytest.approx(29, abs=3)


def test_grandparents_are_older_than_parents(people):
    head, parent = by_relation(people, HEAD), by_relation(people, PARENT)
    both = (head >= 0) & (parent >= 0)

    assert (parent - head)[both].mean() > 20


def test_no_child_lives_without_somebody_grown_up(people):
    homes = people.homes
    eldest = np.zeros(len(homes.dwelling), int)
    np.maximum.at(eldest, homes.household, homes.age)

    family = np.unique(homes.household[homes.is_family[homes.household]])
    assert eldest[family].min() >= 18


def test_couples_are_of_about_the_same_age(people):
    head, partner = by_relation(people, HEAD), by_relation(people, PARTNER)
    both = (head >= 0) & (partner >= 0)

    assert np.abs(head - partner)[both].mean() < 6


def test_every_household_has_one_head_and_a_door_of_its_building(people):
    homes = people.homes
    heads = np.bincount(homes.household[homes.relation == HEAD], minlength=len(homes.dwelling))

    assert (heads == 1).all()
    doors = homes.building * 10**6 + homes.floor * 100 + homes.door
    assert len(np.unique(doors)) == len(doors)


def test_people_of_a_family_share_the_fathers_surname(people):
    homes = people.homes
    child = np.flatnonzero(homes.relation == CHILD)
    family = {}
    for who in range(len(people)):
        family.setdefault(homes.household[who], []).append(who)

    for who in child[:200]:
        surnames = {people.name[other][:1] for other in family[homes.household[who]]}
        assert people.name[who][:1] in surnames
        assert any(
            people.name[other][:1] == people.name[who][:1]
            for other in family[homes.household[who]]
            if homes.relation[other] in (HEAD, PARTNER)
        )


def test_nobody_lived_here_before_they_were_born_or_comes_from_the_future(people):
    assert (people.since >= people.birth).all()
    assert (people.birth < TODAY).all()
    assert (people.since <= TODAY).all()


def test_most_residents_of_the_buildings_are_there():
    people = town(300)

    assert len(people) == pytest.approx(299 * 120 + 90, rel=0.02)


def test_singapore_has_the_four_groups_in_their_shares():
    people = town(1500, in_singapore=True)
    malay = np.array([" bin " in name or " binte " in name for name in people.name])
    indian = np.array(["s/o" in name or "d/o" in name for name in people.name])

    assert malay.mean() == pytest.approx(0.135, abs=0.02)
    assert indian.mean() == pytest.approx(0.09, abs=0.02)
    assert {"{ms,en}", "{ta,en}", "{cmn,en}"} <= set(people.languages)


def test_elders_alone_are_on_their_register_and_only_they(people):
    homes = people.homes
    size = np.bincount(homes.household)[homes.household]
    alone = (size == 1) & (homes.age >= 60) & homes.is_family[homes.household]

    entries = people.registers
    listed = entries.person[entries.kind == "ELDER_ALONE"]
    assert set(listed) == set(np.flatnonzero(alone))
    weekly = entries.person[(entries.kind == "ELDER_ALONE") & (entries.tier == "A")]
    assert homes.age[weekly].min() >= 80


def test_nobody_is_on_a_register_twice(people):
    entries = people.registers
    both = set(zip(entries.person.tolist(), entries.kind.tolist(), strict=True))

    assert len(both) == len(entries.person)
    pregnant = entries.person[entries.kind == "PREGNANT"]
    assert (people.homes.sex[pregnant] == shares.FEMALE).all()
