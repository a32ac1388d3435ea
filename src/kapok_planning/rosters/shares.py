"""What is a fair share of nights, weekend days and holidays."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kapok_planning.rosters.problem import IntArray, Problem

KINDS = 3  # nights, weekend days, holidays


def parts(problem: Problem) -> tuple[IntArray, IntArray]:
    """Number of the part of each person (p,) and role (r,): parts share no person and no seat.

    Parties that never stand in for each other, and places too far apart, fall apart like this,
    and are planned apart without loss.
    """
    able = problem.able
    n, roles = able.shape
    person, role = np.nonzero(able)
    links = csr_array(
        (np.ones(len(person), np.int8), (person, role + n)), shape=(n + roles, n + roles)
    )
    _, component = connected_components(links, directed=False)
    _, label = np.unique(component, return_inverse=True)
    return label[:n].astype(np.int32), label[n:].astype(np.int32)


def bands(problem: Problem) -> IntArray:
    """Least and most nights, weekend days and holidays within each person's share, (p, 3, 2).

    The seats of a part, and what its people had before, are shared out by the days on which each
    can be put on such a duty; whoever had more before has less now. A share is rounded down and up.
    """
    people, roles = parts(problem)
    wanted, can = _seats(problem), _days(problem)
    band = np.zeros((problem.people.n, KINDS, 2), np.int32)
    for part in np.unique(people):
        mine, its = people == part, roles == part
        had = problem.people.had[mine]
        for kind in range(KINDS):
            days = can[mine, kind]
            total = wanted[its, kind].sum() + had[:, kind].sum()
            share = total * days / max(1, days.sum()) - had[:, kind]
            share = np.clip(share, 0, days)
            band[mine, kind, 0] = np.floor(share + 1e-9)
            band[mine, kind, 1] = np.ceil(share - 1e-9)
    return band


def _seats(problem: Problem) -> IntArray:
    """Seats of each role at night, on weekends and on holidays, (r, 3)."""
    needs, calendar = problem.needs, problem.calendar
    return np.stack(
        [
            needs[:, calendar.night].sum(axis=(0, 1)),
            needs[calendar.weekend].sum(axis=(0, 1)),
            needs[calendar.holiday].sum(axis=(0, 1)),
        ],
        axis=1,
    ).astype(np.int32)


def _days(problem: Problem) -> IntArray:
    """Days on which each person can be put on a night, a weekend's and a holiday's duty, (p, 3)."""
    free, calendar = problem.people.available, problem.calendar
    some = np.asarray(free.any(axis=2))
    return np.stack(
        [
            free[:, :, calendar.night].any(axis=2).sum(axis=1),
            some[:, calendar.weekend].sum(axis=1),
            some[:, calendar.holiday].sum(axis=1),
        ],
        axis=1,
    ).astype(np.int32)
