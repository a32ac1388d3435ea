"""A notice gets old: after its last day, and an urgent one after two days."""

from datetime import date, timedelta

import pytest
from tests.kapok.outreach.conftest import COMMUNITY, GRID, STREET

from kapok.errors import Refused
from kapok.outreach.operations import going, passing, writing
from kapok.outreach.queries import passing as offered
from kapok.outreach.queries.links import linked
from kapok.outreach.queries.public import current, public
from kapok.portal import notices
from kapok.portal.announced import Announced

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def today(town) -> date:
    return town.noon.date()


def at_home(town, later=timedelta()):
    return [brief.version.en.title for brief in current(GRID, at=town.noon + later)]


def test_after_its_last_day_nobody_is_shown_it_as_news(office, town, today):
    notice = office.send(last_day=today + DAY)
    assert at_home(town, DAY) == ["No water from 8 tomorrow"]
    assert at_home(town, 2 * DAY) == []
    page = public(linked(notice.code, at=town.noon), at=town.noon + 2 * DAY)
    assert (page.last_day, page.is_over) == (today + DAY, True)
    assert not public(linked(notice.code, at=town.noon), at=town.noon + DAY).is_over


def test_after_its_last_day_nobody_passes_it_on(office, town, today):
    version = office.version(office.send(way="BY_LEVELS", last_day=today))
    found = office.passing(version, STREET)
    with office.as_(town.street):
        assert len(offered.lines()) == 1
    with office.as_(town.street, DAY):
        assert offered.lines() == ()
        with pytest.raises(Refused, match="last day of this notice is over"):
            passing.pass_on(passing_id=found.pk, by=town.street.account, at=town.noon + DAY)


def test_a_last_day_that_is_over_is_refused(office, town, today):
    with pytest.raises(Refused, match="last day of the notice is over"):
        office.draft(last_day=today - DAY)
    with pytest.raises(Refused, match="last day of the notice is over"):
        office.send(last_day=today, later=2 * DAY)


def test_a_correction_may_give_another_last_day(office, town, today):
    notice = office.send(last_day=today)
    words = writing.Said(title_zh="改期", title_en="Later", body_zh="改期。", body_en="Later.")
    said = going.Correction(words, "改了日期", "The day", False, last_day=today + 5 * DAY)
    with office.as_(None):
        going.correct(notice_id=notice.pk, correction=said, by=town.officer.account, at=town.noon)
    assert at_home(town, 5 * DAY) == ["Later"]


def test_an_urgent_notice_stands_above_newer_ones_for_two_days(office, town):
    urgent = {"title_en": "Gas leak", "title_zh": "燃气泄漏"}
    office.send(words=urgent, topic="SAFETY", urgent=True)
    office.send(later=DAY)
    assert at_home(town, DAY) == ["Gas leak", "No water from 8 tomorrow"]
    assert at_home(town, 2 * DAY + DAY / 24) == ["No water from 8 tomorrow", "Gas leak"]


def test_the_online_home_orders_them_so(office, town, monkeypatch):
    monkeypatch.setattr(notices, "SOURCES", [Announced()])
    office.send(words={"title_en": "Gas leak"}, topic="SAFETY", urgent=True)
    office.send(later=DAY)
    for later, n in [(DAY, 0), (3 * DAY, 1)]:
        read = notices.read(COMMUNITY, at=town.noon + later)
        assert [notice.is_urgent for notice in read].index(True) == n


def test_the_pages_of_residents_change_when_a_notice_gets_old(office, town, monkeypatch):
    from kapok.portal import announced  # noqa: PLC0415

    office.send(topic="SAFETY", urgent=True)
    stamps = set()
    for later in (DAY / 24, 2 * DAY - DAY / 24, 2 * DAY + DAY / 24):
        monkeypatch.setattr(announced.timezone, "now", lambda later=later: town.noon + later)
        stamps.add(Announced().stamp())
    assert len(stamps) == 3
