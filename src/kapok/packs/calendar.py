"""When something is due: plain time, or time in which people work.

Working hours add up the time in which people work. Working days are counted as the law counts
days: that of the start is not counted, and the last one ends with its working hours. A moment in
which nobody works is never a due time of working time.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays
from django.utils.translation import gettext as _

from kapok.packs.schema import Duration, Unit, WorkingTime

LOG = logging.getLogger("kapok.packs")
DAY = timedelta(days=1)
FRIDAY = 5
FIRST_DECREED = min(chinese_calendar.constants.holidays).year
LAST_DECREED = max(chinese_calendar.constants.holidays).year
SEARCHED_DAYS = 366 * 60  # longer than any working time that a pack may ask for


@dataclass(frozen=True)
class Elapsed:
    """How much of a limit has passed, in its unit: whole days, else as time."""

    days: int = 0
    time: timedelta = timedelta()


def due(start: datetime, limit: Duration, calendar: WorkingTime) -> datetime:
    """The moment at which a limit ends that began at ``start``, in UTC."""
    begun = start.astimezone(UTC)
    if limit.unit == Unit.WORKING_DAYS:
        return _end_of_working_day(begun, limit.amount, calendar)
    if limit.unit == Unit.WORKING_HOURS:
        return after_working_time(begun, timedelta(hours=limit.amount), calendar)
    return begun + limit.plain()


def at_percent(start: datetime, limit: Duration, percent: float, calendar: WorkingTime) -> datetime:
    """The moment at which a share of a limit has passed, over 100 % too.

    Of working days whole ones are counted, up: 150 % of one day is two days.
    """
    begun = start.astimezone(UTC)
    if limit.unit == Unit.WORKING_DAYS:
        n_days = int(-(-limit.amount * percent // 100))
        return _end_of_working_day(begun, n_days, calendar)
    if limit.unit == Unit.WORKING_HOURS:
        return after_working_time(begun, timedelta(hours=limit.amount) * percent / 100, calendar)
    return begun + limit.plain() * percent / 100


def elapsed(start: datetime, end: datetime, limit: Duration, calendar: WorkingTime) -> Elapsed:
    """How much has passed between two moments, as the limit counts; the inverse of :func:`due`."""
    begun, ended = start.astimezone(UTC), end.astimezone(UTC)
    if limit.unit == Unit.WORKING_DAYS:
        return Elapsed(days=_working_days_between(begun, ended, calendar))
    if limit.unit == Unit.WORKING_HOURS:
        return Elapsed(time=working_time_between(begun, ended, calendar))
    return Elapsed(time=max(ended - begun, timedelta()))


def is_working_day(day: date, calendar: WorkingTime) -> bool:
    """Whether people work on a day: the pack's own days first, then holidays, then weekdays."""
    if day in calendar.days_on or day in calendar.days_off:
        return day in calendar.days_on
    decreed = _decreed(day, calendar.country)
    return day.isoweekday() in calendar.weekdays if decreed is None else decreed


def is_working(moment: datetime, calendar: WorkingTime) -> bool:
    """Whether people work at a moment, the ends of their hours included."""
    local = moment.astimezone(ZoneInfo(calendar.zone))
    day = local.date()
    return is_working_day(day, calendar) and any(
        start <= moment <= end for start, end in _hours_of(day, calendar)
    )


def doubt(day: date, calendar: WorkingTime) -> str:
    """Why the holidays of a day are not sure, for people to read; empty when they are."""
    if calendar.country != "CN" or FIRST_DECREED <= day.year <= LAST_DECREED:
        return ""
    return _(
        "The public holidays and make-up days of %(year)s are not known yet. Usual holidays are "
        "counted, so that this date may change: bring Kapok up to date, or write days_off and "
        "days_on into the pack."
    ) % {"year": day.year}


def after_working_time(start: datetime, length: timedelta, calendar: WorkingTime) -> datetime:
    """The first moment at which so much working time has passed."""
    left = length
    for begins, ends in _spells_from(start, calendar):
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    raise ValueError("There is not so much working time in this calendar.")


def working_time_between(start: datetime, end: datetime, calendar: WorkingTime) -> timedelta:
    """How much working time lies between two moments."""
    total = timedelta()
    for begins, ends in _spells_from(start, calendar):
        if begins >= end:
            break
        total += min(ends, end) - begins
    return total


def _end_of_working_day(start: datetime, n_days: int, calendar: WorkingTime) -> datetime:
    left = n_days
    for day in _days_after(_local_day(start, calendar)):
        left -= is_working_day(day, calendar)
        if not left:
            return _hours_of(day, calendar)[-1][1]
    raise ValueError("There are not so many working days in this calendar.")


def _working_days_between(start: datetime, end: datetime, calendar: WorkingTime) -> int:
    """Working days after that of the start which had ended at the end."""
    days = _days_after(_local_day(start, calendar))
    n_days = 0
    for day in days:
        if _hours_of(day, calendar)[-1][1] > end:
            break
        n_days += is_working_day(day, calendar)
    return n_days


def _spells_from(start: datetime, calendar: WorkingTime) -> Iterator[tuple[datetime, datetime]]:
    """The periods of work from a moment on."""
    first = _local_day(start, calendar)
    for day in _days_after(first - DAY):
        if is_working_day(day, calendar):
            for begins, ends in _hours_of(day, calendar):
                if ends > start:
                    yield max(begins, start), ends


def _days_after(day: date) -> Iterator[date]:
    for n in range(1, SEARCHED_DAYS):
        yield day + n * DAY


def _local_day(moment: datetime, calendar: WorkingTime) -> date:
    return moment.astimezone(ZoneInfo(calendar.zone)).date()


def _hours_of(day: date, calendar: WorkingTime) -> tuple[tuple[datetime, datetime], ...]:
    return _hours(day, calendar.zone, tuple((span.starts, span.ends) for span in calendar.hours))


@lru_cache(maxsize=4096)
def _hours(
    day: date, zone: str, hours: tuple[tuple[time, time], ...]
) -> tuple[tuple[datetime, datetime], ...]:
    """The hours of a day as moments in UTC, so that summer time is counted as it passes."""
    local = ZoneInfo(zone)
    return tuple(
        (
            datetime.combine(day, starts, local).astimezone(UTC),
            datetime.combine(day, ends, local).astimezone(UTC),
        )
        for starts, ends in hours
    )


@lru_cache(maxsize=16384)
def _decreed(day: date, country: str) -> bool | None:
    """Whether a law says that people work on a day, or do not; ``None``: it says nothing."""
    if country == "CN" and FIRST_DECREED <= day.year <= LAST_DECREED:
        if day in chinese_calendar.constants.workdays:
            return True
        return False if day in chinese_calendar.constants.holidays else None
    off, on = _usual(day.year, country)
    if day in on:
        return True
    return False if day in off else None


@lru_cache(maxsize=256)
def _usual(year: int, country: str) -> tuple[frozenset[date], frozenset[date]]:
    """Days off and make-up days of a year, as far as a rule tells them; none of no known rule."""
    if country == "CN":
        LOG.warning(
            "The public holidays of %s are not decreed or not known; usual ones are counted.", year
        )
    try:
        found = holidays.country_holidays(country, years=year)
    except NotImplementedError:
        LOG.warning("No public holidays of %s are known; weekends alone are days off.", country)
        return frozenset(), frozenset()
    made_up = frozenset(day for day in found.weekend_workdays if day.year == year)
    return frozenset(found), made_up


def knows_country(country: str) -> bool:
    """Whether public holidays of a country are known at all."""
    return country == "CN" or country in holidays.list_supported_countries(include_aliases=False)
