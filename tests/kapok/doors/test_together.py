"""Reports of the same moment are one set, and each gets its own answer all the same."""

import threading
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection
from django.utils import timezone, translation
from tests.kapok.doors.conftest import whole_town

from kapok.access import scope
from kapok.doors.entrances import Entrance
from kapok.doors.operations import reporting, together
from kapok.doors.operations.together import Busy, Together
from kapok.ids import uuid7
from kapok.matters.models import Matter
from kapok.matters.workflow import Door
from kapok.packs import look_up

pytestmark = pytest.mark.django_db(transaction=True)
N = 12


@pytest.fixture
def street(transactional_db: None) -> Any:
    """The town of the other tests, committed."""
    return whole_town()


@pytest.fixture
def sets(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many commands each set had that was tried; the first one waits for all the others."""
    found: list[int] = []
    real = reporting.apply

    def counted(commands: Any, **more: Any) -> Any:
        if not found:
            for _turn in range(600):
                if reporting.SETS.n_waiting() == N - 1:
                    break
                threading.Event().wait(0.1)
        found.append(len(commands))
        texts = [command.data.get("text") for command in commands]
        if "broken" in texts:
            raise DataError("as if")
        if "crossed" in texts and found.count(len(commands)) == 1 and len(commands) > 1:
            raise OperationalError("as if they had met another set")
        return real(commands, **more)

    monkeypatch.setattr(reporting, "apply", counted)
    return found


def door(street: Any) -> Entrance:
    lo = street.here.place // 10**3 * 10**3
    return Entrance(uuid7(), Door.API, ((lo, lo + 10**3),))


def at_once(work: Any, n: int) -> list[Any]:
    answers: list[Any] = [None] * n

    def one(i: int) -> None:
        try:
            answers[i] = work(i)
        except Exception as error:
            answers[i] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def all_at_once(entrance: Entrance, said: list[dict[str, Any]]) -> list[Any]:
    def send(n: int) -> Any:
        return reporting.report(entrance=entrance, key=str(n), said=said[n], at=timezone.now())

    answers = at_once(send, len(said))
    assert not reporting.SETS.n_waiting()  # nobody is left standing
    return answers


def lamps(street: Any) -> list[dict[str, Any]]:
    building = str(street.here.pk)
    return [{"kind": "lamp", "building": building, "text": f"灯 {n}"} for n in range(N)]


def n_matters() -> int:
    with scope.acting(scope.of_intake(uuid7(), at=timezone.now())):
        return Matter.objects.count()


class TestReports:
    def test_those_that_come_meanwhile_are_one_set(self, street: Any, sets: list[int]):
        taken = all_at_once(door(street), lamps(street))
        assert sets == [1, N - 1]
        assert len({each.number for each in taken}) == n_matters() == N
        assert len({each.code for each in taken}) == N

    def test_each_gets_its_own_answer(self, street: Any, sets: list[int]):
        said = lamps(street)
        said[3] = {"kind": "lamp", "building": str(street.far.pk), "text": "elsewhere"}
        said[5] = {"kind": "no such kind", "building": str(street.here.pk)}
        answers = all_at_once(door(street), said)
        wrong = {n: answer for n, answer in enumerate(answers) if isinstance(answer, Exception)}
        assert set(wrong) == {3, 5}
        assert set(wrong[3].faults) == {"place"}
        assert set(wrong[5].faults) == {"kind"}
        assert n_matters() == N - 2

    def test_what_breaks_a_set_breaks_no_other_report(self, street: Any, sets: list[int]):
        said = lamps(street)
        said[7]["text"] = "broken"
        answers = all_at_once(door(street), said)
        assert [n for n, answer in enumerate(answers) if isinstance(answer, Exception)] == [7]
        assert isinstance(answers[7], DataError)
        assert n_matters() == N - 1

    def test_a_set_that_met_another_one_is_tried_again(self, street: Any, sets: list[int]):
        said = lamps(street)
        for each in said:
            each["text"] = "crossed"
        answers = all_at_once(door(street), said)
        assert not any(isinstance(answer, Exception) for answer in answers)
        assert n_matters() == N

    def test_second_reports_of_one_set_join_the_first(self, street: Any, sets: list[int]):
        look_up.forget()
        everywhere = Entrance(uuid7(), Door.API)
        place = {"kind": "breakout", "building": str(street.next_to.pk), "why": "defiant"}
        answers = all_at_once(everywhere, [place | {"text": "有人翻墙出去了"} for _ in range(N)])
        assert not [each for each in answers if isinstance(each, Exception)], answers
        with scope.acting(scope.of_intake(uuid7(), at=timezone.now() + timedelta(minutes=1))):
            rows = [SimpleNamespace(**row) for row in Matter.objects.values("id", "duplicate_of")]
        firsts = {row.id for row in rows if row.duplicate_of is None}
        assert len(rows) == N
        assert len(firsts) == 1
        assert {row.duplicate_of for row in rows} == {None, *firsts}

    def test_one_that_waits_too_long_is_not_stored_and_can_be_sent_again(
        self, street: Any, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(together, "PATIENCE_S", 0.1)
        entrance, said, real = door(street), lamps(street)[0], reporting.apply

        def slow(commands: Any, **more: Any) -> Any:
            time.sleep(0.5)
            return real(commands, **more)

        monkeypatch.setattr(reporting, "apply", slow)

        def send(n: int) -> Any:
            time.sleep(0.1 * n)
            with translation.override("en"):
                return reporting.report(entrance=entrance, key=str(n), said=said, at=timezone.now())

        first, second = at_once(send, 2)
        assert first.number
        assert isinstance(second, reporting.NotNow)
        assert "then send it again" in str(second)
        assert n_matters() == 1
        again = reporting.report(entrance=entrance, key="1", said=said, at=timezone.now())
        assert again.number != first.number
        assert n_matters() == 2


class TestLines:
    """The lines themselves, whatever is stored."""

    def test_everybody_gets_the_answer_to_what_they_sent(self):
        sets: list[int] = []

        def store(line: None, entries: Any) -> Any:
            sets.append(len(entries))
            time.sleep(0.2)
            return [entry * 2 for entry in entries]

        lines: Together[None, int, int] = Together(store, gather_s=0.01)
        assert at_once(lambda i: lines.stored(None, i), 20) == [2 * i for i in range(20)]
        assert len(sets) < 6
        assert sum(sets) == 20

    def test_whoever_is_told_to_send_again_was_not_stored(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(together, "PATIENCE_S", 0.1)
        stored: list[int] = []

        def store(line: None, entries: Any) -> Any:
            time.sleep(0.4)
            stored.extend(entries)
            return entries

        lines: Together[None, int, int] = Together(store)
        answers = at_once(lambda i: lines.stored(None, i), 8)
        told_so = {i for i, answer in enumerate(answers) if isinstance(answer, Busy)}
        assert told_so
        assert told_so.isdisjoint(stored)
        assert told_so | set(stored) == set(range(8))
        assert not lines.n_waiting()

    def test_a_set_that_has_begun_is_waited_for(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(together, "PATIENCE_S", 0.3)
        began = threading.Event()

        def store(line: None, entries: Any) -> Any:
            if 0 not in entries:
                began.set()
                time.sleep(0.6)
            else:
                time.sleep(0.2)
            return entries

        lines: Together[None, int, int] = Together(store)

        def send(i: int) -> int:
            time.sleep(0.05 * i)
            return lines.stored(None, i)

        assert at_once(send, 3) == [0, 1, 2]
        assert began.is_set()

    def test_the_same_key_from_another_process_is_tried_again(self):
        tries: list[int] = []

        def store(line: None, entries: Any) -> Any:
            tries.append(len(entries))
            if len(tries) == 1:
                raise IntegrityError("as if another process had stored it")
            return entries

        assert Together(store).stored(None, 1) == 1
        assert tries == [1, 1]

    def test_lines_do_not_wait_for_one_another(self):
        def store(line: str, entries: Any) -> Any:
            time.sleep(0.5 if line == "slow" else 0)
            return entries

        lines: Together[str, int, int] = Together(store)
        slow = threading.Thread(target=lines.stored, args=("slow", 1))
        slow.start()
        began = time.monotonic()
        lines.stored("quick", 2)
        assert time.monotonic() - began < 0.4
        slow.join()
