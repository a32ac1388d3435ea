"""From lists to a problem."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta

import numpy as np
from numpy.typing import NDArray

from kapok.planning.rosters.cells import Row, Wrong
from kapok.planning.rosters.names import Named, moment
from kapok.planning.rosters.parties import check_parties
from kapok.planning.rosters.seats import Seats, seats_of
from kapok.planning.rosters.situation import (
    DUTIES,
    LEAVE,
    PEOPLE,
    POSTS,
    WISHES,
    Settings,
    Situation,
    party_of,
)
from kapok.planning.rosters.standing import duties_of, known
from kapok.words import gettext as _
from kapok_planning.rosters import FREE, OFF, Calendar, People, Prices, Problem, Roles

PAST_DAYS = 14
EARTH_KM = 6371.0088
MOST_WORDS = 63
EMERGENCY_WEEK_H = 60


@dataclass
class Bits:
    """Words as bits of a number."""

    words: list[str]

    def of(self, words: Sequence[str]) -> int:
        """The bits of some words; new ones are taken in."""
        found = 0
        for word in words:
            if word not in self.words:
                self.words.append(word)
            found |= 1 << self.words.index(word)
        return found


@dataclass(frozen=True)
class Built:
    """A problem with its words, and the duties that were given for the days to plan."""

    named: Named
    duty: NDArray[np.int32]
    has_duties: bool


def build(situation: Situation) -> Built:
    """Put lists as a problem. Raises ``Refused`` with everything that is wrong in them."""
    settings, lists = situation.settings, situation.lists
    wrong = lists.wrong
    past = _past_days(situation)
    days = [*past, *settings.days]
    seats = seats_of(situation, days, len(past))
    check_parties(situation)
    wrong.refuse()
    parties, skills = Bits([]), Bits([])
    rows = lists.of(PEOPLE.name)
    names = _unique(rows, wrong)
    roles = _roles(seats, parties, skills, km_posts := _posts(seats))
    calendar = _calendar(settings, days, seats)
    people = _people(situation, rows, seats, days, parties, skills, km_posts)
    who = {name: i for i, name in enumerate(names)}
    if max(len(parties.words), len(skills.words)) > MOST_WORDS:
        wrong.add(
            _("lists"), _("there are over %(most)s parties or skills.") % {"most": MOST_WORDS}
        )
    _put_leave(situation, who, people, days, seats)
    _put_wishes(situation, who, people, days, seats)
    wrong.refuse()
    needs = seats.table()
    duty = duties_of(situation, who, people, roles, seats, days, needs, len(past))
    wrong.refuse()
    people.fixed[:, : len(past)] = duty[:, : len(past)]
    numbers = settings.numbers
    problem = Problem(
        calendar, roles, people, needs,
        rest_min=round(numbers["rest_hours"] * 60),
        suit_most_min=round(numbers["suit_hours"] * 60),
        prices=Prices(numbers["price_km"], numbers["price_overtime_hour"], numbers["price_unfair"]),
    )  # fmt: skip
    named = Named(
        problem, tuple(days), len(past), tuple(seats.shifts), tuple(seats.roles), tuple(names),
        tuple(parties.words), settings.timezone,
        tuple(row.text("overtime_reason", settings.overtime_reason) for row in rows),
        tuple(row.text("worker") for row in rows),
    )  # fmt: skip
    return Built(named, duty, bool((duty[:, len(past) :] != OFF).any()))


def _past_days(situation: Situation) -> list[date]:
    """The days before the roster on which duties are told, two weeks at most."""
    start = situation.settings.start
    given = [row.day("date", start) for row in situation.lists.of(DUTIES.name)]
    first = min([day for day in given if day is not None and day < start], default=start)
    first = max(first, start - timedelta(days=PAST_DAYS))
    return [first + timedelta(days=i) for i in range((start - first).days)]


def _unique(rows: list[Row], wrong: Wrong) -> list[str]:
    names: dict[str, Row] = {}
    for row in rows:
        name = row.needed("person")
        if name in names:
            wrong.add(
                row.where,
                _("“%(name)s” is there twice; give each person a name of their own.")
                % {"name": name},
            )
        names[name] = row
    return [row.text("person") for row in rows]


def _posts(seats: Seats) -> dict[str, int]:
    return {name: i for i, name in enumerate(dict.fromkeys(role.post for role in seats.roles))}


def _roles(seats: Seats, parties: Bits, skills: Bits, posts: dict[str, int]) -> Roles:
    names = list(seats.roles)
    return Roles(
        post=np.array([posts[name.post] for name in names], np.int32),
        parties=np.array([parties.of(name.parties) for name in names], np.int64),
        skills=np.array([skills.of(name.skills) for name in names], np.int64),
        suit=np.array([name.suit for name in names], np.bool_),
        price=np.array([name.price for name in names], np.float64),
    )


def _calendar(settings: Settings, days: Sequence[date], seats: Seats) -> Calendar:
    """Minutes as they pass: the night on which clocks change is as long as it is."""
    zero = moment(days[0], 0, settings.timezone).astimezone(UTC)

    def passed(day: date, minute: int) -> int:
        then = moment(day, minute, settings.timezone).astimezone(UTC)
        return round((then - zero).total_seconds() / 60)

    monday = days[0] - timedelta(days=days[0].weekday())
    return Calendar(
        start_min=np.array([[passed(d, s.start) for s in seats.shifts] for d in days], np.int32),
        end_min=np.array([[passed(d, s.end) for s in seats.shifts] for d in days], np.int32),
        night=np.array([s.night for s in seats.shifts], np.bool_),
        week=np.array([(day - monday).days // 7 for day in days], np.int32),
        weekend=np.array([day.weekday() >= 5 for day in days], np.bool_),
        holiday=np.array([day in settings.holidays for day in days], np.bool_),
    )


def _people(
    situation: Situation, rows: list[Row], seats: Seats, days: Sequence[date], parties: Bits,
    skills: Bits, posts: dict[str, int],
) -> People:  # fmt: skip
    numbers = situation.settings.numbers
    n, shape = len(rows), (len(rows), len(days), len(seats.shifts))
    reason = [row.text("overtime_reason", situation.settings.overtime_reason) for row in rows]
    most_h = [
        row.number("week_most", 1, EMERGENCY_WEEK_H, numbers["week_hours_most"]) for row in rows
    ]
    for row, asked, why in zip(rows, most_h, reason, strict=True):
        if asked > numbers["week_hours_most"] and not why:
            row.bad(
                "week_most",
                _("%(hours)s hours need an overtime_reason.") % {"hours": f"{asked:g}"},
            )

    def hours(name: str, most: float, otherwise: float) -> NDArray[np.int32]:
        return np.array([row.number(name, 0, most, otherwise) * 60 for row in rows], np.int32)

    def whole(name: str, most: int, otherwise: float) -> NDArray[np.int32]:
        return np.array([row.whole(name, 0, most, int(otherwise)) for row in rows], np.int32)

    available = np.ones(shape, np.bool_)
    nights = np.array([shift.night for shift in seats.shifts])
    without = np.array([row.yes("no_nights") for row in rows], np.bool_)
    available[np.ix_(without, np.ones(len(days), np.bool_), nights)] = False
    return People(
        party=np.array([_party(row, parties) for row in rows], np.int32),
        skills=np.array([skills.of(row.words("skills")) for row in rows], np.int64),
        km=_ways(situation, rows, posts),
        available=available,
        wishes=np.zeros((n, len(days), len(seats.shifts) + 1), np.float32),
        fixed=np.full((n, len(days)), FREE, np.int32),
        week_min=hours("week_hours", 112, numbers["week_hours"]),
        week_most_min=(np.array(most_h) * 60).astype(np.int32),
        overtime_most_min=hours("overtime_most", 400, numbers["overtime_hours_most"]),
        nights_most=whole("nights_in_row", 14, numbers["nights_in_row"]),
        days_most=whole("days_in_row", 14, numbers["days_in_row"]),
        had=np.stack(
            [whole(name, 1000, 0) for name in ("had_nights", "had_weekends", "had_holidays")],
            axis=1,
        ),
    )


def _party(row: Row, parties: Bits) -> int:
    name = party_of(row.needed("party"))
    return parties.of([name]).bit_length() - 1


def _ways(situation: Situation, rows: list[Row], posts: dict[str, int]) -> NDArray[np.float64]:
    """Kilometres from home to post; 0 where a place is not told, infinite where not allowed."""
    at = {row.text("post"): row for row in reversed(situation.lists.of(POSTS.name))}
    homes = np.array([_place(row) for row in rows]).reshape(-1, 4)
    gates = np.array([_place(at[name]) if name in at else [np.nan] * 4 for name in posts])
    flat = np.hypot(*(homes[:, None, 2:] - gates[None, :, 2:]).transpose(2, 0, 1)) / 1000
    lon, lat = (np.radians(homes[:, None, i] - gates[None, :, i]) for i in (0, 1))
    middle = np.radians((homes[:, None, 1] + gates[None, :, 1]) / 2)
    round_km = EARTH_KM * np.hypot(lon * np.cos(middle), lat)
    km = np.nan_to_num(np.where(np.isnan(flat), round_km, flat), nan=0.0)
    km[km > situation.settings.numbers["farthest_km"]] = np.inf
    lower = {name.lower(): i for name, i in posts.items()}
    for i, row in enumerate(rows):
        only = row.words("posts")
        for word in only:
            if word not in lower:
                row.bad("posts", _("“%(name)s” is none of the posts.") % {"name": word})
        if only:
            km[i, [j for name, j in lower.items() if name not in only]] = np.inf
    return km


def _place(row: Row) -> list[float]:
    bounds = {"lon": 180.0, "lat": 90.0, "x": 1e8, "y": 1e8}
    return [row.number(name, -most, most, np.nan) for name, most in bounds.items()]


def _rows_of(situation: Situation, kind: str, who: dict[str, int]) -> Iterator[tuple[Row, int]]:
    return known(situation.lists.of(kind), who)


def _put_leave(
    situation: Situation, who: dict[str, int], people: People, days: Sequence[date], seats: Seats
) -> None:
    for row, person in _rows_of(situation, LEAVE.name, who):
        first, last = row.day("from"), row.day("to")
        if first is None or last is None:
            continue
        if last < first:
            row.bad("to", _("%(last)s is before %(first)s.") % {"last": last, "first": first})
        words = row.words("shift")
        shifts = [i for i, s in enumerate(seats.shifts) if not words or s.whole in words]
        if words and not shifts:
            row.bad("shift", _("%(cell)s is no shift.") % {"cell": row.shown("shift")})
        for day in range(max(0, (first - days[0]).days), min(len(days), (last - days[0]).days + 1)):
            people.available[person, day, shifts] = False


def _put_wishes(
    situation: Situation, who: dict[str, int], people: People, days: Sequence[date], seats: Seats
) -> None:
    """“off”, “on”, a shift's name, or “no night”."""
    usual = situation.settings.numbers["price_wish"]
    names = [shift.whole for shift in seats.shifts]
    for row, person in _rows_of(situation, WISHES.name, who):
        day = row.day("date")
        word = row.text("wish").lower()
        weight = row.number("weight", 0, 10_000, usual)
        if day is None or not days[0] <= day <= days[-1]:
            continue
        price = people.wishes[person, (day - days[0]).days]
        unwanted = word.removeprefix("no ").strip()
        if word in ("off", "休", "休息"):
            price[:-1] += weight
        elif word in ("on", "班", "上班"):
            price[-1] += weight
        elif word in names:
            price[[*(name != word for name in names), True]] += weight
        elif unwanted in names and unwanted != word:
            price[[*(name == unwanted for name in names), False]] += weight
        else:
            row.bad(
                "wish",
                _("%(cell)s is none of off, on, a shift, or “no” and a shift.")
                % {"cell": row.shown("wish")},
            )
