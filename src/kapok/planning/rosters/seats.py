"""From the list of posts to roles, shifts and how many people each needs on each day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil

import numpy as np
from numpy.typing import NDArray

from kapok.planning.rosters.cells import Row
from kapok.planning.rosters.lists import list_name
from kapok.planning.rosters.names import RoleName, ShiftName, passed_min
from kapok.planning.rosters.situation import POSTS, Settings, Situation, party_of
from kapok.words import gettext as _
from kapok.words import listed

USUAL = (("early", 6 * 60, 14 * 60), ("late", 14 * 60, 22 * 60), ("night", 22 * 60, 30 * 60))
NIGHT_FROM, NIGHT_TO = 23 * 60, 30 * 60  # 23:00 to 06:00
NIGHT_LEAST_MIN = 180
MOST_COUNT = 500
MOST_SEATS = 2_000_000


@dataclass
class Seats:
    """The needs by role and shift, while they are collected."""

    settings: Settings
    days: Sequence[date]
    shifts: list[ShiftName]
    roles: dict[RoleName, int] = field(default_factory=dict)
    n: dict[tuple[int, int], NDArray[np.int32]] = field(default_factory=dict)

    def role(self, name: RoleName) -> int:
        """The number of a role."""
        return self.roles.setdefault(name, len(self.roles))

    def add(self, role: int, shift: int, days: NDArray[np.bool_], count: int) -> None:
        """Need so many more people."""
        there = self.n.setdefault((shift, role), np.zeros(len(self.days), np.int32))
        there += count * days

    def parts_of(self, shift: int) -> list[tuple[int, NDArray[np.bool_]]]:
        """The parts of a shift that one suit lasts for, and the days that have them.

        A night on which clocks are put back is an hour longer, and may need one part more.
        """
        whole, most = self.shifts[shift], self.settings.numbers["suit_hours"] * 60
        zone = self.settings.timezone
        n_parts = np.array(
            [ceil(passed_min(day, whole.start, whole.end, zone) / most) for day in self.days]
        )
        found = []
        for n in np.unique(n_parts).tolist():
            edges = np.linspace(whole.start, whole.end, n + 1).round().astype(int).tolist()
            for i in range(n):
                part = self._part(whole, edges[i], edges[i + 1], f"{i + 1}/{n}" if n > 1 else "")
                found.append((part, n_parts == n))
        return found

    def _part(self, whole: ShiftName, start: int, end: int, which: str) -> int:
        name = f"{whole.name} {which}".strip()
        part = ShiftName(name, start, end, is_night(start, end), whole.name) if which else whole
        if part not in self.shifts:
            self.shifts.append(part)
        return self.shifts.index(part)

    def table(self) -> NDArray[np.int32]:
        """People needed, (days, shifts, roles)."""
        needs = np.zeros((len(self.days), len(self.shifts), len(self.roles)), np.int32)
        for (shift, role), n in self.n.items():
            needs[:, shift, role] = n
        return needs


def is_night(start: int, end: int) -> bool:
    """Whether three hours or more lie between 23:00 and 06:00."""
    early = max(0, min(end, NIGHT_TO - 1440) - max(start, NIGHT_FROM - 1440))
    return early + max(0, min(end, NIGHT_TO) - max(start, NIGHT_FROM)) >= NIGHT_LEAST_MIN


def shifts_of(situation: Situation) -> list[ShiftName]:
    """The shifts of a day: those that are listed, or three of eight hours."""
    rows = situation.lists.of("shifts")
    if not rows:
        return [
            ShiftName(name, start, end, is_night(start, end), name) for name, start, end in USUAL
        ]
    found: list[ShiftName] = []
    for row in rows:
        start = row.minute_of_day("start")
        end = start + round(row.number("hours", 0.25, 14, 8) * 60)
        name = row.needed("shift").lower()
        if any(shift.name == name for shift in found):
            row.bad("shift", _("“%(name)s” is there twice.") % {"name": name})
        night = row.yes("night") if row.has("night") else is_night(start, end)
        found.append(ShiftName(name, start, end, night, name))
    return found


def seats_of(situation: Situation, days: Sequence[date], n_past: int) -> Seats:
    """All seats of the posts on the days to plan."""
    seats = Seats(situation.settings, days, shifts_of(situation))
    named = {shift.name: i for i, shift in enumerate(seats.shifts)}
    exposed: dict[str, tuple[Row, NDArray[np.bool_]]] = {}
    for row in situation.lists.of(POSTS.name):
        when = _days_of(row, days, n_past)
        name = _role_of(row, situation.settings)
        count = row.whole("count", 0, MOST_COUNT, 1)
        for word in row.words("shift") or tuple(named):
            if word not in named:
                row.bad(
                    "shift",
                    _("%(cell)s is no shift; they are %(known)s.")
                    % {"cell": f"“{word}”", "known": listed(named)},
                )
                continue
            every = np.ones(len(days), np.bool_)
            parts = seats.parts_of(named[word]) if name.suit else [(named[word], every)]
            for shift, of_days in parts:
                seats.add(seats.role(name), shift, when & of_days, count)
        if row.yes("exposed"):
            before = exposed.get(name.post)
            exposed[name.post] = (row, when if before is None else before[1] | when)
    n_shifts = len(named)
    for post, (_row, when) in exposed.items():
        _guard_nights(seats, post, when, n_shifts)
    total = sum(int(n.sum()) for n in seats.n.values())
    if total > MOST_SEATS:
        situation.lists.wrong.add(
            list_name(POSTS.name),
            _("%(n)s seats are over %(most)s; plan fewer posts or days at once.")
            % {"n": f"{total:,}", "most": f"{MOST_SEATS:,}"},
        )
    elif not total:
        situation.lists.wrong.add(
            list_name(POSTS.name), _("no seat is to be filled on any of the days.")
        )
    return seats


def _role_of(row: Row, settings: Settings) -> RoleName:
    parties = tuple(sorted({party_of(word) for word in row.words("party")}))
    if not parties:
        row.bad("party", _("is empty."))
    return RoleName(
        post=row.needed("post"),
        parties=parties or ("",),
        skills=tuple(sorted(row.words("skills"))),
        suit=row.yes("suit"),
        price=row.number("price", 1, 1_000_000, settings.numbers["price_empty"]),
    )


def _days_of(row: Row, days: Sequence[date], n_past: int) -> NDArray[np.bool_]:
    first, last = row.day("from", days[n_past]), row.day("to", days[-1])
    if first is not None and last is not None and last < first:
        row.bad("to", _("%(last)s is before %(first)s.") % {"last": last, "first": first})
    when = np.array([first <= day <= last for day in days] if first and last else [], np.bool_)
    when[:n_past] = False
    return when


def _guard_nights(seats: Seats, post: str, when: NDArray[np.bool_], n_shifts: int) -> None:
    """At an exposed gate each of the parties has somebody each night, listed or not.

    A seat that others might fill as well becomes the party's own; without one, one is added.
    """
    price = seats.settings.numbers["price_empty"]
    for party in seats.settings.night_parties:
        for shift in range(n_shifts):
            if not seats.shifts[shift].night:
                continue
            missing = when & ~_has_own(seats, post, party, shift, len(when))
            if not missing.any():
                continue
            own = seats.role(RoleName(post, (party,), (), False, price))
            for role, number in list(seats.roles.items()):
                there = seats.n.get((shift, number))
                if role.post == post and party in role.parties and there is not None:
                    there -= (missing & (there > 0)).astype(np.int32)
            seats.add(own, shift, missing, 1)


def _has_own(seats: Seats, post: str, party: str, shift: int, n_days: int) -> NDArray[np.bool_]:
    """On which days a seat of that shift at the post is for the party alone."""
    found = np.zeros(n_days, np.bool_)
    roles = list(seats.roles)
    for (part, number), n in seats.n.items():
        role = roles[number]
        same = seats.shifts[part].whole == seats.shifts[shift].whole
        if same and role.post == post and role.parties == (party,):
            found |= n > 0
    return found
