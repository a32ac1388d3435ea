"""Two leads at the same moment. Each test was seen to fail without its lock or constraint."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests import factories
from tests.factories import NOON

from kapok.access import operations
from kapok.access.models import Appointment
from kapok.access.operations import appointments
from kapok.access.scope import acting, of_appointment
from kapok.codes import Level
from kapok.errors import Refused

pytestmark = pytest.mark.django_db(transaction=True)
STREET, GRID = 440103022000000, 440103022001001
AREAS = [(GRID, Level.GRID, "网格一")]
FRIDAY = NOON + timedelta(days=4)


def at_once(*calls):
    """Run calls at the same moment; what each gave, or the class of its refusal."""
    answers, start = [None] * len(calls), threading.Barrier(len(calls))

    def run(index, call):
        try:
            start.wait(timeout=20)
            answers[index] = call()
        except Refused as refusal:
            answers[index] = type(refusal)
        except Exception as error:  # shown by the assertion on the answers
            answers[index] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=[index, call], daemon=True)
        for index, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.fixture
def slowly(monkeypatch):
    """Stretch a step, so that whoever is not held up surely comes in between."""

    def stretch(name):
        step = getattr(appointments, name)

        def slow(*args, **kwargs):
            time.sleep(0.3)
            return step(*args, **kwargs)

        monkeypatch.setattr(appointments, name, slow)

    return stretch


def leads():
    return [factories.Appointment(role="street_command", place=STREET) for _ in range(2)]


def appoint(lead, account, role="grid_worker"):
    def call():
        with acting(of_appointment(lead, at=NOON)):
            made = operations.appoint(
                account_id=account.pk,
                role=role,
                areas=AREAS,
                starts_at=NOON,
                by=lead.account,
                at=NOON,
            )
        return bool(made)

    return call


def stored(**wanted):
    with factories.as_owner_of_rows():
        return list(Appointment.objects.filter(**wanted))


def test_two_leads_appoint_the_same_person_to_the_same_grid(slowly):
    slowly("_write")
    account = factories.User()

    answers = at_once(*(appoint(lead, account) for lead in leads()))

    assert sorted(answers, key=str) == sorted([True, Refused], key=str)
    assert len(stored(role="grid_worker")) == 1


def test_the_database_has_the_last_word_where_nobody_asked():
    account = factories.User()
    factories.Appointment(account=account, place=GRID)

    with (
        pytest.raises(IntegrityError, match="appointment_is_held_once_at_a_time"),
        transaction.atomic(),
    ):
        factories.Appointment(account=account, place=GRID)


def test_sets_in_opposite_orders_do_not_lock_each_other(slowly):
    slowly("_write")
    people = [factories.User() for _ in range(4)]

    def both(lead, order):
        asked = [operations.Asked(p.pk, "grid_worker", tuple(AREAS), NOON) for p in order]

        def call():
            with acting(of_appointment(lead, at=NOON)):
                return bool(operations.appoint_many(asked=asked, by=lead.account, at=NOON))

        return call

    one, other = leads()
    answers = at_once(both(one, people), both(other, people[::-1]))

    assert sorted(answers, key=str) == sorted([True, Refused], key=str)


def test_a_hand_over_and_an_end_of_the_same_appointment(slowly):
    slowly("_refuse_ended")
    given = factories.Appointment(place=GRID)
    one, other, successor = *leads(), factories.User()

    def hand_over():
        with acting(of_appointment(one, at=NOON)):
            return bool(
                operations.hand_over(
                    appointment_ids=[given.pk],
                    to=successor.pk,
                    moment=FRIDAY,
                    by=one.account,
                    at=NOON,
                )
            )

    def end():
        with acting(of_appointment(other, at=NOON)):
            return bool(
                operations.end_appointments(
                    appointment_ids=[given.pk], ends_at=FRIDAY, by=other.account, at=NOON
                )
            )

    answers = at_once(hand_over, end)

    assert sorted(answers, key=str) == sorted([True, Refused], key=str)
    [row] = stored(pk=given.pk)
    assert row.ends_at == FRIDAY
    assert len(stored(account=successor)) == (1 if answers[0] is True else 0)


def test_two_hand_overs_of_the_same_appointment_give_one_successor(slowly):
    slowly("_refuse_ended")
    given = factories.Appointment(place=GRID)
    one, other = leads()

    def hand_over(lead):
        successor = factories.User()

        def call():
            with acting(of_appointment(lead, at=NOON)):
                return bool(
                    operations.hand_over(
                        appointment_ids=[given.pk],
                        to=successor.pk,
                        moment=FRIDAY,
                        by=lead.account,
                        at=NOON,
                    )
                )

        return call

    answers = at_once(hand_over(one), hand_over(other))

    assert sorted(answers, key=str) == sorted([True, Refused], key=str)
    assert len(stored(role="grid_worker", starts_at=FRIDAY)) == 1
