"""Every page of the desk answers whom it is for, and shows what it should."""

from types import SimpleNamespace

import pytest
from django.test import Client
from tests import factories
from tests.kapok.matters import conftest
from tests.kapok.matters.conftest import COMMUNITY

from kapok.access import scope
from kapok.access.models import OutboxMessage
from kapok.ids import uuid7
from kapok.matters.engine.facts import Command
from kapok.matters.operations.commands import apply

pytestmark = pytest.mark.django_db


def browser(appointment):
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(appointment.account)
    return client


PAGES = [
    "/matters/", "/matters/?late=1", "/matters/?state=all&kind=lamp", "/matters/?part=rows",
    "/matters/new/", "/matters/new/?kind=breakout", "/matters/new/?kind=breakout&why=defiant",
    "/matters/new/?kind=lamp", "/matters/sending/", "/matters/units/", "/matters/units/new/",
    "/matters/handover/", "/matters/board/", "/matters/matters.csv", "/matters/matters.xlsx",
    "/matters/?text=broken", "/matters/?text=b",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_street_lead_sees_each_page(town, send, path):
    for n in range(3):
        send(town.worker, "report", kind="lamp", building=str(town.here.pk), text=f"broken {n}")
    answer = browser(town.street).get(path)
    assert answer.status_code == 200


def test_what_a_desk_of_care_leaves_is_for_who_works_in_care(town, send):
    send(town.lead, "report", kind="visit", building=str(town.here.pk))
    gone = browser(town.lead).post("/matters/handover/", {"note": "周奶奶住院了"})
    assert gone.status_code == 302
    for who in (town.dispatcher, town.street):
        client = browser(who)
        assert client.get(gone.url).status_code == 404
        assert "周奶奶" not in client.get("/matters/handover/").content.decode()
        assert client.post(f"{gone.url}take/").status_code == 404
    next_lead = factories.Appointment(role="community_lead", place=COMMUNITY)
    client = browser(next_lead)
    assert "周奶奶" in client.get(gone.url).content.decode()
    assert client.post(f"{gone.url}take/").status_code == 302
    of_desk = browser(town.dispatcher).post("/matters/handover/", {"note": "路灯三盏"})
    assert "路灯三盏" in browser(town.second_dispatcher).get(of_desk.url).content.decode()


def test_administrators_read_neither_tracking_codes_nor_of_care_in_the_outbox(db, monkeypatch):
    told = {"messages": {"report": conftest.text("No. {number}, code {code}")}}
    kinds = [each | told for each in conftest.BODY["kinds"]]
    monkeypatch.setattr(conftest, "BODY", conftest.BODY | {"kinds": kinds})
    town = SimpleNamespace(**conftest.build(factories))
    said = {"building": str(town.here.pk), "door": "PORTAL", "tracking": "BCDF-GHJK-LMNP"}
    said["contact"] = {"phone": "13800138000"}
    with scope.acting(scope.of_intake(uuid7(), at=town.noon)):
        [lamp] = apply(
            [Command(uuid7(), "report", uuid7(), town.noon, data={"kind": "lamp"} | said)]
        )
    help_ = {"kind": "help"} | said | {"tracking": ""}
    with scope.acting(scope.of_intake(uuid7(), at=town.noon)):
        [need] = apply([Command(uuid7(), "report", uuid7(), town.noon, data=help_)])
    assert (lamp.status, need.status) == ("TAKEN", "TAKEN")
    with factories.as_owner_of_rows():
        assert set(OutboxMessage.objects.values_list("holds_code", flat=True)) == {True}
        assert OutboxMessage.objects.count() == 2
