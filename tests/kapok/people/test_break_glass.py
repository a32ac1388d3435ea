"""An emergency look: what it opens, for how long, and who hears of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import Http404
from tests import factories
from tests.factories import NOON
from tests.kapok.people.conftest import COMMUNITY, FAR_GRID, GRID

from kapok.access import secrets
from kapok.access.models import Alarm, BreakGlass, Look
from kapok.access.scope import acting, of_appointment
from kapok.errors import NotAllowed, Refused
from kapok.people import operations
from kapok.people.models import Contact, Dwelling, Household, Person
from kapok.people.operations import Facts
from kapok.people.queries.glass import n_unjudged, own_looks, told_of

FAR_COMMUNITY, FAR_STREET = 440103029001000, 440103029000000
PHONE, NUMBER = "+8613800138000", "11010519491231002X"
REASON = "The caller fell and does not answer."


@pytest.fixture
def far(town):
    """Two people of one household in another street; the number belongs to the first."""
    with factories.as_owner_of_rows():
        dwelling = factories.Dwelling(building=town.far, place=FAR_GRID, room="1203")
        household = factories.Household(dwelling=dwelling, place=FAR_GRID)
        index = secrets.blind_index(NUMBER, about="identity")
        first = factories.Person(household=household, place=FAR_GRID, identity_index=index)
        factories.Person(household=household, place=FAR_GRID)
        factories.Contact(person=first, number=PHONE)
        factories.Person(place=FAR_GRID)  # a neighbour, who stays hidden
    return first


@pytest.fixture
def lead(far):
    return factories.Appointment(role="community_lead", place=FAR_COMMUNITY).account


def look(acts, number=PHONE, reason=REASON, at=NOON):
    return operations.break_glass(number=number, reason=reason, by=acts.user, at=at)


@pytest.mark.parametrize("number", [PHONE, "138 0013 8000", NUMBER])
def test_it_opens_one_household_and_nothing_else(far, lead, acting_as, number):
    with acting_as("hotline_worker", COMMUNITY) as acts:
        assert Person.objects.count() == 0
        look(acts, number)
        assert Person.objects.count() == 2
        assert set(Person.objects.values_list("household", flat=True)) == {far.household_id}
        assert Household.objects.get().pk == far.household_id
        assert Dwelling.objects.filter(pk=far.household.dwelling_id).exists()
        assert Contact.objects.count() == 1


def test_it_ends_after_half_an_hour(far, lead, acting_as):
    with acting_as("hotline_worker", COMMUNITY) as acts:
        look(acts)
    for minutes, n in [(29, 2), (30, 0)]:
        at = NOON + timedelta(minutes=minutes)
        who = of_appointment(acts.appointment, at=at, purpose="household_care")
        with acting(who):
            assert Person.objects.count() == n


def test_it_is_for_looking_not_for_changing(far, lead, acting_as):
    with acting_as("community_lead", COMMUNITY) as acts:
        look(acts)
        with pytest.raises(NotAllowed):
            operations.correct_facts(person_id=far.pk, facts=Facts("改"), by=acts.user, at=NOON)


def test_it_opens_nothing_to_anybody_else(far, lead, acting_as):
    with acting_as("hotline_worker", COMMUNITY) as acts:
        look(acts)
    with acting_as("hotline_worker", COMMUNITY):
        assert Person.objects.count() == 0


def test_it_opens_nothing_to_another_hat_of_who_looks(far, lead, acting_as):
    with acting_as("hotline_worker", COMMUNITY) as acts:
        look(acts)
    other = factories.Appointment(role="grid_worker", place=GRID, account=acts.user)
    with acting(of_appointment(other, at=NOON, purpose="household_care")):
        assert Person.objects.count() == 0


def test_the_second_person_trace_and_alarm_hear_of_it_at_once(far, lead, acting_as):
    with acting_as("hotline_worker", COMMUNITY) as acts:
        glass = look(acts)
        assert glass.told == lead
        [entry] = Look.objects.filter(action="BREAK_GLASS")
        assert {glass.pk, far.pk} <= set(entry.subjects)
        assert entry.place == FAR_GRID
        look(acts)
        with factories.as_owner_of_rows():
            alarm = Alarm.objects.get(kind="BREAK_GLASS")
        assert (alarm.account, alarm.place, alarm.n) == (acts.user.pk, FAR_GRID, 2)
        assert n_unjudged(lead.pk) == 2
        assert [line.reason for line in told_of(lead.pk, at=NOON)] == [REASON] * 2
        assert len(own_looks(acts.user.pk, at=NOON)) == 2


def test_the_nearest_lead_is_told_else_the_data_protection_officer(far, acting_as):
    officer = factories.Appointment(role="data_protection_officer", place=FAR_STREET).account
    factories.Appointment(role="community_lead", place=COMMUNITY)  # of somewhere else
    factories.Appointment(
        role="community_lead", place=FAR_COMMUNITY, ends_at=datetime(2026, 2, 1, tzinfo=UTC)
    )
    with acting_as("hotline_worker", COMMUNITY) as acts:
        assert look(acts).told == officer


def test_where_nobody_can_be_told_nothing_is_opened(far, acting_as):
    with acting_as("hotline_worker", COMMUNITY) as acts:
        with pytest.raises(Refused, match="120 or 110"):
            look(acts)
        assert Person.objects.count() == 0
        assert not BreakGlass.objects.exists()


@pytest.mark.parametrize(
    ("number", "reason", "sentence"),
    [
        (PHONE, "  x ", "why it cannot wait"),
        ("8000", REASON, "whole identity number"),
        ("陈小明", REASON, "whole identity number"),
        ("13800138009", REASON, "Nobody is written down"),
    ],
)
def test_it_needs_a_reason_and_a_whole_number(far, lead, acting_as, number, reason, sentence):
    refused = pytest.raises(Refused, match=sentence)
    with acting_as("hotline_worker", COMMUNITY) as acts, refused:
        look(acts, number, reason)


def test_a_number_of_several_households_opens_none(far, lead, acting_as):
    with factories.as_owner_of_rows():
        factories.Contact(person=factories.Person(place=FAR_GRID), number=PHONE)
    with acting_as("hotline_worker", COMMUNITY) as acts, pytest.raises(Refused, match="Several"):
        look(acts)


def test_after_five_in_a_day_somebody_must_be_called(far, lead, acting_as):
    with acting_as("hotline_worker", COMMUNITY) as acts:
        for _ in range(5):
            look(acts)
        with pytest.raises(Refused, match="five files in a day"):
            look(acts)


def test_roles_without_the_right_are_refused(far, lead, acting_as):
    with acting_as("grid_worker", GRID) as acts, pytest.raises(NotAllowed):
        look(acts)


def test_the_function_answers_nobody_without_the_right(far, acting_as):
    index = secrets.blind_index(NUMBER, about="identity")
    for role, purpose in [("grid_worker", None), ("hotline_worker", "")]:
        with acting_as(role, GRID, purpose), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM people_behind_glass(%s, NULL)", [index])
            assert cursor.fetchall() == []


def test_it_is_judged_once_by_whoever_was_told(far, lead, acting_as):
    with acting_as("hotline_worker", COMMUNITY) as acts:
        glass = look(acts)
        args = {"glass_id": glass.pk, "at": NOON}
        with pytest.raises(Http404):
            operations.judge_look(was_right=True, judgement="", by=acts.user, **args)
        with pytest.raises(Refused, match="what was wrong"):
            operations.judge_look(was_right=False, judgement=" ", by=lead, **args)
        operations.judge_look(was_right=False, judgement="A friend's number.", by=lead, **args)
        with pytest.raises(Refused, match="judged already"):
            operations.judge_look(was_right=True, judgement="", by=lead, **args)
        assert n_unjudged(lead.pk) == 0
