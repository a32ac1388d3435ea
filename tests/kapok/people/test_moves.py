"""Moves and households: who comes, goes, and keeps house with whom."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import Http404
from tests import factories
from tests.factories import NOON
from tests.kapok.people.conftest import COMMUNITY, GRID, NEXT_GRID

from kapok.errors import Refused
from kapok.people import operations
from kapok.people.models import Contact, Household, Person, RegisterEntry, Residence
from kapok.people.operations import Facts, Home, Newcomer, Reach

TODAY = NOON.date()
NUMBER = "11010519491231002X"


@pytest.fixture
def family(town):
    """Three people of one household, who live here since the new year."""
    with factories.as_owner_of_rows():
        dwelling = factories.Dwelling(building=town.here, place=GRID, room="101")
        household = factories.Household(dwelling=dwelling, place=GRID)
        people = factories.Person.create_batch(3, household=household, place=GRID)
        for person in people:
            Residence.objects.create(
                person=person, place=GRID, dwelling=dwelling, presence="LIVING",
                began_on=date(2026, 1, 1),
            )  # fmt: skip
    return people


def move(people, home, acts, **more):
    return operations.move(
        person_ids=[person.pk for person in people],
        home=home,
        **({"on": TODAY, "by": acts.user, "at": NOON} | more),
    )


def test_somebody_new_is_written_down_with_all_that_is_known(town, acting_as):
    newcomer = Newcomer(Facts("陈小明"), "MAINLAND", NUMBER, (Reach("13800138000"),))
    with acting_as() as acts:
        made = operations.add_person(
            newcomer=newcomer, home=Home(town.here.pk, " 502 "), on=TODAY, by=acts.user, at=NOON
        )
        person = Person.objects.get(pk=made.pk)
        assert person.place == GRID
        assert person.household.dwelling.room == "502"
        assert person.birth_date == date(1949, 12, 31)
        assert Residence.objects.get(person=person).began_on == TODAY
        assert Contact.objects.get(person=person).place == GRID


def test_whoever_is_known_by_their_papers_is_not_written_down_twice(town, acting_as):
    newcomer = Newcomer(Facts("陈小明"), "MAINLAND", NUMBER)
    with acting_as() as acts:
        args = {"home": Home(town.here.pk, "502"), "on": TODAY, "by": acts.user, "at": NOON}
        operations.add_person(newcomer=newcomer, **args)
        with pytest.raises(Refused, match="Somebody else"):
            operations.add_person(newcomer=newcomer, **args)
        assert Person.objects.count() == 1
        assert Household.objects.count() == 1


def test_a_whole_household_moves_as_it_is_and_everything_goes_along(town, family, acting_as):
    with factories.as_owner_of_rows():
        factories.Contact(person=family[0])
        factories.RegisterEntry(person=family[0], place=GRID, realm="HEALTH")
        before = family[0].household_id
    with acting_as("assistance_officer", COMMUNITY) as acts:  # sees no HEALTH
        household = move(family, Home(town.next.pk, "7"), acts)

    assert household.pk == before
    with factories.as_owner_of_rows():
        for model in (Household, Person, Contact, RegisterEntry):
            assert set(model.objects.values_list("place", flat=True)) == {NEXT_GRID}
        ended, open_now = Residence.objects.filter(person=family[0]).order_by("began_on")
        assert (ended.ended_on, ended.place) == (TODAY, GRID)
        assert (open_now.began_on, open_now.place) == (TODAY, NEXT_GRID)


def test_one_of_them_moves_and_begins_a_household(town, family, acting_as):
    with acting_as() as acts:
        household = move(family[:1], Home(town.here.pk, "102"), acts)
        assert household.pk != family[1].household_id
        assert Household.objects.get(pk=family[1].household_id).ended_at is None


def test_the_last_one_out_ends_the_household(town, family, acting_as):
    with acting_as() as acts:
        for person in family:
            operations.leave(person_id=person.pk, on=TODAY, by=acts.user, at=NOON)
        assert Household.objects.get().ended_at == NOON
        assert not Residence.objects.filter(ended_on=None).exists()


def test_whoever_leaves_is_on_no_register_any_longer(family, acting_as):
    with factories.as_owner_of_rows():
        factories.RegisterEntry(person=family[0], place=GRID)
    with acting_as() as acts:
        operations.leave(person_id=family[0].pk, on=TODAY, by=acts.user, at=NOON)
        assert RegisterEntry.objects.get().ended_on == TODAY


def test_whoever_left_comes_back(town, family, acting_as):
    with acting_as() as acts:
        operations.leave(person_id=family[0].pk, on=TODAY, by=acts.user, at=NOON)
        move(family[:1], Home(town.here.pk, "101"), acts, household_id=family[1].household_id)
        back = Person.objects.get(pk=family[0].pk)
    assert (back.left_at, back.household_id) == (None, family[1].household_id)


@pytest.mark.parametrize(
    ("days", "sentence"), [(1, "still to come"), (-100, "came here on 2026-01-01")]
)
def test_a_move_on_an_impossible_day_is_refused(town, family, acting_as, days, sentence):
    refused = pytest.raises(Refused, match=sentence)
    with acting_as() as acts, refused:
        move(family, Home(town.here.pk, "7"), acts, on=TODAY + timedelta(days=days))


@pytest.mark.parametrize(
    ("where", "room", "sentence"), [("far", "7", "not in your places"), ("here", " ", "which room")]
)
def test_a_move_to_an_impossible_home_is_refused(town, family, acting_as, where, room, sentence):
    refused = pytest.raises(Refused, match=sentence)
    with acting_as() as acts, refused:
        move(family, Home(getattr(town, where).pk, room), acts)


def test_a_household_of_another_dwelling_is_not_joined(town, family, acting_as):
    refused = pytest.raises(Refused, match="another dwelling")
    with acting_as() as acts, refused:
        move(family[:1], Home(town.here.pk, "7"), acts, household_id=family[1].household_id)


def test_a_household_is_parted_and_put_together_again(family, acting_as):
    with acting_as() as acts:
        args = {"by": acts.user, "at": NOON}
        first = family[0].household_id
        second = operations.split_household(household_id=first, person_ids=[family[0].pk], **args)
        assert second.people.get().pk == family[0].pk
        operations.join_households(household_id=second.pk, into_id=first, **args)
        assert Household.objects.get(pk=first).people.count() == 3
        assert Household.objects.get(pk=second.pk).ended_at == NOON


def test_somebody_must_stay_when_a_household_is_parted(family, acting_as):
    refused = pytest.raises(Refused, match="must stay")
    with acting_as() as acts, refused:
        operations.split_household(
            household_id=family[0].household_id,
            person_ids=[person.pk for person in family],
            by=acts.user,
            at=NOON,
        )


def test_households_of_two_dwellings_are_not_put_together(town, family, acting_as):
    with factories.as_owner_of_rows():
        other = factories.Person(place=GRID).household
    refused = pytest.raises(Refused, match="different dwellings")
    with acting_as() as acts, refused:
        operations.join_households(
            household_id=family[0].household_id, into_id=other.pk, by=acts.user, at=NOON
        )


def test_people_of_elsewhere_cannot_be_moved_here(town, family, acting_as):
    with acting_as(place=NEXT_GRID) as acts, pytest.raises(Http404):
        move(family, Home(town.next.pk, "7"), acts)


def test_today_is_the_day_in_the_town_not_in_greenwich(town, family, acting_as):
    morning = datetime(2026, 3, 2, 20, tzinfo=UTC)  # the third of March, four in the morning
    with acting_as(at=morning) as acts:
        move(family, Home(town.here.pk, "7"), acts, on=date(2026, 3, 3), at=morning)
        assert Residence.objects.filter(began_on=date(2026, 3, 3)).count() == 3
