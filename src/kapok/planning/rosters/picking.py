"""A duty or an empty seat that was picked on the page: who could take it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kapok.planning.rosters import telling
from kapok.planning.rosters.cells import day_from
from kapok.planning.rosters.names import Named
from kapok.words import gettext as _
from kapok_planning.rosters import OFF, propose_swaps, propose_takers

MOST_PROPOSED = 8

Codes = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Proposal:
    """What would be done, in a sentence, and as the fields of a form."""

    sentence: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Picked:
    """A duty, or an empty seat, and what may be done with it.

    ``person`` is blank for an empty seat.
    """

    head: str
    person: str
    date: str
    proposals: tuple[Proposal, ...]


def picked(named: Named, duty: Codes, wanted: Mapping[str, str]) -> Picked | None:
    """What an address picks; None for nothing."""
    when = day_from(wanted.get("date", ""))
    if when is None or when not in named.days[named.n_past :]:
        return None
    day = named.days.index(when)
    if (name := wanted.get("person", "")) in named.people:
        return _duty(named, duty, named.people.index(name), day)
    role = wanted.get("role", "")
    shifts = [i for i, shift in enumerate(named.shifts) if shift.name == wanted.get("shift")]
    if role.isascii() and role.isdigit() and int(role) < len(named.roles) and shifts:
        return _seat(named, duty, int(role), shifts[0], day)
    return None


def _duty(named: Named, duty: Codes, person: int, day: int) -> Picked | None:
    code = int(duty[person, day])
    if code == OFF:
        return None
    role, shift = divmod(code, len(named.shifts))
    when = named.days[day].isoformat()
    proposals = []
    for judged in propose_swaps(named.problem, duty, person, day, most=MOST_PROPOSED):
        swap = judged.swap
        fields = {
            "action": "swap",
            "person": named.people[person],
            "date": when,
            "other": named.people[swap.other],
        }
        if swap.other_day >= 0:
            fields["other_date"] = named.days[swap.other_day].isoformat()
        proposals.append(Proposal(telling.swap_sentence(named, judged), tuple(fields.items())))
    return Picked(_head(named, role, shift, day), named.people[person], when, tuple(proposals))


def _seat(named: Named, duty: Codes, role: int, shift: int, day: int) -> Picked:
    when = named.days[day].isoformat()
    code = role * len(named.shifts) + shift
    proposals = tuple(
        Proposal(
            _("%(name)s could come: the roster is %(price)s cheaper.")
            % {"name": named.people[person], "price": f"{-dearer:,.1f}"},
            (
                ("action", "give"), ("person", named.people[person]), ("date", when),
                ("post", named.roles[role].post), ("shift", named.shifts[shift].name),
            ),
        )
        for person, dearer in propose_takers(named.problem, duty, day, code, most=MOST_PROPOSED)
    )  # fmt: skip
    return Picked(_head(named, role, shift, day), "", when, proposals)


def _head(named: Named, role: int, shift: int, day: int) -> str:
    return _("%(shift)s of %(day)s, %(post)s") % {
        "shift": telling.shift_of(named.shifts[shift].name),
        "day": telling.day_of(named.days[day]),
        "post": named.roles[role].post,
    }
