"""Who is offered what to pass on, and at which doors: representative, grid worker, community."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.kapok.outreach.conftest import COMMUNITY, GRID, NEXT_GRID, STREET, home

from kapok.access import scope
from kapok.outreach.queries import passing as query

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=3)


@pytest.fixture
def worker(town):
    """The grid worker, of a grid where a stairwell without representative has no telephone."""
    from tests import factories  # noqa: PLC0415

    with factories.as_owner_of_rows():
        building = factories.Building(place=GRID, name="示例花园2栋", lon=113.24, lat=23.1)
        home(building, "501", None)
    return town.worker


def lines(office, who, later=timedelta()):
    with office.as_(who, later, purpose="notices" if who.role == "representative" else ""):
        return {line.place: line for line in query.lines()}


def down_to_grids(office):
    version = office.version(office.send(way="BY_LEVELS"))
    office.pass_on(office.town.street, version, STREET)
    office.pass_on(office.town.lead, version, COMMUNITY)
    return version


def test_after_a_representative_passed_it_on_the_worker_is_offered_the_other_doors(
    office, town, worker
):
    version = down_to_grids(office)
    office.pass_on(town.keeper, version, GRID)
    office.queue()
    assert lines(office, town.keeper)[GRID].n_to_knock_at == 1
    offered = lines(office, worker)[GRID]
    assert (offered.n_to_knock_at, offered.waits) == (1, True)
    with office.as_(worker):
        sheet = query.sheet(offered.id)
    assert [door.room for door in sheet.silent] == ["501"]
    assert [door.room for door in sheet.represented] == ["102"]


def test_the_representatives_line_waits_no_more_when_her_doors_are_told(office, town, worker):
    version = down_to_grids(office)
    office.pass_on(town.keeper, version, GRID)
    office.queue()
    office.tick(town.keeper, version, town.without)
    assert not lines(office, town.keeper)[GRID].waits
    assert lines(office, worker)[GRID].waits


def test_a_worker_of_grids_beside_each_other_is_offered_each_of_them(office, town):
    version = down_to_grids(office)
    with office.as_(town.worker):
        both = replace(scope.current(), ranges=((GRID, NEXT_GRID + 1),))
    with scope.acting(both):
        assert {line.place for line in query.lines()} == {GRID, NEXT_GRID}
    assert office.passing(version, NEXT_GRID).passed_at is None


def test_a_grid_that_nobody_passes_on_is_offered_to_the_community_after_a_while(office, town):
    down_to_grids(office)
    assert set(lines(office, town.lead)) == {COMMUNITY}
    late = lines(office, town.lead, HOURS)
    assert set(late) == {COMMUNITY, GRID, NEXT_GRID}
    assert late[NEXT_GRID].waits
