"""Two rows of one person become one, and for thirty days two again."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.http import Http404
from tests import factories
from tests.factories import NOON
from tests.kapok.people.conftest import COMMUNITY, FAR_GRID, GRID, NEXT_GRID

from kapok.access import secrets
from kapok.errors import NotAllowed, Refused
from kapok.people import operations
from kapok.people.models import (
    Contact,
    Guardian,
    Household,
    Merge,
    Person,
    RegisterEntry,
    RightsRequest,
)

NUMBER = "11010519491231002X"


@pytest.fixture
def two(town):
    """One person twice: known by telephone in one grid, by papers and registers in the other."""
    with factories.as_owner_of_rows():
        kept = factories.Person(name="陈小明", place=GRID, needs=["WHEELCHAIR"])
        lost = factories.Person(
            name="陈晓明", place=NEXT_GRID, birth_date=date(1949, 12, 31), sex="F",
            identity_kind="MAINLAND", identity=secrets.encrypt(NUMBER, about="identity"),
            identity_index=secrets.blind_index(NUMBER, about="identity"),
            needs=["HARD_OF_HEARING"],
        )  # fmt: skip
        factories.Contact(person=kept, number="+8613800138000")
        factories.Contact(person=lost, number="+8613800138000")
        factories.Contact(person=lost, number="+8613800138001")
        factories.RegisterEntry(person=kept, place=GRID, kind="DISABLED")
        factories.RegisterEntry(person=lost, place=NEXT_GRID, kind="DISABLED")
        factories.RegisterEntry(person=lost, place=NEXT_GRID, kind="DIALYSIS", realm="HEALTH")
        Guardian.objects.create(
            place=NEXT_GRID, person=lost, name="x", relation="x", began_on=date(2026, 1, 1)
        )
        RightsRequest.objects.create(
            place=NEXT_GRID, person=lost, kind="COPY", asked_at=NOON, answer_by=NOON.date()
        )
    return kept, lost


def state():
    """Everything about everybody, as plain values."""
    with factories.as_owner_of_rows():
        return {
            model.__name__: sorted(map(repr, model.objects.values_list(*fields)))
            for model, fields in {
                Person: (
                    "id", "name", "birth_date", "sex", "needs", "left_at", "merged_into_id",
                    "household_id", "place",
                ),
                Contact: ("id", "person_id", "place"),
                RegisterEntry: ("id", "person_id", "place", "tier"),
                Guardian: ("id", "person_id", "place"),
                RightsRequest: ("id", "person_id", "place"),
                Household: ("id", "ended_at", "place"),
            }.items()
        }  # fmt: skip


def merge(two, acts, at=NOON):
    kept, lost = two
    return operations.merge_people(kept_id=kept.pk, lost_id=lost.pk, by=acts.user, at=at)


def test_the_one_that_is_kept_has_everything(two, acting_as):
    kept, lost = two
    with acting_as("assistance_officer", COMMUNITY) as acts:  # sees neither HEALTH nor requests
        merge(two, acts)

    with factories.as_owner_of_rows():
        kept.refresh_from_db()
        lost.refresh_from_db()
        assert (lost.left_at, lost.merged_into_id) == (NOON, kept.pk)
        assert (kept.birth_date, kept.sex) == (date(1949, 12, 31), "F")
        assert secrets.decrypt(kept.identity, about="identity") == NUMBER
        assert kept.needs == ["WHEELCHAIR", "HARD_OF_HEARING"]
        assert Contact.objects.filter(person=kept, place=GRID).count() == 2
        kinds = RegisterEntry.objects.filter(person=kept, place=GRID).values_list("kind", flat=True)
        assert sorted(kinds) == ["DIALYSIS", "DISABLED"]
        assert RightsRequest.objects.get().person_id == kept.pk
        assert Household.objects.get(pk=lost.household_id).ended_at == NOON


def test_undoing_gives_everything_back(two, acting_as):
    before = state()
    with acting_as("assistance_officer", COMMUNITY) as acts:
        made = merge(two, acts)
        operations.undo_merge(merge_id=made.pk, by=acts.user, at=NOON + timedelta(days=30))

    assert state() == before
    with factories.as_owner_of_rows():
        assert Merge.objects.get().before is None


def test_what_was_corrected_since_stays_corrected(two, acting_as):
    kept, _lost = two
    with acting_as("community_lead", COMMUNITY) as acts:
        made = merge(two, acts)
        Person.objects.filter(pk=kept.pk).update(needs=["LOW_VISION"])
        operations.undo_merge(merge_id=made.pk, by=acts.user, at=NOON)
        kept.refresh_from_db()
    assert kept.needs == ["LOW_VISION"]


def test_it_is_undone_once_and_within_thirty_days(two, acting_as):
    with acting_as("community_lead", COMMUNITY) as acts:
        made = merge(two, acts)
        args = {"merge_id": made.pk, "by": acts.user}
        with pytest.raises(Refused, match="thirty days"):
            operations.undo_merge(at=NOON + timedelta(days=30, seconds=1), **args)
        operations.undo_merge(at=NOON, **args)
        with pytest.raises(Refused, match="already"):
            operations.undo_merge(at=NOON, **args)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"identity_index": b"x", "identity_kind": "MAINLAND"}, "identity numbers differ"),
        ({"birth_date": date(1950, 1, 1)}, "birth dates differ"),
        ({"sex": "M"}, "man and one a woman"),
        ({"left_at": NOON}, "no longer here"),
    ],
)
def test_two_people_stay_two(two, acting_as, changes, sentence):
    with factories.as_owner_of_rows():
        Person.objects.filter(pk=two[0].pk).update(**changes)
    refused = pytest.raises(Refused, match=sentence)
    with acting_as("community_lead", COMMUNITY) as acts, refused:
        merge(two, acts)


def test_nobody_is_merged_with_themselves(two, acting_as):
    with acting_as("community_lead", COMMUNITY) as acts, pytest.raises(Refused):
        merge((two[0], two[0]), acts)


def test_one_outside_the_places_does_not_exist(two, acting_as):
    with acting_as("grid_worker", GRID) as acts, pytest.raises(Http404):
        merge(two, acts)
    with acting_as("hotline_worker", COMMUNITY) as acts, pytest.raises(NotAllowed):
        merge(two, acts)


@pytest.mark.parametrize("call", ["people_hand_on(%s, %s)", "people_hand_back(%s, %s, '{}')"])
def test_the_functions_move_nothing_of_strangers(two, acting_as, call):
    with factories.as_owner_of_rows():
        far = factories.Person(place=FAR_GRID)
    for one, other in [(two[0].pk, far.pk), (far.pk, two[0].pk)]:
        refused = pytest.raises(ProgrammingError, match="who acts may not")
        with (
            acting_as("community_lead", COMMUNITY),
            refused,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT {call}", [one, other])
