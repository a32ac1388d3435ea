"""Small rosters: one post or two, a few people, a few days."""

from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from kapok_planning.rosters import (
    FREE,
    OFF,
    Calendar,
    People,
    Prices,
    Problem,
    Roles,
    broken_rules,
    measure_roster,
)

H = 60
few = settings(max_examples=settings().max_examples // 5)  # each makes a roster or two
EARLY, LATE, NIGHT = range(3)


def calendar_of(days, *, starts=(6, 14, 22), hours=8):
    first = (np.arange(days)[:, None] * 24 + np.array(starts)[None, :]) * H
    day = np.arange(days)
    return Calendar(
        start_min=first.astype(np.int32),
        end_min=(first + hours * H).astype(np.int32),
        night=np.array([start >= 22 for start in starts]),
        week=(day // 7).astype(np.int32),
        weekend=day % 7 >= 5,
        holiday=np.zeros(days, np.bool_),
    )


def roles_of(n=1, **more):
    usual = {
        "post": np.arange(n, dtype=np.int32),
        "parties": np.ones(n, np.int64),
        "skills": np.zeros(n, np.int64),
        "suit": np.zeros(n, np.bool_),
        "price": np.full(n, 1000.0),
    }
    return Roles(**usual | {k: np.asarray(v, usual[k].dtype) for k, v in more.items()})


def people_of(n, days, shifts=3, posts=1, **more):
    usual = {
        "party": np.zeros(n, np.int32),
        "skills": np.zeros(n, np.int64),
        "km": np.zeros((n, posts)),
        "available": np.ones((n, days, shifts), np.bool_),
        "wishes": np.zeros((n, days, shifts + 1), np.float32),
        "fixed": np.full((n, days), FREE, np.int32),
        "week_min": np.full(n, 40 * H, np.int32),
        "week_most_min": np.full(n, 48 * H, np.int32),
        "overtime_most_min": np.full(n, 36 * H, np.int32),
        "nights_most": np.full(n, 3, np.int32),
        "days_most": np.full(n, 6, np.int32),
        "had": np.zeros((n, 3), np.int32),
    }
    return People(**usual | {k: np.asarray(v, usual[k].dtype) for k, v in more.items()})


def post_of(n, days, *, needs=1, prices=None, **more):
    """One post round the clock with one role, and n people."""
    wanted = np.broadcast_to(np.asarray(needs, np.int32), (days, 3))[:, :, None].copy()
    return Problem(
        calendar_of(days), roles_of(), people_of(n, days, **more), wanted,
        prices=prices or Prices(),
    )  # fmt: skip


def nobody(problem):
    return np.full((problem.people.n, problem.calendar.n_days), OFF, np.int32)


def cheapest(problem):
    """By trying everything: the price of the best roster that breaks no rule."""
    codes = range(OFF, problem.roles.n * problem.calendar.n_shifts)
    cells = problem.people.fixed.size
    best = np.inf
    for duties in product(codes, repeat=cells):
        duty = np.array(duties, np.int32).reshape(problem.people.fixed.shape)
        if not broken_rules(problem, duty):
            best = min(best, measure_roster(problem, duty).price)
    return best


def every_roster(problem):
    codes = range(OFF, problem.roles.n * problem.calendar.n_shifts)
    for duties in product(codes, repeat=problem.people.fixed.size):
        duty = np.array(duties, np.int32).reshape(problem.people.fixed.shape)
        if not broken_rules(problem, duty):
            yield duty


@st.composite
def problems(draw, *, most_people=6, most_days=10, most_roles=3, shifts=3):
    """Needs, leave, skills, ways, wishes, limits and duties before, all small."""
    n, days = draw(st.integers(1, most_people)), draw(st.integers(1, most_days))
    n_roles = draw(st.integers(1, most_roles))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    calendar = calendar_of(days, starts=(6, 14, 22)[3 - shifts :])
    calendar = replace(calendar, holiday=rng.random(days) < 0.2)
    roles = roles_of(
        n_roles,
        parties=rng.integers(1, 4, n_roles),
        skills=rng.integers(0, 2, n_roles),
        price=rng.choice([300.0, 1000.0], n_roles),
    )
    km = rng.integers(0, 9, (n, n_roles)).astype(float)
    km[rng.random((n, n_roles)) < 0.1] = np.inf
    people = people_of(
        n, days, shifts, n_roles,
        party=rng.integers(0, 2, n),
        skills=rng.integers(0, 2, n),
        km=km,
        available=rng.random((n, days, shifts)) < 0.85,
        wishes=np.maximum(0, rng.integers(-9, 5, (n, days, shifts + 1))),
        week_min=rng.choice([16, 32, 40], n) * H,
        week_most_min=rng.choice([40, 48], n) * H,
        overtime_most_min=rng.choice([0, 8, 36], n) * H,
        nights_most=rng.integers(1, 4, n),
        days_most=rng.integers(2, 7, n),
        had=rng.integers(0, 3, (n, 3)),
    )  # fmt: skip
    needs = rng.integers(0, 2, (days, shifts, n_roles)).astype(np.int32)
    return Problem(calendar, roles, people, needs)
