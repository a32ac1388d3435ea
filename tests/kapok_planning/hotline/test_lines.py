"""Many telephones through a day: each interval as the formulas have it, whoever does the parts."""

import numpy as np
import pytest

from kapok_planning.hotline import Calls, Lines, Target, overflow, overflowing, pool
from kapok_planning.spreading import in_threads, in_turn

FOUR = np.array([0.1, 0.2, 0.3, 0.4])


def lines_of(share=FOUR, **changed):
    n = len(share)
    given = {
        "share": share,
        "telephones": np.ones(n, np.int64),
        "district": np.arange(n) % 2,
        "district_telephones": np.array([1, 0]),
        "most_lost": 0.001,
    } | changed
    return Lines(**given)


def calls_of(*per_hour, handling=480.0):
    n = len(per_hour)
    return Calls(np.array(per_hour, float), np.full(n, handling), np.full(n, np.inf))


def test_each_interval_is_what_overflow_and_pool_say_of_it():
    lines, calls = lines_of(), calls_of(0, 6, 24)
    found = overflowing(calls, lines, Target())
    for t, per_hour in enumerate(calls.per_hour):
        load = per_hour * 480 / 3600 * lines.share
        up = overflow(
            load, lines.telephones, lines.district, lines.district_telephones, most_lost=0.001
        )
        alone = pool(calls_of(*(per_hour * lines.share)), Target()).alone
        assert found.alone[t] == alone.agents.sum()
        assert found.city_seats[t] == up.city_lines
        assert found.lost[t] == pytest.approx(up.lost)
        assert found.reached_city[t] * load.sum() == pytest.approx(up.city.load)


def test_who_does_the_parts_changes_nothing():
    calls = calls_of(*np.linspace(1, 60, 300))
    one, two = (
        overflowing(calls, lines_of(), Target(), spread=s) for s in (in_turn, in_threads(2))
    )
    for name in ("alone", "left_street", "reached_city", "city_seats", "lost"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


def test_progress_is_told_part_by_part():
    told = []
    calls = calls_of(*np.linspace(1, 60, 300))
    overflowing(calls, lines_of(), Target(), on_progress=lambda *each: told.append(each))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_half_of_the_intervals_is_no_answer():
    calls = calls_of(*np.linspace(1, 60, 300))
    assert overflowing(calls, lines_of(), Target(), should_stop=lambda: True) is None
    assert overflowing(calls_of(6), lines_of(), Target(), should_stop=lambda: True) is not None


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"share": np.array([0.5, 0.4])}, "add up to 0.9"),
        ({"share": np.array([-0.5, 1.5])}, "share must be finite"),
        ({"telephones": np.array([1, -1])}, "must not be negative"),
        ({"district": np.array([0, 2])}, "district must lie in 0 .. 1"),
        ({"most_lost": 0.0}, "most_lost"),
    ],
)
def test_lines_that_cannot_be_are_refused(changed, says):
    with pytest.raises(ValueError, match=says):
        lines_of(**({"share": np.array([0.5, 0.5])} | changed))
