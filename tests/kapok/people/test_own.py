"""Residents: what their telephone opens, what they see of each other, what they may change."""

import json
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from tests import factories
from tests.factories import NOON
from tests.kapok.people.conftest import COMMUNITY, FAR_GRID, GRID, STREET
from tests.kapok.people.reading import text_of

from kapok.access import secrets
from kapok.access.messages import outbox
from kapok.access.models import Certificate, Look
from kapok.access.scope import acting, of_box, of_resident
from kapok.access.trace import look
from kapok.errors import NotAllowed, Refused
from kapok.people import operations
from kapok.people.models import Consent, Contact, Household, Person, RegisterEntry, RightsRequest
from kapok.people.queries.own import known_by, looks_at, own

PHONE, PARTNER = "+8613800138000", "+8613800138001"
TODAY = NOON.date()


def index(number):
    return secrets.blind_index(number, about="phone")


@pytest.fixture
def family(town):
    """A mother (whose mobile it is), her partner, a child, and a neighbour with her own home."""
    with factories.as_owner_of_rows():
        dwelling = factories.Dwelling(building=town.here, place=GRID, room="502")
        household = factories.Household(dwelling=dwelling, place=GRID, note="小狗")
        common = {"household": household, "place": GRID}
        mother = factories.Person(name="陈小明", birth_date=date(1980, 5, 1), **common)
        partner = factories.Person(name="李大力", birth_date=date(1981, 5, 1), **common)
        child = factories.Person(name="李小小", birth_date=date(2020, 5, 1), **common)
        neighbour = factories.Person(name="邻居", place=GRID)
        factories.Contact(person=mother, number=PHONE)
        factories.Contact(person=partner, number=PARTNER)
        factories.Contact(person=neighbour, number="+8613800138009")
        for person in (mother, partner, child, neighbour):
            factories.RegisterEntry(person=person, place=GRID, kind="CHRONIC_ILLNESS")
    return mother, partner, child, neighbour


@pytest.fixture
def phone(client, family):
    """A browser that has proven the mother's telephone, in English."""
    client.cookies["django_language"] = "en"
    session = client.session
    session["resident_phone_index"] = index(PHONE).hex()
    session.save()
    return client


def mine(number=PHONE):
    [known] = known_by(index(number))
    return known


def test_a_telephone_opens_the_household_and_nobody_elses(family):
    with acting(of_resident(mine().handed, at=NOON)):
        assert set(Person.objects.values_list("name", flat=True)) == {"陈小明", "李大力", "李小小"}
        assert Household.objects.count() == 1
        assert Contact.objects.count() == 2


@pytest.mark.parametrize("number", ["+8613800138777", ""])
def test_an_unknown_telephone_opens_nothing(family, number):
    assert known_by(index(number)) == []


def test_a_relatives_telephone_opens_nothing(family):
    with factories.as_owner_of_rows():
        Contact.objects.update(kind="RELATIVE")
    assert known_by(index(PHONE)) == []


def test_whoever_moved_away_is_opened_no_more(family):
    with factories.as_owner_of_rows():
        Person.objects.filter(pk=family[0].pk).update(left_at=NOON)
    assert known_by(index(PHONE)) == []


def test_grown_members_do_not_see_what_is_held_of_each_other(family):
    mother, partner, child, _neighbour = family
    with acting(of_resident(mine().handed, at=NOON)):
        held = own(mine(), today=TODAY)

    assert [file.id for file in held.people] == [mother.pk, child.pk]
    assert all(file.registers for file in held.people)
    assert [each.id for each in held.housemates] == [partner.pk]


def test_whom_somebody_answers_for_is_shown_to_them(family):
    mother, partner, child, _neighbour = family
    with factories.as_owner_of_rows():
        from kapok.people.models import Guardian  # noqa: PLC0415

        Guardian.objects.create(
            person=partner, guardian=mother, relation="x", began_on=TODAY, place=GRID
        )
    with acting(of_resident(mine().handed, at=NOON)):
        held = own(mine(), today=TODAY)
    assert {file.id for file in held.people} == {mother.pk, partner.pk, child.pk}


def test_looks_are_told_by_role_and_only_the_grid_worker_by_name(family, acting_as):
    mother, partner, *_rest = family
    for role, place in [("grid_worker", GRID), ("dispatcher", STREET)]:
        with acting_as(role, place, "household_care") as acts:
            acts.user.name = f"名字 {role}"
            acts.user.save()
            look(Look.Action.OPEN, [mother.pk], place=GRID)
            look(Look.Action.OPEN, [partner.pk], place=GRID)
    with acting(of_resident(mine().handed, at=NOON)):
        seen = looks_at([mother.pk])

    assert len(seen) == 2
    assert {line.worker for line in seen} == {"", "名字 grid_worker"}
    assert all(line.purpose and line.why for line in seen)


def test_looks_at_others_are_told_to_nobody(family, acting_as):
    neighbour = family[3]
    with acting_as():
        look(Look.Action.OPEN, [neighbour.pk], place=GRID)
    with acting(of_resident(mine().handed, at=NOON)):
        assert looks_at([neighbour.pk]) == ()
        assert looks_at([]) == ()
    with acting_as("community_lead", COMMUNITY):
        assert looks_at([neighbour.pk]) == ()


def test_the_page_shows_everything_and_says_who_looked(phone, family, acting_as):
    with acting_as("grid_worker", GRID, "household_care"):
        look(Look.Action.OPEN, [family[0].pk], place=GRID)
    answer = phone.get(reverse("own"))
    text = text_of(answer)
    for each in ["陈小明", PHONE, "502", "Chronic illness", "Grid worker", "第1网格"]:
        assert each in text
    for each in ["邻居", PARTNER]:
        assert each not in text
    assert answer["Cache-Control"] == "no-store, private"


def test_looking_at_oneself_is_written_down_but_not_told_as_a_look(phone, family):
    phone.get(reverse("own"))
    assert "Nobody has looked yet." in text_of(phone.get(reverse("own")))
    with factories.as_owner_of_rows():
        assert set(Look.objects.values_list("role", "purpose")) == {("resident", "own_data")}


def test_without_a_proven_telephone_one_is_asked_for(client, town):
    for name in ["own", "own-copy", "own-printable"]:
        answer = client.get(reverse(name))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/own/sign-in/")


def test_a_telephone_of_two_households_opens_neither(phone, family):
    with factories.as_owner_of_rows():
        factories.Contact(person=factories.Person(place=FAR_GRID), number=PHONE)
    text = text_of(phone.get(reverse("own")))
    assert "several households" in text
    assert "陈小明" not in text


def test_an_unknown_telephone_is_told_what_to_do(phone, family):
    with factories.as_owner_of_rows():
        Contact.objects.all().delete()
    assert "Kapok holds nothing" in text_of(phone.get(reverse("own")))


def add_mobile(phone, person, number):
    there = reverse("own-change", args=[person.pk, "contact"])
    return phone.post(there, {"number": number, "kind": "MOBILE"})


def sent_code():
    with acting(of_box(at=NOON)):
        return re.search(r"\d{6}", outbox()[0].text)[0]


def test_a_mobile_that_residents_add_is_proven_first(phone, family):
    mother = family[0]
    answer = add_mobile(phone, mother, "13800138555")
    prove = reverse("own-change", args=[mother.pk, "prove"])
    assert answer["Location"] == prove
    assert "+86********555" in text_of(phone.get(prove))
    assert len(known_by(index("+8613800138555"))) == 0

    code = sent_code()
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert "4 more tries" in text_of(phone.post(prove, {"code": wrong}))
    answer = phone.post(prove, {"code": code}, follow=True)

    assert "Saved" in text_of(answer)
    assert len(known_by(index("+8613800138555"))) == 1
    assert phone.get(prove).status_code == 404


def test_nobody_is_locked_out_by_a_neighbour_who_writes_their_mobile_down(phone, family):
    add_mobile(phone, family[0], "13800138009")
    assert len(known_by(index("+8613800138009"))) == 1


def test_the_proven_mobile_is_added_to_a_child_at_once(phone, family):
    answer = add_mobile(phone, family[2], PHONE)
    assert answer["Location"] == reverse("own")
    assert phone.get(reverse("own-change", args=[family[2].pk, "prove"])).status_code == 404


def test_telephones_languages_and_needs_are_corrected_by_oneself(phone, family):
    mother = family[0]
    phone.post(
        reverse("own-change", args=[mother.pk, "reach"]),
        {"languages": ["yue"], "needs": ["HARD_OF_HEARING"]},
    )
    phone.post(
        reverse("own-change", args=[mother.pk, "contact"]),
        {"number": "020 8123 4567", "kind": "LANDLINE"},
    )
    with factories.as_owner_of_rows():
        mother.refresh_from_db()
        assert (mother.languages, mother.needs) == (["yue"], ["HARD_OF_HEARING"])
        _first, added = Contact.objects.filter(person=mother).order_by("id")
    answer = phone.post(reverse("own-contact-remove", args=[mother.pk, added.pk]), follow=True)
    assert "taken away" in text_of(answer)
    assert phone.get(reverse("own-change", args=[mother.pk, "facts"])).status_code == 404


def test_of_others_nothing_can_be_changed(phone, family):
    _mother, partner, _child, neighbour = family
    for person in (partner, neighbour):
        with factories.as_owner_of_rows():
            contact = Contact.objects.get(person=person)
        for name, args in [
            ("own-change", [person.pk, "reach"]),
            ("own-ask", [person.pk]),
            ("own-agree", [person.pk]),
            ("own-contact-remove", [person.pk, contact.pk]),
        ]:
            answer = phone.post(reverse(name, args=args), {"kind": "COPY"})
            assert answer.status_code == 404, name
    with factories.as_owner_of_rows():
        assert Contact.objects.count() == 3
        assert not RightsRequest.objects.exists()


def test_a_resident_cannot_correct_name_or_registers_by_any_operation(family):
    mother = family[0]
    with acting(of_resident(mine().handed, at=NOON)):
        entry = RegisterEntry.objects.filter(person=mother).get()
        with pytest.raises(NotAllowed):
            operations.take_off_register(person_id=mother.pk, entry_id=entry.pk, by=None, at=NOON)
        with pytest.raises(NotAllowed):
            operations.answer(request_id=entry.pk, granted=True, text="x", by=None, at=NOON)


def test_a_consent_is_given_and_taken_back(phone, family):
    mother = family[0]
    answer = phone.post(
        reverse("own-agree", args=[mother.pk]), {"purpose": "difficulty_care"}, follow=True
    )
    assert "You can take it back here at any time" in text_of(answer)
    with factories.as_owner_of_rows():
        consent = Consent.objects.get()
    assert (consent.purpose, consent.is_separate, consent.recorded_by) == (
        "difficulty_care", True, None,
    )  # fmt: skip
    phone.post(reverse("own-withdraw", args=[mother.pk, consent.pk]))
    with factories.as_owner_of_rows():
        assert Consent.objects.get().withdrawn_at
    answer = phone.post(reverse("own-agree", args=[mother.pk]), {"purpose": "epidemic_check"})
    assert answer.status_code == 404


def test_a_request_is_asked_answered_and_read(phone, family, browser_of):
    mother = family[0]
    answer = phone.post(
        reverse("own-ask", args=[mother.pk]), {"kind": "DELETE", "text": "请删除"}, follow=True
    )
    assert "within 15 days" in text_of(answer)
    answer = phone.post(reverse("own-ask", args=[mother.pk]), {"kind": "DELETE", "text": ""})
    assert answer.status_code == 409
    assert "asked for this already" in text_of(answer)
    with factories.as_owner_of_rows():
        request = RightsRequest.objects.get()
    assert request.answer_by - localdate(request.asked_at) == timedelta(days=15)

    from django.test import Client  # noqa: PLC0415

    officer = Client()
    officer.force_login(factories.Appointment(role="data_protection_officer", place=STREET).account)
    officer.cookies["django_language"] = "en"
    page = text_of(officer.get(reverse("rights-requests")))
    assert "请删除" in page
    assert "陈小明" not in page
    there = reverse("rights-answer", args=[request.pk])
    assert officer.post(there, {"granted": "no", "text": " "}).status_code == 409
    officer.post(there, {"granted": "no", "text": "还在社区居住。"})
    assert officer.post(there, {"granted": "yes", "text": "x"}).status_code == 409
    assert "还在社区居住。" in text_of(phone.get(reverse("own")))


def test_a_deletion_that_is_granted_is_done_at_once_and_told(family, client):
    mother = family[0]
    with factories.as_owner_of_rows():
        request = RightsRequest.objects.create(
            person=mother, place=mother.place, kind="DELETE", asked_at=NOON, answer_by=TODAY
        )
    officer = factories.Appointment(role="data_protection_officer", place=STREET)
    client.force_login(officer.account)
    there = reverse("rights-answer", args=[request.pk])
    assert client.post(there, {"granted": "yes", "text": "已搬走。"}).status_code == 302
    with factories.as_owner_of_rows():
        assert not Person.objects.filter(pk=mother.pk).exists()
        assert not Contact.objects.filter(person=mother.pk).exists()
    certificate = Certificate.objects.get(subjects__contains=[mother.pk])
    assert (certificate.why, certificate.decided_by) == ("已搬走。", officer.account)
    with acting(of_box(at=timezone.now())):
        [letter] = [each for each in outbox() if "已搬走。" in each.text]
    assert str(certificate.pk)[-12:] in letter.text


def test_a_request_of_elsewhere_is_a_404_to_the_officer(family, client):
    with factories.as_owner_of_rows():
        request = RightsRequest.objects.create(
            person=family[0], place=GRID, kind="COPY", asked_at=NOON, answer_by=TODAY
        )
    client.force_login(
        factories.Appointment(role="data_protection_officer", place=440103029000000).account
    )
    there = reverse("rights-answer", args=[request.pk])
    assert client.post(there, {"granted": "yes", "text": "x"}).status_code == 404
    assert "COPY" not in client.get(reverse("rights-requests")).content.decode()


@pytest.mark.parametrize(("kind", "text"), [("CORRECT", " "), ("EXPLAIN", "")])
def test_some_requests_need_words(family, kind, text):
    refused = pytest.raises(Refused, match="Write what is wrong")
    with acting(of_resident(mine().handed, at=NOON)), refused:
        operations.ask(person_id=family[0].pk, kind=kind, text=text, at=NOON)


def test_a_copy_holds_ones_own_and_nobody_elses(phone, family):
    answer = phone.get(reverse("own-copy"))
    copy = json.loads(answer.content)
    assert copy["format"] == "kapok-own-data-1"
    assert [each["name"] for each in copy["people"]] == ["陈小明", "李小小"]
    assert PARTNER not in answer.content.decode()
    printed = text_of(phone.get(reverse("own-printable")))
    assert PHONE in printed
    with factories.as_owner_of_rows():
        assert {"EXPORT", "PRINT"} <= set(Look.objects.values_list("action", flat=True))


def test_the_functions_answer_no_account(family, acting_as):
    with acting_as("auditor", STREET), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_looks_at(%s::uuid[], 9)", [[family[0].pk]])
        assert cursor.fetchall() == []
