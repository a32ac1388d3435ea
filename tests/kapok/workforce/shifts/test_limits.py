"""The limits of a worker's week: their edges, and that no accepted swap ever breaks one.

The laws compare with a checker written apart, which looks at a whole timetable hour by hour.
"""

from datetime import datetime, timedelta
from itertools import combinations, pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kapok.workforce.limits import Rule, Span, broken, night_of

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, tzinfo=ZONE)
HOUR = timedelta(hours=1)
LENGTHS = (4, 6, 8, 12)


def span(start, hours=8, *, kind="DUTY", n=0, place=1):
    """A shift that starts so many hours after Monday 0:00."""
    begins = MONDAY + start * HOUR
    return Span(
        UUID(int=n or start * 100 + hours), kind, "东门", place, begins, begins + hours * HOUR
    )


def rule(others, gained, **more):
    found = broken(others, gained, **more)
    return found and found.rule


class TestEdges:
    @pytest.mark.parametrize(("rest", "expected"), [(10, Rule.REST), (11, None)])
    def test_eleven_hours_of_rest(self, rest, expected):
        assert rule([span(8)], span(16 + rest)) == expected
        assert rule([span(16 + rest)], span(8)) == expected

    @pytest.mark.parametrize(
        ("hours", "is_approved", "expected"),
        [
            (12, False, None),  # 48
            (13, False, Rule.WEEK),
            (13, True, None),
            (14, True, None),
            (15, True, None),
        ],
    )
    def test_forty_eight_hours_and_more_with_a_reason(self, hours, is_approved, expected):
        week = [span(24 * n + 8, 12) for n in range(3)]

        assert rule(week, span(24 * 3 + 8, hours), is_approved=is_approved) == expected

    @pytest.mark.parametrize(("hours", "expected"), [(12, None), (13, Rule.WEEK_APPROVED)])
    def test_sixty_hours_at_most(self, hours, expected):
        week = [span(24 * n + 8, 12) for n in range(4)]

        assert rule(week, span(24 * 4 + 8, hours), is_approved=True) == expected

    def test_a_shift_counts_in_the_week_that_it_begins_in(self):
        week = [span(24 * n + 8, 12) for n in range(3)]

        assert rule(week, span(24 * 6 + 20, 12)) is None
        assert rule(week, span(24 * 7, 13)) is None

    @pytest.mark.parametrize(("n", "expected"), [(2, None), (3, Rule.NIGHTS)])
    def test_three_nights_in_a_row(self, n, expected):
        nights = [span(24 * day + 22) for day in range(n)]

        assert rule(nights, span(24 * n + 22), is_approved=True) == expected

    def test_a_gained_night_joins_those_before_and_after(self):
        nights = [span(24 * day + 22) for day in (0, 1, 3)]

        assert rule(nights, span(24 * 2 + 22)) == Rule.NIGHTS
        assert rule(nights, span(24 * 2 + 10, 4)) == Rule.REST

    @pytest.mark.parametrize(
        ("start", "hours", "evening"),
        [
            (22, 8, 2),  # 22:00–06:00 is the night of Monday
            (24, 8, 2),  # 00:00–08:00 too
            (16, 9, None),  # until 1:00: two hours of night
            (16, 10, 2),  # until 2:00: three
            (27, 8, 2),  # from 3:00: three
            (28, 8, None),
            (8, 8, None),
        ],
    )
    def test_a_night_is_three_hours_between_eleven_and_six(self, start, hours, evening):
        one = span(start, hours)
        found = night_of(one.starts_at, one.ends_at)

        assert (found and found.day) == evening

    def test_two_at_once_comes_before_every_other_rule(self):
        found = broken([span(8), span(16)], span(10))

        assert found is not None
        assert found.rule is Rule.OVERLAP

    @pytest.mark.parametrize(
        ("kind", "place", "expected"),
        [
            ("LEAVE", 1, Rule.AWAY),
            ("ISOLATION", 1, Rule.AWAY),
            ("CLOSED_DUTY", 1, None),
            ("CLOSED_DUTY", 2, Rule.AWAY),
            ("STANDBY", 2, None),
        ],
    )
    def test_phases_stand_against_duties_that_are_not_theirs(self, kind, place, expected):
        phase = span(0, 24 * 14, kind=kind, place=place)

        assert rule([phase], span(30)) == expected
        assert rule([span(30)], phase) == expected

    def test_phases_are_neither_hours_nor_rest(self):
        phases = [span(0, 24 * 14, kind="CLOSED_DUTY")]

        assert rule([*phases, span(8)], span(32)) is None


def is_sound(timetable, most_hours):
    """Whether nothing is broken: by looking at each hour, each pair and each run of nights."""
    hours = [hour for start, length in timetable for hour in range(start, start + length)]
    if len(hours) != len(set(hours)):
        return False
    rows = sorted(timetable)
    if any(b - (a + length) < 11 for (a, length), (b, _) in pairwise(rows)):
        return False
    for week in range(5):
        inside = sum(length for start, length in rows if start // 168 == week)
        if inside > most_hours:
            return False
    nights = set()
    for start, length in rows:
        night = [hour for hour in range(start, start + length) if hour % 24 in {23, *range(6)}]
        if len(night) >= 3:
            nights.add((max(night, key=night.count) + 1) // 24)
    return not any(set(range(n, n + 4)) <= nights for n in nights)


shifts = st.tuples(st.integers(24, 24 * 20), st.sampled_from(LENGTHS))


@st.composite
def sound(draw):
    """A timetable that breaks nothing."""
    kept: list = []
    for one in draw(st.lists(shifts, max_size=14)):
        if is_sound([*kept, one], 48):
            kept.append(one)
    return kept


def spans(timetable):
    return [span(start, hours) for start, hours in timetable]


@given(sound(), shifts, st.booleans())
def test_a_gained_shift_breaks_a_rule_exactly_where_the_whole_timetable_does(
    timetable, gained, is_approved
):
    most = 60 if is_approved else 48
    assume(gained not in timetable)

    accepted = broken(spans(timetable), span(*gained), is_approved=is_approved) is None

    assert accepted == is_sound([*timetable, gained], most)


@given(sound(), sound(), st.data())
def test_an_accepted_swap_leaves_no_limit_broken(one, other, data):
    assume(one and other)
    mine, theirs = data.draw(st.sampled_from(one)), data.draw(st.sampled_from(other))
    assume(mine != theirs)
    rest_of_one = [shift for shift in one if shift != mine]
    rest_of_other = [shift for shift in other if shift != theirs]

    is_accepted = (
        broken(spans(rest_of_other), span(*mine)) is None
        and broken(spans(rest_of_one), span(*theirs)) is None
    )

    assume(mine not in rest_of_other and theirs not in rest_of_one)
    both = is_sound([*rest_of_other, mine], 48) and is_sound([*rest_of_one, theirs], 48)
    assert is_accepted == both


@given(sound())
def test_losing_a_shift_breaks_nothing(timetable):
    for kept in combinations(timetable, max(0, len(timetable) - 1)):
        assert is_sound(kept, 48)
