"""Who is offered what to pass on, and at which doors: representative, grid worker, community."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.kapok.outreach.conftest import COMMUNITY, GRID, NEXT_GRID, STREET, home

from kapok.access import scope
from kapok.access.models import Look
from kapok.errors import Refused
from kapok.outreach.models import Representative
from kapok.outreach.operations import groups
from kapok.outreach.queries import passing as query
from kapok.outreach.queries import rollup

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


class TestStairwells:
    """Of a group with several representatives each passes it on in their own stairwell."""

    @pytest.fixture
    def second(self, town):
        """Another representative, of another building of the same group."""
        from tests import factories  # noqa: PLC0415

        from kapok.outreach.models import Representative  # noqa: PLC0415

        with factories.as_owner_of_rows():
            building = factories.Building(place=GRID, name="示例花园2栋", lon=113.24, lat=23.1)
            home(building, "501", None)
            keeper = factories.Appointment(role="representative", place=GRID)
            standing = Representative.objects.create(
                building=building, place=GRID, account=keeper.account, agreed_at=town.noon
            )
        keeper.standing = standing
        return keeper

    def test_the_first_passes_it_on_in_part_and_the_messages_go(self, office, town, second):
        version = down_to_grids(office)
        office.pass_on(town.keeper, version, GRID)
        office.queue()
        assert [message.place for message in office.messages(version)] == [GRID]
        assert lines(office, town.keeper)[GRID].is_passed
        assert not lines(office, second)[GRID].is_passed
        assert not lines(office, town.worker)[GRID].is_passed
        counted = roll(office, town.lead, version)
        assert (counted[GRID].n_passed, counted[GRID].n_in_part) == (0, 1)
        assert (counted[GRID].n_waiting, counted[GRID].n_stairwells) == (0, 1)

    def test_with_the_last_stairwell_the_group_has_passed_it_on(self, office, town, second):
        version = down_to_grids(office)
        office.pass_on(town.keeper, version, GRID)
        office.pass_on(second, version, GRID)
        counted = roll(office, town.lead, version)
        assert (counted[GRID].n_passed, counted[GRID].n_in_part) == (1, 0)
        with pytest.raises(Refused, match="passed on already"):
            office.pass_on(second, version, GRID)

    def test_nobody_passes_it_on_twice_in_the_same_stairwell(self, office, town, second):
        version = down_to_grids(office)
        office.pass_on(town.keeper, version, GRID)
        with pytest.raises(Refused, match="passed on already"):
            office.pass_on(town.keeper, version, GRID)

    def test_the_grid_worker_passes_it_on_for_all_that_wait(self, office, town, second):
        version = down_to_grids(office)
        office.pass_on(town.keeper, version, GRID)
        office.pass_on(town.worker, version, GRID)
        assert lines(office, second)[GRID].is_passed
        assert roll(office, town.lead, version)[GRID].n_passed == 1

    def test_the_page_of_the_notice_says_how_many_stairwells_and_who_waits(
        self, office, town, second
    ):
        version = down_to_grids(office)
        office.pass_on(town.keeper, version, GRID)
        with office.as_(town.lead):
            waits = {each.place: each for each in rollup.late(version.pk, COMMUNITY, "COMMUNITY")}
        assert (waits[GRID].n_passed, waits[GRID].n_stairwells) == (1, 2)
        assert (waits[NEXT_GRID].n_passed, waits[NEXT_GRID].n_stairwells) == (0, 0)

    def test_a_group_in_part_is_offered_to_the_community_after_a_while(self, office, town, second):
        version = down_to_grids(office)
        office.pass_on(town.keeper, version, GRID)
        assert GRID in lines(office, town.lead, HOURS)
        office.pass_on(second, version, GRID)
        assert GRID not in lines(office, town.lead, HOURS)

    def test_who_steps_down_keeps_no_group_waiting(self, office, town, second):
        version = down_to_grids(office)
        office.pass_on(town.keeper, version, GRID)
        with office.as_(town.lead):
            groups.step_down(
                representative_id=second.standing.pk, by=town.lead.account, at=town.noon
            )
        assert roll(office, town.lead, version)[GRID].n_passed == 1

    def test_one_sentence_is_added_for_a_group(self, office, town, second):
        version = down_to_grids(office)
        office.pass_on(town.keeper, version, GRID, local_zh="水车在东门。")
        with pytest.raises(Refused, match="added for this group already"):
            office.pass_on(second, version, GRID, local_zh="水车在西门。")
        office.pass_on(second, version, GRID)
        assert office.passing(version, GRID).local_zh == "水车在东门。"


def roll(office, who, version):
    """The parts of the community, by place."""
    with office.as_(who):
        found = rollup.rollup(version.pk, COMMUNITY, "COMMUNITY")
    return {part.place: part for part in found.parts}


class TestSeveralHouseholdsOfARoom:
    """They are told apart by a number, and by a masked name for who may see people."""

    @pytest.fixture
    def shared(self, town):
        """Two more households of room 102, one with a telephone."""
        from tests import factories  # noqa: PLC0415

        with factories.as_owner_of_rows():
            dwelling = town.without.dwelling
            made = []
            for number, name in ((None, "陈小明"), ("+8613800000009", "李大华")):
                household = factories.Household(dwelling=dwelling, place=GRID)
                person = factories.Person(household=household, place=GRID, name=name)
                if number:
                    factories.Contact(person=person, number=number)
                made.append(household)
        return made

    def sheet(self, office, who, version):
        with office.as_(who, purpose="notices" if who.role == "representative" else ""):
            return query.sheet(office.passing(version, GRID).pk)

    def turns(self, office, who, version):
        return {door.household: door.turn for door in self.sheet(office, who, version).silent}

    def test_the_room_stands_once_with_its_households_numbered(self, office, town, shared):
        version = office.sent()
        sheet = self.sheet(office, town.keeper, version)
        [room] = sheet.silent_rooms
        assert (room.room, room.is_shared, len(room.doors)) == ("102", True, 2)
        [unread] = [room for room in sheet.unread_rooms if room.room == "102"]
        labels = [door.household_label for door in (*room.doors, *unread.doors)]
        assert sorted(labels) == [f"household {n} of 3" for n in (1, 2, 3)]

    def test_the_number_of_a_household_stays_when_another_was_told(self, office, town, shared):
        version = office.sent()
        before = {
            door.household: door.turn for door in self.sheet(office, town.keeper, version).silent
        }
        first = min(before, key=before.__getitem__)
        [told] = [home for home in (town.without, *shared) if home.pk == first]
        office.tick(town.keeper, version, told)
        after = {
            door.household: door.turn for door in self.sheet(office, town.keeper, version).silent
        }
        assert after == {key: turn for key, turn in before.items() if key != first}

    def test_the_representative_reads_no_name_and_the_worker_a_masked_one(
        self, office, town, shared
    ):
        version = office.sent()
        assert {door.called for door in self.sheet(office, town.keeper, version).silent} == {""}
        with office.post():
            Representative.objects.update(ended_at=town.noon)
        called = [door.called for door in self.sheet(office, town.worker, version).silent]
        assert "陈**" in called
        assert "陈小明" not in called

    def test_whose_masked_names_were_listed_is_in_the_trace(self, office, town, shared):
        version = office.sent()
        self.sheet(office, town.worker, version)
        with office.as_(town.auditor):
            looked = Look.objects.filter(account=town.worker.account.pk, action=Look.Action.LIST)
            assert looked.get().n_subjects == 3

    def test_a_room_of_one_household_is_as_before(self, office, town):
        version = office.sent()
        [room] = self.sheet(office, town.keeper, version).silent_rooms
        assert (room.room, room.is_shared) == ("102", False)
