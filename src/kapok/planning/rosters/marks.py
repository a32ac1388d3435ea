"""Which names are marked in the picture of a roster, because a change by hand breaks rules."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapok.planning.rosters import telling
from kapok.planning.rosters.names import Named
from kapok.words import gettext as _
from kapok_planning.rosters import OFF, Rule, broken_rules

ALL_DAYS = -1


@dataclass(frozen=True)
class Marks:
    """Sentences by person and day; those about all duties of a person stand at ``ALL_DAYS``."""

    sentences: dict[tuple[int, int], tuple[str, ...]]

    def of(self, person: int, day: int) -> str:
        """What a duty breaks; blank for none."""
        found = [
            *self.sentences.get((person, day), ()),
            *self.sentences.get((person, ALL_DAYS), ()),
        ]
        return _("; ").join(dict.fromkeys(found))

    def of_person(self, person: int) -> str:
        """What somebody's duties break, on any day."""
        found = [line for (who, _day), lines in self.sentences.items() if who == person
                 for line in lines]  # fmt: skip
        return _("; ").join(dict.fromkeys(found))


def marks_of(named: Named, duty: NDArray[np.integer]) -> Marks:
    """The marks of a roster; a rule on hours of a week marks all duties of that week."""
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    week = named.problem.calendar.week
    for item in broken_rules(named.problem, duty):
        days = [item.day]
        if item.rule is Rule.WEEK:
            at_work = (duty[item.person] != OFF) & (week == week[item.day])
            days = np.flatnonzero(at_work).tolist()
        for day in days:
            found[item.person, day].append(telling.broken_sentence(named, item))
    return Marks({key: tuple(lines) for key, lines in found.items()})
