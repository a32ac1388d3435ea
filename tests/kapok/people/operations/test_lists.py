"""Lists are brought, checked, settled and taken over: nothing twice, and all or nothing."""

import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from tests import factories
from tests.kapok.people.bringing import (
    AT,
    COMMUNITY,
    GRID,
    STREET,
    about,
    acts,
    bring,
    building,
    checked,
    identity,
    officer,
    people,
    resident,
    rows_of,
    workbook,
)

from kapok.access import secrets
from kapok.access.models import Look
from kapok.errors import NotAllowed, Refused
from kapok.people.models import Contact, ListRow, Person, PersonList, RegisterEntry, Residence
from kapok.people.operations import lists
from kapok.people.queries import lists as queries

pytestmark = pytest.mark.django_db
BORN = date(1990, 5, 31)


def new(name="李大伟", serial=7, phone="13800138007", born=BORN):
    return name, identity(born, serial=serial), phone, "示例花园3区5栋601", "女", f"{born}"


def other():
    return new("周小燕", 8, "13800138007", date(1962, 3, 4))


class TestBringing:
    @pytest.mark.parametrize("missing", ["owner", "legal_basis", "reason"])
    def test_a_list_without_owner_basis_or_reason_is_refused(self, missing):
        with pytest.raises(Refused, match=r"Say"):
            bring(officer(), [new()], **{missing: " "})

    @pytest.mark.parametrize("days", [-1, 0, 400])
    def test_a_list_ends_within_a_year(self, days):
        with pytest.raises(Refused, match="within a year"):
            bring(officer(), [new()], expires_at=AT + timedelta(days=days))

    def test_a_purpose_that_the_role_has_not_is_not_allowed(self):
        with pytest.raises(NotAllowed, match="may not bring lists"):
            bring(officer(), [new()], purpose="household_care")

    def test_a_purpose_of_emergencies_needs_one(self):
        with pytest.raises(Refused, match="emergency alone"):
            bring(officer("health_authority", STREET), [new()], purpose="epidemic_check")

    def test_the_same_file_is_brought_once(self):
        who = officer()
        content = workbook([new()])
        with acts(who):
            same = {"about": about(), "file_name": "a.xlsx", "content": content, "place": STREET}
            lists.bring_list(**same, by=who.account, at=AT)
            with pytest.raises(Refused, match="not taken in twice"):
                lists.bring_list(**same, by=who.account, at=AT)

    def test_nothing_readable_of_anybody_lies_in_the_database(self):
        who = officer()
        building()
        found = checked(who, [new()])
        with acts(who), connection.cursor() as cursor:
            cursor.execute("SELECT to_jsonb(l)::text FROM people_personlist l")
            stored = cursor.fetchone()[0]
            cursor.execute("SELECT to_jsonb(r)::text FROM people_listrow r")
            stored += cursor.fetchone()[0]
        assert found.pk
        assert "李大伟" not in stored
        assert identity(serial=7) not in stored

    def test_a_role_that_brings_no_lists_may_not(self):
        with pytest.raises(NotAllowed):
            bring_as_grid_worker()

    def test_who_dropped_a_list_may_bring_it_again(self):
        who = officer()
        found = bring(who, [new()])
        with acts(who):
            lists.drop_list(list_id=found.pk, by=who.account, at=AT)
            assert PersonList.objects.get(pk=found.pk).file is None


def bring_as_grid_worker():
    who = officer("grid_worker", GRID)
    with acts(who, purpose="household_care"):
        lists.bring_list(
            about=about(), file_name="a.xlsx", content=workbook([new()]), place=GRID,
            by=who.account, at=AT,
        )  # fmt: skip


class TestChecking:
    def test_says_of_each_row_what_becomes_of_it(self):
        who, home = officer(), building()
        resident("王小明", number=identity(serial=1), phone="+8613800138001", home=home)
        resident("陈丽华", born=date(1950, 1, 2), home=home, room="503")
        found = checked(
            who,
            [
                ("王小明", identity(serial=1), "13800138001", "示例花园3区5栋502", "女", ""),
                ("陈丽花", "", "13800138009", "示例花园3区5栋", "女", "1950-01-02"),
                new(),
                new(),
                ("赵六", "110105199001010000", "", "示例花园3区5栋", "男", ""),
                ("钱七", identity(serial=8), "", "别处9栋", "", ""),
                ("孙八", identity(serial=9, sex="M"), "", "示例花园3区5栋101", "女", ""),
            ],
        )
        rows = rows_of(found, who)
        assert [(row.number, row.status) for row in rows] == [
            (2, "KNOWN"), (3, "KNOWN"), (4, "NEW"), (5, "REPEATED"), (6, "REFUSED"),
            (7, "REFUSED"), (8, "REFUSED"),
        ]  # fmt: skip
        assert rows[3].same_as == rows[2].pk
        assert [problem[0] for row in rows[4:] for problem in row.problems] == [
            "identity", "address", "sex",
        ]  # fmt: skip

    def test_a_row_that_repeats_another_is_shown_beside_it_with_what_agrees(self):
        who = officer()
        building()
        found = checked(who, [new(), new()])
        with acts(who):
            [line] = queries.rows_page(found.pk, "REPEATED", 1).lines
        assert (line.number, line.same_as) == (3, 2)
        assert line.known == line.said
        assert line.agreement
        assert all(each.is_same for each in line.agreement)

    def test_one_wrong_character_and_another_home_is_for_somebody_to_settle(self):
        who, home = officer(), building()
        building("示例花园3区6栋")
        known = resident("王小明", home=home)
        found = checked(who, [("王小朋", "", "13800138009", "示例花园3区6栋", "", "1990-05-31")])
        [row] = rows_of(found, who)
        assert (row.status, row.candidate) in [("UNCLEAR", known.pk), ("NEW", None)]

    def test_the_same_name_and_birthday_with_other_papers_is_not_taken_for_sure(self):
        who, home = officer(), building()
        known = resident("王小明", number=identity(serial=1), home=home)
        found = checked(
            who, [("王小明", identity(serial=2), "", "示例花园3区5栋502", "女", "1990-05-31")]
        )
        [row] = rows_of(found, who)
        assert (row.status, row.candidate) == ("UNCLEAR", known.pk)

    def test_of_somebody_outside_the_places_it_says_that_they_exist_and_no_more(self):
        who = officer(place=440103023000000)
        with factories.as_box():
            factories.Building(name="别街1栋", place=440103023001001)
        resident("王小明", number=identity(serial=1))
        with acts(who):
            found = lists.bring_list(
                about=about(), file_name="a.xlsx", place=440103023000000, by=who.account, at=AT,
                content=workbook([("王小明", identity(serial=1), "", "别街1栋101", "", "")]),
            )  # fmt: skip
            lists.confirm_columns(list_id=found.pk, columns=found.columns, by=who.account, at=AT)
        lists.check_list(list_id=found.pk, enter=lambda: acts(who))
        [row] = rows_of(found, who)
        assert (row.status, row.candidate, row.likeness) == ("ELSEWHERE", None, None)

    def test_somebody_new_without_an_address_is_refused(self):
        who = officer()
        building()
        found = checked(who, [("李大伟", identity(serial=7), "", "", "", "")])
        [row] = rows_of(found, who)
        assert row.status == "REFUSED"
        assert "no address" in row.problems[0][1]

    def test_progress_is_told_and_the_search_is_traced(self):
        who, home = officer(), building()
        known = resident("王小明", number=identity(serial=1), home=home)
        row = ("王小明", identity(serial=1), "", "示例花园3区5栋502", "", "")
        found = checked(who, [row])
        with acts(who):
            found.refresh_from_db()
            assert (found.n_done, found.n_rows, found.status) == (1, 1, "CHECKED")
            look = Look.objects.get(action="SEARCH")
        assert look.subjects == [known.pk]

    def test_without_the_scope_nothing_is_seen(self):
        who = officer()
        building()
        checked(who, [new()])
        assert not PersonList.objects.exists()
        assert not ListRow.objects.exists()
        with acts(officer(place=440103023000000)):
            assert not PersonList.objects.exists()


class TestSettling:
    @pytest.fixture
    def unclear(self):
        who, home = officer(), building()
        resident("王小明", number=identity(serial=1), home=home)
        rows = [("王小明", identity(serial=2), "", "示例花园3区5栋502", "女", "1990-05-31")]
        return who, checked(who, rows)

    @pytest.mark.parametrize(
        ("choice", "status"), [("same", "KNOWN"), ("another", "NEW"), ("leave_out", "LEFT_OUT")]
    )
    def test_a_row_becomes_what_is_said_of_it(self, unclear, choice, status):
        who, found = unclear
        [row] = rows_of(found, who)
        with acts(who):
            n = lists.settle_rows(
                list_id=found.pk,
                choice=lists.Choice(choice),
                rows=[row.pk],
                by=who.account,
                at=AT,
            )
        assert n == 1
        assert [row.status for row in rows_of(found, who)] == [status]

    def test_settled_together_nobody_is_the_same_as_somebody_with_other_papers(self, unclear):
        who, found = unclear
        with acts(who):
            n = lists.settle_rows(list_id=found.pk, choice=lists.Choice.SAME, by=who.account, at=AT)
        assert n == 0
        assert [row.status for row in rows_of(found, who)] == ["UNCLEAR"]

    def test_rows_below_a_likeness_stay_unclear(self, unclear):
        who, found = unclear
        with acts(who):
            n = lists.settle_rows(
                list_id=found.pk, choice=lists.Choice.SAME, at_least=1.0, by=who.account, at=AT
            )
        assert n == 0

    def test_a_row_that_was_compared_with_nobody_is_the_same_as_nobody(self):
        who = officer()
        building()
        found = checked(who, [new()])
        [row] = rows_of(found, who)
        with acts(who), pytest.raises(Refused, match="compared with nobody"):
            lists.settle_rows(
                list_id=found.pk, choice=lists.Choice.SAME, rows=[row.pk], by=who.account, at=AT
            )


def take(who, found):
    """A second officer of the same street takes the list over."""
    with acts(who):
        return lists.take_list(list_id=found.pk, by=who.account, at=AT)


class TestTaking:
    def test_new_people_are_written_down_with_home_papers_and_telephone(self):
        who, taker = officer(), officer()
        building()
        found = checked(who, [new(), other()])
        assert take(taker, found) == lists.Taken(n_new=2, n_known=0)
        second, first = people(who)
        assert (first.name, first.place, first.birth_date, first.sex) == ("李大伟", GRID, BORN, "F")
        assert secrets.decrypt(first.identity, about="identity") == identity(serial=7)
        assert first.household_id == second.household_id
        assert first.source == f"list:{found.pk}"
        with acts(who):
            assert Residence.objects.filter(person=first, dwelling__room="601").exists()
            assert Contact.objects.count() == 2
            assert PersonList.objects.get().file is None
        with acts(taker):
            assert Look.objects.filter(action="CHANGE").exists()

    def test_known_people_gain_what_the_list_adds_and_lose_nothing(self):
        who, home = officer(), building()
        known = resident("王小明", number=identity(serial=1), phone="+8613800138001", home=home)
        row = ("王小明", identity(serial=1), "13800138001/13800138002", "示例花园3区5栋502", "", "")
        found = checked(who, [row])
        assert take(officer(), found) == lists.Taken(n_new=0, n_known=1)
        with acts(who):
            assert Contact.objects.filter(person=known).count() == 2
            assert ListRow.objects.get().person_id == known.pk
        assert len(people(who)) == 1

    def test_a_register_holds_everybody_of_its_list_once(self):
        who = officer()
        building()
        found = checked(who, [new(), other()], register="ELDER_ALONE")
        take(officer(), found)
        with acts(who):
            entries = RegisterEntry.objects.values_list("kind", "tier", "review_on")
            assert set(entries) == {("ELDER_ALONE", "C", date(2026, 9, 2))}
            assert len(entries) == 2

    def test_nothing_enters_twice(self):
        who = officer()
        building()
        found = checked(who, [new()])
        take(officer(), found)
        with pytest.raises(Refused, match="by now"):
            take(officer(), found)
        again = checked(who, [new(), other()])
        assert [row.status for row in rows_of(again, who)] == ["KNOWN", "NEW"]
        take(officer(), again)
        assert len(people(who)) == 2

    def test_somebody_who_was_written_down_meanwhile_refuses_the_whole(self):
        who, home = officer(), building()
        found = checked(who, [new("周九", 9, "13800138003"), new()])
        resident("李大伟", number=identity(serial=7), home=home, room="9")
        with pytest.raises(Refused, match="meanwhile"):
            take(officer(), found)
        assert [person.name for person in people(who)] == ["李大伟"]

    def test_unclear_rows_are_settled_first(self):
        who, home = officer(), building()
        resident("王小明", number=identity(serial=1), home=home)
        rows = [("王小明", identity(serial=2), "", "示例花园3区5栋502", "女", "1990-05-31")]
        found = checked(who, rows)
        with pytest.raises(Refused, match="still to be settled"):
            take(officer(), found)

    def test_whoever_brought_a_list_does_not_take_it_over(self):
        who = officer()
        building()
        found = checked(who, [new()])
        with pytest.raises(NotAllowed, match="a second person"):
            take(who, found)
        same_person = officer("street_command", account=who.account)
        with pytest.raises(NotAllowed, match="a second person"):
            take(same_person, found)
        assert people(who) == []
        assert take(officer("street_command"), found) == lists.Taken(n_new=1, n_known=0)

    def test_a_community_lead_brings_but_does_not_take(self):
        who = officer("community_lead", COMMUNITY)
        building()
        with acts(who):
            found = lists.bring_list(
                about=about(), file_name="a.xlsx", content=workbook([new()]), place=COMMUNITY,
                by=who.account, at=AT,
            )  # fmt: skip
            with pytest.raises(Refused, match="by now"):
                lists.take_list(list_id=found.pk, by=who.account, at=AT)
            lists.confirm_columns(list_id=found.pk, columns=found.columns, by=who.account, at=AT)
        lists.check_list(list_id=found.pk, enter=lambda: acts(who))
        with acts(who), pytest.raises(NotAllowed, match="list:take"):
            lists.take_list(list_id=found.pk, by=who.account, at=AT)


def test_above_fifty_refused_rows_only_who_brought_them_takes_the_file():
    who, other = officer(), officer("street_command")
    found = checked(who, [("王小明", "1", "", "", "", "")] * 51)
    with acts(who):
        assert queries.refused_file(found.pk).startswith(b"PK")
    with acts(other), pytest.raises(NotAllowed, match="Ask them for"):
        queries.refused_file(found.pk)


CUT_OFF = """
import os, signal, sys, django
django.setup()
from tests.kapok.people.bringing import AT, acts
from kapok.access.models import Appointment, User
from kapok.access.scope import acting, of_account
from kapok.people.operations import lists
from kapok.people.operations.lists import taking
account = User.objects.get(pk=sys.argv[1])
with acting(of_account(account.pk, at=AT)):
    who = Appointment.objects.get()
taking._add_contacts = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with acts(who):
    lists.take_list(list_id=sys.argv[2], by=account, at=AT)
"""


@pytest.mark.django_db(transaction=True)
def test_a_power_cut_in_the_middle_leaves_nothing_and_the_list_can_be_taken_again():
    who, second = officer(), officer()
    building()
    found = checked(who, [new(), other()])
    url = urlsplit(os.environ["DATABASE_URL"])
    url = url._replace(path=f"/{connection.settings_dict['NAME']}")
    ended = subprocess.run(
        [sys.executable, "-c", CUT_OFF, str(second.account_id), str(found.pk)],
        env=os.environ | {"DATABASE_URL": urlunsplit(url)},
        check=False,
        timeout=300,
        capture_output=True,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    with factories.as_owner_of_rows():
        assert Person.objects.count() == 0
    assert take(second, found) == lists.Taken(n_new=2, n_known=0)
    assert len(people(who)) == 2
