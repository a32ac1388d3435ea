"""Acting inside acting: whatever happens inside, what was in force before is in force again."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from tests import factories
from tests.factories import NOON

from kapok.access import scope
from kapok.access.scope import CURRENT, acting, of_appointment
from kapok.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    made = [factories.Appointment(role=role) for role in ("grid_worker", "gate_keeper")]
    return [of_appointment(each, at=NOON) for each in made]


def told():
    """As what PostgreSQL takes whoever acts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('kapok.role', true)")
        [role] = cursor.fetchone()
    return role or ""


def refuse():
    raise Refused("no")


def break_a_statement():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")


@pytest.mark.parametrize("error", [refuse, break_a_statement])
def test_after_an_error_inside_the_outer_one_is_in_force(two, error):
    outer, inner = two
    with acting(outer):
        with pytest.raises((Refused, DatabaseError)), acting(inner), acting(outer):
            error()
        assert (told(), scope.current()) == (outer.role, outer)
    assert (told(), CURRENT.get()) == ("", None)


def test_what_is_rolled_back_inside_leaves_the_outer_one_in_force(two):
    outer, inner = two
    with acting(outer):
        with acting(inner):
            transaction.set_rollback(True)
        assert told() == outer.role
        with acting(inner):
            with pytest.raises(Refused), transaction.atomic():
                refuse()
            assert told() == inner.role
        with acting(inner), pytest.raises(Refused), transaction.atomic(savepoint=False):
            refuse()
        assert told() == outer.role


def test_a_savepoint_that_is_rolled_back_around_it_leaves_nobody(two):
    with pytest.raises(Refused), transaction.atomic(), acting(two[0]):
        refuse()
    assert told() == ""
    with transaction.atomic():
        with acting(two[0]):
            pass
        assert told() == ""


def test_another_thread_acts_as_nobody(two):
    found = []
    with acting(two[0]):
        thread = threading.Thread(target=lambda: found.append(CURRENT.get()))
        thread.start()
        thread.join()
    assert found == [None]
