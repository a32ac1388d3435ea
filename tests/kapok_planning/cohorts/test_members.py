from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapok_planning.cohorts import Kind, Phase, Scheme, Staff, judged, make_rota, split

SCHEME = Scheme((Phase(Kind.PRE_ISOLATION, 2), Phase(Kind.CLOSED_DUTY, 3), Phase(Kind.STANDBY, 1)))
LEADER, MEDIC = range(2)


def staff_of(roles, *, least=(1, 1), apart=(), together=(), at_home=None, days=20):
    roles = np.array(roles, np.bool_)
    home = np.zeros((len(roles), days), np.int32) if at_home is None else at_home
    return Staff(roles, np.array(least, np.int32), tuple(apart), tuple(together), home)


@st.composite
def staffs(draw):
    n = draw(st.integers(2, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    pairs = [(int(a), int(b)) for a, b in rng.integers(0, n, (2, 2)) if a != b]
    return staff_of(
        rng.random((n, 2)) < 0.5,
        apart=pairs[:1],
        together=pairs[1:],
        at_home=(rng.random((n, 20)) < 0.1).astype(np.int32) * 10,
    )


def price(rota, staff, members):
    closed = rota.is_closed.astype(int) @ rota.is_closed.astype(int).T
    at_once = sum(
        1_000 + int(closed[members.cohort[a], members.cohort[b]]) for a, b in members.not_apart
    )
    short = 10_000 * sum(item.n for item in members.short)
    return short + at_once + 1_000 * len(members.not_together) + members.home_price


@settings(max_examples=25)
@given(staffs())
def test_no_other_split_is_better(staff):
    rota = make_rota(SCHEME, n_cohorts=2, n_days=20)
    members = split(rota, staff)
    n = len(staff.roles)
    best = min(
        price(rota, staff, judged(rota, staff, np.array(cohort, np.int32), proven=False))
        for cohort in product(range(2), repeat=n)
        if n // 2 <= sum(cohort) <= -(-n // 2)
    )
    assert members.proven
    assert price(rota, staff, members) == best


@given(staffs())
def test_equal_seeds_give_equal_splits(staff):
    rota = make_rota(SCHEME, n_cohorts=2, n_days=20)
    np.testing.assert_array_equal(
        split(rota, staff, seed=3).cohort, split(rota, staff, seed=3).cohort
    )


def test_each_cohort_has_a_leader_and_a_medic():
    rota = make_rota(SCHEME, n_cohorts=2, n_days=20)
    staff = staff_of([[1, 0], [1, 0], [0, 1], [0, 1], [0, 0], [0, 0]])
    members = split(rota, staff)
    assert members.short == ()
    for cohort in range(2):
        assert staff.roles[members.cohort == cohort].any(axis=0).all()


def test_with_no_work_at_all_roles_are_dealt_out_evenly():
    rota = make_rota(SCHEME, n_cohorts=2, n_days=20)
    staff = staff_of([[1, 0]] * 2 + [[0, 0]] * 400 + [[0, 1]] * 2, least=(1, 1))
    members = split(rota, staff, work=0.0)
    assert members.short == ()
    assert np.bincount(members.cohort).tolist() == [202, 202]


def test_too_few_medics_are_named():
    rota = make_rota(SCHEME, n_cohorts=2, n_days=20)
    members = split(rota, staff_of([[1, 1], [1, 0]]))
    assert [(item.role, item.n) for item in members.short] == [(MEDIC, 1)]


def test_parents_of_a_small_child_are_not_shut_in_at_once():
    apart_scheme = Scheme((Phase(Kind.CLOSED_DUTY, 7), Phase(Kind.STANDBY, 7)))
    rota = make_rota(apart_scheme, n_cohorts=2, n_days=40)
    members = split(rota, staff_of([[1, 1]] * 4, apart=[(0, 1)]))
    assert members.not_apart == ()
    assert members.cohort[0] != members.cohort[1]


def test_fewer_people_than_cohorts_is_refused():
    rota = make_rota(SCHEME, n_cohorts=2, n_days=20)
    with pytest.raises(ValueError, match="1 people cannot be split into 2"):
        split(rota, staff_of([[1, 1]]))


def test_a_pair_of_nobody_is_refused():
    with pytest.raises(ValueError, match="is not of two of the 2 people"):
        staff_of([[1, 1], [1, 1]], apart=[(0, 5)])
