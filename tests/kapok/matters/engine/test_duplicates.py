"""What joins another report by itself, and what somebody must look at."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from uuid import UUID

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kapok.matters.engine.duplicates import PROPOSED, Heard, joins, likeness
from kapok.packs.schema import PackBody

SHIPPED = yaml.safe_load(files("kapok.packs").joinpath("data/gd-2021.yaml").read_text("utf-8"))
KINDS = {kind.code: kind for kind in PackBody.model_validate(SHIPPED).kinds}
LOOKED_FOR = [kind for kind in KINDS.values() if kind.duplicates]
NOON = datetime(2021, 6, 12, 4, tzinfo=UTC)
HOUSE = UUID(int=1)


def heard(text="", number=1, **more):
    """Somebody's words about one house at noon."""
    return replace(Heard(UUID(int=number), 1, HOUSE, 113.24, 23.1, NOON, text), **more)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("facility", "楼下路灯不亮", "楼下的路灯不亮了"),
        ("environment", "垃圾两天没清", "垃圾已经两天没有清"),
        ("forced_exit", "有人强行冲出南门", "南门有人强行冲出"),
    ],
)
def test_the_same_in_other_words_joins(kind, one, other):
    assert joins(heard(one), heard(other, 2), KINDS[kind])


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("facility", "楼下路灯不亮", "电梯停了，老人下不了楼"),
        ("environment", "垃圾两天没清", "污水井外溢"),
        ("facility", "", "楼下路灯不亮"),
        ("facility", "", ""),
    ],
)
def test_another_thing_in_the_same_house_does_not(kind, one, other):
    assert not joins(heard(one), heard(other, 2), KINDS[kind])


def test_what_was_answered_otherwise_is_another_thing():
    lamp, lift = heard("坏了", answers={"sort": "lamp"}), heard("坏了", 2, answers={"sort": "lift"})
    assert not joins(lamp, lift, KINDS["facility"])
    assert joins(lamp, replace(lift, answers={"sort": "lamp"}), KINDS["facility"])


@pytest.mark.parametrize("code", [k.code for k in LOOKED_FOR if k.realm in {"CARE", "HEALTH"}])
@given(text=st.text(max_size=40))
def test_a_need_never_joins_another_by_itself(code, text):
    assert not joins(heard(text), heard(text, 2), KINDS[code])


@given(
    one=st.text(max_size=30),
    other=st.text(max_size=30),
    minutes=st.floats(0, 10_000),
    east=st.floats(-0.01, 0.01),
)
def test_likeness_is_the_same_from_both_sides_and_ends_at_the_bounds(one, other, minutes, east):
    rule = KINDS["facility"].duplicates
    here = heard(one)
    there = heard(
        other, 2, building=None, lon=113.24 + east, received_at=NOON + timedelta(minutes=minutes)
    )
    found = likeness(here, there, rule)
    assert 0 <= found <= 1
    assert found == pytest.approx(likeness(there, here, rule), abs=1e-6)
    if minutes > rule.window_minutes:
        assert found == 0


def test_the_same_house_within_the_hour_is_proposed():
    rule = KINDS["help"].duplicates
    assert likeness(heard("家里没有米了"), heard("降压药只够两天", 2), rule) >= PROPOSED
