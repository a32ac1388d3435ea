"""Laws of scope: what `can` says, what the database shows and what it takes are one thing."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import factories
from tests.factories import NOON

from kapok.access.fields import holds, spans
from kapok.access.models import Appointment, Share
from kapok.access.purposes import of_role
from kapok.access.roles import ROLES, Permission, Realm
from kapok.access.scope import acting, of_appointment
from kapok.codes import Level
from kapok.ids import uuid7
from kapok.people.models import Person, RegisterEntry

pytestmark = pytest.mark.django_db
GRIDS = [440103022001001, 440103022001002, 440103022002001, 440103023001001, 440305001001001]
AREAS = [
    (440000000000000, Level.PROVINCE),
    (440100000000000, Level.CITY),
    (440103000000000, Level.DISTRICT),
    (440103022000000, Level.STREET),
    (440103022001000, Level.COMMUNITY),
    (440305001001000, Level.COMMUNITY),
    *((grid, Level.GRID) for grid in GRIDS),
]
LAWS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

appointments = st.builds(
    lambda role, areas: Appointment(
        role=role, account=factories.User(), ranges=spans(areas), starts_at=NOON, given_at=NOON
    ),
    st.sampled_from(sorted(ROLES)),
    st.lists(st.sampled_from(AREAS), min_size=1, max_size=4, unique=True),
)


@pytest.fixture
def people():
    """One person, on one register, in each of five grids."""
    with factories.as_owner_of_rows():
        made = [factories.Person(place=place) for place in GRIDS]
        for person in made:
            factories.RegisterEntry(person=person, place=person.place)
    return {person.pk: person.place for person in made}


def who(appointment, purpose=None):
    purposes = list(of_role(appointment.role))
    chosen = purpose if purpose is not None else (purposes[0] if purposes else "")
    return of_appointment(appointment, at=NOON, purpose=chosen)


@LAWS
@given(appointments)
def test_the_database_shows_what_can_allows(people, appointment):
    with acting(who(appointment)) as acted:
        seen = set(Person.objects.values_list("pk", flat=True))
        allowed = {
            key
            for key, place in people.items()
            if acted.purpose and acted.can(Permission.PERSON_VIEW, place)
        }
    assert seen == allowed


@LAWS
@given(appointments)
def test_care_is_shown_to_the_care_realm_alone(people, appointment):
    role = ROLES[appointment.role]
    with acting(who(appointment)):
        seen = set(RegisterEntry.objects.values_list("place", flat=True))

    expected = {place for place in people.values() if holds(appointment.ranges, place)}
    if Permission.REGISTER_VIEW not in role.grants or Realm.CARE not in role.realms:
        expected = set()
    if not of_role(appointment.role):
        expected = set()
    assert seen == expected
    if appointment.role in {"police_member", "gate_keeper"} or "command" in appointment.role:
        assert seen == set()


@LAWS
@given(appointments, st.sampled_from(GRIDS))
def test_the_database_takes_what_can_allows(people, appointment, place):
    with acting(who(appointment)) as acted:
        may = bool(acted.purpose) and (
            acted.can(Permission.PERSON_EDIT, place) or acted.can(Permission.LIST_TAKE, place)
        )
        try:
            with transaction.atomic():
                Person.objects.create(place=place, name="新来的人")
            took = True
        except ProgrammingError:
            took = False
        if took:
            transaction.set_rollback(True)
    assert took == may


@LAWS
@given(appointments)
def test_nobody_sees_anything_without_a_purpose(people, appointment):
    with acting(who(appointment, purpose="")):
        assert not Person.objects.exists()
        assert not RegisterEntry.objects.exists()


@LAWS
@given(appointments, st.integers(-3, 3), st.booleans())
def test_what_was_handed_over_is_seen_until_its_end_and_no_longer(people, appointment, day, mine):
    key = next(iter(people))
    appointment.unit = uuid7()
    share = Share.objects.create(
        subject=key,
        unit=appointment.unit if mine else uuid7(),
        reason="lent",
        given_by=appointment.account,
        starts_at=NOON + timedelta(days=day - 1),
        ends_at=NOON + timedelta(days=day + 1),
    )
    with acting(who(appointment)) as acted:
        seen = Person.objects.filter(pk=key).exists()
        inside = acted.can(Permission.PERSON_VIEW, people[key])
    now = share.starts_at <= NOON < share.ends_at
    handed = mine and now and Permission.PERSON_VIEW in acted.permissions
    assert seen == bool(acted.purpose and (inside or handed))


@given(st.lists(st.sampled_from(AREAS), max_size=6), st.sampled_from(GRIDS))
def test_spans_hold_what_one_of_their_areas_holds(areas, place):
    assert holds(spans(areas), place) == any(holds(spans([area]), place) for area in areas)


@given(st.lists(st.sampled_from(AREAS), max_size=6))
def test_spans_are_sorted_and_apart(areas):
    ranges = spans(areas)
    assert all(a[1] < b[0] for a, b in pairwise(ranges))
