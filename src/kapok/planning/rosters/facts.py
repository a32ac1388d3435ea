"""What a roster says of itself, worked out once and told in any language."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kapok.planning.rosters import telling
from kapok.planning.rosters.names import Named
from kapok_planning.rosters import (
    Conflict,
    Help,
    Shortfall,
    bands,
    conflicts,
    counted,
    helps,
    shortfalls,
)

MOST_CONFLICTS, MOST_HELPS, WORK = 3, 5, 0.5


@dataclass(frozen=True)
class Facts:
    """Seats that stay empty, what would fill them, what stands against it; and nights apart."""

    gaps: tuple[Shortfall, ...]
    helps: tuple[Help, ...]
    conflicts: tuple[Conflict, ...]
    nights_spread: int


def facts_of(named: Named, duty: NDArray[np.integer[Any]]) -> Facts:
    """Work it out: seconds where many seats are empty."""
    problem = named.problem
    gaps = shortfalls(problem, duty)
    return Facts(
        gaps=gaps,
        helps=helps(problem, duty, gaps)[:MOST_HELPS],
        conflicts=conflicts(problem, duty, work=WORK, most=MOST_CONFLICTS) if gaps else (),
        nights_spread=nights_spread(named, duty),
    )


def nights_spread(named: Named, duty: NDArray[np.integer[Any]]) -> int:
    """How far apart, at most, the nights of two people of one party with equal shares are."""
    nights, share = counted(named.problem, duty)[:, 0], bands(named.problem)[:, 0]
    groups: dict[tuple[int, ...], list[int]] = {}
    for person in range(len(nights)):
        key = (int(named.problem.people.party[person]), *share[person].tolist())
        groups.setdefault(key, []).append(int(nights[person]))
    return max((max(group) - min(group) for group in groups.values()), default=0)


def short_lines(named: Named, facts: Facts) -> list[str]:
    """What is not met, and why."""
    return [telling.shortfall_sentence(named, gap) for gap in facts.gaps]


def help_lines(named: Named, facts: Facts) -> list[str]:
    """What would help most."""
    return [telling.help_sentence(named, item) for item in facts.helps]


def conflict_lines(named: Named, facts: Facts) -> list[str]:
    """Which rules stand against it, and what easing them would do."""
    return [line for item in facts.conflicts for line in telling.conflict_sentences(named, item)]
