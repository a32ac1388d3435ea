"""Who looks after which grid: vacancies, load, hand-overs due, and complete teams."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests import factories
from tests.factories import NOON
from tests.kapok.workforce import world
from tests.kapok.workforce.world import DAY
from tests.small_town import RIVERSIDE

from kapok.access.fields import spans
from kapok.access.models import Appointment
from kapok.access.roles import ROLES, Permission
from kapok.access.scope import Acting, acting, of_appointment
from kapok.codes import Level
from kapok.errors import NotAllowed, Refused
from kapok.places.models import Area, Building
from kapok.workforce import operations, queries
from kapok.workforce.models import HoursEntry, Post, Team, Worker

pytestmark = pytest.mark.django_db
MOST_QUERIES = 60  # of a page, its sign-in and scope included


def staff(lead, at=NOON):
    with world.as_(lead, at):
        return queries.staffing(at=at)


def due(lead, at=NOON):
    with world.as_(lead, at):
        return set(queries.handovers_due(at=at))


class TestVacancies:
    def test_at_first_every_grid_is_vacant(self, lead):
        assert [grid.code for grid in staff(lead).without_worker] == world.grids()

    def test_a_worker_a_deputy_and_one_to_come(self, lead):
        first, second, third, *_ = world.grids()
        factories.Appointment(place=first)
        factories.Appointment(place=second, is_deputy=True)
        factories.Appointment(place=third, starts_at=NOON + DAY)

        found = staff(lead)

        vacant = {grid.code for grid in found.without_worker}
        assert first not in vacant
        assert {second, third} <= vacant
        assert second not in {grid.code for grid in found.without_deputy}
        assert third not in {grid.code for grid in staff(lead, NOON + DAY).without_worker}
        coming = {grid.code: [one.starts_at for one in grid.coming] for grid in found.grids}
        assert coming[third] == [NOON + DAY]
        assert coming[first] == coming[second] == []

    def test_the_page_says_who_begins_later(self, lead, client: Client):
        later = factories.Appointment(place=world.grids()[0], starts_at=NOON + 3650 * DAY)
        client.force_login(lead.account)
        page = client.get("/workforce/vacancies/").content.decode()
        assert str(later.account) in page

    def test_a_closed_account_holds_nothing(self, lead):
        first = world.grids()[0]
        factories.Appointment(place=first, account=factories.User(is_active=False))

        assert first in {grid.code for grid in staff(lead).without_worker}

    def test_a_community_lead_sees_her_own_grids(self, lead):
        below = world.lead("community_lead", RIVERSIDE)

        assert {grid.community for grid in staff(below).grids} == {RIVERSIDE}


class TestLoad:
    def test_households_of_all_grids_are_summed_and_shared(self, lead):
        first, second, *_ = world.grids()
        alone = factories.Appointment(
            ranges=((first, first + 1), (second, second + 1)),
            areas=[[first, "GRID", ""], [second, "GRID", ""]],
        )
        helper = factories.Appointment(place=second)
        households = {grid.code: grid.households for grid in staff(lead).grids}

        loads = {load.account: load for load in staff(lead).loads}

        assert loads[alone.account_id].households == round(
            households[first] + households[second] / 2
        )
        assert loads[helper.account_id].households == round(households[second] / 2)
        assert staff(lead).loads[0].account == alone.account_id

    def test_the_sum_over_all_workers_is_that_of_the_grids(self, lead):
        for code in world.grids():
            factories.Appointment(place=code)
        found = staff(lead)

        assert sum(load.households for load in found.loads) == found.households
        assert found.workers_per_grid == 1


class TestHandOversDue:
    def give(self, days, grid=0):
        return factories.Appointment(place=world.grids()[grid], ends_at=NOON + days * DAY)

    def test_those_that_end_within_fourteen_days(self, lead):
        soon, _later = self.give(14), self.give(15, grid=1)

        assert due(lead) == {soon.pk}

    def test_not_those_with_a_successor(self, lead):
        soon = self.give(5)
        factories.Appointment(place=world.grids()[0], starts_at=NOON + 5 * DAY)

        assert due(lead) == set()
        assert soon.pk

    def test_a_successor_with_a_gap_as_deputy_or_in_half_of_the_places_is_none(self, lead):
        first, second, *_ = world.grids()
        soon = factories.Appointment(
            ranges=((first, first + 1), (second, second + 1)), ends_at=NOON + 5 * DAY
        )
        factories.Appointment(place=second, starts_at=NOON + 5 * DAY)
        factories.Appointment(place=first, starts_at=NOON + 6 * DAY)
        factories.Appointment(place=first, starts_at=NOON, is_deputy=True)

        assert due(lead) == {soon.pk}
        factories.Appointment(place=first, starts_at=NOON + 5 * DAY)
        assert due(lead) == set()

    def test_not_those_elsewhere(self, lead):
        factories.Appointment(place=440103023001001, ends_at=NOON + DAY)

        assert due(lead) == set()


class TestTeams:
    def make(self, lead, **more):
        with world.as_(lead):
            return operations.make_team(
                **({"name": "一组", "kind": "three_person", "code": RIVERSIDE} | more),
                by=lead.account,
                at=NOON,
            )

    def join(self, lead, team, role):
        with world.as_(lead):
            return operations.join_team(
                team_id=team.pk, accounts=[factories.User().pk], role=role,
                starts_at=NOON, by=lead.account, at=NOON,
            )  # fmt: skip

    def card(self, lead, team):
        with world.as_(lead):
            return queries.team_card(team.pk, at=NOON)

    def test_health_and_community_may_visit_without_police_but_are_not_complete(self, lead):
        team = self.make(lead)
        self.join(lead, team, "health_member")
        assert not self.card(lead, team).has_quorum
        self.join(lead, team, "community_member")
        assert self.card(lead, team).has_quorum
        assert not self.card(lead, team).is_complete
        self.join(lead, team, "police_member")
        assert self.card(lead, team).is_complete

    def test_a_role_that_is_not_in_the_mix_is_refused(self, lead):
        with pytest.raises(Refused, match="no such role"):
            self.join(lead, self.make(lead), "gate_keeper")

    def test_the_name_is_used_once_in_its_place(self, lead):
        self.make(lead)

        with pytest.raises(Refused, match="There is a team “一组” here already"):
            self.make(lead)

    def test_dissolving_ends_the_appointments(self, lead):
        team = self.make(lead)
        [member] = self.join(lead, team, "police_member")
        with world.as_(lead):
            operations.end_team(team_id=team.pk, by=lead.account, at=NOON + DAY)
        with factories.as_owner_of_rows():
            member.refresh_from_db()
        assert member.ends_at == NOON + DAY
        with pytest.raises(Refused, match="is no longer"):
            self.join(lead, team, "police_member")

    def test_elsewhere_is_refused(self, lead):
        other = world.lead("community_lead", 440103023001000)

        with world.as_(other), pytest.raises(NotAllowed):
            operations.end_team(team_id=self.make(lead).pk, by=other.account, at=NOON)


def test_a_thousand_grids_ask_no_more_than_one(lead, client: Client):
    """Ten communities of a hundred grids each, with 1,200 workers."""
    grids = []
    with factories.as_box():
        for number in range(100, 110):
            code = 440103022000000 + number * 1000
            community = factories.Community(code=code)
            grids += [
                Area(code=code + n, level=Level.GRID, parent=community, name_zh=f"{n}号网格",
                     valid_from=NOON)
                for n in range(1, 101)
            ]  # fmt: skip
        Area.objects.bulk_create(grids)
        Building.objects.bulk_create(
            Building(
                source="t", source_id=f"t{n}", place=grid.code, lon=113, lat=23, households=400
            )
            for n, grid in enumerate(grids)
        )
    people = [factories.User.build(username=f"w{n}", name=f"员{n}") for n in range(1200)]
    type(people[0]).objects.bulk_create(people)
    with factories.as_owner_of_rows():
        Appointment.objects.bulk_create(
            Appointment(
                account=person, role="grid_worker", areas=[[grids[n % 1000].code, "GRID", ""]],
                ranges=spans([(grids[n % 1000].code, "GRID")]), starts_at=NOON, given_at=NOON,
                is_deputy=n >= 1000, ends_at=NOON + timedelta(days=9000),
            )
            for n, person in enumerate(people)
        )  # fmt: skip
    client.force_login(lead.account)
    for path in ("/workforce/", "/workforce/grids/", "/workforce/load/", "/workforce/handovers/"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert len(asked) < MOST_QUERIES, path


VIEWS = {
    Worker: (Permission.WORKER_VIEW,),
    Team: (Permission.WORKER_VIEW,),
    HoursEntry: (Permission.WORKER_VIEW, Permission.ATTENDANCE_CONFIRM),
}
places = st.builds(
    lambda street, community, grid: 440103000000000 + street * 10**6 + community * 1000 + grid,
    st.integers(1, 2),
    st.integers(1, 2),
    st.integers(0, 2),
)


class TestLaws(TestCase):
    @settings(max_examples=60)
    @given(
        role=st.sampled_from(sorted(set(ROLES) - {"resident"})),
        mine=places,
        place=places,
        for_service=st.booleans(),
    )
    def test_can_and_the_database_agree_on_rows_about_staff(self, role, mine, place, for_service):
        account = factories.User()
        with factories.as_owner_of_rows():
            post = Post.objects.create(place=place, name="x", made_at=NOON)
            rows = [
                Worker.objects.create(account=account, place=place, kind="VOLUNTEER", made_at=NOON),
                Team.objects.create(
                    name="x", kind="gate", place=place, level="GRID", mix={}, quorum={},
                    made_at=NOON,
                ),
                HoursEntry.objects.create(
                    post=post, place=place, account=account, arrived_at=NOON
                ),
            ]  # fmt: skip
        who = of_appointment(factories.Appointment(role=role, place=mine), at=NOON)
        if for_service:
            who = Acting(**{**vars(who), "purpose": world.PURPOSE})
        with acting(who):
            for row in rows:
                seen = type(row).objects.filter(pk=row.pk).exists()
                may = any(who.can(each, place) for each in VIEWS[type(row)])
                assert seen == (may and (for_service or isinstance(row, Team)))
            changed = Team.objects.filter(pk=rows[1].pk).update(name="y")
            assert bool(changed) == who.can(Permission.TEAM_MANAGE, place)
