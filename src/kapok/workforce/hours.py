"""How worked hours are counted, and how many are too many. Nothing here reads a clock."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

STEP_MIN = 30
NOTHING_MIN = 15  # so many minutes and fewer count as nothing
MOST_HOURS_A_DAY = 8
MOST_DAYS_A_WEEK = 6
FORGOTTEN = timedelta(hours=16)  # whoever was there longer forgot to check out


def counted(arrived_at: datetime, left_at: datetime) -> Decimal:
    """Hours in steps of 0.5: up to 15 minutes beyond the last step are nothing, more are a step."""
    minutes = math.floor((left_at - arrived_at).total_seconds() / 60)
    steps, rest = divmod(max(0, minutes), STEP_MIN)
    return Decimal(steps + (rest > NOTHING_MIN)) / 2


@dataclass(frozen=True)
class TooMuch:
    """A day with too many hours, or a week with too many days."""

    day: date
    hours: Decimal
    days: int


def too_much(periods: Iterable[tuple[datetime, datetime]]) -> tuple[TooMuch, ...]:
    """Days above 8 hours, and days that make more than 6 in a row of seven."""
    by_day: dict[date, Decimal] = defaultdict(Decimal)
    for start, end in periods:
        by_day[day_of(start)] += Decimal((end - start) / timedelta(hours=1)).quantize(
            Decimal("0.1")
        )
    found = []
    for day, hours in sorted(by_day.items()):
        days = sum(day - timedelta(days=6) <= other <= day for other in by_day)
        if hours > MOST_HOURS_A_DAY or days > MOST_DAYS_A_WEEK:
            found.append(TooMuch(day, hours, days))
    return tuple(found)


def day_of(moment: datetime) -> date:
    """The day of a moment where people work."""
    return timezone.localtime(moment).date()
