"""What the conditions of a pack may read of a matter, its place and the moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kapok.codes import WIDTH, Level
from kapok.matters.engine.facts import Facts
from kapok.packs import calendar, conditions, forms
from kapok.packs.schema import Form, WorkingTime

FIRST_TOWN = 100  # of the three digits of streets and towns


def variables(
    *,
    place: int,
    now: datetime,
    hours: WorkingTime,
    answers: Mapping[str, Any] | None = None,
    matter: Facts | None = None,
    more: Mapping[str, Any] | None = None,
) -> dict[str, Mapping[str, Any]]:
    """The roots that conditions begin with; ``more`` is said of a matter that is only beginning."""
    return {
        "answers": answers or (matter.answers if matter else {}),
        "matter": (_of(matter) if matter else {}) | dict(more or {}),
        "place": place_of(place),
        "now": conditions.moment(now, hours.zone, working=calendar.is_working(now, hours)),
    }


def place_of(place: int) -> dict[str, Any]:
    """What conditions read as ``place``.

    The three digits of a street or town tell them apart: 001 to 099 are streets of a town (GB/T
    10114), and a place above them is not said to be in town.
    """
    level = next(level for level in Level if place % WIDTH[level] == 0)
    street = place // WIDTH[Level.STREET] % 1000
    return {"code": str(place), "level": level.value, "urban": 0 < street < FIRST_TOWN}


def checked(
    form: Form,
    answers: Any,
    *,
    place: int,
    now: datetime,
    hours: WorkingTime,
    matter: Facts | None = None,
    more: Mapping[str, Any] | None = None,
) -> forms.Checked:
    """Answers to a form as they are kept, and what is wrong with them."""
    known = variables(place=place, now=now, hours=hours, matter=matter, more=more)
    return forms.checked(
        form, answers, now=now, place=known["place"], matter=known["matter"], working_time=hours
    )


def _of(matter: Facts) -> dict[str, Any]:
    return {
        "kind": matter.kind,
        "realm": matter.realm.value,
        "urgency": str(matter.urgency),
        "state": str(matter.state),
        "door": str(matter.door),
        "outcome": matter.outcome,
        "reopened": matter.n_reopened > 0,
    }
