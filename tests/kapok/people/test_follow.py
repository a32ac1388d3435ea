"""People follow their building, in the statement that moves it; closed rows stay behind."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from tests import factories, small_town
from tests.factories import NOON
from tests.kapok.people.conftest import COMMUNITY, GRID, NEXT_GRID

from kapok.access.scope import acting, of_box
from kapok.people.models import (
    Consent,
    Contact,
    Dwelling,
    Guardian,
    Household,
    Person,
    RegisterEntry,
    Residence,
    RightsRequest,
)
from kapok.people.operations import follow_buildings
from kapok.places.models import Building

DAY = date(2026, 1, 1)
HANGING = {
    RegisterEntry: "ended_on",
    Guardian: "ended_on",
    Consent: "withdrawn_at",
    Residence: "ended_on",
}


@pytest.fixture
def home(town):
    """Somebody with everything that can hang on a person, open and closed."""
    with factories.as_owner_of_rows():
        dwelling = factories.Dwelling(building=town.here, place=GRID)
        household = factories.Household(dwelling=dwelling, place=GRID)
        person = factories.Person(household=household, place=GRID)
        factories.Person(household=household, place=GRID, left_at=NOON)
        factories.Contact(person=person)
        common = {"person": person, "place": GRID}
        for ended in (None, DAY + timedelta(days=9)):
            RegisterEntry.objects.create(
                kind="DIALYSIS", tier="A", review_on=DAY, began_on=DAY, ended_on=ended, **common
            )
            Guardian.objects.create(name="x", relation="x", began_on=DAY, ended_on=ended, **common)
            Consent.objects.create(
                purpose="household_care", text_version="1", how="x", given_at=NOON,
                withdrawn_at=ended and NOON, **common,
            )  # fmt: skip
            Residence.objects.create(
                dwelling=dwelling, presence="LIVING", began_on=DAY, ended_on=ended, **common
            )
        for status in ("ASKED", "GRANTED"):
            RightsRequest.objects.create(
                kind="COPY", status=status, asked_at=NOON, answer_by=DAY, **common
            )
    return person


def places_of(model, **which):
    return set(model.objects.filter(**which).values_list("place", flat=True))


def test_all_living_rows_follow_their_building_and_closed_rows_stay(town, home):
    with acting(of_box(at=NOON)):
        Building.objects.filter(pk=town.here.pk).update(place=NEXT_GRID)

    with factories.as_owner_of_rows():
        assert places_of(Dwelling) == places_of(Household) == places_of(Contact) == {NEXT_GRID}
        assert places_of(Person, left_at=None) == {NEXT_GRID}
        assert places_of(Person, left_at__isnull=False) == {GRID}
        for model, column in HANGING.items():
            assert places_of(model, **{column: None}) == {NEXT_GRID}, model
            assert places_of(model, **{f"{column}__isnull": False}) == {GRID}, model
        assert places_of(RightsRequest, status="ASKED") == {NEXT_GRID}
        assert places_of(RightsRequest, status="GRANTED") == {GRID}


def test_being_re_homed_is_no_change_in_anybodys_history(town, home):
    with acting(of_box(at=NOON)):
        Building.objects.filter(pk=town.here.pk).update(place=NEXT_GRID)

    with factories.as_owner_of_rows(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_personevent")
        assert cursor.fetchone() == (0,)
        Person.objects.filter(pk=home.pk).update(name="改了")
        cursor.execute("SELECT count(*) FROM people_personevent")
        assert cursor.fetchone() == (1,)  # and afterwards changes are kept again


def test_neighbours_of_another_building_stay(town, home):
    with factories.as_owner_of_rows():
        other = factories.Person(place=GRID)
    with acting(of_box(at=NOON)):
        Building.objects.filter(pk=town.here.pk).update(place=NEXT_GRID)

    with factories.as_owner_of_rows():
        assert Person.objects.get(pk=other.pk).place == GRID


@pytest.mark.usefixtures("box")
def test_publishing_grids_moves_the_people_in_the_same_transaction():
    small_town.load()
    drawing = small_town.draw(small_town.RIVERSIDE)
    with factories.as_owner_of_rows():
        for building in Building.objects.filter(place=small_town.RIVERSIDE):
            dwelling = factories.Dwelling(building=building, place=building.place)
            household = factories.Household(dwelling=dwelling, place=building.place)
            factories.Person(household=household, place=building.place)
    try:
        with transaction.atomic():
            small_town.publish(drawing)
            with factories.as_owner_of_rows():
                people = Person.objects.values_list(
                    "place", "household__place", "household__dwelling__building__place"
                )
                assert all(a == b == c and a % 1000 for a, b, c in people)
            raise InterruptedError
    except InterruptedError:
        pass
    with factories.as_owner_of_rows():
        assert places_of(Person) == {small_town.RIVERSIDE}  # all or nothing


def test_whoever_may_not_draw_cannot_call_it(town, home, acting_as):
    refused = pytest.raises(ProgrammingError, match="may not move")
    with acting_as("grid_worker", GRID) as acts, refused, transaction.atomic():
        follow_buildings(buildings=[town.here.pk], by=acts.user, at=NOON)


def test_rows_written_without_looking_are_put_right(town, home, acting_as):
    with factories.as_owner_of_rows():
        Dwelling.objects.update(place=NEXT_GRID)

    with acting_as("community_lead", COMMUNITY) as acts:
        follow_buildings(buildings=[town.here.pk], by=acts.user, at=NOON)
        assert places_of(Dwelling) == {GRID}
