"""The pages of whoever looks after people: purpose first, masked, marked, and 404 for strangers."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import factories
from tests.kapok.people.conftest import COMMUNITY, FAR_GRID, GRID, STREET

from kapok.access import secrets
from kapok.access.models import Look
from kapok.access.scope import acting, of_watch
from kapok.ids import uuid7
from kapok.people.models import Contact, Household, Person, RegisterEntry

PHONE, NUMBER = "+8613800138000", "11010519491231002X"


@pytest.fixture
def person(town):
    with factories.as_owner_of_rows():
        dwelling = factories.Dwelling(building=town.here, place=GRID, room="R-1907")
        made = factories.Person(
            name="陈小明",
            place=GRID,
            household=factories.Household(dwelling=dwelling, place=GRID),
            identity=secrets.encrypt(NUMBER, about="identity"),
            identity_index=secrets.blind_index(NUMBER, about="identity"),
            identity_kind="MAINLAND",
            birth_date="1949-12-31",
            sex="F",
        )
        factories.Contact(person=made, number=PHONE)
        factories.RegisterEntry(person=made, place=GRID, note="透析")
    return made


@pytest.fixture
def stranger(town):
    with factories.as_owner_of_rows():
        return factories.Person(name="远方人", place=FAR_GRID)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def looks():
    with factories.as_owner_of_rows():
        return list(Look.objects.order_by("id").values_list("action", flat=True))


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


def test_a_purpose_of_a_former_role_is_asked_for_anew(person, browser_of):
    page = browser_of(purpose="social_assistance")
    assert page.get(reverse("people")).status_code == 302


def test_the_way_back_never_leads_elsewhere(browser_of):
    page = browser_of(purpose="")
    for there in ["https://evil.example/", "//evil.example", "javascript:alert(1)"]:
        answer = page.post(reverse("people-purpose"), {"purpose": "household_care", "next": there})
        assert answer["Location"] == reverse("people")


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


def test_forms_need_their_token(person, browser_of):
    page = Client(enforce_csrf_checks=True)
    page.force_login(browser_of().user)
    for name in ["person-show"]:
        assert page.post(reverse(name, args=[person.pk])).status_code == 403
