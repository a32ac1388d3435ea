"""Nothing that began as a need for help becomes, or leads to, a matter of order."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from tests import factories
from tests.kapok.matters import conftest
from tests.kapok.matters.conftest import BODY, OUTCOMES, sender

from kapok.access import scope
from kapok.ids import uuid7
from kapok.matters.covers import Cover
from kapok.matters.models import Matter

DOOR = uuid4()


def one(town, matter):
    with scope.acting(scope.of_intake(DOOR, at=town.noon)):
        return Matter.objects.get(pk=matter)


def town_with(monkeypatch, **kinds):
    """The street, with some kinds otherwise; and how one sends there."""
    changed = [each | kinds.get(each["code"], {}) for each in BODY["kinds"]]
    monkeypatch.setattr(conftest, "BODY", BODY | {"kinds": changed})
    town = SimpleNamespace(**conftest.build(factories))
    return town, sender(town)


@pytest.mark.parametrize("who", ["lead", "street"])
def test_a_need_for_help_never_becomes_a_matter_of_order(town, send, who):
    need = send(town.lead, "report", kind="help", building=str(town.here.pk), text="没药了")
    answer = send(
        getattr(town, who), "correct", need.matter, kind="breakout", reason="went out for medicine"
    )
    assert answer.status == "REFUSED"
    if who == "lead":  # the street does not work in care and sees nothing of it
        assert answer.sentence.startswith("A request for help never becomes a matter of order.")
    assert (one(town, need.matter).kind, one(town, need.matter).realm) == ("help", "CARE")


def test_a_correction_leads_to_no_offence_where_no_zone_was_decided(db, monkeypatch):
    town, send = town_with(monkeypatch, breakout={"needs_zone_document": True})
    noise = send(town.gate, "report", kind="lamp", building=str(town.here.pk))
    wrong = send(town.dispatcher, "correct", noise.matter, kind="breakout", reason="ran out")
    assert wrong.sentence.startswith("No closed area with a decision document is in force here")
    zone = uuid7()

    def finder(spots, at):
        return [Cover(zone, "sealed", has_document=True) for _spot in spots]

    monkeypatch.setattr("kapok.matters.covers.FINDERS", [finder])
    assert (
        send(town.dispatcher, "correct", noise.matter, kind="breakout", reason="ran out").status
        == "TAKEN"
    )
    assert one(town, noise.matter).zone == zone


def test_what_follows_a_need_for_help_is_never_a_matter_of_order(db, monkeypatch):
    """Whatever a pack says."""
    ends = [OUTCOMES[0] | {"follow_up": "breakout"}]
    town, send = town_with(monkeypatch, help={"outcomes": ends})
    need = send(town.lead, "report", kind="help", building=str(town.here.pk))
    assert send(town.worker, "finish", need.matter, outcome="settled").status == "TAKEN"
    with scope.acting(scope.of_intake(DOOR, at=town.noon)):
        assert not Matter.objects.filter(realm="ORDER").exists()
