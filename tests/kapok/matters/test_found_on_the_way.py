"""With the pack that is shipped, what is found on the way becomes a matter of its own."""

from types import SimpleNamespace

import pytest
from django.utils import timezone
from tests import factories
from tests.kapok.matters import conftest

from kapok.access import scope
from kapok.ids import uuid7
from kapok.matters.models import Matter, Report
from kapok.packs.documents import read
from kapok.packs.operations import SHIPPED


@pytest.fixture
def shipped(db, monkeypatch):
    """The street under the summer rules of 2021."""
    body = read((SHIPPED / "gd-2021.yaml").read_bytes()).body
    assert body is not None
    monkeypatch.setattr(conftest, "BODY", body.model_dump(mode="json", by_alias=True))
    return SimpleNamespace(**conftest.build(factories))


@pytest.fixture
def send(shipped):
    return conftest.sender(shipped)


def seen(model, **wanted):
    with scope.acting(scope.of_intake(uuid7(), at=timezone.now())):
        return list(model.objects.filter(**wanted))


def begun(town, send, kind, who=None, **more):
    answer = send(who or town.lead, "report", kind=kind, building=str(town.here.pk), **more)
    assert answer.status == "TAKEN", answer
    return answer.matter


@pytest.mark.parametrize(
    ("note", "kind", "answers"),
    [
        ("needs_medicine", "help", {"need": "medicine"}),
        ("needs_food", "help", {"need": "food"}),
        ("needs_doctor", "urgent_help", {"danger": "illness"}),
        ("child_alone", "child_alone", {}),
    ],
)
def test_each_note_of_a_visit_opens_what_it_says(shipped, send, note, kind, answers):
    visit = begun(shipped, send, "visit", answers={"reason": "due"})
    assert send(shipped.worker, "step", visit, step="door", noted=note).status == "TAKEN"
    [child] = seen(Matter, parent=visit)
    assert child.kind == kind
    [report] = seen(Report, matter=child.pk)
    assert report.answers.items() >= answers.items()


def test_a_reason_to_leave_becomes_the_need_behind_it(shipped, send):
    need = begun(
        shipped, send, "forced_exit", uuid7(), why="medicine", door="PORTAL",
        answers={"phone": "13800138000"}, contact={"phone": "13800138000"},
    )  # fmt: skip
    [matter] = seen(Matter, pk=need)
    assert (matter.kind, matter.realm) == ("help", "CARE")
    assert seen(Report, matter=need)[0].answers["need"] == "medicine"


def test_an_outcome_opens_the_visit_that_follows(shipped, send):
    need = begun(shipped, send, "help", answers={"need": "talk"})
    called = {"step": "call", "answers": {}}
    taken = send(shipped.worker, "step", need, **called)
    if taken.status != "TAKEN":  # the step's own form: answer what it asks for
        called["answers"] = dict.fromkeys(taken.faults, True)
        send(shipped.worker, "step", need, **called)
    done = send(shipped.worker, "finish", need, outcome="talked")
    assert done.status == "TAKEN", done
    assert [child.kind for child in seen(Matter, parent=need)] == ["visit"]
