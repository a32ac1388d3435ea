"""Reports of the same moment are one set, and each gets its own answer all the same."""

import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DataError, OperationalError, connection
from django.utils import timezone
from tests.kapok.doors.conftest import whole_town

from kapok.access import scope
from kapok.doors.entrances import Entrance
from kapok.doors.operations import reporting, together
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
    real = together.apply

    def counted(commands: Any, **more: Any) -> Any:
        if not found:
            for _turn in range(600):
                if sum(map(len, together._LINES.values())) == N - 1:
                    break
                threading.Event().wait(0.1)
        found.append(len(commands))
        texts = [command.data.get("text") for command in commands]
        if "broken" in texts:
            raise DataError("as if")
        if "crossed" in texts and found.count(len(commands)) == 1 and len(commands) > 1:
            raise OperationalError("as if they had met another set")
        return real(commands, **more)

    monkeypatch.setattr(together, "apply", counted)
    return found


def door(street: Any) -> Entrance:
    lo = street.here.place // 10**3 * 10**3
    return Entrance(uuid7(), Door.API, ((lo, lo + 10**3),))


def all_at_once(entrance: Entrance, said: list[dict[str, Any]]) -> list[Any]:
    answers: list[Any] = [None] * len(said)

    def send(n: int) -> None:
        try:
            answers[n] = reporting.report(
                entrance=entrance, key=str(n), said=said[n], at=timezone.now()
            )
        except Exception as error:
            answers[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(n,)) for n in range(len(said))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not together._LINES  # nobody is left standing
    return answers


def lamps(street: Any) -> list[dict[str, Any]]:
    building = str(street.here.pk)
    return [{"kind": "lamp", "building": building, "text": f"灯 {n}"} for n in range(N)]


def n_matters() -> int:
    with scope.acting(scope.of_intake(uuid7(), at=timezone.now())):
        return Matter.objects.count()


def test_those_that_come_meanwhile_are_one_set(street: Any, sets: list[int]):
    taken = all_at_once(door(street), lamps(street))
    assert sets == [1, N - 1]
    assert len({each.number for each in taken}) == n_matters() == N
    assert len({each.code for each in taken}) == N


def test_each_gets_its_own_answer(street: Any, sets: list[int]):
    said = lamps(street)
    said[3] = {"kind": "lamp", "building": str(street.far.pk), "text": "elsewhere"}
    said[5] = {"kind": "no such kind", "building": str(street.here.pk)}
    answers = all_at_once(door(street), said)
    wrong = {n: answer for n, answer in enumerate(answers) if isinstance(answer, Exception)}
    assert set(wrong) == {3, 5}
    assert set(wrong[3].faults) == {"place"}
    assert set(wrong[5].faults) == {"kind"}
    assert n_matters() == N - 2


def test_what_breaks_a_set_breaks_no_other_report(street: Any, sets: list[int]):
    said = lamps(street)
    said[7]["text"] = "broken"
    answers = all_at_once(door(street), said)
    assert [n for n, answer in enumerate(answers) if isinstance(answer, Exception)] == [7]
    assert isinstance(answers[7], DataError)
    assert n_matters() == N - 1


def test_a_set_that_met_another_one_is_tried_again(street: Any, sets: list[int]):
    said = lamps(street)
    for each in said:
        each["text"] = "crossed"
    answers = all_at_once(door(street), said)
    assert not any(isinstance(answer, Exception) for answer in answers)
    assert n_matters() == N


def test_second_reports_of_one_set_join_the_first(street: Any, sets: list[int]):
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
