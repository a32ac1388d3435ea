"""An emergency at no building says so loudly; at a known one the grid worker knows of it too."""

from uuid import uuid4

import pytest
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.conftest import STREET
from tests.kapok.hotline.talking import a_call, a_family, as_, browser, text

from kapok.hotline.operations import screening
from kapok.matters.models import Matter, ServiceArea, Tasking, Unit
from kapok.phone.queries import pulling

pytestmark = pytest.mark.django_db
LOUD = "No building was found: nobody was sent to a door."


def opened(town, call, *, htmx=False, **more):
    said = {
        "key": str(uuid4()), "address": "村口小店旁", "place": str(STREET),
        "answers.danger": "illness", "answers.where_exactly": "村口小店旁",
    } | more  # fmt: skip
    headers = {"HX-Request": "true"} if htmx else {}
    path = f"/hotline/calls/{call.pk}/needs/emergency/"
    return browser(town.operator).post(path, said, headers=headers)


def page(town, call):
    return text(browser(town.operator).get(f"/hotline/calls/{call.pk}/"))


def the_matter():
    with factories.as_owner_of_rows():
        return Matter.objects.get()


@pytest.fixture
def station(town):
    """A unit for emergencies that answers for the street."""
    with factories.as_owner_of_rows():
        unit = Unit.objects.create(
            name="急救站", kind="emergency", place=STREET, is_sent_alone=False, made_at=town.at
        )
        ServiceArea.objects.create(unit=unit, lo=STREET, hi=STREET + 10**6)
    return unit


def test_an_emergency_whose_place_stays_at_the_street_says_so(town):
    call = a_call(town)
    part = text(opened(town, call, htmx=True))
    assert the_matter().building_id is None
    assert LOUD in part
    assert 'id="no-door" hx-swap-oob="true"' in part
    shown = page(town, call)
    assert shown.count(LOUD) == 1
    assert 'href="tel:120"' in shown


def test_with_a_building_nothing_of_it_is_said(town):
    call = a_call(town)
    assert LOUD not in text(opened(town, call, htmx=True, building=str(town.block.pk)))
    assert LOUD not in page(town, call)


def test_an_act_in_progress_at_nobody_knows_where_says_so(town):
    for phone, is_known in ((None, False), ("+8613800138000", True)):
        if is_known:
            a_family(town)
        call = a_call(town, phone=phone, by=town.operator if phone else town.second)
        who = town.operator if phone else town.second
        with as_(who):
            screening.screen(
                call_id=call.pk, answers={"now": True}, level=4, reason="", told="", rescue="",
                by=who.account, at=timezone.now(),
            )  # fmt: skip
        shown = text(browser(who).get(f"/hotline/calls/{call.pk}/"))
        assert (LOUD in shown) is not is_known


def test_once_the_building_is_chosen_its_matter_goes_there(town, station):
    call = a_call(town)
    opened(town, call)
    with factories.as_owner_of_rows():
        assert Tasking.objects.get(ended_at=None).unit == station.pk
    client = browser(town.operator)
    for _turn in range(2):
        client.post(
            f"/hotline/calls/{call.pk}/who/", {"building": str(town.block.pk), "address": ""}
        )
    matter = the_matter()
    assert (matter.building_id, matter.place) == (town.block.pk, town.block.place)
    assert (matter.state, matter.unit) == ("ASSIGNED", station.pk)
    assert LOUD not in page(town, call)


def test_what_nobody_has_goes_to_whoever_answers_for_the_building(town):
    call = a_call(town)
    opened(town, call)
    assert the_matter().unit is None
    with factories.as_owner_of_rows():
        unit = Unit.objects.create(
            name="急救站", kind="emergency", place=STREET, is_sent_alone=False, made_at=town.at
        )
        ServiceArea.objects.create(unit=unit, lo=town.block.place, hi=town.block.place + 1)
    browser(town.operator).post(
        f"/hotline/calls/{call.pk}/who/", {"building": str(town.block.pk), "address": ""}
    )
    assert (the_matter().building_id, the_matter().unit) == (town.block.pk, unit.pk)


def test_an_address_in_words_moves_nothing(town, station):
    call = a_call(town)
    opened(town, call)
    browser(town.operator).post(f"/hotline/calls/{call.pk}/who/", {"address": "示例花园"})
    assert the_matter().building_id is None


def test_the_grid_worker_knows_of_an_emergency_that_a_unit_has(town, station):
    call = a_call(town)
    opened(town, call, building=str(town.block.pk))
    assert the_matter().unit == station.pk
    with as_(town.worker):
        [pulled] = pulling.pull(pulling.Cursor())[0]["matters"]
    assert (pulled["kind"], pulled["urgency"]) == ("urgent_help", "RED")
    assert (pulled["is_beside"], pulled["mine"], pulled["caller"]) == (True, False, None)
    with as_(town.stranger):
        assert pulling.pull(pulling.Cursor())[0]["matters"] == []


def test_medicine_at_no_single_building_says_so_and_goes_to_the_grid_worker_of_the_one_found(town):
    call = a_call(town)
    said = {
        "key": str(uuid4()), "address": "村口小店旁", "place": str(STREET),
        "contact.phone": "13800138000", "answers.need": "medicine",
        "answers.medicine_kind": "pregnancy", "answers.days_left": "0",
    }  # fmt: skip
    client = browser(town.operator)
    client.post(f"/hotline/calls/{call.pk}/needs/medicine/", said)
    assert "names no single building" in page(town, call)
    assert LOUD not in page(town, call)
    client.post(f"/hotline/calls/{call.pk}/who/", {"building": str(town.block.pk), "address": ""})
    assert (the_matter().building_id, the_matter().assignee) == (
        town.block.pk, town.worker.account_id,
    )  # fmt: skip
    assert "names no single building" not in page(town, call)
