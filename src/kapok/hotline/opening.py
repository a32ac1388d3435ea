"""When a line is answered: spans of local time by the days of the week, read and told.

``{"1": [["08:00", "20:00"]]}``: on Mondays from eight to eight. A span that ends no later than it
begins goes on into the next day. No day at all is day and night.
"""

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.errors import Refused

DAYS = ("1", "2", "3", "4", "5", "6", "7")
MOST_SPANS = 4
SHORT = {
    "1": gettext_lazy("Mon"),
    "2": gettext_lazy("Tue"),
    "3": gettext_lazy("Wed"),
    "4": gettext_lazy("Thu"),
    "5": gettext_lazy("Fri"),
    "6": gettext_lazy("Sat"),
    "7": gettext_lazy("Sun"),
}
SPAN = re.compile(r"(\d{1,2}):?(\d{2})?\s*(?:-|–|—|~|～|至|到)\s*(\d{1,2}):?(\d{2})?")
BETWEEN = re.compile(r"\s*[,;，；、\n]\s*")
Span = tuple[str, str]
Hours = dict[str, list[list[str]]]


def read(days: Mapping[str, str]) -> Hours:
    """The hours as they are stored, of what was typed for each day of the week.

    Raises ``Refused`` where a span cannot be read, two of them meet, or no day has any.
    """
    found: Hours = {}
    for day in DAYS:
        spans = [list(_span(text)) for text in BETWEEN.split(days.get(day, "").strip()) if text]
        if len(spans) > MOST_SPANS:
            raise Refused(
                _("A day has at most %(n)s spans. Join some of them.") % {"n": MOST_SPANS}
            )
        if spans:
            found[day] = sorted(spans)
    if not found:
        raise Refused(
            _("Write when somebody answers on one day at least, or choose day and night.")
        )
    _refuse_overlaps(found)
    return found


def typed(hours: Mapping[str, Any]) -> dict[str, str]:
    """The hours as they are typed in a form."""
    return {day: ", ".join(f"{a}–{b}" for a, b in hours.get(day, ())) for day in DAYS}


def said(hours: Mapping[str, Any]) -> str:
    """The hours in plain words, days that are alike together."""
    if not hours:
        return _("day and night")
    groups: list[tuple[list[str], str]] = []
    for day in DAYS:
        spans = ", ".join(f"{a}–{b}" for a, b in hours.get(day, ()))
        if groups and groups[-1][1] == spans:
            groups[-1][0].append(day)
        else:
            groups.append(([day], spans))
    if len(groups) == 1:
        return _("daily %(spans)s") % {"spans": groups[0][1]}
    parts = [f"{_days(days)} {spans}" for days, spans in groups if spans]
    return _("; ").join(parts)


def _days(days: list[str]) -> str:
    first, last = SHORT[days[0]], SHORT[days[-1]]
    return str(first) if len(days) == 1 else f"{first}–{last}"


def _span(text: str) -> Span:
    found = SPAN.fullmatch(text.replace("：", ":"))
    if found is None:
        raise _unread(text)
    begins, ends = (
        (int(hour), int(minute or 0)) for hour, minute in (found.group(1, 2), found.group(3, 4))
    )
    if ends == (24, 0):
        ends = (0, 0)
    try:
        return f"{time(*begins):%H:%M}", f"{time(*ends):%H:%M}"
    except ValueError:
        raise _unread(text) from None


def _unread(text: str) -> Refused:
    return Refused(
        _("“%(text)s” is no span of time. Write it as 08:00–20:00, several with a comma between.")
        % {"text": text[:30]}
    )


def _refuse_overlaps(hours: Hours) -> None:
    """Spans of a week that meet: somebody mistook a number."""
    week, minutes = 7 * 1440, []
    for day, spans in hours.items():
        for a, b in spans:
            begins = (int(day) - 1) * 1440 + _minute(a)
            lasts = (_minute(b) - _minute(a)) % 1440 or 1440
            minutes.append((begins, begins + lasts, day))
    minutes.sort()
    for (_a, end, _day), (begin, _b, day) in zip(
        minutes, [*minutes[1:], (minutes[0][0] + week, 0, minutes[0][2])], strict=True
    ):
        if begin < end:
            raise Refused(
                _("Two spans meet on %(day)s. One that goes over midnight ends on the next day.")
                % {"day": SHORT[day]}
            )


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])
