"""Who is asked to pass a notice on, and whose groups are shown."""

import pytest
from django.test import Client
from django.urls import reverse
from tests import factories
from tests.kapok.outreach.conftest import COMMUNITY, DISTRICT, STREET

from kapok.errors import Refused
from kapok.outreach.models import Passing
from kapok.outreach.operations import groups, writing
from kapok.outreach.queries import groups as query
from kapok.outreach.queries import passing as offered
from kapok.places.models import Area

pytestmark = pytest.mark.django_db
CITY, OTHER = 440100000000000, 440104000000000


@pytest.fixture
def city(town):
    """The city above the district, with another district, and its command."""
    with factories.as_owner_of_rows():
        province = Area.objects.get(code=DISTRICT).parent
        above = factories.Community(code=CITY, level="CITY", name_zh="广州市", parent=province)
        factories.Community(code=OTHER, level="DISTRICT", name_zh="越秀区", parent=above)
    return factories.Appointment(role="city_command", place=CITY)


def waiting(office, version):
    with office.post():
        found = Passing.objects.filter(version=version, passed_at=None)
        return set(found.values_list("place", flat=True))


def test_from_a_city_level_by_level_each_district_is_asked_first(office, town, city):
    version = office.version(office.send(city, place=CITY, level="CITY", way="BY_LEVELS"))
    assert waiting(office, version) == {DISTRICT, OTHER}
    with office.as_(town.officer):
        assert [line.is_passed for line in offered.lines()] == [False]
    office.pass_on(town.officer, version, DISTRICT)
    assert STREET in waiting(office, version)
    assert DISTRICT not in waiting(office, version)


def test_the_own_group_of_who_sends_has_passed_it_on(office, town):
    version = office.version(office.send(way="BY_LEVELS"))
    assert office.passing(version, DISTRICT).passed_at == town.noon
    assert STREET in waiting(office, version)


def browser(appointment):
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(appointment.account)
    return client


@pytest.fixture
def wide(town):
    """Somebody who leads the groups of two districts."""
    with factories.as_owner_of_rows():
        province = Area.objects.get(code=DISTRICT).parent
        factories.Community(code=OTHER, level="DISTRICT", name_zh="越秀区", parent=province)
        who = factories.Appointment(role="district_command", place=DISTRICT)
        who.areas.append([OTHER, "DISTRICT", "越秀区"])
        who.ranges = ((DISTRICT, OTHER + 10**9),)
        who.save()
    return who


def test_whoever_leads_several_areas_finds_the_groups_of_each(office, wide):
    with office.as_(wide):
        groups.bring_up_to_date(lo=DISTRICT, hi=OTHER + 10**9, at=office.town.noon)
        assert [top.place for top in query.tops()] == [DISTRICT, OTHER]
        assert query.group(OTHER, "DISTRICT", at=office.town.noon).is_one_of_several
    page = browser(wide).get(reverse("notice-groups")).content.decode()
    assert "越秀区" in page


def test_whoever_leads_one_area_is_at_its_group_at_once(office, town):
    office.send()
    found = browser(town.lead).get(reverse("notice-groups"))
    assert found.url == reverse("notice-group", args=["community", COMMUNITY])
    with office.as_(town.lead):
        assert not query.group(COMMUNITY, "COMMUNITY", at=town.noon).is_one_of_several


def test_without_a_name_it_is_said_that_the_name_is_missing(office, town):
    with office.as_(town.lead), pytest.raises(Refused, match="Write the name of the account"):
        groups.stand(
            building_id=town.here.pk, username=" ", kind="BUILDING", by=town.lead.account,
            at=town.noon,
        )  # fmt: skip


def test_what_was_typed_is_said_back_where_there_is_no_such_account(office, town):
    said = {"username": "nobody", "kind": "STAIRWELL"}
    answer = browser(town.lead).post(reverse("stairwell-stand", args=[town.here.pk]), said)
    assert "There is no account “nobody”" in answer.content.decode()
    answer = browser(town.lead).post(
        reverse("stairwell-stand", args=[town.here.pk]), {"username": "", "kind": "STAIRWELL"}
    )
    assert "Write the name of the account" in answer.content.decode()


def test_no_two_notices_have_the_same_short_address(office, town, monkeypatch):
    first = office.draft()  # of others, and not sent yet
    signs = iter(first.code + "bcdfgh")
    monkeypatch.setattr(writing.randomness, "choice", lambda _letters: next(signs))
    lead = {"place": COMMUNITY, "level": "COMMUNITY"}
    assert office.draft(town.lead, **lead).code == "bcdfgh"
