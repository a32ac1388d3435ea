"""Who gets what at every address: each role, inside and outside its places, against one table.

The table is ``whole_table.csv`` beside this file: one line for each method and address, one column
for each role, ``inside/outside`` statuses. Where an address is added or a right changes, set
``KAPOK_WRITE_TABLE=1``, run this file, and read the difference before it is committed.
"""

import csv
import os
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from tests import factories
from tests.kapok.web.addresses import filled, patterns
from tests.kapok.web.examples import make
from tests.keeping import kept

from kapok.access import views
from kapok.access.roles import ROLES

TABLE = Path(__file__).with_name("whole_table.csv")
WRITE = bool(os.environ.get("KAPOK_WRITE_TABLE"))
LEFT_OUT = {"set_language"}  # Django's own; changes a cookie alone
ROUTES = sorted({route for name, route in patterns() if name not in LEFT_OUT})
ONE = "street_command"
LINES = [(method, route) for route in ROUTES for method in ("GET", "POST")]
STRANGER = "stranger"

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def committed():
    if not TABLE.exists():
        return {}
    with TABLE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["method"], row["address"]): row for row in rows}


def shut():
    """Methods that an address does not have, whoever asks: one role and the stranger try them."""
    return {
        line for line, row in committed().items() if {row[role] for role in ROLES} == {"405/405"}
    }


SHUT = shut()


def browser(role, here):
    """Somebody who signed in with this role over the place here."""
    client = Client(raise_request_exception=False)
    if role != STRANGER:
        account = factories.User(username=f"walker-{role}", name="走遍", is_demo=True)
        factories.Appointment(account=account, role=role, place=here)
        client.force_login(account)
    return client


def answer(client, method, path):
    """The status; nothing of what was done stays, not even that somebody signed out."""
    cookies = client.cookies.output(header="", sep=";")
    with transaction.atomic():
        status = getattr(client, method.lower())(path).status_code
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.load(cookies)
    return status


@kept
def examples():
    return make()


@pytest.fixture(autouse=True)
def _each_problem_is_drawn_once(monkeypatch):
    """The page that says what went wrong is the same at hundreds of addresses."""
    drawn, draw = set(), views.problem

    def problem(request, status, *, title, **said):
        if title in drawn:
            return HttpResponse(status=status)
        drawn.add(title)
        return draw(request, status, title=title, **said)

    monkeypatch.setattr(views, "problem", problem)


@pytest.mark.parametrize("role", [STRANGER, *sorted(ROLES)])
def test_every_address_answers_each_role_as_the_table_says(role, examples):
    here, there = examples
    client = browser(role, here["code"])
    lines = (
        LINES if WRITE or role in {STRANGER, ONE} else [each for each in LINES if each not in SHUT]
    )
    found = {line: answers(client, *line, here, there) for line in lines}
    if WRITE:
        write(role, found)
    table = committed()
    assert found == {line: table[line][role] for line in lines if line in table}


def answers(client, method, route, here, there):
    """The statuses inside and outside; an address that names no place is asked once."""
    inside, outside = filled(route, here), filled(route, there)
    status = answer(client, method, inside)
    return f"{status}/{status if inside == outside else answer(client, method, outside)}"


def write(role, found):
    table = committed()
    rows = [
        {"method": method, "address": route}
        | table.get((method, route), {})
        | {role: found[method, route]}
        for method, route in LINES
    ]
    columns = ["method", "address", STRANGER, *sorted(ROLES)]
    with TABLE.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_nothing_breaks_for_anybody():
    """Whatever is refused, is refused on purpose."""
    statuses = {
        status
        for row in committed().values()
        for key, value in row.items()
        if key not in {"method", "address"}
        for status in value.split("/")
    }
    assert not {status for status in statuses if status.startswith("5")}
