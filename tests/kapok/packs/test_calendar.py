from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok.packs import calendar
from kapok.packs.calendar import Elapsed, at_percent, due, elapsed, is_working, is_working_day
from kapok.packs.schema import Duration, Hours, WorkingTime

CHINA = ZoneInfo("Asia/Shanghai")
OFFICE = WorkingTime(
    hours=(Hours(starts="08:30", ends="12:00"), Hours(starts="14:00", ends="17:30")), source="us"
)
ALWAYS = WorkingTime(
    hours=(Hours(starts="00:00", ends="23:59"),), weekdays=range(1, 8), source="us"
)
BERLIN = WorkingTime(
    zone="Europe/Berlin", country="DE", hours=(Hours(starts="01:00", ends="09:00"),), source="us"
)
CALENDARS = st.sampled_from([OFFICE, ALWAYS, BERLIN])
MOMENTS = st.datetimes(
    datetime(2019, 1, 1), datetime(2025, 12, 1), timezones=st.just(UTC)  # noqa: DTZ001
)  # fmt: skip
HOURS = st.integers(1, 200)
DAYS = st.integers(1, 60)


def here(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=CHINA)


def test_a_friday_evening_before_the_dragon_boat_holiday_waits_until_tuesday():
    friday = here(2021, 6, 11, 17, 0)
    assert due(friday, Duration(working_hours=1), OFFICE) == here(2021, 6, 15, 9, 0)
    assert due(friday, Duration(working_days=1), OFFICE) == here(2021, 6, 15, 17, 30)
    assert due(friday, Duration(hours=2), OFFICE) == here(2021, 6, 11, 19, 0)


def test_people_work_on_make_up_days_and_rest_on_holidays():
    assert is_working_day(date(2021, 9, 26), OFFICE)  # a Sunday, made up for National Day
    assert not is_working_day(date(2021, 10, 4), OFFICE)  # a Monday
    assert not is_working_day(date(2021, 9, 25), OFFICE)  # a Saturday
    assert is_working_day(date(2021, 9, 24), OFFICE)


def test_a_working_hour_stops_over_lunch():
    assert due(here(2021, 6, 8, 11, 30), Duration(working_hours=1), OFFICE) == here(
        2021, 6, 8, 14, 30
    )


def test_what_ends_with_the_morning_is_due_at_noon():
    assert due(here(2021, 6, 8, 11, 0), Duration(working_hours=1), OFFICE) == here(2021, 6, 8, 12)


def test_the_day_of_the_start_is_not_counted():
    early = due(here(2021, 6, 8, 7), Duration(working_days=1), OFFICE)
    late = due(here(2021, 6, 8, 23), Duration(working_days=1), OFFICE)
    assert early == late == here(2021, 6, 9, 17, 30)


def test_the_pack_says_its_own_days():
    strict = OFFICE.model_copy(
        update={"days_off": (date(2021, 6, 8),), "days_on": (date(2021, 6, 12),)}
    )
    assert not is_working_day(date(2021, 6, 8), strict)
    assert is_working_day(date(2021, 6, 12), strict)


def test_percents_of_a_limit_go_beyond_it():
    start = here(2021, 6, 8, 9)
    assert at_percent(start, Duration(hours=2), 50, OFFICE) == here(2021, 6, 8, 10)
    assert at_percent(start, Duration(hours=2), 150, OFFICE) == here(2021, 6, 8, 12)
    assert at_percent(start, Duration(working_days=5), 50, OFFICE) == here(2021, 6, 11, 17, 30)
    assert at_percent(start, Duration(working_days=1), 150, OFFICE) == here(2021, 6, 10, 17, 30)


def test_years_that_are_not_decreed_are_counted_by_usual_holidays_and_said(caplog):
    calendar._usual.cache_clear()
    calendar._decreed.cache_clear()
    assert not is_working_day(date(2027, 1, 1), OFFICE)
    assert is_working_day(date(2027, 1, 6), OFFICE)
    assert "2027" in caplog.text
    assert "2027" in calendar.doubt(date(2027, 1, 6), OFFICE)
    assert calendar.doubt(date(2026, 1, 6), OFFICE) == ""


def test_a_country_without_known_holidays_has_weekends():
    nowhere = OFFICE.model_copy(update={"country": "XX"})
    assert is_working_day(date(2021, 10, 4), nowhere)
    assert not is_working_day(date(2021, 10, 3), nowhere)
    assert not calendar.knows_country("XX")


def test_the_hour_that_summer_time_skips_is_not_worked():
    berlin = ZoneInfo("Europe/Berlin")
    sunday = BERLIN.model_copy(update={"weekdays": (7,)})
    start = datetime(2021, 3, 28, 1, 0, tzinfo=berlin)
    assert due(start, Duration(working_hours=2), sunday) == datetime(2021, 3, 28, 4, tzinfo=berlin)


def test_a_duration_has_exactly_one_unit():
    for wrong in ({}, {"hours": 1, "days": 1}):
        with pytest.raises(ValueError, match="exactly one of"):
            Duration(**wrong)


@given(MOMENTS, MOMENTS, HOURS, CALENDARS)
def test_who_starts_later_is_not_due_earlier(one, other, n, working_time):
    early, late = sorted([one, other])
    for limit in (Duration(working_hours=n), Duration(working_days=n), Duration(hours=n)):
        assert due(early, limit, working_time) <= due(late, limit, working_time)


@given(MOMENTS, HOURS, HOURS, CALENDARS)
def test_two_limits_after_each_other_are_one(start, one, other, working_time):
    for unit in ("working_hours", "working_days", "hours"):
        middle = due(start, Duration(**{unit: one}), working_time)
        twice = due(middle, Duration(**{unit: other}), working_time)
        assert twice == due(start, Duration(**{unit: one + other}), working_time)


@given(MOMENTS, HOURS, CALENDARS)
def test_working_time_is_never_due_while_nobody_works(start, n, working_time):
    assert is_working(due(start, Duration(working_hours=n), working_time), working_time)
    assert is_working(due(start, Duration(working_days=n), working_time), working_time)


@given(MOMENTS, HOURS, DAYS, CALENDARS)
def test_what_has_elapsed_at_the_due_time_is_the_limit(start, n_hours, n_days, working_time):
    limits = {
        Duration(working_hours=n_hours): Elapsed(time=timedelta(hours=n_hours)),
        Duration(working_days=n_days): Elapsed(days=n_days),
        Duration(minutes=n_hours): Elapsed(time=timedelta(minutes=n_hours)),
        Duration(days=n_days): Elapsed(time=timedelta(days=n_days)),
    }
    for limit, passed in limits.items():
        assert elapsed(start, due(start, limit, working_time), limit, working_time) == passed


@given(MOMENTS, HOURS, CALENDARS)
def test_a_longer_limit_is_due_later(start, n, working_time):
    for unit in ("working_hours", "working_days", "minutes"):
        shorter = due(start, Duration(**{unit: n}), working_time)
        assert start < shorter < due(start, Duration(**{unit: n + 1}), working_time)
