"""What comes at the same moment is one set; nobody waits for long, and nothing is lost."""

import threading
import time

import pytest
from django.utils import timezone

from kapok.ids import uuid7
from kapok.packs import look_up
from kapok.portal.models import SelfReport
from kapok.portal.operations import screening
from kapok.portal.operations.line import Full, Line
from kapok.portal.queries.doorways import behind
from kapok.portal.taking import taking

PATIENCE_S = 60
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, n):
    answers = [None] * n

    def one(i):
        try:
            answers[i] = work(i)
        except Exception as error:
            answers[i] = error

    threads = [threading.Thread(target=one, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    return answers


def until(holds):
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def ended(line):
    """Let its thread end, so that it holds no connection to the database of the tests."""
    thread = line._thread
    with line._changed:
        line._changed.notify()
    return thread


def test_those_that_come_meanwhile_are_one_set(monkeypatch):
    monkeypatch.setattr("kapok.portal.operations.line.IDLE_S", 0.2)
    sets = []

    def store(entries):
        sets.append(len(entries))
        until(lambda: sum(sets) + len(line._waiting) == 20)  # the others come meanwhile
        return [entry * 2 for entry in entries]

    line = Line(store)
    answers = at_once(lambda entry: line.stored(entry, patience_s=PATIENCE_S), 20)
    assert answers == [2 * i for i in range(20)]
    assert len(sets) <= 2
    assert sum(sets) == 20
    ended(line).join(PATIENCE_S)


def test_what_cannot_be_stored_once_its_sender_has_left_is_written_down(monkeypatch, caplog):
    monkeypatch.setattr("kapok.portal.operations.line.IDLE_S", 0.2)

    has_left = threading.Event()

    def store(entries):
        has_left.wait(PATIENCE_S)
        raise ValueError

    line = Line(store)
    assert line.stored("report", patience_s=0.01) is None
    has_left.set()
    ended(line).join(PATIENCE_S)
    assert "could not be stored" in caplog.text


def test_what_breaks_a_set_breaks_no_other(monkeypatch):
    monkeypatch.setattr("kapok.portal.operations.line.IDLE_S", 0.2)

    def store(entries):
        time.sleep(0.1)
        if 7 in entries:
            raise ValueError
        return entries

    line = Line(store)
    answers = at_once(lambda entry: line.stored(entry, patience_s=PATIENCE_S), 12)
    assert [i for i, each in enumerate(answers) if isinstance(each, ValueError)] == [7]
    ended(line).join(PATIENCE_S)


def test_who_has_waited_long_enough_is_told_and_is_stored_all_the_same(monkeypatch):
    monkeypatch.setattr("kapok.portal.operations.line.IDLE_S", 0.2)
    done, has_left = [], threading.Event()

    def store(entries):
        has_left.wait(PATIENCE_S)
        done.extend(entries)
        return entries

    line = Line(store)
    assert line.stored(1, patience_s=0.05) is None
    has_left.set()
    ended(line).join(PATIENCE_S)
    assert done == [1]


def test_a_line_has_an_end(monkeypatch):
    monkeypatch.setattr("kapok.portal.operations.line.IDLE_S", 0.2)
    monkeypatch.setattr("kapok.portal.operations.line.LONGEST", 1)

    begun, may_end = threading.Event(), threading.Event()

    def store(entries):
        begun.set()
        may_end.wait(PATIENCE_S)
        return entries

    line = Line(store)
    line.stored(0, patience_s=0.05)
    assert begun.wait(PATIENCE_S)
    line.stored(1, patience_s=0.05)  # the first is being stored, this one fills the line
    with pytest.raises(Full):
        line.stored(2)
    may_end.set()
    ended(line).join(PATIENCE_S)


def test_a_hundred_households_at_once_are_all_stored(monkeypatch):
    monkeypatch.setattr("kapok.portal.operations.line.IDLE_S", 0.2)
    from tests.kapok.portal.conftest import make  # noqa: PLC0415

    town = make()
    here, at = behind(town.code), timezone.now()
    asked, ref = look_up.packs_at(here.place, at).screening()
    values = {"n_people": 2, "hard_to_breathe": False, "came_from": "no_one", "signs": ["fever"]}

    def tell(n):
        return screening.tell(
            screening.Told(
                key=uuid7(), here=here, phone=f"+861380013{n:04d}", home=f"{n}栋1", values=values,
                screening=asked, pack=ref.id, at=at,
            )
        )  # fmt: skip

    answers = at_once(tell, 100)
    assert all(each is None or each.is_called for each in answers), answers
    ended(screening.LINE).join(10)
    from kapok.access.scope import acting  # noqa: PLC0415

    with acting(taking(at=at)):
        assert SelfReport.objects.count() == 100
        assert SelfReport.objects.exclude(matter=None).values("matter").distinct().count() == 100
