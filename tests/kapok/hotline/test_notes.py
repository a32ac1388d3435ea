"""What is typed is saved, from two windows as well, and a closed call is only added to."""

import pytest
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.talking import OTHER_PHONE, a_call, a_family, as_, browser, text
from tests.kapok.portal.conftest import COMMUNITY

from kapok.errors import NotAllowed, Refused
from kapok.hotline.models import CallRecord
from kapok.hotline.operations import noting
from kapok.hotline.queries.records import record_of, seen_of
from kapok.hotline.workflow import State
from kapok.people import names
from kapok.places.models import Area

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def record(call):
    with factories.as_owner_of_rows():
        return record_of(call.pk)


def test_notes_are_saved_with_the_moment_and_stored_sealed(town):
    call = a_call(town)
    client, path = browser(town.operator), f"/hotline/calls/{call.pk}/notes/"
    words = "孕 34 周\r\n药在村口 <b>\x00"
    answer = client.post(path, {"notes": words, "seen": seen_of("")}, headers=JSON)
    assert set(answer.json()) == {"saved", "seen"}
    assert record(call).notes == "孕 34 周\n药在村口 <b>"
    with factories.as_owner_of_rows():
        assert "孕".encode() not in bytes(CallRecord.objects.get(pk=call.pk).notes)
    again = client.post(path, {"notes": "shorter", "seen": answer.json()["seen"]}, headers=JSON)
    assert again.status_code == 200
    assert record(call).notes == "shorter"


def test_of_two_windows_neither_loses_its_words(town):
    call = a_call(town)
    client, path = browser(town.operator), f"/hotline/calls/{call.pk}/notes/"
    client.post(path, {"notes": "from the first", "seen": seen_of("")}, headers=JSON)
    late = client.post(path, {"notes": "from the second", "seen": seen_of("")}, headers=JSON)
    assert late.status_code == 409
    assert late.json()["stored"] == "from the first"
    page = client.post(path, {"notes": "from the second", "seen": seen_of("")})
    assert page.status_code == 422
    assert "from the first" in text(page)
    assert "from the second" in text(page)
    both = client.post(path, {"notes": "both", "seen": late.json()["seen"]}, headers=JSON)
    assert both.status_code == 200


def test_too_long_notes_are_refused_and_stay_in_the_page(town):
    call = a_call(town)
    words = "长" * (noting.MOST_NOTES + 1)
    path = f"/hotline/calls/{call.pk}/notes/"
    answer = browser(town.operator).post(path, {"notes": words, "seen": ""})
    assert answer.status_code == 422
    assert words in text(answer)


def test_who_was_signed_out_is_told_no_json(town, client):
    call = a_call(town)
    answer = client.post(f"/hotline/calls/{call.pk}/notes/", {"notes": "x"}, headers=JSON)
    assert answer.status_code == 302


def test_a_household_that_was_found_fills_in_where_they_are(town):
    household = a_family(town, phone=OTHER_PHONE)
    call = a_call(town)
    client = browser(town.operator)
    found = client.post(
        f"/hotline/calls/{call.pk}/find/", {"q": "王小梅"}, headers={"HX-Request": "true"}
    )
    assert str(household.pk) in text(found)
    client.post(f"/hotline/calls/{call.pk}/who/", {"household": str(household.pk)})
    known = record(call)
    assert (known.household, known.building) == (household.pk, town.block.pk)
    assert known.address == "示例花园1栋 501"
    shown = text(client.get(f"/hotline/calls/{call.pk}/"))
    assert "王**" in shown, "the name as far as it may be shown"
    assert "Nobody of your places is found" not in shown


def test_one_sign_of_a_name_is_too_little_and_says_so(town):
    a_family(town)
    call = a_call(town, phone=OTHER_PHONE)
    found = browser(town.operator).post(
        f"/hotline/calls/{call.pk}/find/", {"q": "王"}, headers={"HX-Request": "true"}
    )
    assert "Write at least two signs of the name" in text(found)
    assert "Nobody of your places is found" not in text(found)


def test_ten_are_shown_with_their_community_below_the_form(town):
    household = a_family(town)
    with factories.as_owner_of_rows():
        for _n in range(11):
            factories.Person(
                household=household, place=household.place, name="王小梅",
                name_tokens=sorted(names.tokens("王小梅")),
            )  # fmt: skip
    call = a_call(town, phone=None)
    shown = text(browser(town.operator).post(f"/hotline/calls/{call.pk}/find/", {"q": "王小梅"}))
    assert shown.count("This is the caller</button>") == 10
    assert "There are more. Say more of the name." in shown
    with factories.as_owner_of_rows():
        community = Area.objects.get(code=COMMUNITY).name
    assert community in shown
    assert shown.index("In their words") < shown.index('id="call-found"')


def test_a_household_of_another_place_is_not_found(town):
    with factories.as_owner_of_rows():
        far = factories.Building(place=440104001001001, name="远方1栋")
    household = a_family(town, building=far)
    call = a_call(town)
    answer = browser(town.operator).post(
        f"/hotline/calls/{call.pk}/who/", {"household": str(household.pk)}
    )
    assert answer.status_code == 404


def test_a_building_or_words_say_where_they_are(town):
    call = a_call(town)
    client, path = browser(town.operator), f"/hotline/calls/{call.pk}/who/"
    found = client.post(f"/hotline/calls/{call.pk}/find/", {"q": "示例花园1栋"})
    assert str(town.block.pk) in text(found)
    client.post(path, {"building": str(town.block.pk), "address": ""})
    assert record(call).address == "示例花园1栋"
    client.post(path, {"building": "", "address": "村口小店旁", "caller": "小梅"})
    known = record(call)
    assert (known.caller, known.address, known.building) == ("小梅", "村口小店旁", None)


def test_the_number_of_a_call_by_hand_is_typed_that_of_a_system_is_not(town):
    call = a_call(town, phone=None, source="HAND")
    path = f"/hotline/calls/{call.pk}/who/"
    browser(town.operator).post(path, {"number": "138 0013 8000"})
    assert record(call).phone == "+8613800138000"
    refused = browser(town.operator).post(path, {"number": "12"})
    assert refused.status_code == 422
    assert 'value="12"' in text(refused)
    with as_(town.second), pytest.raises(Refused):
        noting.say_who(
            call_id=call.pk, number="13800138000", by=town.second.account, at=timezone.now()
        )
    other = a_call(town, by=town.second)
    refused = browser(town.second).post(
        f"/hotline/calls/{other.pk}/who/", {"number": "13900139000"}
    )
    assert "The telephone system says" in text(refused)


def test_of_who_it_is_all_is_written_down_or_nothing(town):
    call = a_call(town, phone=None, source="HAND")
    client, path = browser(town.operator), f"/hotline/calls/{call.pk}/who/"
    said = {"number": "138 0013 8000", "caller": "小梅", "address": "村口"}
    unknown = client.post(path, said | {"building": "01890000-0000-7000-8000-000000000000"})
    assert "This building is not known" in text(unknown)
    assert 'value="小梅"' in text(unknown)
    known = record(call)
    assert (known.phone, known.caller, known.address) == ("", "", "")
    client.post(path, said | {"building": ""})
    known = record(call)
    assert (known.phone, known.caller, known.address) == ("+8613800138000", "小梅", "村口")


def test_a_building_that_is_chosen_leaves_the_name_that_was_written_down(town):
    call = a_call(town)
    client, path = browser(town.operator), f"/hotline/calls/{call.pk}/who/"
    client.post(path, {"caller": "小梅", "address": "村口", "building": ""})
    client.post(path, {"building": str(town.block.pk), "address": ""})
    known = record(call)
    assert (known.caller, known.building) == ("小梅", town.block.pk)


def test_a_closed_call_is_read_and_only_added_to_by_name(town):
    call = a_call(town)
    with factories.as_owner_of_rows():
        call.state, call.outcome, call.closed_at = State.CLOSED, "RESOLVED", timezone.now()
        call.save()
    client = browser(town.operator)
    page = text(client.get(f"/hotline/calls/{call.pk}/"))
    assert 'id="notes-form"' not in page
    late = client.post(f"/hotline/calls/{call.pk}/notes/", {"notes": "x", "seen": ""})
    assert "Add a note below" in text(late)
    client.post(f"/hotline/calls/{call.pk}/add/", {"text": "其实是 33 周"})
    notes = record(call).notes
    assert notes.endswith(f"{town.operator.account}] 其实是 33 周")
    assert browser(town.hotline_lead).post(
        f"/hotline/calls/{call.pk}/add/", {"text": "seen"}
    ).status_code == 302  # fmt: skip
    assert "Write what is to be corrected" in text(
        client.post(f"/hotline/calls/{call.pk}/add/", {"text": " "})
    )
    with as_(town.second), pytest.raises(NotAllowed):
        noting.add(call_id=call.pk, text="x", by=town.second.account, at=timezone.now())
