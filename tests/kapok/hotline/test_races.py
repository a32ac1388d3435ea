"""Two things about somebody's calls at the same moment: both are done, and neither is an error."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from tests.kapok.hotline.calls import acting_as, sit, stored, tell
from tests.kapok.hotline.conftest import make

from kapok.hotline.models import Seat
from kapok.hotline.operations import closing, seats, settling

pytestmark = pytest.mark.django_db(transaction=True)
PAUSE_S = 0.4


def at_once(*doings):
    """Do some things at the same moment; what went wrong."""
    start, wrong = threading.Barrier(len(doings)), []

    def do(doing):
        start.wait()
        try:
            doing()
        except Exception as error:
            wrong.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(each,)) for each in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return wrong


@pytest.fixture
def slow(monkeypatch):
    """Every change of a seat and of a call takes a while, so that they meet."""

    def later(function):
        def slowly(*args, **kwargs):
            time.sleep(PAUSE_S)
            return function(*args, **kwargs)

        return slowly

    monkeypatch.setattr(seats, "follow", later(seats.follow))
    monkeypatch.setattr(settling, "_one_at_a_time", later(settling._one_at_a_time))


@pytest.mark.parametrize("by_hand", [True, False])
def test_the_next_call_is_picked_up_while_the_first_one_ends(slow, by_hand):
    """The telephone system tells both at the same moment, or somebody presses Hang up."""
    town = make()
    sit(town, town.operator, town.line, "201")
    first = tell(town, "answered", "c1", agent="201").id
    tell(town, "ringing", "c2", seconds=5)

    def end():
        if not by_hand:
            tell(town, "ended", "c1", seconds=9)
            return
        with acting_as(town.operator, town.at):
            closing.hang_up(
                call_id=first, by=town.operator.account, at=town.at + timedelta(seconds=9)
            )

    assert at_once(end, lambda: tell(town, "answered", "c2", seconds=10, agent="201")) == []
    assert stored(first).state == "WRAP_UP"
    with acting_as(town.operator, town.at):
        assert Seat.objects.get(account=town.operator.account).state == "TALKING"


def test_who_presses_twice_sits_once():
    town = make()
    wrong = at_once(*[lambda: sit(town, town.operator, town.line, "201")] * 2)
    assert all("Refused" in each for each in wrong)
    with acting_as(town.operator, town.at):
        assert Seat.objects.filter(account=town.operator.account, left_at=None).count() == 1


def test_an_extension_is_taken_by_the_first_of_two():
    town = make()
    wrong = at_once(
        lambda: sit(town, town.operator, town.line, "201"),
        lambda: sit(town, town.second, town.line, "201"),
    )
    assert all("Refused" in each for each in wrong)
    assert len(wrong) == 1
