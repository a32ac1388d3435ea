"""Two at once: one wins, the other hears why, and nothing is done twice.

Those that name a line were seen to fail without it: with the steps between reading and writing
stretched as here, both sides believed that they were alone, and the rules of the database, which
then held, gave one of them no sentence but that it could not be stored.
"""

import threading
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests import factories
from tests.kapok.matters.conftest import build
from tests.kapok.phone.handset import Handset

from kapok.access import scope
from kapok.ids import uuid7
from kapok.matters.models import Matter, MatterEvent, Tasking, UnitState
from kapok.matters.operations import storing
from kapok.packs import look_up
from kapok.packs.models import Pack

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def street(transactional_db: None) -> Any:
    """The town of the other tests, committed."""
    return SimpleNamespace(**build(factories))


@pytest.fixture
def _slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretch what lies between the decision and its writing: the others come in between."""
    store = storing.store

    def stretched(*args: Any) -> None:
        time.sleep(0.4)
        store(*args)

    monkeypatch.setattr(storing, "store", stretched)


def at_once(*calls: Any) -> list[Any]:
    """Run several at the same time, each on a connection of its own; what each answered."""
    begin = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(n: int, call: Any) -> None:
        try:
            begin.wait(30)
            answers[n] = call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def everything() -> Any:
    return scope.acting(scope.of_intake(uuid7(), at=timezone.now()))


def carried(appointment: Any) -> Handset:
    return Handset(appointment, timezone.now())


def lamp(phone: Handset, street: Any, **more: Any) -> dict[str, Any]:
    return phone.command("report", kind="lamp", building=str(street.here.pk), **more)


def reported(phone: Handset, street: Any) -> str:
    found = lamp(phone, street)
    [answer] = phone.answers(found)
    assert answer["status"] == "TAKEN", answer
    return str(found["matter"])


@pytest.mark.usefixtures("_slowly")
def test_two_dispatchers_send_one_unit_at_once_and_one_hears_that_it_is_taken(street: Any):
    """Line: ``select_for_update`` in ``holding.Units._hold``."""
    one, two = carried(street.dispatcher), carried(street.second_dispatcher)
    worker = carried(street.worker)
    unit = str(street.patrols[0].pk)
    matters = [reported(worker, street), reported(worker, street)]
    with factories.as_owner_of_rows():  # else the first row of its state is what they wait for
        UnitState.objects.create(
            unit=street.patrols[0], place=street.patrols[0].place, since=street.noon
        )
    said = [
        phone.command("assign", matter, to={"unit": unit}, reason="nearest")
        for phone, matter in zip((one, two), matters, strict=True)
    ]
    [first], [second] = at_once(lambda: one.answers(said[0]), lambda: two.answers(said[1]))
    assert sorted([first["status"], second["status"]]) == ["REFUSED", "TAKEN"]
    refused = first if first["status"] == "REFUSED" else second
    assert "is with another matter" in refused["sentence"]
    with everything():
        assert Tasking.objects.filter(unit=unit, ended_at=None).count() == 1
        assert UnitState.objects.get(unit=unit).status == "BUSY"


@pytest.mark.usefixtures("_slowly")
def test_one_batch_from_four_connections_at_once_is_done_once(street: Any):
    """Line: the ``INSERT`` of ``answers.known``, where the others wait for the first one."""
    phone = carried(street.worker)
    found = lamp(phone, street)
    notes = [phone.command("note", found["matter"], text=str(n)) for n in range(5)]
    sealed = [phone.seal(each) for each in (found, *notes)]
    answers = at_once(*[lambda: phone.answers(*sealed, signed_in=False)] * 4)
    assert all(each == answers[0] for each in answers)
    assert {answer["status"] for answer in answers[0]} == {"TAKEN"}
    with everything():
        events = MatterEvent.objects.filter(matter=found["matter"], device__isnull=False)
        assert events.count() == 6


@pytest.mark.usefixtures("_slowly")
def test_closed_and_escalated_at_once_ends_in_one_of_the_two_orders(street: Any):
    """Line: ``loading.HOLD``."""
    worker, desk = carried(street.worker), carried(street.dispatcher)
    matter = reported(worker, street)
    close = worker.command("settle", matter, outcome="settled")
    escalate = desk.command("escalate", matter, reason="too long")
    [closed], [passed] = at_once(lambda: worker.answers(close), lambda: desk.answers(escalate))
    assert "TAKEN" in {closed["status"], passed["status"]}
    assert not [each for each in (closed, passed) if "could not be stored" in each["sentence"]]
    with everything():
        row = Matter.objects.get(pk=matter)
        events = MatterEvent.objects.filter(matter=matter).order_by("version")
        trace = [(event.version, event.move) for event in events]
    assert [version for version, _move in trace] == list(range(1, len(trace) + 1))
    assert row.version == len(trace)
    moves = [move for _version, move in trace]
    assert ("settle" in moves) == (closed["status"] == "TAKEN") == (row.state == "CLOSED")
    assert ("escalate" in moves) == (passed["status"] == "TAKEN")
    if "settle" in moves and "escalate" in moves:  # what is closed is not passed up any more
        assert moves.index("escalate") < moves.index("settle")


def test_two_who_cross_each_other_s_matters_do_not_stop_each_other(street: Any):
    """Sets hold their matters in one order; what crossed another all the same is tried again."""
    one, two = carried(street.worker), carried(street.dispatcher)
    matters = [reported(one, street) for _ in range(4)]
    notes = [
        [phone.command("note", matter, text="x") for matter in order]
        for phone, order in ((one, matters), (two, matters[::-1]))
    ]
    answers = at_once(lambda: one.answers(*notes[0]), lambda: two.answers(*notes[1]))
    assert {answer["status"] for each in answers for answer in each} == {"TAKEN"}


def test_a_pack_that_changes_in_the_middle_of_a_form_keeps_the_old_matter_s_rules(street: Any):
    """No lock: a matter keeps the version that it began under (``Facts.pack``)."""
    phone = carried(street.worker)
    old = reported(phone, street)
    now = timezone.now()
    body = dict(street.pack.body)
    body["kinds"] = [
        {**kind, "outcomes": [{**kind["outcomes"][0], "code": "mended"}]} for kind in body["kinds"]
    ]
    with factories.as_owner_of_rows():
        since = now - timedelta(seconds=1)
        Pack.objects.filter(pk=street.pack.pk).update(valid_to=since)
        Pack.objects.create(
            code="test-town", version=2, jurisdiction=street.pack.jurisdiction,
            title=street.pack.title, body=body, text="", sha256="1" * 64, valid_from=since,
            state="IN_FORCE", made_at=now, in_force_at=now,
        )  # fmt: skip
    look_up.forget()
    new = lamp(phone, street, text="另一盏")
    answers = phone.answers(
        phone.command("settle", old, outcome="settled"),
        new,
        phone.command("settle", new["matter"], outcome="settled"),
        phone.command("settle", new["matter"], outcome="mended"),
    )
    assert [each["status"] for each in answers] == ["TAKEN", "TAKEN", "REFUSED", "TAKEN"]
    with everything():
        versions = Matter.objects.values_list("pack__version", flat=True)
        assert sorted(versions) == [1, 2]
