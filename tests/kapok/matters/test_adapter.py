"""Dispatch as it is planned from matters and units: who may go, along which way, and why."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import NOON

from kapok.matters import adapter
from kapok.matters.adapter import Because, Sendable, Waiting, proposed, ways_to
from kapok.places import projection
from kapok_planning.dispatch import Why
from kapok_planning.streets import make_streets

LAT, M_A_DEGREE = 23.1, 102_470.0  # of longitude there
HERE, ELSEWHERE = ((10, 20, ""),), ((20, 30, ""),)


def waiting(metres, *, place=10, kind="lamp", realm="SERVICE", within_min=None, **more):
    """A matter so many metres east of the first spot."""
    due = None if within_min is None else NOON + timedelta(minutes=within_min)
    known = {"arrive_by": due, "weight": 1.0, "urgent": False} | more
    return Waiting(uuid4(), place, kind, realm, 113.2 + metres / M_A_DEGREE, LAT, **known)


def sendable(metres, *, areas=HERE, free_min=0.0, off_min=None, realms=None):
    off = None if off_min is None else NOON + timedelta(minutes=off_min)
    return Sendable(
        uuid4(),
        113.2 + metres / M_A_DEGREE,
        LAT,
        NOON + timedelta(minutes=free_min),
        off,
        areas,
        realms,
    )


@pytest.fixture(autouse=True)
def streets(monkeypatch):
    """No streets, unless a test brings some."""
    known = SimpleNamespace(town=None)
    monkeypatch.setattr(adapter, "town_streets", lambda: known.town)

    def bring(*lines):
        crs = projection.metres_around(np.array([113.2, 113.3]), np.array([23.0, 23.2]))
        shapes = np.array([shapely.LineString(line) for line in lines], dtype=object)
        made = make_streets(projection.shapes_to_metres(shapes, crs))
        known.town = SimpleNamespace(streets=made, crs=crs)

    return bring


def test_the_nearest_is_who_arrives_first_and_straight_ways_are_stretched():
    far, near, busy = sendable(2_000), sendable(500), sendable(0, free_min=30)
    ways = ways_to(waiting(0), [far, near, busy], at=NOON)

    assert [way.unit for way in ways] == [near.id, far.id, busy.id]
    assert ways[0].metres == pytest.approx(700, rel=0.01)
    assert ways[0].minutes == pytest.approx(4.2, rel=0.01)  # half of 20 km/h
    assert not ways[0].by_street


def test_ways_follow_streets_where_there_are_any(streets):
    south, corner = [113.2, LAT - 0.01], [113.22, LAT - 0.01]
    streets([[113.2, LAT], south, corner, [113.22, LAT]])
    [way] = ways_to(waiting(0), [sendable(0.02 * M_A_DEGREE)], at=NOON)

    assert way.by_street
    assert way.metres == pytest.approx(0.02 * M_A_DEGREE + 2 * 1_107, rel=0.01)


def test_it_says_how_late_somebody_would_be():
    [way] = ways_to(waiting(0, within_min=1), [sendable(500)], at=NOON)
    assert way.late_min == pytest.approx(3.2, abs=0.1)


def test_who_may_not_go_there_is_not_ranked_nor_sent():
    wrong = sendable(0, areas=ELSEWHERE)
    assert ways_to(waiting(0), [wrong], at=NOON) == ()

    matter = waiting(0)
    plan = proposed([matter], [wrong], at=NOON)
    assert plan.legs == ()
    assert plan.left == ((matter.id, Why.NO_SKILL),)


def test_a_unit_for_one_kind_alone_is_not_sent_to_another():
    only = sendable(0, areas=((10, 20, "visit"),))
    plan = proposed([waiting(0), visit := waiting(900, kind="visit")], [only], at=NOON)
    assert [leg.matter for leg in plan.legs] == [visit.id]


def test_a_unit_whose_people_do_not_see_a_realm_is_not_sent_into_it():
    police = sendable(0, realms=frozenset({"ORDER"}))
    care, order = waiting(0, realm="CARE"), waiting(900, realm="ORDER")
    assert ways_to(care, [police], at=NOON) == ()
    plan = proposed([care, order], [police], at=NOON)
    assert [leg.matter for leg in plan.legs] == [order.id]
    assert plan.left == ((care.id, Why.NO_SKILL),)


def test_two_matters_get_two_units_though_one_is_nearest_to_both():
    one, other = waiting(0, within_min=5), waiting(400, within_min=5)
    between, behind = sendable(300), sendable(900)
    plan = proposed([one, other], [between, behind], at=NOON)

    sent = {leg.matter: leg for leg in plan.legs}
    assert {sent[one.id].way.unit, sent[other.id].way.unit} == {between.id, behind.id}
    assert sent[one.id].way.unit == between.id
    assert sent[one.id].because == Because.NEAREST
    assert sent[other.id].because == Because.WANTED
    assert (sent[other.id].nearer, sent[other.id].nearer_goes) == (between.id, one.id)


def test_with_one_unit_the_urgent_matter_comes_first_and_the_other_after_it():
    plain = waiting(100, within_min=60)
    urgent = waiting(800, within_min=8, urgent=True, weight=8.0)
    plan = proposed([plain, urgent], [sendable(0)], at=NOON)

    first, then = plan.legs
    assert (first.matter, first.because) == (urgent.id, Because.ALONE)
    assert (then.matter, then.because, then.after) == (plain.id, Because.ON_ITS_WAY, urgent.id)
    assert then.way.arrives_at > first.way.arrives_at + timedelta(minutes=adapter.WORK_MIN)


def test_whose_shift_ends_is_not_sent():
    matter = waiting(0)
    plan = proposed([matter], [sendable(0, off_min=adapter.WORK_MIN - 1)], at=NOON)
    assert plan.left == ((matter.id, Why.SHIFT_ENDS),)


def test_a_unit_of_which_nobody_knows_where_it_is_is_left_out():
    lost = Sendable(uuid4(), None, None, NOON, None, HERE)
    assert ways_to(waiting(0), [lost], at=NOON) == ()
    assert proposed([waiting(0)], [lost], at=NOON).legs == ()


@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 70, 140]))
def test_no_unit_is_sent_where_it_may_not_go_however_many_kinds_of_areas_there_are(seed, n_areas):
    rng = np.random.default_rng(seed)
    units = [
        sendable(metres, areas=((int(lo), int(lo) + 3, ""),))
        for metres, lo in zip(
            rng.integers(0, 5_000, n_areas), rng.permutation(n_areas) * 2, strict=True
        )
    ]
    matters = [
        waiting(int(metres), place=int(place))
        for metres, place in zip(
            rng.integers(0, 5_000, 40), rng.integers(0, 2 * n_areas, 40), strict=True
        )
    ]
    plan = proposed(matters, units, at=NOON)

    known_units = {unit.id: unit for unit in units}
    known = {matter.id: matter for matter in matters}
    for leg in plan.legs:
        matter = known[leg.matter]
        assert known_units[leg.way.unit].goes(matter.place, matter.kind, matter.realm)
    for key, why in plan.left:
        is_alone = not any(
            unit.goes(known[key].place, known[key].kind, known[key].realm) for unit in units
        )
        assert (why == Why.NO_SKILL) == is_alone
    told: list[UUID] = [leg.matter for leg in plan.legs] + [key for key, _why in plan.left]
    assert sorted(told, key=str) == sorted(known, key=str)


def test_a_try_out_needs_nothing_and_leaves_nothing():
    assert adapter.try_out(at=NOON) is None
