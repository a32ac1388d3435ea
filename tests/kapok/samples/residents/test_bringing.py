"""Made-up people in the database: found by their numbers, alone, and replaced as a whole."""

import pytest
from django.db import connection
from django.utils import translation
from tests import factories
from tests.factories import NOON

from kapok.access import secrets
from kapok.box import owner
from kapok.errors import Refused
from kapok.people import names
from kapok.people.models import Contact, Dwelling, Household, Person, RegisterEntry, Residence
from kapok.places.models import Source
from kapok.samples.residents import bringing, removing

GRID = 440103022001001
HERE = (440103022001000, 440103022002000)
SINGAPORE = 900101002001001

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def filled():
    """Acting as whoever fills a town, with two buildings in it."""
    with factories.as_box():
        for place in (GRID, GRID + 1):
            factories.Building(place=place, households=30, residents=75, dwellings=33)
    with bringing.filling(NOON):
        bringing.bring(at=NOON, here=HERE)
        yield


def test_everybody_is_made_up_and_says_so(filled):
    assert set(Person.objects.values_list("is_made_up", "source")) == {(True, "made-up")}
    assert Source.objects.get(key="made-up-people").made_up
    assert 130 < Person.objects.count() < 175


def test_everybody_has_a_home_in_their_grid(filled):
    for person in Person.objects.select_related("household__dwelling__building"):
        assert person.place == person.household.place == person.household.dwelling.building.place
    assert Residence.objects.filter(ended_on=None).count() == Person.objects.count()
    assert Dwelling.objects.count() == 66
    assert Household.objects.filter(people=None).count() == 0


def test_papers_and_phones_are_encrypted_and_found_by_their_index(filled):
    person = Person.objects.exclude(identity=None).first()
    number = secrets.decrypt(person.identity, about="identity")
    phone = Contact.objects.first()

    assert number.startswith("4401")
    assert (
        Person.objects.get(identity_index=secrets.blind_index(number, about="identity")) == person
    )
    value = secrets.decrypt(phone.value, about="phone")
    assert bytes(phone.value_index) == secrets.blind_index(value, about="phone")
    assert bytes(phone.tail_index) == secrets.blind_index(value[-4:], about="phone-tail")


def test_names_can_be_found_by_their_tokens(filled):
    person = Person.objects.first()

    assert set(person.name_tokens) == set(names.tokens(person.name))
    assert person.name_pinyin == names.pinyin(person.name)


def test_registers_are_reviewed_within_half_a_year(filled):
    for entry in RegisterEntry.objects.all():
        assert entry.realm == "CARE"
        assert entry.began_on <= NOON.date() < entry.review_on


def test_a_town_with_people_is_refused(filled):
    with pytest.raises(Refused, match="--again"):
        bringing.refuse_people(HERE, again=False)
    bringing.refuse_people(HERE, again=True)


def test_a_town_with_real_people_is_refused_for_good(filled):
    factories.Person(place=GRID, household=Household.objects.first())

    with pytest.raises(Refused, match="not made up"):
        bringing.refuse_people(HERE, again=True)


def test_without_a_building_there_is_nobody():
    with bringing.filling(NOON), pytest.raises(Refused, match="no building"):
        bringing.bring(at=NOON, here=HERE)


def test_as_many_as_were_asked_for(db):
    with factories.as_box():
        for _ in range(20):
            factories.Building(place=GRID, households=20, residents=50, dwellings=20)
    with bringing.filling(NOON):
        work = bringing.bring(at=NOON, here=HERE, n_people=300)

    assert work.n_people == pytest.approx(300, rel=0.1)


def test_singapore_gets_its_own_names_and_numbers():
    with factories.as_box():
        factories.Building(place=SINGAPORE, households=60, residents=170, dwellings=60)
    with bringing.filling(NOON):
        bringing.bring(at=NOON, here=(9 * 10**14, 10**15))

        person = Person.objects.exclude(identity=None).first()
        assert person.identity_kind == "SINGAPORE"
        assert secrets.decrypt(person.identity, about="identity").startswith("T")
        assert Contact.objects.filter(kind="MOBILE").exists()
        assert Dwelling.objects.first().room.startswith("#")


def test_an_area_that_is_not_there_is_refused():
    for code in ("440199", "four", "9" * 20):
        with pytest.raises(Refused, match="no area with the code"):
            bringing.span_of(code)
    assert bringing.span_of("") == (10**14, 10**15)


@pytest.mark.django_db(transaction=True)
def test_made_up_people_are_replaced_as_a_whole_and_leave_no_history():
    with factories.as_box():
        factories.Province()
        factories.Building(place=GRID, households=30, residents=75, dwellings=33)
    first = bringing.bring_as_owner(at=NOON, here=HERE)

    with pytest.raises(Refused, match="--again"):
        bringing.bring_as_owner(at=NOON, here=HERE)
    second = bringing.bring_as_owner(at=NOON, here=HERE, again=True, seed=1)

    assert first.n_people > 60
    with factories.as_owner_of_rows():
        assert Person.objects.count() == second.n_people
        assert Dwelling.objects.count() == second.n_dwellings
    with owner.connected(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'person_by_name_tokens'")
        assert cursor.fetchone() == (1,)
        cursor.execute("SELECT count(*) FROM people_personevent")
        assert cursor.fetchone() == (0,)


def test_removing_takes_everything_that_hangs_on_a_person():
    tables = {field.model._meta.db_table for field in removing._hangs_on_people()}

    assert {"people_contact", "people_contactevent", "people_listrow", "people_merge"} <= tables
