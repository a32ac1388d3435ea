"""What becomes of each row: new, known, the same, unclear or refused."""

from datetime import date

import pytest
from tests import factories
from tests.kapok.people.bringing import (
    AT,
    about,
    acts,
    building,
    checked,
    identity,
    new,
    officer,
    resident,
    rows_of,
    workbook,
)

from kapok.access.models import Look
from kapok.errors import NotAllowed
from kapok.people.models import ListRow, PersonList
from kapok.people.operations import lists
from kapok.people.queries import lists as queries

pytestmark = pytest.mark.django_db


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


def test_above_fifty_refused_rows_only_who_brought_them_takes_the_file():
    who, other = officer(), officer("street_command")
    found = checked(who, [("王小明", "1", "", "", "", "")] * 51)
    with acts(who):
        assert queries.refused_file(found.pk).startswith(b"PK")
    with acts(other), pytest.raises(NotAllowed, match="Ask them for"):
        queries.refused_file(found.pk)
