"""Registers, guardians and consents; and care as counts that tell of nobody."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import factories
from tests.factories import NOON
from tests.kapok.people.conftest import COMMUNITY, FAR_GRID, GRID, STREET

from kapok.errors import NotAllowed, Refused
from kapok.people import operations
from kapok.people.models import Consent, Guardian, RegisterEntry
from kapok.people.operations import Agreement, Answering, Care
from kapok.people.queries.file import person_file
from kapok.people.queries.registers import counts, entries
from kapok.people.shown import for_acting

TODAY = NOON.date()
CARE = Care("B", TODAY + timedelta(days=90), "小狗")
DISTRICT = 440103000000000


@pytest.fixture
def person(town):
    with factories.as_owner_of_rows():
        return factories.Person(name="陈小明", place=GRID)


def put(person, acts, kind="DIALYSIS", care=CARE):
    return operations.put_on_register(
        person_id=person.pk, kind=kind, care=care, by=acts.user, at=NOON
    )


def test_an_entry_is_made_reviewed_and_ended(person, acting_as):
    with acting_as() as acts:
        entry = put(person, acts)
        args = {"person_id": person.pk, "entry_id": entry.pk, "by": acts.user, "at": NOON}
        operations.review_entry(care=Care("A", TODAY + timedelta(days=30)), **args)
        entry.refresh_from_db()
        assert (entry.tier, entry.review_on) == ("A", TODAY + timedelta(days=30))
        operations.take_off_register(**args)
        entry.refresh_from_db()
        assert entry.ended_on == TODAY
        with pytest.raises(Http404):
            operations.take_off_register(**args)


def test_somebody_is_on_a_register_once(person, acting_as):
    with acting_as() as acts:
        put(person, acts)
        with pytest.raises(Refused, match="already"):
            put(person, acts)
        put(person, acts, kind="DISABLED")


@pytest.mark.parametrize("days", [0, -1, 185])
def test_a_review_is_due_within_half_a_year(person, acting_as, days):
    care = Care("A", TODAY + timedelta(days=days))
    with acting_as() as acts, pytest.raises(Refused, match="half a year"):
        put(person, acts, care=care)


def test_whoever_keeps_no_registers_cannot_put_anybody_on(person, acting_as):
    with acting_as("dispatcher", COMMUNITY) as acts, pytest.raises(NotAllowed):
        put(person, acts)


def test_a_role_without_care_sees_no_register_in_a_file(person, acting_as):
    with factories.as_owner_of_rows():
        factories.RegisterEntry(person=person, place=GRID)
    with acting_as("dispatcher", COMMUNITY, "household_care") as acts:
        file = person_file(person.pk, for_acting(acts.who), today=TODAY)
        assert not file.shows_care
        assert file.registers == ()


def test_a_purpose_that_needs_no_care_shows_none(person, acting_as):
    with factories.as_owner_of_rows():
        factories.RegisterEntry(person=person, place=GRID)
    for purpose, n in [("household_care", 0), ("difficulty_care", 1)]:
        with acting_as(purpose=purpose) as acts:
            file = person_file(person.pk, for_acting(acts.who), today=TODAY)
            assert len(file.registers) == n


def test_entries_come_with_the_most_urgent_first(person, acting_as):
    with factories.as_owner_of_rows():
        for tier, day in [("B", 1), ("A", 9), ("A", 3)]:
            factories.RegisterEntry(
                place=GRID, tier=tier, review_on=TODAY + timedelta(days=day - 5)
            )
    with acting_as(purpose="difficulty_care") as acts:
        page = entries(for_acting(acts.who), today=TODAY)
        assert [(each.tier_code, each.is_due) for each in page.entries] == [
            ("A", True), ("A", False), ("B", True),
        ]  # fmt: skip
        assert (page.n, page.n_due) == (3, 2)
        assert entries(for_acting(acts.who), today=TODAY, due_only=True).n == 2


def test_a_guardian_is_named_and_ends(person, acting_as):
    with acting_as() as acts:
        args = {"person_id": person.pk, "by": acts.user, "at": NOON}
        made = operations.name_guardian(answering=Answering("mother", name="李"), **args)
        operations.end_guardian(guardian_id=made.pk, **args)
        assert Guardian.objects.get().ended_on == TODAY


@pytest.mark.parametrize(
    ("answering", "sentence"),
    [(Answering("mother"), "Choose somebody"), (Answering(" ", name="李"), "how they are related")],
)
def test_a_guardian_without_name_or_relation_is_refused(person, acting_as, answering, sentence):
    with acting_as() as acts, pytest.raises(Refused, match=sentence):
        operations.name_guardian(person_id=person.pk, answering=answering, by=acts.user, at=NOON)


def test_a_guardian_of_elsewhere_cannot_be_named_by_their_key(person, acting_as):
    with factories.as_owner_of_rows():
        stranger = factories.Person(place=FAR_GRID)
    for key, error in [(stranger.pk, Http404), (person.pk, Refused)]:
        with acting_as() as acts, pytest.raises(error):
            operations.name_guardian(
                person_id=person.pk, answering=Answering("x", key), by=acts.user, at=NOON
            )


def test_a_consent_is_given_taken_back_and_given_again(person, acting_as):
    agreement = Agreement("difficulty_care", "2026-01", "signed on paper", True)
    with acting_as() as acts:
        args = {"person_id": person.pk, "by": acts.user, "at": NOON}
        made = operations.give_consent(agreement=agreement, **args)
        with pytest.raises(Refused, match="already"):
            operations.give_consent(agreement=agreement, **args)
        operations.withdraw_consent(consent_id=made.pk, **args)
        operations.give_consent(agreement=agreement, **args)
        assert Consent.objects.filter(withdrawn_at=None).count() == 1


@pytest.mark.parametrize("agreement", [Agreement("x", "1", "y"), Agreement("own_data", " ", "y")])
def test_a_consent_to_nothing_is_refused(person, acting_as, agreement):
    with acting_as() as acts, pytest.raises(Refused):
        operations.give_consent(person_id=person.pk, agreement=agreement, by=acts.user, at=NOON)


def fill(cells):
    """Put ``cells[community]`` people of each community of the street on one register."""
    people = [
        factories.Person.build(place=STREET + 1000 * (1 + index) + 1, household=None)
        for index, n in enumerate(cells)
        for _ in range(n)
    ]
    type(people[0]).objects.bulk_create(people) if people else None
    RegisterEntry.objects.bulk_create(
        factories.RegisterEntry.build(person=each, place=each.place) for each in people
    )


def told():
    with connection.cursor() as cursor:
        cursor.execute("SELECT area, n FROM people_register_counts()")
        return dict(cursor.fetchall())


@given(cells=st.lists(st.sampled_from([0, 1, 2, 5, 9, 10, 11, 15, 30]), min_size=1, max_size=7))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_count_under_ten_can_be_told_or_computed(db, acting_as, cells):
    with factories.as_owner_of_rows():
        RegisterEntry.objects.all().delete()
        fill(cells)
    with acting_as("street_command", STREET):
        found = told()
    total = found.pop(None, 0)
    there = {STREET + 1000 * (1 + index): n for index, n in enumerate(cells) if n}

    assert set(found) == set(there)
    untold = [n for area, n in there.items() if found[area] is None]
    assert all(n == there[area] for area, n in found.items() if n is not None)
    assert all(n >= 10 for n in found.values() if n is not None)
    assert all(n >= 10 for n in [total] if n)
    if untold and total:
        assert total == sum(cells)
        assert len(untold) >= 2
        assert sum(untold) >= 20


def test_command_sees_counts_of_streets_and_nobody(town, acting_as):
    with factories.as_owner_of_rows():
        fill([12, 30])
    with acting_as("district_command", DISTRICT):
        assert told() == {STREET: 42, None: 42}
        assert RegisterEntry.objects.count() == 0
        assert [row.cells[0].n for row in counts().rows] == [42, 42]


@pytest.mark.parametrize(
    ("role", "place"), [("street_command", 440103029000000), ("dispatcher", STREET)]
)
def test_counts_of_elsewhere_or_for_others_are_empty(town, acting_as, role, place):
    with factories.as_owner_of_rows():
        fill([12, 30])
    with acting_as(role, place):
        assert told() == {}


def test_whoever_left_is_not_counted(town, acting_as):
    with factories.as_owner_of_rows():
        fill([12])
        entry = RegisterEntry.objects.first()
        entry.person.left_at = NOON
        entry.person.save()
    with acting_as("street_command", STREET):
        assert told()[None] == 11
