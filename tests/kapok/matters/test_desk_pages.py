"""Every page of the desk answers whom it is for, and shows what it should."""

import pytest
from django.test import Client

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
