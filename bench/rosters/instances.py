"""Streets of checkpoints, made up: posts, named staff with leave, skills, wishes and homes."""

from dataclasses import dataclass

import numpy as np

from kapok_planning.rosters import FREE, Calendar, People, Problem, Roles

DAYS, H = 28, 60
POLICE, HEALTH, COMMUNITY = range(3)
EIGHTS, FOURS = (6, 14, 22), (6, 10, 14, 18, 22, 26)  # hours at which shifts start
SUITED, FIRST_AID = 1, 2


@dataclass(frozen=True)
class Size:
    """How many posts and people there are."""

    posts: int
    police: int
    health: int
    community: int


SMALL = Size(40, 190, 220, 190)
LARGE = Size(400, 1_900, 2_200, 1_900)


def calendar(days: int = DAYS) -> Calendar:
    """Shifts of 8 hours and, for suits, of 4; the first day is a Monday, the 14th is a feast."""
    starts = np.array(EIGHTS + FOURS) * H
    lengths = np.array([8] * len(EIGHTS) + [4] * len(FOURS)) * H
    first = np.arange(days, dtype=np.int32)[:, None] * 24 * H + starts[None, :].astype(np.int32)
    day = np.arange(days)
    return Calendar(
        start_min=first.astype(np.int32),
        end_min=(first + lengths[None, :]).astype(np.int32),
        night=starts >= 22 * H,
        week=(day // 7).astype(np.int32),
        weekend=day % 7 >= 5,
        holiday=(day >= 11) & (day < 14),
    )


def street(seed: int, size: Size = SMALL) -> Problem:
    """One instance: 3 parties at every post round the clock; at every fourth the health worker
    wears a suit, which makes two seats of 4 hours of each of 8."""
    rng = np.random.default_rng(seed)
    side_km = 6 * np.sqrt(size.posts / 40)
    posts = rng.uniform(0, side_km, (size.posts, 2))
    party = np.repeat(np.arange(3), [size.police, size.health, size.community]).astype(np.int32)
    homes = posts[rng.integers(0, size.posts, len(party))] + rng.normal(0, 1.0, (len(party), 2))
    cal = calendar()
    suit_posts = np.arange(size.posts) % 4 == 0
    role_post = np.repeat(np.arange(size.posts), 3).astype(np.int32)
    role_party = np.tile(np.arange(3), size.posts)
    suit = suit_posts[role_post] & (role_party == HEALTH)
    aid = (role_post % 5 == 0) & (role_party == COMMUNITY)
    needs = np.zeros((DAYS, cal.n_shifts, len(role_post)), np.int32)
    needs[:, : len(EIGHTS)][:, :, ~suit] = 1
    needs[:, len(EIGHTS) :][:, :, suit] = 1
    roles = Roles(
        post=role_post,
        parties=(1 << role_party).astype(np.int64),
        skills=np.where(suit, SUITED, np.where(aid, FIRST_AID, 0)).astype(np.int64),
        suit=suit,
        price=np.full(len(role_post), 1000.0),
    )
    km = np.hypot(*(homes[:, None, :] - posts[None, :, :]).transpose(2, 0, 1))
    return Problem(cal, roles, _people(rng, party, km, cal), needs)


def _people(
    rng: np.random.Generator, party: "np.ndarray", km: "np.ndarray", cal: Calendar
) -> People:
    n = len(party)
    suited = (party == HEALTH) & (rng.random(n) < 0.7)
    aid = (party == COMMUNITY) & (rng.random(n) < 0.4)
    available = np.ones((n, DAYS, cal.n_shifts), np.bool_)
    wishes = np.zeros((n, DAYS, cal.n_shifts + 1), np.float32)
    on_leave = np.flatnonzero(rng.random(n) < 0.4)  # two of five have leave of 2 to 5 days
    for person in on_leave.tolist():
        first = rng.integers(0, DAYS - 5)
        available[person, first : first + rng.integers(2, 6)] = False
    for person in range(n):
        for day in rng.choice(DAYS, 3, replace=False).tolist():  # three days off are wished for
            wishes[person, day, :-1] += 10
        if rng.random() < 0.3:  # some do not like a time of day
            third = rng.integers(0, 3)
            starts = cal.start_min[0] // H
            wishes[person][:, np.flatnonzero((starts - 6) // 8 % 3 == third)] += 2
    return People(
        party=party,
        skills=(SUITED * suited + FIRST_AID * aid).astype(np.int64),
        km=km,
        available=available,
        wishes=wishes,
        fixed=np.full((n, DAYS), FREE, np.int32),
        week_min=np.full(n, 40 * H, np.int32),
        week_most_min=np.full(n, 48 * H, np.int32),
        overtime_most_min=np.full(n, 36 * H, np.int32),
        nights_most=np.full(n, 3, np.int32),
        days_most=np.full(n, 6, np.int32),
        had=np.zeros((n, 3), np.int32),
    )
