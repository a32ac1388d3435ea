"""What happens while duty runs: a positive test, a phase that must last longer, an emergency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from kapok.planning.cohorts.lists import EXITS, EXTENSIONS, POSITIVES
from kapok.planning.cohorts.names import letters_of, number_of
from kapok.planning.rosters.cells import Row
from kapok.planning.rosters.lists import Lists
from kapok.words import gettext as _


class What(StrEnum):
    """What happened; the values are the names of the lists."""

    POSITIVE = "positives"
    EXTENSION = "extensions"
    EXIT = "exits"


@dataclass(frozen=True)
class Happening:
    """One thing that happened.

    Attributes
    ----------
    person
        Whose test was positive, or who leaves; -1 where only the cohort is known.
    cohort
        Which cohort; -1 where it is that of the person.
    clear
        Of a positive test: the first day on which the cohort may move again; ``None`` for as long
        as isolation lasts.
    days
        Of an extension: how many days.
    reason, approver
        Who lets phases last longer, and why.
    """

    what: What
    day: date
    person: int = -1
    cohort: int = -1
    clear: date | None = None
    days: int = 0
    reason: str = ""
    approver: str = ""


def happenings_of(lists: Lists, who: Mapping[str, int]) -> tuple[Happening, ...]:
    """All that happened, by day; what is wrong is noted in the lists."""
    found = [
        item
        for what, rows in (
            (What.POSITIVE, lists.of(POSITIVES.name)),
            (What.EXTENSION, lists.of(EXTENSIONS.name)),
            (What.EXIT, lists.of(EXITS.name)),
        )
        for row in rows
        if (item := happening_of(what, row, who)) is not None
    ]
    return tuple(sorted(found, key=lambda item: item.day))


def happening_of(what: What, row: Row, who: Mapping[str, int]) -> Happening | None:
    """One thing that happened; ``None`` where it cannot be read, and why is noted in the row."""
    before = len(row.wrong.sentences)
    day = row.day("date")
    person = _person(row, who)
    cohort = _cohort(row)
    if what == What.POSITIVE and person < 0 and cohort < 0:
        row.bad("person", _("is empty; say whose test it was, or of which cohort."))
    if what == What.EXIT and not row.has("person"):
        row.bad("person", _("is empty; say who leaves."))
    if what == What.EXTENSION and not row.has("cohort"):
        row.bad("cohort", _("is empty; say whose phase lasts longer."))
    if what != What.EXIT:
        for name in ("reason", "approver"):
            if not row.has(name):
                row.bad(name, _("is empty; a phase lasts longer only with reason and approver."))
    clear = row.day("clear") if row.has("clear") else None
    if clear is not None and day is not None and clear <= day:
        row.bad("clear", _("%(clear)s is not after %(day)s.") % {"clear": clear, "day": day})
    days = row.whole("days", 1, 365, 1) if what == What.EXTENSION else 0
    if day is None or len(row.wrong.sentences) > before:
        return None
    return Happening(
        what, day, person, cohort, clear, days, row.text("reason"), row.text("approver")
    )


def entry_of(item: Happening, people: tuple[str, ...]) -> dict[str, Any]:
    """A happening as an entry of its list."""
    entry: dict[str, Any] = {"date": item.day.isoformat(), "reason": item.reason}
    if item.person >= 0:
        entry["person"] = people[item.person]
    if item.cohort >= 0:
        entry["cohort"] = letters_of(item.cohort)
    if item.what == What.POSITIVE:
        entry["clear"] = item.clear.isoformat() if item.clear else ""
    if item.what == What.EXTENSION:
        entry["days"] = item.days
    if item.what != What.EXIT:
        entry["approver"] = item.approver
    return entry


def _person(row: Row, who: Mapping[str, int]) -> int:
    if not row.has("person"):
        return -1
    found = who.get(row.text("person").lower(), -1)
    if found < 0:
        row.bad("person", _("“%(name)s” is none of the people.") % {"name": row.text("person")})
    return found


def _cohort(row: Row) -> int:
    if not row.has("cohort"):
        return -1
    found = number_of(row.text("cohort"))
    if found is None:
        row.bad("cohort", _("is no cohort; they are A, B, C and so on."))
    return -1 if found is None else found
