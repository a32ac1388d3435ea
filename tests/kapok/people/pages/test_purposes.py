"""The purpose first: chosen once, of one's own role, and leading back."""

import pytest
from django.urls import reverse
from tests.kapok.people.reading import looks, text_of


def test_the_purpose_is_asked_for_before_anything_is_shown(person, browser_of):
    page = browser_of(purpose="")
    for address in [reverse("people"), reverse("person", args=[person.pk])]:
        answer = page.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("people-purpose"))
    assert looks() == []


def test_a_purpose_is_chosen_once_and_leads_back(person, browser_of):
    page = browser_of(purpose="")
    there = reverse("person", args=[person.pk])
    answer = page.post(
        reverse("people-purpose"), {"purpose": "difficulty_care", "next": there}, follow=True
    )
    assert answer.redirect_chain == [(there, 302)]
    assert "Registers" in text_of(answer)


@pytest.mark.parametrize("purpose", ["social_assistance", "own_data", "", "x"])
def test_a_purpose_that_the_role_has_not_is_not_taken(browser_of, purpose):
    page = browser_of(purpose="")
    answer = page.post(reverse("people-purpose"), {"purpose": purpose})
    assert answer.status_code == 422
    assert "purpose" not in page.session or page.session["purpose"] == ""


def test_a_purpose_that_needs_an_emergency_is_named_and_not_offered_without_one(browser_of):
    page = browser_of(purpose="")
    said = page.get(reverse("people-purpose"))
    assert 'value="epidemic_check"' not in said.content.decode()
    assert "Only while an emergency is declared for your places." in text_of(said)


def test_a_purpose_whose_emergency_has_ended_is_asked_for_anew(person, browser_of):
    page = browser_of(purpose="epidemic_check")
    answer = page.get(reverse("person", args=[person.pk]))
    assert answer["Location"].startswith(reverse("people-purpose"))


def test_a_purpose_of_a_former_role_is_asked_for_anew(person, browser_of):
    page = browser_of(purpose="social_assistance")
    assert page.get(reverse("people")).status_code == 302


def test_the_way_back_never_leads_elsewhere(browser_of):
    page = browser_of(purpose="")
    for there in ["https://evil.example/", "//evil.example", "javascript:alert(1)"]:
        answer = page.post(reverse("people-purpose"), {"purpose": "household_care", "next": there})
        assert answer["Location"] == reverse("people")
