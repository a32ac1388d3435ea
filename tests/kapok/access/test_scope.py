"""Acting: what is seen with it, without it, and after it."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from tests import factories
from tests.factories import NOON

from kapok.access.models import Look
from kapok.access.scope import acting, acting_by_id, current, in_force, of_appointment, of_box
from kapok.errors import NotAllowed
from kapok.people.models import Person

pytestmark = pytest.mark.django_db
GRID, NEXT_GRID = 440103022001001, 440103022001002


def seen(appointment, purpose="household_care"):
    with acting(of_appointment(appointment, at=NOON, purpose=purpose)):
        return set(Person.objects.values_list("place", flat=True))


@pytest.fixture
def people():
    with factories.as_owner_of_rows():
        for place in (GRID, NEXT_GRID):
            factories.Person(place=place)


def test_tests_run_as_the_plain_role_of_the_application():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls, current_user = tableowner "
            "FROM pg_roles, pg_tables WHERE rolname = current_user AND tablename = 'people_person'"
        )
        assert cursor.fetchone() == (False, False)


def test_without_acting_there_are_no_people(people):
    assert Person.objects.count() == 0


def test_a_worker_sees_the_people_of_her_grid_alone(people):
    assert seen(factories.Appointment(role="grid_worker", place=GRID)) == {GRID}


def test_without_a_purpose_nobody_is_seen(people):
    assert seen(factories.Appointment(role="grid_worker", place=GRID), purpose="") == set()


def test_a_gate_keeper_sees_nobody_even_inside_the_gate(people):
    assert seen(factories.Appointment(role="gate_keeper", place=GRID), purpose="") == set()


def test_a_purpose_that_the_role_has_not_is_refused():
    keeper = factories.Appointment(role="gate_keeper", place=GRID)

    with pytest.raises(NotAllowed, match="may not look for this purpose"):
        of_appointment(keeper, at=NOON, purpose="household_care")


def test_what_was_before_is_in_force_again_afterwards(people):
    worker = factories.Appointment(role="grid_worker", place=GRID)
    with acting(of_box(at=NOON)) as outer:
        assert seen(worker) == {GRID}
        assert current() is outer
        assert Person.objects.count() == 0  # the box has no purpose


def test_a_writer_elsewhere_is_refused_by_the_database(people):
    worker = factories.Appointment(role="grid_worker", place=GRID)
    refused = pytest.raises(ProgrammingError, match="row-level security")
    who = of_appointment(worker, at=NOON, purpose="household_care")
    with acting(who), refused, transaction.atomic():
        Person.objects.create(place=NEXT_GRID, name="陈小明")


def test_an_appointment_that_has_ended_is_checked_anew():
    ended = factories.Appointment(
        role="grid_worker", place=GRID, starts_at=NOON, ends_at=NOON + timedelta(days=1)
    )

    with acting_by_id(ended.pk, at=NOON) as who:
        assert who.role == "grid_worker"
    with pytest.raises(NotAllowed, match="not in force"):
        in_force(ended.pk, at=NOON + timedelta(days=1))


def test_somebody_elses_appointment_cannot_be_used():
    theirs = factories.Appointment(role="grid_worker", place=GRID)

    with pytest.raises(NotAllowed, match="not in force"):
        in_force(theirs.pk, at=NOON, account=factories.User().pk)


def test_the_trace_can_be_added_to_but_never_changed():
    with acting(of_box(at=NOON)):
        entry = Look.objects.create(at=NOON, role="box", action="OPEN", n_subjects=0, subjects=[])
        for change in ("UPDATE access_look SET role = 'x'", "DELETE FROM access_look"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(change)
    assert entry.pk
