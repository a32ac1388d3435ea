"""What the page of a hotline's plan draws: a day as bars, shifts as a list, lines as figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kapok.planning.hotlines.labels import interval_labels, shift_labels
from kapok.planning.hotlines.meeting import met
from kapok.planning.hotlines.moments import clock
from kapok.planning.hotlines.plans import Plan, Rota
from kapok.planning.hotlines.situation import Situation
from kapok.words import gettext as _
from kapok_planning.hotline import Staffing, staff

WIDTH, HEIGHT, LEFT, BELOW = 960.0, 180.0, 34.0, 18.0
MOST_OPTIONS = 400
MOST_DAYS = 400


@dataclass(frozen=True)
class Bar:
    """One interval in the picture: where it stands, and what it says when asked."""

    x: float
    width: float
    y: float
    height: float
    busy_y: float
    busy_height: float
    title: str
    is_bad: bool


@dataclass(frozen=True)
class Mark:
    """A number at an axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Picture:
    """One skill through one day; ``cover`` are the points of the line of people in shifts."""

    name: str
    bars: tuple[Bar, ...]
    cover: str
    hours: tuple[Mark, ...]
    levels: tuple[Mark, ...]


@dataclass(frozen=True)
class Interval:
    """One row of the table: what is needed, who is there, and what callers then meet."""

    key: str
    start: str
    skill: str
    calls: float
    agents: int
    rostered: int
    there: int
    in_time: float
    wait_s: float | None
    busy: float


@dataclass(frozen=True)
class Worked:
    """A shift with its people; ``key`` names it in a change."""

    key: str
    people: int


@dataclass(frozen=True)
class ShownLines:
    """Lines alone, overflowing and pooled, as bars of one scale (per cent of the widest)."""

    n: int
    rows: tuple[tuple[str, str, float], ...]
    left_street: float
    reached_city: float
    lost: float


@dataclass(frozen=True)
class Shown:
    """One day of the plan."""

    days: tuple[str, ...]
    day: str
    pictures: tuple[Picture, ...]
    intervals: tuple[Interval, ...]
    has_skills: bool
    worked: tuple[Worked, ...]
    n_more_worked: int
    possible: tuple[str, ...]
    lines: ShownLines | None
    width: int
    height: int
    left: int
    base: int


def shown(situation: Situation, plan: Plan, wanted: Mapping[str, str]) -> Shown:
    """One day of a plan, the one that ``day`` says or the first."""
    table, zone = situation.table, situation.settings.zone
    on = [f"{clock(m, zone):%Y-%m-%d}" for m in table.minutes.tolist()]
    days = tuple(sorted(set(on)))[:MOST_DAYS]
    day = wanted.get("day", "") if wanted.get("day", "") in days else days[0]
    rows = [t for t, each in enumerate(on) if each == day]
    now = met(situation, plan)
    keys = {t: key for key, t in interval_labels(situation).items()}
    has_shift_of_day = [
        (key, number, s)
        for key, (number, s) in shift_labels(situation, plan).items()
        if key.startswith(day)
    ]
    worked = tuple(
        Worked(key, n)
        for key, number, s in has_shift_of_day
        if (n := int(plan.rotas[number].plan.people[s]))
    )
    return Shown(
        days=days,
        day=day,
        pictures=tuple(_pictures(situation, plan, now, rows)),
        intervals=tuple(_interval(situation, plan, now, t, keys[t]) for t in rows),
        has_skills=any(table.skill),
        worked=worked[:MOST_OPTIONS],
        n_more_worked=max(len(worked) - MOST_OPTIONS, 0),
        possible=tuple(key for key, _number, _s in has_shift_of_day[:MOST_OPTIONS]),
        lines=_lines(situation, plan),
        width=round(LEFT + WIDTH),
        height=round(HEIGHT + BELOW + 4),
        left=round(LEFT),
        base=round(HEIGHT),
    )


def _interval(situation: Situation, plan: Plan, now: Staffing, t: int, key: str) -> Interval:
    table, staffing = situation.table, plan.staffing
    at = clock(float(table.minutes[t]), situation.settings.zone)
    wait = float(now.wait_s[t])
    return Interval(
        key=key,
        start=f"{at:%H:%M}",
        skill=table.skill[t],
        calls=float(table.calls[t]),
        agents=int(staffing.agents[t]),
        rostered=int(staffing.rostered[t]),
        there=int(now.agents[t]),
        in_time=100.0 * float(now.service_level[t]),
        wait_s=wait if np.isfinite(wait) else None,
        busy=100.0 * float(now.occupancy[t]),
    )


def _pictures(
    situation: Situation, plan: Plan, now: Staffing, rows: Sequence[int]
) -> list[Picture]:
    table = situation.table
    found = []
    for skill in table.skills:
        own = [t for t in rows if table.skill[t] == skill]
        if own:
            rota = next((r for r in plan.rotas if r.skill == skill), None)
            found.append(_picture(situation, plan, now, own, rota, skill))
    return found


def _picture(
    situation: Situation,
    plan: Plan,
    now: Staffing,
    rows: Sequence[int],
    rota: Rota | None,
    skill: str,
) -> Picture:
    table, staffing = situation.table, plan.staffing
    first, step = float(table.minutes[rows[0]]), table.interval_min
    span = float(table.minutes[rows[-1]]) + step - first
    cover = _cover(situation, rota, rows)
    top = max(int(staffing.rostered[list(rows)].max()), max(cover, default=0), 1)

    def x_of(minutes: float) -> float:
        return round(LEFT + (minutes - first) / span * (WIDTH - 4), 2)

    def y_of(people: float) -> float:
        return round(HEIGHT - people / top * (HEIGHT - 12), 2)

    too_few = _too_few(situation, plan)
    bars, points = [], []
    for place, t in enumerate(rows):
        x, width = x_of(float(table.minutes[t])), step / span * (WIDTH - 4)
        need, phone = int(staffing.rostered[t]), int(staffing.agents[t])
        is_bad = t in too_few or (bool(cover) and cover[place] < need)
        bars.append(
            Bar(
                x=x,
                width=round(max(width - 1.5, 0.5), 2),
                y=y_of(need),
                height=round(HEIGHT - y_of(need), 2),
                busy_y=y_of(phone),
                busy_height=round(HEIGHT - y_of(phone), 2),
                title=_title(situation, plan, now, t, cover[place] if cover else None),
                is_bad=is_bad,
            )
        )
        if cover:
            level = y_of(cover[place])
            points += [f"{x},{level}", f"{round(x + width, 2)},{level}"]
    hours = tuple(
        Mark(x_of(m), HEIGHT + 14, f"{clock(m, situation.settings.zone):%H}")
        for m in np.arange(first, first + span, max(120.0, step)).tolist()
    )
    levels = tuple(Mark(LEFT - 6, y_of(n), str(n)) for n in sorted({top, top // 2} - {0}))
    return Picture(skill, tuple(bars), " ".join(points), hours, levels)


def _too_few(situation: Situation, plan: Plan) -> frozenset[int]:
    """Intervals in which agents set by hand do not keep to the target."""
    if not plan.by_hand:
        return frozenset()
    needed = staff(situation.calls, situation.settings.target).agents
    return frozenset(np.flatnonzero(plan.staffing.agents < needed).tolist())


def _title(situation: Situation, plan: Plan, now: Staffing, t: int, there: int | None) -> str:
    table, staffing = situation.table, plan.staffing
    words = {
        "moment": f"{clock(float(table.minutes[t]), situation.settings.zone):%H:%M}",
        "calls": f"{table.calls[t]:g}",
        "agents": int(staffing.agents[t]),
        "rostered": int(staffing.rostered[t]),
        "share": f"{now.service_level[t]:.0%}",
        "there": there,
    }
    if there is None:
        return (
            _(
                "%(moment)s: %(calls)s calls, %(agents)s at the phone, %(rostered)s on the roster, "
                "%(share)s in time"
            )
            % words
        )
    return (
        _(
            "%(moment)s: %(calls)s calls, %(agents)s at the phone, %(rostered)s on the roster, "
            "%(share)s in time; shifts bring %(there)s"
        )
        % words
    )


def _cover(situation: Situation, rota: Rota | None, rows: Sequence[int]) -> list[int]:
    """People of shifts in each interval; none without shifts."""
    if rota is None:
        return []
    table = situation.table
    places = [round((float(table.minutes[t]) - rota.begin_min) / table.interval_min) for t in rows]
    return [int(rota.plan.at_work[place]) for place in places]


def _lines(situation: Situation, plan: Plan) -> ShownLines | None:
    lines, streets = plan.lines, situation.settings.streets
    if lines is None or streets is None:
        return None
    pool = plan.staffing.agents if plan.pooled is None else plan.pooled.together
    busiest = int(np.argmax(pool))
    behind = int(streets.lines.district_telephones.sum())
    numbers = (
        (_("each line alone"), int(lines.alone[busiest])),
        (_("seats behind the lines, which stay"), behind + int(lines.city_seats.max())),
        (_("one pool"), int(pool[busiest])),
    )
    widest = max(n for _name, n in numbers) or 1
    return ShownLines(
        n=streets.lines.n,
        rows=tuple((name, str(n), round(max(100.0 * n / widest, 0.5), 2)) for name, n in numbers),
        left_street=100.0 * float(lines.left_street.max()),
        reached_city=100.0 * float(lines.reached_city.max()),
        lost=100.0 * float(lines.lost.max()),
    )
