"""Addresses as people write them lead to a building of the town and a room."""

from datetime import date

import pytest

from kapok.people.lists import addresses, dates
from kapok.people.lists.addresses import Spot, Town, read_room
from kapok.people.lists.dates import read_birth_date
from kapok.people.wrong import Wrong

TODAY = date(2026, 3, 2)
TOWN = Town(
    ["示例花园3区5栋", "示例花园3区15栋", "示例坊2号之7", "示例村3巷5号", "221 ANG MO KIO AVE 1",
     "示例学校2区3号楼", "示例花园3区5栋"],
    [440103022001001] * 6 + [440103022002001],
    {440103022001000: "逢源社区", 440103022002000: "昌华社区"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("address", "spot"),
    [
        ("逢源社区示例花园3区5栋502", Spot(0, "502")),
        ("荔湾区逢源街昌华社区示例花园三区五幢2单元301室", Spot(6, "2-301")),
        ("示例花园3区15栋1203房", Spot(1, "1203")),
        ("示例花园3区15栋12", Spot(1, "12")),
        ("示列花园3区15栋302房", Spot(1, "302")),  # a slip of the pen
        ("示例坊2号之7 3楼", Spot(2, "")),
        ("示例村三巷5号201", Spot(3, "201")),
        ("示例学校2区3号楼-101", Spot(5, "101")),
        ("Blk 221 Ang Mo Kio Avenue 1 #12-345 Singapore 560221", Spot(4, "12-345")),
        ("#12-345 Blk 221 Ang Mo Kio Ave 1", Spot(4, "12-345")),
    ],
)
def test_an_address_is_found(address, spot):
    assert TOWN.locate(address) == spot


def test_a_room_of_its_own_column_wins():
    assert TOWN.locate("示例花园3区15栋", "301", "2") == Spot(1, "2-301")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("示例花园3区5栋502", addresses.SEVERAL),
        ("示例花园3区6栋502", addresses.NO_BUILDING),
        ("别处花园9栋1", addresses.NO_BUILDING),
        ("示例花园3区15栋=cmd()", addresses.NO_ROOM),
    ],
)
def test_an_address_that_is_not_clear_is_refused(address, sentence):
    with pytest.raises(Wrong) as wrong:
        TOWN.locate(address)
    assert wrong.value.sentence == sentence


@pytest.mark.parametrize(
    ("text", "room"), [("502室", "502"), ("2单元301", "2-301"), ("a12", "A12")]
)
def test_rooms_have_one_form(text, room):
    assert read_room(text) == room


@pytest.mark.parametrize(
    "text", ["1990-05-31", "1990/5/31", "1990年5月31日", "19900531", "31/05/1990", "33024",
             "1990-05-31 00:00:00", "１９９０.5.31"]
)  # fmt: skip
def test_dates_in_the_usual_forms(text):
    assert read_birth_date(text, today=TODAY) == date(1990, 5, 31)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("1990-13-01", dates.UNREADABLE), ("05/06/1990", dates.TWO_READINGS),
     ("2027-01-01", dates.NEVER), ("1700-01-01", dates.NEVER), ("soon", dates.UNREADABLE)],
)  # fmt: skip
def test_dates_that_cannot_be(text, sentence):
    with pytest.raises(Wrong) as wrong:
        read_birth_date(text, today=TODAY)
    assert wrong.value.sentence == sentence
