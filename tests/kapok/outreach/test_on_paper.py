"""A representative who cannot act any more stands on paper alone: others knock at her doors."""

from datetime import timedelta

import pytest
from tests.kapok.outreach.conftest import COMMUNITY, FAR_GRID, GRID, STREET, home

from kapok.access.scope import acting, of_resident
from kapok.outreach import tasks
from kapok.outreach.models import Representative
from kapok.outreach.queries import groups, stairwells
from kapok.outreach.queries import passing as query

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def end(appointment, at):
    from tests import factories  # noqa: PLC0415

    with factories.as_owner_of_rows():
        appointment.ends_at = at
        appointment.save()


def close(appointment, _at):
    from tests import factories  # noqa: PLC0415

    with factories.as_owner_of_rows():
        appointment.account.is_active = False
        appointment.account.save()


def for_the_worker(office, version):
    """What the grid worker is offered: doors to knock at, those of representatives, the number."""
    with office.as_(office.town.worker):
        [line] = [line for line in query.lines() if line.place == GRID]
        sheet = query.sheet(office.passing(version, GRID).pk)
    return [door.room for door in sheet.silent], len(sheet.represented), line.n_to_knock_at


@pytest.mark.parametrize("leave", [end, close])
def test_the_doors_of_who_cannot_act_any_more_are_the_grid_workers(office, town, leave):
    version = office.sent()
    assert for_the_worker(office, version) == ([], 1, 0)
    leave(town.keeper, town.noon - DAY)
    assert for_the_worker(office, version) == (["102"], 0, 1)


def test_an_appointment_for_another_grid_is_none_for_these_doors(office, town):
    from tests import factories  # noqa: PLC0415

    version = office.sent()
    end(town.keeper, town.noon - DAY)
    with factories.as_owner_of_rows():
        factories.Appointment(role="representative", place=FAR_GRID, account=town.keeper.account)
    assert for_the_worker(office, version) == (["102"], 0, 1)


def test_no_group_waits_for_a_stairwell_whose_representative_cannot_act(office, town):
    from tests import factories  # noqa: PLC0415

    with factories.as_owner_of_rows():
        building = factories.Building(place=GRID, name="示例花园2栋", lon=113.24, lat=23.1)
        home(building, "501", None)
        second = factories.Appointment(role="representative", place=GRID)
        Representative.objects.create(
            building=building, place=GRID, account=second.account, agreed_at=town.noon
        )
    version = office.version(office.send(way="BY_LEVELS"))
    office.pass_on(town.street, version, STREET)
    office.pass_on(town.lead, version, COMMUNITY)
    office.pass_on(town.keeper, version, GRID)
    tasks.recount_stairwells(at=town.noon)
    assert office.passing(version, GRID).n_stairwells_waiting == 1
    close(second, town.noon)
    tasks.recount_stairwells(at=town.noon)
    assert office.passing(version, GRID).n_stairwells_waiting == 0


def test_no_stranger_learns_for_which_buildings_somebody_stands(office, town):
    for who, n in [(town.worker, 1), (town.stranger, 0), (town.elsewhere, 0), (town.gate, 0)]:
        with office.as_(who):
            assert len(stairwells.standing([GRID], at=town.noon)) == n
    with acting(of_resident((town.with_phone.pk,), at=town.noon)):
        assert not stairwells.standing([GRID], at=town.noon)


def test_the_page_of_the_group_says_that_nobody_of_a_stairwell_can_act(office, town):
    office.send()
    for n_without, can_act in [(0, True), (1, False)]:
        with office.as_(town.lead):
            page = groups.group(GRID, "GRID", at=town.noon)
        [here] = page.stairwells
        assert (page.n_without, here.can_act, len(here.standing)) == (n_without, can_act, 1)
        close(town.keeper, town.noon)
