"""How far a notice got reads truly where there is nobody to tell, and fits a phone."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from tests import factories
from tests.kapok.outreach.conftest import COMMUNITY, DISTRICT, GRID, NEXT_GRID, STREET
from tests.kapok.outreach.test_pages import browser, text

from kapok.outreach.operations import going
from kapok.outreach.queries.rollup import rollup

pytestmark = pytest.mark.django_db
EMPTY_STREET = 440103024000000


@pytest.fixture
def empty(town):
    """A street without grids and households."""
    with factories.as_owner_of_rows():
        factories.Community(
            code=EMPTY_STREET, level="STREET", name_zh="空街道", parent=factories.Province()
        )


def parts(office, version):
    with office.as_(office.town.officer):
        found = rollup(version.pk, DISTRICT, "DISTRICT")
    return {part.place: part for part in found.parts}


def rows(page):
    """The parts as the page of a notice shows them: their words, by name."""
    body = text(page).split("<tbody>")[1].split("</tbody>")[0]
    found = [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in body.split("<tr>")[1:]]
    return {row.split()[0]: row for row in found}


def test_a_street_without_households_has_nobody_to_tell(office, town, empty):
    notice = office.send()
    page = browser(town.officer).get(f"/notices/{notice.pk}/")
    assert "is being queued" in rows(page)["空街道"]
    office.queue()
    assert parts(office, office.version(notice))[EMPTY_STREET].n_queueing == 0
    page = browser(town.officer).get(f"/notices/{notice.pk}/")
    assert "nobody to tell" in rows(page)["空街道"]
    assert "being queued" not in text(page)


def test_what_waits_to_be_passed_on_is_not_said_to_be_empty(office, town, empty):
    notice = office.send(way="BY_LEVELS")
    office.queue()
    page = browser(town.officer).get(f"/notices/{notice.pk}/")
    assert "waits to be passed on" in rows(page)["空街道"]
    office.pass_on(town.officer, office.version(notice), EMPTY_STREET)
    office.queue()
    page = browser(town.officer).get(f"/notices/{notice.pk}/")
    assert "nobody to tell" in rows(page)["空街道"]


def test_what_was_withdrawn_before_it_was_queued_says_so(office, town):
    notice = office.send()
    with office.as_(town.officer):
        going.withdraw(notice_id=notice.pk, reason="mended", by=town.officer.account, at=town.noon)
    page = browser(town.officer).get(f"/notices/{notice.pk}/")
    assert "withdrawn before anybody was told" in text(page)
    assert "nobody to tell" not in text(page)


def test_the_whole_is_the_sum_of_its_parts(office, town):
    version = office.sent()
    office.tick(town.keeper, version, town.without)
    with office.as_(town.officer):
        found = rollup(version.pk, COMMUNITY, "COMMUNITY")
    assert {part.place for part in found.parts} == {GRID, NEXT_GRID}
    whole = found.whole
    assert (whole.n_households, whole.n_read, whole.n_without_phone, whole.n_told) == (4, 1, 1, 1)
    assert parts(office, version)[STREET].n_households == 4


def test_each_count_of_a_part_says_in_words_what_it_is_on_a_phone(office, town):
    notice = office.send()
    page = text(browser(town.officer).get(f"/notices/{notice.pk}/"))
    cells = re.findall(r'<td class="num[^"]*"([^>]*)>', page)
    assert cells
    assert all("data-label=" in cell for cell in cells)
    css = (Path(settings.STATICFILES_DIRS[0]) / "kapok/notices.css").read_text()
    assert "content: attr(data-label)" in css.split("@media (max-width: 40rem)")[1]
