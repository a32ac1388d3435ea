"""Duties that are told: what was before the roster, and the roster that stands."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from kapok.planning.rosters.cells import Row
from kapok.planning.rosters.seats import Seats
from kapok.planning.rosters.situation import DUTIES, Situation
from kapok.words import gettext as _
from kapok.words import listed
from kapok_planning.rosters import OFF, People, Roles


def known(rows: Sequence[Row], who: dict[str, int]) -> Iterator[tuple[Row, int]]:
    """The rows of people who are on the list, and which; others are noted as wrong."""
    for row in rows:
        name = row.needed("person")
        if name in who:
            yield row, who[name]
        elif name:
            row.bad("person", _("“%(name)s” is none of the people.") % {"name": name})


def duties_of(
    situation: Situation, who: dict[str, int], people: People, roles: Roles, seats: Seats,
    days: Sequence[date], needs: NDArray[np.int32], n_past: int,
) -> NDArray[np.int32]:  # fmt: skip
    """Duties that are told, as codes; what was before the roster also counts as needed then."""
    duty = np.full((len(who), len(days)), OFF, np.int32)
    names, shifts = list(seats.roles), {s.name: i for i, s in enumerate(seats.shifts)}
    seated = [row for row in situation.lists.of(DUTIES.name) if row.has("person")]
    for row, person in known(seated, who):
        when = row.day("date")
        if when is None or not days[0] <= when <= days[-1]:
            continue
        day, word = (when - days[0]).days, row.text("shift").lower()
        if word not in shifts:
            row.bad("shift", _("%(cell)s is no shift; they are %(known)s.") % {
                "cell": row.shown("shift"), "known": listed(shifts)
            })  # fmt: skip
            continue
        party = int(people.party[person])
        able = [
            i for i, name in enumerate(names)
            if name.post == row.text("post") and (int(roles.parties[i]) >> party) & 1
            and (int(roles.skills[i]) & ~int(people.skills[person])) == 0
            and (day < n_past or needs[day, shifts[word], i])
        ]  # fmt: skip
        code = [i * len(shifts) + shifts[word] for i in able]
        there = [int((duty[:, day] == c).sum()) for c in code]
        left = [
            c for c, n, i in zip(code, there, able, strict=True)
            if day < n_past or n < needs[day, shifts[word], i]
        ]  # fmt: skip
        if not left:
            row.bad("post", _("%(cell)s has no seat for them on that shift.") % {
                "cell": row.shown("post")
            })  # fmt: skip
        elif duty[person, day] != OFF:
            row.bad("date", _("“%(name)s” has two duties on %(day)s.") % {
                "name": row.text("person"), "day": when
            })  # fmt: skip
        else:
            duty[person, day] = left[0]
            if day < n_past:
                needs[day, shifts[word], left[0] // len(shifts)] += 1
    return duty
