"""Two changes of one person's shifts at the same moment.

The first two were seen to fail without the lock of a person; rows and constraints hold the others.
"""

import threading
import time
import uuid

import pytest
from django.db import connection
from django.utils import translation
from tests import factories
from tests.factories import NOON
from tests.kapok.workforce import world

from kapok.errors import NotAllowed, Refused
from kapok.workforce import operations
from kapok.workforce.models import Shift, SwapOffer
from kapok.workforce.operations import rules, seats, shifts, swaps

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = uuid.UUID(int=5)


def at_once(*calls):
    """Run calls at the same moment; what each gave, or the class of its refusal."""
    answers, start = [None] * len(calls), threading.Barrier(len(calls))

    def run(index, call):
        try:
            start.wait(timeout=20)
            with translation.override("en"):  # which a thread does not hear from the one before
                answers[index] = call()
        except (Refused, NotAllowed) as refusal:
            answers[index] = str(refusal).partition(":")[0]
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
    """Whoever is not held up surely comes between the look at the rules and the change."""
    for where in (seats, swaps):
        step = where.refuse_broken

        def stretched(*args, step=step, **kwargs):
            step(*args, **kwargs)
            time.sleep(0.5)

        monkeypatch.setattr(where, "refuse_broken", stretched)


def take(seat, who):
    def done():
        with world.at_work(who):
            operations.take_shift(shift_id=seat.pk, by=who.account, at=NOON)
            return True

    return done


def approve(swap, lead):
    def done():
        with world.as_(lead):
            operations.approve_swap(offer_id=swap.pk, by=lead.account, at=NOON)
            return True

    return done


def agree(swap, who):
    def done():
        with world.at_work(who):
            operations.agree_swap(offer_id=swap.pk, by=who.account, at=NOON)
            return True

    return done


def offered(who, shift):
    with world.at_work(who):
        return operations.offer_swap(shift_id=shift.pk, by=who.account, at=NOON)


def held_by(who):
    with factories.as_owner_of_rows():
        return Shift.objects.filter(account=who.account, state="PLANNED").count()


def test_somebody_who_takes_two_seats_at_once_gets_one_where_both_leave_no_rest(
    lead, keeper, slowly
):
    seats = world.shift(start=24), world.shift(start=33)

    answers = at_once(*(take(seat, keeper) for seat in seats))

    assert sorted(map(str, answers)) == ["Rest", "True"]
    assert held_by(keeper) == 1


def test_a_swap_is_not_approved_while_the_other_takes_a_seat_beside_it(lead, keeper, slowly):
    li = world.keeper("李娜")
    swap = offered(keeper, world.shift(keeper, start=24))
    assert agree(swap, li)() is True

    answers = at_once(approve(swap, lead), take(world.shift(start=33), li))

    assert sorted(map(str, answers)) == ["Rest", "True"]
    assert held_by(li) == 1


def test_a_plan_in_force_and_a_seat_taken_leave_nobody_without_rest(lead, keeper, slowly):
    def make():
        with world.as_(lead):
            wanted = operations.WantedShift(keeper.account_id, "西门", *hours(start=24))
            operations.make_shifts(
                duties=[wanted], plan=None, place=world.RIVERSIDE, by=lead.account, at=NOON
            )
            return True

    answers = at_once(make, take(world.shift(start=28), keeper))

    assert True in answers
    assert held_by(keeper) == 1


def test_one_offer_is_agreed_by_one(lead, keeper, slowly):
    swap = offered(keeper, world.shift(keeper))

    answers = at_once(agree(swap, world.keeper("李娜")), agree(swap, world.keeper("张")))

    assert answers.count(True) == 1
    with factories.as_owner_of_rows():
        assert SwapOffer.objects.get().state == "AGREED"


def test_one_seat_is_taken_by_one(lead, keeper, slowly):
    seat = world.shift()

    answers = at_once(take(seat, keeper), take(seat, world.keeper("李娜")))

    assert answers.count(True) == 1


def hours(start):
    begins = NOON + start * world.HOUR
    return begins, begins + 8 * world.HOUR


def test_whoever_takes_a_seat_waits_for_a_plan_before_holding_the_seat(lead, keeper, monkeypatch):
    """Else the plan that holds everybody waits for the seat, and the seat for the plan."""
    seat = world.shift(plan=PLAN)
    real = rules.lock

    def late(accounts):
        time.sleep(1)
        real(accounts)

    for where in (seats, shifts):
        monkeypatch.setattr(where, "lock", late)

    def withdraw():
        with world.as_(lead):
            time.sleep(0.5)
            return operations.withdraw_shifts(plan=PLAN, reason="over", by=lead.account, at=NOON)

    answers = at_once(take(seat, keeper), withdraw)

    assert not [answer for answer in answers if isinstance(answer, Exception)]
