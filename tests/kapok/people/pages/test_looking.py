"""Masked until shown, marked with who looks, and 404 for strangers."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests import factories
from tests.kapok.people.conftest import COMMUNITY, FAR_GRID, STREET
from tests.kapok.people.pages.conftest import NUMBER, PHONE
from tests.kapok.people.reading import looks, text_of

from kapok.ids import uuid7


def test_one_sign_of_a_name_is_answered_with_what_to_write(browser_of):
    assert "One sign is too little" in text_of(browser_of().post(reverse("people"), {"q": "陈"}))


def test_the_history_says_what_was_written_down_later(person, browser_of):
    page = browser_of()
    with factories.as_owner_of_rows():
        late = uuid7()
        late = type(late)(int=late.int + (3_600_000 << 80))  # an hour later
        factories.Contact(person=person, number="+8613800138999", id=late)
    history = text_of(page.get(reverse("person-history", args=[person.pk])))
    assert "Telephone · written down" in " ".join(history.split())


def test_search_shows_masked_lines_and_keeps_nothing(person, browser_of):
    answer = browser_of().post(reverse("people"), {"q": "陈小明"})
    assert "陈**" in text_of(answer)
    assert "3栋 ***" in text_of(answer)
    assert answer["Cache-Control"] == "no-store, private"
    assert looks() == ["SEARCH"]


def test_what_is_typed_is_never_in_an_address(person, browser_of):
    assert looks() == []
    answer = browser_of().get(reverse("people"), {"q": "陈小明"})
    assert "陈**" not in text_of(answer)
    assert looks() == []


def test_nobody_found_says_what_to_try(town, browser_of):
    answer = browser_of().post(reverse("people"), {"q": "无此人"})
    assert "Nobody found in your places" in text_of(answer)


def test_known_elsewhere_leads_to_an_emergency_look_whoever_may(town, browser_of):
    with factories.as_owner_of_rows():
        factories.Contact(person=factories.Person(place=FAR_GRID), number=PHONE)
    page = browser_of("community_lead", COMMUNITY)
    answer = page.post(reverse("people"), {"q": PHONE})
    assert "Known elsewhere" in text_of(answer)
    assert reverse("break-glass") in answer.content.decode()
    answer = browser_of("grid_worker").post(reverse("people"), {"q": PHONE})
    assert reverse("break-glass") not in answer.content.decode()


def test_a_file_is_masked_until_shown_and_then_for_one_answer(person, browser_of):
    page = browser_of(purpose="difficulty_care")
    secret = ["陈小明", "13800138000", NUMBER, "1949-12-31", "R-1907", "透析"]
    there = reverse("person", args=[person.pk])

    masked = page.get(there).content.decode()
    assert [each for each in secret if each in masked] == []
    shown = page.post(reverse("person-show", args=[person.pk])).content.decode()
    assert [each for each in secret if each not in shown] == []
    again = page.get(there).content.decode()
    assert [each for each in secret if each in again] == []
    assert looks() == ["OPEN", "REVEAL", "OPEN"]


def test_a_household_is_masked_until_shown(person, browser_of):
    page = browser_of()
    masked = page.get(reverse("household", args=[person.household_id])).content.decode()
    assert "陈小明" not in masked
    shown = page.post(reverse("household-show", args=[person.household_id])).content.decode()
    assert "陈小明" in shown
    assert "R-1907" in shown


def test_papers_are_for_purposes_that_need_them(person, browser_of):
    page = browser_of(purpose="household_care")
    shown = text_of(page.post(reverse("person-show", args=[person.pk])))
    assert NUMBER not in shown
    assert "Papers" not in shown


def test_without_the_care_realm_not_even_the_heading_shows(person, browser_of):
    for role, n in [("dispatcher", False), ("community_lead", True)]:
        page = browser_of(role, COMMUNITY, "urgent_help" if n is False else "difficulty_care")
        text = text_of(page.get(reverse("person", args=[person.pk])))
        assert ("Put on a register" in text or "review by" in text) is n
        assert ("Guardians" in text) is n


def test_every_page_is_marked_with_who_looks(person, browser_of):
    page = browser_of()
    for address in [reverse("people"), reverse("person", args=[person.pk])]:
        marks = re.findall(
            r"<span>(\S+ \d{4}-\d\d-\d\d \d\d:\d\d)</span>", page.get(address).content.decode()
        )
        assert len(marks) > 20
        assert marks[0].startswith(page.user.username)


ADDRESSES = [
    ("get", "person", ()),
    ("post", "person-show", ()),
    ("get", "person-history", ()),
    ("post", "person-history-show", ()),
    ("get", "person-merge", ()),
    ("get", "person-change", ("facts",)),
    ("post", "person-change", ("leave",)),
    ("post", "person-change", ("facts",)),
]


@pytest.mark.parametrize(("method", "name", "more"), ADDRESSES)
def test_a_stranger_is_a_404_everywhere(stranger, browser_of, method, name, more):
    page = browser_of("community_lead", COMMUNITY)
    address = reverse(name, args=[stranger.pk, *more])
    assert getattr(page, method)(address).status_code == 404
    assert getattr(page, method)(reverse(name, args=[uuid7(), *more])).status_code == 404


@pytest.mark.parametrize("name", ["household", "household-show", "household-change"])
def test_a_strangers_household_is_a_404(stranger, browser_of, name):
    page = browser_of("community_lead", COMMUNITY)
    method = page.post if name == "household-show" else page.get
    assert method(reverse(name, args=[stranger.household_id])).status_code == 404


@pytest.mark.parametrize("role", ["gate_keeper", "police_member", "auditor", "administrator"])
def test_roles_that_see_nobody_are_told_so(person, browser_of, role):
    page = browser_of(role, COMMUNITY, "household_care")
    for name in ["people", "person-add", "break-glass", "registers", "rights-requests"]:
        assert page.get(reverse(name)).status_code == 403, name
    assert page.get(reverse("person", args=[person.pk])).status_code == 403


def test_the_register_page_lists_for_keepers_and_counts_for_command(person, browser_of):
    page = browser_of("community_lead", COMMUNITY, "difficulty_care")
    text = text_of(page.get(reverse("registers")))
    assert "陈**" in text
    assert "How many people" in text
    text = text_of(browser_of("street_command", STREET).get(reverse("registers")))
    assert "陈" not in text
    assert "How many people" in text
    text = text_of(browser_of(purpose="household_care").get(reverse("registers")))
    assert "does not need registers" in text


def test_an_emergency_look_goes_through_the_pages(town, browser_of):
    with factories.as_owner_of_rows():
        far = factories.Person(name="远方人", place=FAR_GRID)
        factories.Contact(person=far, number=PHONE)
    second = factories.Appointment(role="community_lead", place=440103029001000).account
    page = browser_of("dispatcher", STREET)
    assert page.get(reverse("household", args=[far.household_id])).status_code == 404
    answer = page.post(
        reverse("break-glass"),
        {"number": PHONE, "reason": "The caller does not answer."},
        follow=True,
    )
    assert answer.redirect_chain == [(reverse("household", args=[far.household_id]), 302)]
    assert "was told" in text_of(answer)
    assert "/change/" not in answer.content.decode()

    judge = Client()
    judge.force_login(second)
    judge.cookies["django_language"] = "en"
    there = reverse("emergency-looks")
    assert "does not answer" in text_of(judge.get(there))
    [address] = re.findall(
        r"/people/emergency-looks/[0-9a-f-]+/", judge.get(there).content.decode()
    )
    assert page.post(address, {"was_right": "yes"}).status_code == 404  # not by oneself
    answer = judge.post(address, {"was_right": "yes", "judgement": "ok"}, follow=True)
    assert "it was right" in text_of(answer)
