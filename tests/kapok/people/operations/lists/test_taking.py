"""A second officer takes a list over: nothing twice, and all or nothing."""

import os
import signal
import subprocess
import sys
from datetime import date
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from tests import factories
from tests.kapok.people.bringing import (
    AT,
    BORN,
    COMMUNITY,
    GRID,
    about,
    acts,
    building,
    checked,
    identity,
    new,
    officer,
    other,
    people,
    resident,
    rows_of,
    take,
    workbook,
)

from kapok.access import secrets
from kapok.access.models import Look
from kapok.errors import NotAllowed, Refused
from kapok.people.models import Contact, ListRow, Person, PersonList, RegisterEntry, Residence
from kapok.people.operations import lists

pytestmark = pytest.mark.django_db


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
