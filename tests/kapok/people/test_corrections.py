"""Correcting what is written down: what is taken, what is refused with a sentence, what is kept."""

from datetime import date

import pytest
from django.apps import apps
from django.http import Http404
from tests import factories
from tests.factories import NOON
from tests.kapok.people.conftest import COMMUNITY, FAR_GRID, GRID

from kapok.access import secrets
from kapok.access.models import Look
from kapok.errors import NotAllowed, Refused
from kapok.people import operations
from kapok.people.models import Contact, Person
from kapok.people.operations import Facts, Reach

NUMBER = "11010519491231002X"  # a woman, born on the last day of 1949


@pytest.fixture
def person(town):
    with factories.as_owner_of_rows():
        return factories.Person(name="陈小明", place=GRID)


@pytest.fixture
def stranger(town):
    with factories.as_owner_of_rows():
        return factories.Person(name="陈小明", place=FAR_GRID)


def test_facts_are_corrected_and_found_by_the_new_name(person, acting_as):
    with acting_as() as acts:
        operations.correct_facts(
            person_id=person.pk, facts=Facts(" 陈 晓明 ", sex="M"), by=acts.user, at=NOON
        )
        person.refresh_from_db()

    assert (person.name, person.sex) == ("陈 晓明", "M")
    assert person.name_pinyin == "chen xiao ming"
    assert person.name_tokens


def test_a_correction_is_kept_with_who_as_what_and_why(person, acting_as):
    with acting_as() as acts:
        operations.correct_facts(person_id=person.pk, facts=Facts("陈晓明"), by=acts.user, at=NOON)
        [event] = apps.get_model("people", "PersonEvent").objects.all()
        assert Look.objects.get(action="CHANGE").subjects == [person.pk]

    assert event.name == "陈小明"
    assert event.pgh_context.metadata["account"] == str(acts.user.pk)
    assert event.pgh_context.metadata["role"] == "grid_worker"
    assert event.pgh_context.metadata["purpose"] == acts.who.purpose


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (Facts("  "), "needs a name"),
        (Facts("陈小明\u200b"), "invisible"),
        (Facts("Сhen"), "scripts"),
        (Facts("13800138000"), "no name"),
        (Facts("陈小明", birth_date=date(2027, 1, 1)), "future"),
        (Facts("陈小明", birth_date=date(1880, 1, 1)), "that old"),
    ],
)
def test_what_cannot_be_is_refused(person, acting_as, facts, sentence):
    refused = pytest.raises(Refused, match=sentence)
    with acting_as() as acts, refused:
        operations.correct_facts(person_id=person.pk, facts=facts, by=acts.user, at=NOON)


def test_papers_tell_birth_date_and_sex(person, acting_as):
    with acting_as() as acts:
        operations.correct_papers(
            person_id=person.pk, kind="MAINLAND", number=NUMBER.lower(), by=acts.user, at=NOON
        )
        person.refresh_from_db()

    assert secrets.decrypt(person.identity, about="identity") == NUMBER
    assert (person.birth_date, person.sex) == (date(1949, 12, 31), "F")


def test_papers_with_a_wrong_digit_are_refused(person, acting_as):
    refused = pytest.raises(Refused, match="does not fit")
    with acting_as() as acts, refused:
        operations.correct_papers(
            person_id=person.pk, kind="MAINLAND", number=NUMBER[:-1] + "1", by=acts.user, at=NOON
        )


def test_papers_that_contradict_the_birth_date_are_refused(person, acting_as):
    refused = pytest.raises(Refused, match="born on 1949-12-31")
    with acting_as() as acts, refused:
        operations.correct_facts(
            person_id=person.pk,
            facts=Facts("陈小明", birth_date=date(1950, 1, 1)),
            by=acts.user,
            at=NOON,
        )
        operations.correct_papers(
            person_id=person.pk, kind="MAINLAND", number=NUMBER, by=acts.user, at=NOON
        )


def test_papers_of_somebody_else_are_refused_without_saying_who(person, acting_as, stranger):
    with factories.as_owner_of_rows():
        index = secrets.blind_index(NUMBER, about="identity")
        Person.objects.filter(pk=stranger.pk).update(identity=b"x", identity_index=index)
    refused = pytest.raises(Refused, match="Somebody else is written down")
    with acting_as() as acts, refused:
        operations.correct_papers(
            person_id=person.pk, kind="MAINLAND", number=NUMBER, by=acts.user, at=NOON
        )


def test_an_empty_number_takes_papers_away(person, acting_as):
    with acting_as() as acts:
        for number in (NUMBER, ""):
            operations.correct_papers(
                person_id=person.pk, kind="MAINLAND", number=number, by=acts.user, at=NOON
            )
        person.refresh_from_db()

    assert (person.identity, person.identity_index, person.identity_kind) == (None, None, "")


def test_a_telephone_is_added_once_and_taken_away(person, acting_as):
    with acting_as() as acts:
        args = {"person_id": person.pk, "by": acts.user, "at": NOON}
        made = operations.add_contact(reach=Reach("138 0013 8000"), **args)
        with pytest.raises(Refused, match="already"):
            operations.add_contact(reach=Reach("+8613800138000"), **args)
        assert secrets.decrypt(made.value, about="phone") == "+8613800138000"
        operations.remove_contact(contact_id=made.pk, **args)
        assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("reach", "sentence"),
    [(Reach("12"), "telephone"), (Reach("13800138000", "RELATIVE", " "), "whose telephone")],
)
def test_a_telephone_that_cannot_be_is_refused(person, acting_as, reach, sentence):
    refused = pytest.raises(Refused, match=sentence)
    with acting_as() as acts, refused:
        operations.add_contact(person_id=person.pk, reach=reach, by=acts.user, at=NOON)


def test_languages_and_needs_are_written_in_order(person, acting_as):
    with acting_as() as acts:
        operations.set_reach(
            person_id=person.pk,
            languages=["yue", "cmn", "yue"],
            needs=["NO_SMARTPHONE", "HARD_OF_HEARING", "MADE_UP"],
            by=acts.user,
            at=NOON,
        )
        person.refresh_from_db()

    assert person.languages == ["yue", "cmn"]
    assert person.needs == ["HARD_OF_HEARING", "NO_SMARTPHONE"]


def change_of(person, acts):
    operations.correct_facts(person_id=person.pk, facts=Facts("改"), by=acts.user, at=NOON)


def test_whoever_lives_elsewhere_does_not_exist(stranger, acting_as):
    with acting_as() as acts, pytest.raises(Http404):
        change_of(stranger, acts)


def test_whoever_may_only_look_may_not_change(person, acting_as):
    with acting_as("hotline_worker", COMMUNITY) as acts, pytest.raises(NotAllowed):
        change_of(person, acts)


def test_whoever_moved_away_is_changed_no_more(person, acting_as):
    with factories.as_owner_of_rows():
        Person.objects.update(left_at=NOON)
    with acting_as() as acts, pytest.raises(Refused, match="no longer here since 2026-03-02"):
        change_of(person, acts)


def test_somebody_elses_telephone_cannot_be_taken_away_through_ones_own(
    person, stranger, acting_as
):
    with factories.as_owner_of_rows():
        contact = factories.Contact(person=stranger)
    with acting_as() as acts, pytest.raises(Http404):
        operations.remove_contact(person_id=person.pk, contact_id=contact.pk, by=acts.user, at=NOON)
