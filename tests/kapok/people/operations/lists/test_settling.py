"""Rows that are unclear become what somebody says of them."""

import pytest
from tests.kapok.people.bringing import (
    AT,
    acts,
    building,
    checked,
    identity,
    new,
    officer,
    resident,
    rows_of,
)

from kapok.errors import Refused
from kapok.people.operations import lists

pytestmark = pytest.mark.django_db


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
