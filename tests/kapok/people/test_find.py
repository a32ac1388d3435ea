"""Finding somebody: what is understood, what is found, and what never comes out."""

import pytest
from django.db import connection
from tests import factories
from tests.kapok.people.conftest import COMMUNITY, GRID, NEXT_GRID

from kapok.access import secrets
from kapok.access.models import Look
from kapok.people import names, wanted
from kapok.people.queries.find import MOST, find
from kapok.people.shown import for_acting
from kapok.people.wanted import Kind

TODAY = factories.NOON.date()
NUMBER = "11010519491231002X"


def person(town, name, *, building=None, room="502", identity=None, phone=None, **more):
    building = building or town.here
    with factories.as_owner_of_rows():
        dwelling = factories.Dwelling(building=building, place=building.place, room=room)
        household = factories.Household(dwelling=dwelling, place=building.place)
        if identity:
            more["identity"] = secrets.encrypt(identity, about="identity")
            more["identity_index"] = secrets.blind_index(identity, about="identity")
        made = factories.Person(name=name, household=household, place=building.place, **more)
        if phone:
            factories.Contact(person=made, number=phone)
    return made


def look_for(text, who):
    return find(wanted.read(text), for_acting(who), today=TODAY)


def ids(text, who):
    return [each.id for each in look_for(text, who).found]


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("", Kind.NOTHING),
        ("   ", Kind.NOTHING),
        ("陈小明", Kind.NAME),
        ("chen xiaoming", Kind.NAME),
        ("cxm", Kind.NAME),
        ("Tan Ah Kow", Kind.NAME),
        ("8000", Kind.TAIL),
        ("13800138000", Kind.NUMBER),
        ("+86 138-0013-8000", Kind.NUMBER),
        (NUMBER, Kind.NUMBER),
        (NUMBER.lower(), Kind.NUMBER),
        ("S1234567D", Kind.NUMBER),
        ("3栋 502", Kind.HOME),
        ("3栋502室", Kind.HOME),
        ("河畔花园 12A", Kind.HOME),
        ("Blk 12 #03-04", Kind.HOME),
        ("示例花园1区3栋", Kind.HOME),
        ("'; DROP TABLE people_person; --", Kind.NAME),
    ],
)
def test_what_is_typed_is_understood(typed, kind):
    assert wanted.read(typed).kind == kind


@pytest.mark.parametrize(
    "typed", ["陈小明", "chen xiao ming", "chenxiaoming", "cxm", "陈小名", "陈晓明"]
)
def test_somebody_is_found_by_name_sound_initials_and_with_a_slip(town, acting_as, typed):
    meant = person(town, "陈小明")
    person(town, "王大力", room="503")

    with acting_as() as acts:
        assert ids(typed, acts.who) == [meant.pk]


@pytest.mark.parametrize("typed", ["3栋 502", "3栋502", "示例花园1区3栋 502"])
def test_somebody_is_found_by_their_home(town, acting_as, typed):
    meant = person(town, "陈小明")
    person(town, "王大力", building=town.next)  # 13栋 502 is another house

    with acting_as("community_lead", COMMUNITY) as acts:
        assert ids(typed, acts.who) == [meant.pk]


@pytest.mark.parametrize("typed", ["8000", "13800138000", "+8613800138000", NUMBER, NUMBER.lower()])
def test_somebody_is_found_by_telephone_and_papers(town, acting_as, typed):
    meant = person(town, "陈小明", phone="+8613800138000", identity=NUMBER)
    person(town, "王大力", room="503", phone="+8613800138001")

    with acting_as("community_lead", COMMUNITY) as acts:
        assert ids(typed, acts.who) == [meant.pk]


def test_the_likeliest_come_first(town, acting_as):
    slip = person(town, "陈小朋")
    same = person(town, "陈小明", room="503")
    sound = person(town, "陈晓鸣", room="504")

    with acting_as() as acts:
        assert ids("陈小明", acts.who) == [same.pk, sound.pk, slip.pk]


def test_whoever_moved_away_is_not_found(town, acting_as):
    person(town, "陈小明", left_at=factories.NOON)

    with acting_as() as acts:
        assert ids("陈小明", acts.who) == []


def test_fifty_are_shown_and_more_is_asked_for(town, acting_as):
    with factories.as_owner_of_rows():
        factories.Person.create_batch(MOST + 1, name="陈小明", place=GRID)

    with acting_as() as acts:
        answer = look_for("陈小明", acts.who)

    assert len(answer.found) == MOST
    assert answer.has_more


def test_one_entry_of_the_trace_names_all_that_were_shown(town, acting_as):
    people = {person(town, "陈小明", room=str(room)).pk for room in range(3)}

    with acting_as() as acts:
        look_for("陈小明", acts.who)
        [entry] = Look.objects.filter(action="SEARCH")

    assert set(entry.subjects) == people
    assert entry.account == acts.user.pk
    assert entry.purpose == acts.who.purpose


def test_a_search_that_finds_nobody_is_written_down_too(town, acting_as):
    with acting_as() as acts:
        look_for("13800138000", acts.who)
        assert Look.objects.get().n_subjects == 0


def test_the_page_costs_the_same_for_one_and_for_fifty(town, acting_as, django_assert_num_queries):
    person(town, "陈小明")
    with acting_as() as acts, django_assert_num_queries(5):
        look_for("陈小明", acts.who)
    with factories.as_owner_of_rows():
        factories.Person.create_batch(49, name="陈小明", place=GRID)
    with acting_as() as acts, django_assert_num_queries(5):
        assert len(look_for("陈小明", acts.who).found) == MOST


def test_results_are_masked(town, acting_as):
    person(town, "陈小明")

    with acting_as() as acts:
        [found] = look_for("陈小明", acts.who).found

    assert (found.name, found.room) == ("陈**", "***")


@pytest.mark.parametrize("typed", ["陈小明", "远方大厦 502", "8000"])
def test_a_stranger_is_never_found(town, acting_as, typed):
    person(town, "陈小明", building=town.far, phone="+8613800138000")

    with acting_as() as acts:
        answer = look_for(typed, acts.who)

    assert answer.found == ()
    assert not answer.known_elsewhere


@pytest.mark.parametrize("typed", ["13800138000", NUMBER])
def test_of_a_whole_number_it_is_said_that_it_is_known_elsewhere(town, acting_as, typed):
    person(town, "陈小明", building=town.far, phone="+8613800138000", identity=NUMBER)

    with acting_as() as acts:
        answer = look_for(typed, acts.who)

    assert answer.found == ()
    assert answer.known_elsewhere


def test_nothing_is_known_elsewhere_to_whoever_may_not_view(town, acting_as):
    person(town, "陈小明", building=town.far, identity=NUMBER)
    index = secrets.blind_index(NUMBER, about="identity")

    with acting_as("gate_keeper", GRID), connection.cursor() as cursor:
        cursor.execute("SELECT people_known_elsewhere(%s, NULL)", [index])
        assert cursor.fetchone() == (False,)


@pytest.mark.parametrize(
    ("role", "place", "purpose"),
    [
        ("grid_worker", NEXT_GRID, "household_care"),
        ("grid_worker", GRID, ""),
        ("gate_keeper", GRID, ""),
        ("police_member", GRID, ""),
        ("auditor", COMMUNITY, ""),
    ],
)
def test_the_function_answers_nobody_else(town, acting_as, role, place, purpose):
    person(town, "陈小明")
    tokens = sorted(names.tokens("陈小明"))

    with acting_as(role, place, purpose), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_find(%s, %s, %s, 50)", [tokens] * 3)
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "typed",
    [
        "' OR 1=1 --",
        "%",
        "_",
        "陈%",
        "\\",
        "(((((",
        "[a-z]+栋 5",
        ".*栋 502",
        "a" * 5000,
        "\x00陈小明",
        "💥" * 60,
        "{1,2}",
    ],
)
def test_nothing_typed_is_taken_as_sql_or_a_pattern(town, acting_as, typed):
    person(town, "王大力")

    with acting_as() as acts:
        assert look_for(typed, acts.who).found == ()
