import numpy as np
import pytest
from hypothesis import given
from tests.kapok_planning.dispatch.cases import matters_of, rushes, times_of, units_of

from kapok_planning.dispatch import nearest


def test_who_arrives_first_stands_first():
    units = units_of(3, free_min=[0, 0, 30])
    ranking = nearest(units, matters_of(1, due_min=[10]), 0, times_of([3, 1, 0], [0]), now=0.0)
    assert ranking.unit.tolist() == [1, 0, 2]
    assert ranking.arrival_min.tolist() == [6.0, 18.0, 30.0]
    assert ranking.late_min.tolist() == [0.0, 8.0, 20.0]
    assert ranking.travel_m.tolist() == [1000.0, 3000.0, 0.0]
    assert (ranking.by_street.any(), ranking.why) == (False, None)


def test_units_without_the_skill_are_not_ranked():
    units = units_of(2, skills=[0, 1])
    ranking = nearest(units, matters_of(1, skills=[1]), 0, times_of([0, 5], [0]), now=0.0)
    assert ranking.unit.tolist() == [1]


def test_where_nobody_can_go_the_ranking_says_why():
    units = units_of(1, shift_end_min=[5])
    ranking = nearest(units, matters_of(2), 1, times_of([0], [0, 1]), now=0.0)
    assert (ranking.unit.tolist(), ranking.why) == ([], "shift_ends")


def test_another_matter_than_there_is_is_refused():
    with pytest.raises(IndexError, match="There is no matter 1; there are 1"):
        nearest(units_of(1), matters_of(1), 1, times_of([0], [0]), now=0.0)


@given(rushes())
def test_rankings_rise_and_hold_only_units_that_can(rush):
    matters, units, times = rush
    for i in range(matters.n):
        ranking = nearest(units, matters, i, times, now=0.0)
        assert (np.diff(ranking.arrival_min) >= 0).all()
        done = ranking.arrival_min + matters.service_min[i]
        assert (done <= units.shift_end_min[ranking.unit] + 1e-2).all()
        assert ((matters.skills[i] & ~units.skills[ranking.unit]) == 0).all()
        assert (ranking.why is None) == bool(len(ranking.unit))
