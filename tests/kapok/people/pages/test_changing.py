"""What is changed about people goes through forms that take no more than they ask."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import factories
from tests.kapok.people.conftest import COMMUNITY, FAR_GRID, GRID
from tests.kapok.people.pages.conftest import NUMBER, PHONE
from tests.kapok.people.reading import text_of

from kapok.access import secrets
from kapok.access.models import Look
from kapok.access.scope import acting, of_watch
from kapok.ids import uuid7
from kapok.people.models import Contact, Household, Person, RegisterEntry


def test_whoever_may_only_look_sees_no_way_to_change(person, browser_of):
    page = browser_of("hotline_worker", COMMUNITY)
    answer = page.get(reverse("person", args=[person.pk]))
    assert "/change/" not in answer.content.decode()
    assert page.get(reverse("person-change", args=[person.pk, "facts"])).status_code == 403


def test_a_correction_goes_through_the_page(person, browser_of):
    page = browser_of()
    there = reverse("person-change", args=[person.pk, "facts"])
    assert "陈小明" in page.get(there).content.decode()
    facts = {
        "name": "陈晓明",
        "sex": "F",
        "birth_date": "1949-12-31",
        "relation": "HEAD",
        "presence": "AWAY",
    }
    answer = page.post(there, facts, follow=True)
    assert "Corrected." in text_of(answer)
    with factories.as_owner_of_rows():
        person.refresh_from_db()
    assert (person.name, person.presence) == ("陈晓明", "AWAY")
    history = text_of(page.get(reverse("person-history", args=[person.pk])))
    assert "Name" in history
    assert "陈小明" not in history
    shown = text_of(page.post(reverse("person-history-show", args=[person.pk])))
    assert "Name was 陈小明" in shown
    assert page.user.username in shown


def test_a_refusal_stands_in_the_form(person, browser_of):
    page = browser_of()
    there = reverse("person-change", args=[person.pk, "contact"])
    answer = page.post(there, {"number": PHONE, "kind": "MOBILE", "whose": ""})
    assert answer.status_code == 409
    assert "written down for them already" in text_of(answer)
    answer = page.post(there, {"number": "", "kind": "X"})
    assert answer.status_code == 422


def test_fields_that_are_not_in_the_form_are_not_taken(person, browser_of):
    page = browser_of()
    page.post(
        reverse("person-change", args=[person.pk, "facts"]),
        {
            "name": "陈晓明", "sex": "F", "birth_date": "1949-12-31", "relation": "HEAD",
            "presence": "LIVING", "place": str(FAR_GRID), "household": str(uuid7()),
            "identity_index": "x", "merged_into": str(person.pk), "left_at": "2026-01-01",
            "is_made_up": "on", "id": str(uuid7()),
        },
    )  # fmt: skip
    with factories.as_owner_of_rows():
        after = Person.objects.get(pk=person.pk)
    assert after.name == "陈晓明"
    assert (after.place, after.household_id, after.left_at) == (GRID, person.household_id, None)
    assert (after.merged_into_id, after.is_made_up) == (None, False)
    assert bytes(after.identity_index) == secrets.blind_index(NUMBER, about="identity")


def test_another_persons_row_cannot_be_reached_through_ones_own(person, browser_of):
    with factories.as_owner_of_rows():
        other = factories.Person(place=GRID)
        contact = factories.Contact(person=other)
        entry = factories.RegisterEntry(person=other, place=GRID)
    page = browser_of(purpose="difficulty_care")
    for what, item in [("contact-remove", contact), ("register-end", entry)]:
        address = reverse("person-change-item", args=[person.pk, what, item.pk])
        assert page.post(address).status_code == 404
    with factories.as_owner_of_rows():
        assert Contact.objects.filter(pk=contact.pk).exists()
        assert RegisterEntry.objects.get(pk=entry.pk).ended_on is None


@pytest.mark.parametrize("what", ["x", "contact-remove", "__class__", "facts/../papers"])
def test_a_change_that_there_is_not_is_a_404(person, browser_of, what):
    assert browser_of().get(f"/people/{person.pk}/change/{what}/").status_code == 404


def test_somebody_moves_with_the_household_through_the_page(town, person, browser_of):
    page = browser_of()
    there = reverse("person-change", args=[person.pk, "move"])
    assert "示例花园1区3栋" in page.get(there).content.decode()
    move = {
        "building": "3栋",
        "room": "9",
        "on": "2026-01-02",
        "presence": "LIVING",
        "with_all": "on",
    }
    assert page.post(there, move).status_code == 302
    with factories.as_owner_of_rows():
        assert Household.objects.get().dwelling.room == "9"
    answer = page.post(there, move | {"building": "没有的楼"})
    assert answer.status_code == 422
    assert "No building of your places" in text_of(answer)


def test_somebody_is_written_down_through_the_page(town, browser_of):
    page = browser_of("community_lead", COMMUNITY, "register_upkeep")
    data = {
        "building": "示例花园1区13栋", "room": "1", "on": "2026-01-02", "name": "Tan Ah Kow",
        "sex": "U", "birth_date": "", "relation": "HEAD", "presence": "LIVING",
        "identity_kind": "SINGAPORE", "identity": "S0000001I", "number": "+6591234567",
    }  # fmt: skip
    answer = page.post(reverse("person-add"), data, follow=True)
    assert "They are written down" in text_of(answer)
    answer = page.post(reverse("person-add"), data)
    assert answer.status_code == 409
    assert "Somebody else is written down with this number" in text_of(answer)


def test_twins_are_made_one_and_two_again_through_the_page(person, browser_of):
    with factories.as_owner_of_rows():
        twin = factories.Person(name="陈晓明", place=GRID)
    page = browser_of()
    there = reverse("person-merge", args=[person.pk])
    assert str(twin.pk) in page.get(there).content.decode()
    with acting(of_watch(at=timezone.now())):  # whose name is shown whole counts as unmasked
        assert Look.objects.filter(action="REVEAL", subjects__contains=[twin.pk]).exists()
    answer = page.post(there, {"other": str(twin.pk)}, follow=True)
    [undo] = re.findall(r"/people/merges/[^\"]+/undo/", answer.content.decode())
    assert "They are two again" in text_of(page.post(undo, follow=True))


def test_the_form_of_a_guardian_traces_the_household_that_it_names(person, browser_of):
    with factories.as_owner_of_rows():
        son = factories.Person(name="陈大明", place=GRID, household=person.household)
    page = browser_of(purpose="difficulty_care")
    form = page.get(reverse("person-change", args=[person.pk, "guardian"]))
    assert "陈大明" in form.content.decode()
    with acting(of_watch(at=timezone.now())):
        assert Look.objects.filter(action="REVEAL", subjects__contains=[son.pk]).exists()


def test_forms_need_their_token(person, browser_of):
    page = Client(enforce_csrf_checks=True)
    page.force_login(browser_of().user)
    for name in ["person-show"]:
        assert page.post(reverse(name, args=[person.pk])).status_code == 403
