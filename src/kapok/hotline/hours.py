"""Whether a line is staffed at a moment, by its hours (see :class:`kapok.hotline.models.Line`)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

MIDNIGHT = "24:00"
Hours = Mapping[str, Sequence[Sequence[str]]]


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether a moment lies in the hours; none are day and night.

    A span that ends before it begins, such as 20:00 to 08:00, goes on into the next day.
    """
    if not hours:
        return True
    local = timezone.localtime(at)
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    return any(
        starts <= local.replace(tzinfo=None) < ends
        for day in (today, yesterday)
        for starts, ends in _spans(hours, day)
    )


def _spans(hours: Hours, day: date) -> list[tuple[datetime, datetime]]:
    found = []
    for starts, ends in hours.get(str(day.isoweekday()), ()):
        begin, end = _moment(day, starts), _moment(day, ends)
        found.append((begin, end if end > begin else end + timedelta(days=1)))
    return found


def _moment(day: date, said: str) -> datetime:
    if said == MIDNIGHT:
        return datetime.combine(day, time()) + timedelta(days=1)
    return datetime.combine(day, time.fromisoformat(said))
