"""Two officers at the same moment, on PostgreSQL: the first three fail without their locks."""

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from tests.kapok.zones.conftest import COMMUNITY, Desk, whole_town

from kapok.access import scope
from kapok.errors import Refused
from kapok.zones.models import Zone, ZoneOrder
from kapok.zones.operations import carrying, retask, reviewing

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def at_once(*calls):
    """Run calls at the same moment; what each gave, or the class of its refusal."""
    answers, start = [None] * len(calls), threading.Barrier(len(calls))

    def run(index, call):
        try:
            start.wait(timeout=20)
            answers[index] = call() and "done"
        except Refused as refusal:
            answers[index] = type(refusal).__name__
        except Exception as error:  # shown by the assertion on the answers
            answers[index] = repr(error)
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
    return Counter(answers)


@pytest.fixture
def desk(transactional_db):
    return Desk(whole_town())


@pytest.fixture
def slowly(monkeypatch):
    """Stretch a step, so that whoever is not held up surely comes in between."""

    def stretch(where, name):
        step = getattr(where, name)

        def stretched(*args, **kwargs):
            found = step(*args, **kwargs)
            time.sleep(0.5)
            return found

        monkeypatch.setattr(where, name, stretched)

    return stretch


def test_an_order_is_confirmed_once(desk, slowly):
    slowly(carrying, "_enforced")
    order = desk.hand_over(desk.draft())
    third = desk.town.street
    answers = at_once(lambda: desk.confirm(order), lambda: desk.confirm(order, third))
    assert answers == {"done": 1, "Refused": 1}
    with desk.as_(desk.town.officer):
        assert Zone.objects.count() == 1
    assert len(desk.matters(kind="visit")) == 1


def test_a_zone_is_lifted_once(desk, slowly):
    zone = desk.enforce()
    slowly(carrying, "_times")
    answers = at_once(
        lambda: desk.lift(zone, later=HOUR),
        lambda: desk.lift(zone, desk.town.second, later=HOUR),
    )
    assert answers == {"done": 1, "Refused": 1}
    with desk.as_(desk.town.officer):
        assert ZoneOrder.objects.filter(what="LIFT").count() == 1


def test_of_two_zones_confirmed_at_once_matters_follow_the_strictest(desk, slowly, town_matter):
    slowly(retask, "_over")
    mild = desk.hand_over(desk.draft(kind="sealed", codes=(COMMUNITY,)))
    strict = desk.hand_over(desk.draft(kind="closed"))
    answers = at_once(lambda: desk.confirm(strict), lambda: desk.confirm(mild))
    assert answers == {"done": 2}
    assert desk.matter(town_matter).state == "ON_HOLD"
    live = [task for task in desk.tasks() if task.undone_at is None and not task.created]
    assert len(live) == 1


def test_two_workers_say_once_that_a_review_is_due(desk, slowly):
    zone = desk.enforce()
    slowly(reviewing, "_reviews")
    answers = at_once(*[lambda: desk.mind(25 * HOUR) or True] * 2)
    assert answers == {"done": 2}
    with desk.as_(desk.town.officer):
        assert zone.reviews.count() == 1


def test_a_worker_that_dies_in_between_leaves_what_was_due(desk, monkeypatch, town_matter):
    noon = desk.town.noon
    desk.enforce(starts_at=noon + HOUR, ends_at=noon + 48 * HOUR)
    whole = retask._move

    def dies(*args, **kwargs):
        whole(*args, **kwargs)
        raise RuntimeError("the worker was killed")

    monkeypatch.setattr(retask, "_move", dies)
    with pytest.raises(RuntimeError):
        desk.mind(HOUR)
    assert desk.matter(town_matter).state == "ASSIGNED"
    monkeypatch.setattr(retask, "_move", whole)
    assert desk.mind(2 * HOUR) == 2
    assert desk.matter(town_matter).state == "ON_HOLD"


@pytest.fixture
def town_matter(desk):
    from tests.kapok.matters.conftest import sender  # noqa: PLC0415

    here = str(desk.town.here.pk)
    answer = sender(desk.town)(desk.town.worker, "report", kind="lamp", building=here)
    assert scope.CURRENT.get() is None
    return answer.matter
