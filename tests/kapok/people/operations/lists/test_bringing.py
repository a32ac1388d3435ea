"""Whoever may bring a list, with what it must say, and what lies of it in the database."""

from datetime import timedelta

import pytest
from django.db import connection
from tests.kapok.people.bringing import (
    AT,
    GRID,
    STREET,
    about,
    acts,
    bring,
    building,
    checked,
    identity,
    new,
    officer,
    workbook,
)

from kapok.errors import NotAllowed, Refused
from kapok.people.models import PersonList
from kapok.people.operations import lists

pytestmark = pytest.mark.django_db


def bring_as_grid_worker():
    who = officer("grid_worker", GRID)
    with acts(who, purpose="household_care"):
        lists.bring_list(
            about=about(), file_name="a.xlsx", content=workbook([new()]), place=GRID,
            by=who.account, at=AT,
        )  # fmt: skip


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
