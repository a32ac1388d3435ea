"""A roster is changed by hand: a duty is given, taken or exchanged, by the rules or not."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.planning.rosters.cells import day_from
from kapok.planning.rosters.names import Named
from kapok.words import gettext as _
from kapok_planning.rosters import OFF

Codes = NDArray[np.integer[Any]]


def change(named: Named, duty: Codes, words: Mapping[str, str]) -> NDArray[np.int32]:
    """The duties after a change; ``Refused`` where it means nothing.

    ``action`` is ``give`` (person, date, post, shift), ``take`` (person, date) or ``swap`` (person,
    date, other and, for a duty of another day, other_date).
    """
    person, day = person_named(named, words.get("person", "")), _day(named, words.get("date", ""))
    found = duty.astype(np.int32).copy()
    match words.get("action"):
        case "take":
            if found[person, day] == OFF:
                raise Refused(_("%(name)s has no duty on that day.") % {
                    "name": named.people[person]
                })  # fmt: skip
            found[person, day] = OFF
        case "give":
            found[person, day] = OFF
            found[person, day] = _seat(named, found, person, day, words)
        case "swap":
            other = person_named(named, words.get("other", ""))
            _swap(named, found, person, other, [day, *_other_day(named, words)])
        case _:
            raise Refused(_("Give a duty, take it, or let two people exchange theirs."))
    return found


def _swap(named: Named, found: Codes, person: int, other: int, days: list[int]) -> None:
    if person == other:
        raise Refused(_("Somebody cannot exchange duties with themselves; choose another."))
    if all(found[person, day] == found[other, day] == OFF for day in days):
        raise Refused(
            _("Neither %(name)s nor %(other)s has a duty then.")
            % {"name": named.people[person], "other": named.people[other]}
        )
    for day in set(days):
        found[person, day], found[other, day] = found[other, day], found[person, day]


def _other_day(named: Named, words: Mapping[str, str]) -> list[int]:
    return [_day(named, words["other_date"])] if words.get("other_date") else []


def person_named(named: Named, name: str) -> int:
    """The number of somebody; ``Refused`` where nobody has that name."""
    if name not in named.people:
        raise Refused(_("“%(name)s” is none of the people; choose one of the list.") % {
            "name": name
        })  # fmt: skip
    return named.people.index(name)


def _day(named: Named, text: str) -> int:
    found = day_from(text)
    if found is None or found not in named.days[named.n_past :]:
        raise Refused(
            _("“%(text)s” is no day of the roster, %(start)s to %(end)s.")
            % {"text": text, "start": named.days[named.n_past], "end": named.days[-1]}
        )
    return named.days.index(found)


def _seat(named: Named, duty: Codes, person: int, day: int, words: Mapping[str, str]) -> int:
    """A seat at the post on the shift that is empty, best one that the person may fill."""
    post, word = words.get("post", ""), words.get("shift", "")
    shifts = [i for i, shift in enumerate(named.shifts) if shift.name == word]
    if not shifts:
        raise Refused(_("“%(shift)s” is no shift; choose one of the list.") % {"shift": word})
    seats = [i for i, role in enumerate(named.roles) if role.post == post]
    needs, n = named.problem.needs[day, shifts[0]], len(named.shifts)
    empty = [role for role in seats if (duty[:, day] == role * n + shifts[0]).sum() < needs[role]]
    if not empty:
        raise Refused(
            _("%(post)s has no empty seat then; take the duty from somebody first.")
            % {"post": post}
        )
    able = named.problem.able[person]
    return max(empty, key=lambda role: bool(able[role])) * n + shifts[0]
