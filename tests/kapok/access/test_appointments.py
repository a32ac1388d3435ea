"""Giving, ending, prolonging and handing over roles: who may, and what is refused."""

from datetime import timedelta

import pytest
from django.utils import translation
from tests import factories
from tests.factories import NOON

from kapok.access import operations
from kapok.access.models import Appointment
from kapok.access.operations import Asked
from kapok.access.roles import ROLES
from kapok.access.scope import acting, of_appointment, of_box
from kapok.codes import Level
from kapok.errors import NotAllowed, Refused

pytestmark = pytest.mark.django_db
STREET, COMMUNITY = 440103022000000, 440103022001000
GRID, NEXT_GRID, ELSEWHERE = 440103022001001, 440103022001002, 440103023001001
GRID_1 = (GRID, Level.GRID, "网格一")
GRID_2 = (NEXT_GRID, Level.GRID, "网格二")
YEAR = timedelta(days=365)

IN_GRIDS = {
    "representative",
    "grid_worker",
    "police_member",
    "health_member",
    "community_member",
}
AT_A_GATE = {"gate_keeper"}
ELSE_IN_A_STREET = {
    "hotline_lead",
    "registrar",
    "vaccinator",
    "hotline_worker",
    "dispatcher",
    "site_lead",
    "assistance_officer",
    "home_manager",
    "community_lead",
}
STREETS = IN_GRIDS | AT_A_GATE | ELSE_IN_A_STREET
# Who may appoint whom, written down a second time. Roles that are missing here give nothing.
MAY_GIVE = {
    "community_lead": IN_GRIDS | AT_A_GATE,
    "hotline_lead": {"hotline_worker"},
    "street_command": STREETS,
    "district_command": STREETS | {"street_command"},
    "city_command": STREETS | {"street_command", "district_command", "health_authority"},
    "province_command": {"city_command", "health_authority"},
    "administrator": STREETS
    | {
        "street_command",
        "district_command",
        "city_command",
        "province_command",
        "health_authority",
        "auditor",
        "data_protection_officer",
        "administrator",
    },
}
PLACES = {
    Level.PROVINCE: 440000000000000,
    Level.CITY: 440100000000000,
    Level.DISTRICT: 440103000000000,
    Level.STREET: STREET,
    Level.COMMUNITY: COMMUNITY,
    Level.GRID: GRID,
}


@pytest.fixture(autouse=True)
def english():
    """Sentences as they are in the source."""
    with translation.override("en"):
        yield


def lead(role="street_command", place=STREET):
    return factories.Appointment(role=role, place=place, account=factories.User(name=f"{role}长"))


def as_(appointment, at=NOON):
    return acting(of_appointment(appointment, at=at))


def give(giver, *, at=NOON, **asked):
    wanted = {
        "account_id": asked.pop("account_id", None) or factories.User(name="李娜").pk,
        "role": "grid_worker",
        "areas": [GRID_1],
        "starts_at": NOON,
        "reason": "新招",
    } | asked
    with as_(giver, at):
        return operations.appoint(**wanted, by=giver.account, at=at)


def widest(role):
    """An area that the role may be held over."""
    level = next(level for level in Level if level in ROLES[role].levels)
    return (PLACES[level], level, "")


class TestWhoMayAppointWhom:
    @pytest.mark.parametrize("role", [role for role in ROLES if role != "resident"])
    @pytest.mark.parametrize("giver", [role for role in ROLES if role != "resident"])
    def test_the_table(self, giver, role):
        mine = factories.Appointment(role=giver, place=10**14)
        with factories.as_owner_of_rows():
            Appointment.objects.filter(pk=mine.pk).update(ranges=((10**14, 10**15),))
        mine.ranges = ((10**14, 10**15),)

        if role in MAY_GIVE.get(giver, set()):
            made = give(mine, role=role, areas=[widest(role)])
            assert (made.role, made.given_by) == (role, mine.account)
        else:
            with pytest.raises(NotAllowed, match="may not"):
                give(mine, role=role, areas=[widest(role)])

    def test_nobody_becomes_a_resident_by_appointment(self):
        assert not any("resident" in role.gives for role in ROLES.values())

    def test_the_box_gives_the_first_appointment(self):
        account = factories.User()
        with acting(of_box(at=NOON)):
            made = operations.appoint(
                account_id=account.pk,
                role="administrator",
                areas=[(PLACES[Level.CITY], Level.CITY, "广州市")],
                starts_at=NOON,
                by=None,
                at=NOON,
            )
        assert made.given_by is None

    def test_nobody_appoints_themselves(self):
        mine = lead()

        with pytest.raises(NotAllowed, match="to themselves"):
            give(mine, account_id=mine.account_id)

    def test_nobody_appoints_outside_their_own_areas(self):
        with pytest.raises(NotAllowed, match="outside your own"):
            give(lead(), areas=[GRID_1, (ELSEWHERE, Level.GRID, "")])

    def test_a_community_lead_cannot_reach_over_the_street(self):
        with pytest.raises(NotAllowed, match="outside your own"):
            give(
                lead("community_lead", COMMUNITY),
                role="gate_keeper",
                areas=[(STREET, Level.STREET, "")],
            )


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"areas": []}, "at least one area"),
            ({"areas": [(COMMUNITY, Level.COMMUNITY, "河畔")]}, "not held over a Community"),
            ({"areas": [(COMMUNITY, Level.GRID, "")]}, "is not the code of a Grid"),
            ({"starts_at": NOON - timedelta(days=2)}, "cannot begin in the past"),
            ({"ends_at": NOON}, "must be after the beginning"),
            ({"ends_at": NOON - timedelta(days=1)}, "must be after the beginning"),
        ],
    )
    def test_odd_areas_and_periods(self, wrong, sentence):
        with pytest.raises(Refused, match=sentence):
            give(lead(), **wrong)
        with factories.as_owner_of_rows():
            assert not Appointment.objects.filter(role="grid_worker").exists()

    def test_yesterday_may_still_be_written_down(self):
        assert give(lead(), starts_at=NOON - timedelta(hours=23))

    def test_a_closed_account(self):
        closed = factories.User(is_active=False, name="王强")

        with pytest.raises(Refused, match="The account of 王强 is closed"):
            give(lead(), account_id=closed.pk)

    def test_the_same_role_twice_over_the_same_grid_names_the_first(self):
        mine, first = lead(), factories.User(name="李娜")
        give(mine, account_id=first.pk, ends_at=NOON + YEAR)

        with pytest.raises(Refused, match="李娜 is “Grid worker” of 网格一 already, from 2026"):
            give(mine, account_id=first.pk, areas=[GRID_2, GRID_1])

    def test_twice_in_one_set(self):
        account = factories.User().pk
        mine = lead()
        twice = [Asked(account, "grid_worker", (GRID_1,), NOON)] * 2

        with as_(mine), pytest.raises(Refused, match="the same role twice"):
            operations.appoint_many(asked=twice, by=mine.account, at=NOON)

    def test_one_after_the_other_another_role_and_another_team_are_held_well(self):
        mine, account = lead(), factories.User().pk
        team, other_team = factories.User().pk, factories.User().pk
        give(mine, account_id=account, ends_at=NOON + YEAR)

        assert give(mine, account_id=account, starts_at=NOON + YEAR)
        assert give(mine, account_id=account, areas=[GRID_2])
        assert give(mine, account_id=account, role="representative")
        assert give(mine, account_id=account, role="health_member", unit=team)
        assert give(mine, account_id=account, role="health_member", unit=other_team)

    def test_of_a_set_with_one_wrong_nothing_is_written(self):
        mine = lead()
        good = Asked(factories.User().pk, "grid_worker", (GRID_1,), NOON)
        bad = Asked(factories.User().pk, "grid_worker", ((ELSEWHERE, Level.GRID, ""),), NOON)

        with as_(mine), pytest.raises(NotAllowed):
            operations.appoint_many(asked=[good, bad], by=mine.account, at=NOON)
        with factories.as_owner_of_rows():
            assert not Appointment.objects.filter(role="grid_worker").exists()


class TestEnding:
    def test_it_ends_now_and_says_by_whom(self):
        mine = lead()
        given = give(mine)

        with as_(mine, NOON + timedelta(days=9)):
            [ended] = operations.end_appointments(
                appointment_ids=[given.pk],
                ends_at=NOON + timedelta(days=9),
                reason="调走",
                by=mine.account,
                at=NOON + timedelta(days=9),
            )
        assert ended.ends_at == NOON + timedelta(days=9)
        assert (ended.ended_by, ended.reason) == (mine.account, "调走")

    def test_one_over_two_grids_apart_by_a_lead_of_just_these_two(self):
        two = ((GRID, GRID + 1), (NEXT_GRID + 5, NEXT_GRID + 6))
        mine = factories.Appointment(role="street_command", ranges=two)
        given = factories.Appointment(ranges=two)

        with as_(mine):
            [ended] = operations.end_appointments(
                appointment_ids=[given.pk], ends_at=NOON, by=mine.account, at=NOON
            )
        assert ended.ends_at == NOON

    def test_what_has_not_begun_never_begins(self):
        mine = lead()
        given = give(mine, starts_at=NOON + timedelta(days=7))

        with as_(mine):
            [ended] = operations.end_appointments(
                appointment_ids=[given.pk], ends_at=NOON, by=mine.account, at=NOON
            )
        assert ended.ends_at == ended.starts_at

    def test_twice_is_refused(self):
        mine = lead()
        given = give(mine, ends_at=NOON + YEAR)

        with as_(mine, NOON + 2 * YEAR), pytest.raises(Refused, match="ends on 2027-03-02 already"):
            operations.end_appointments(
                appointment_ids=[given.pk], ends_at=NOON + 2 * YEAR, by=mine.account,
                at=NOON + 2 * YEAR,
            )  # fmt: skip

    def test_a_lead_of_another_street_cannot_see_it(self):
        given = give(lead())
        other = lead(place=440103023000000)

        with as_(other), pytest.raises(NotAllowed, match="outside your places"):
            operations.end_appointments(
                appointment_ids=[given.pk], ends_at=NOON, by=other.account, at=NOON
            )

    def test_a_community_lead_cannot_end_the_lead_of_the_street(self):
        above, below = lead(), lead("community_lead", COMMUNITY)

        with as_(below), pytest.raises(NotAllowed):
            operations.end_appointments(
                appointment_ids=[above.pk], ends_at=NOON, by=below.account, at=NOON
            )


class TestChangingTheEnd:
    def test_it_lasts_longer(self):
        mine = lead()
        given = give(mine, ends_at=NOON + YEAR)

        with as_(mine):
            [longer] = operations.change_end(
                appointment_ids=[given.pk], ends_at=None, by=mine.account, at=NOON
            )
        assert longer.ends_at is None

    def test_not_into_the_next_one_of_the_same_person(self):
        mine, account = lead(), factories.User().pk
        given = give(mine, account_id=account, ends_at=NOON + YEAR)
        give(mine, account_id=account, starts_at=NOON + YEAR)

        with as_(mine), pytest.raises(Refused, match="already"):
            operations.change_end(
                appointment_ids=[given.pk], ends_at=None, by=mine.account, at=NOON
            )


class TestHandingOver:
    def hand(self, mine, given, to, moment=NOON + timedelta(days=3)):
        with as_(mine):
            return operations.hand_over(
                appointment_ids=[given.pk], to=to.pk, moment=moment, by=mine.account, at=NOON
            )

    def test_one_ends_and_the_other_begins_at_the_same_moment(self):
        mine, successor = lead(), factories.User(name="王强")
        given = give(mine, is_deputy=True)

        [new] = self.hand(mine, given, successor)

        with factories.as_owner_of_rows():
            given.refresh_from_db()
        assert given.ends_at == new.starts_at == NOON + timedelta(days=3)
        assert (new.account_id, new.is_deputy, new.ranges) == (successor.pk, True, given.ranges)

    def test_not_to_whoever_holds_it(self):
        mine, holder = lead(), factories.User(name="李娜")
        given = give(mine, account_id=holder.pk)

        with pytest.raises(Refused, match="李娜 holds this already"):
            self.hand(mine, given, holder)

    def test_not_to_oneself(self):
        mine = lead()
        given = give(mine)

        with pytest.raises(NotAllowed, match="to themselves"):
            self.hand(mine, given, mine.account)

    def test_not_before_it_begins(self):
        mine = lead()
        given = give(mine, starts_at=NOON + timedelta(days=7))

        with pytest.raises(Refused, match="begins only on 2026-03-09"):
            self.hand(mine, given, factories.User())

    def test_of_a_refused_hand_over_nothing_stays(self):
        mine, closed = lead(), factories.User(is_active=False)
        given = give(mine)

        with pytest.raises(Refused, match="is closed"):
            self.hand(mine, given, closed)
        with factories.as_owner_of_rows():
            given.refresh_from_db()
        assert given.ends_at is None
