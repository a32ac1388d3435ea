"""A roster as CSV, JSON, calendars and a sheet for the wall."""

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import numpy as np
import polars as pl
from icalendar import Calendar, Event

from kapok.errors import Refused
from kapok.places.files.writing import replacing, write_csv
from kapok.planning.rosters.names import Named
from kapok.planning.rosters.plans import Case
from kapok.planning.rosters.telling import shortfall_sentence
from kapok_planning.rosters import OFF, Roster, Shortfall, counted, overtime_min, shortfalls

STYLE = (
    "@page{size:A4 landscape;margin:10mm}body{font:11px/1.35 sans-serif;margin:8px;color:#000}"
    "h2{font-size:16px;margin:0 0 4px}section{break-after:page;margin-bottom:16px}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}"
    "th,td{border:1px solid #666;padding:2px 4px;vertical-align:top;overflow-wrap:anywhere}"
    "th{background:#eee}td.empty{background:#fdd;font-weight:bold}.we{background:#f4f4f4}"
)


def rows(situation: Case, plan: Roster) -> pl.DataFrame:
    """Each seat, as a table."""
    gaps = shortfalls(situation.named.problem, plan.duty)
    return pl.DataFrame(list(rows_of(situation.named, plan, gaps)), infer_schema_length=None)


def rows_of(named: Named, roster: Roster, gaps: tuple[Shortfall, ...]) -> Iterator[dict[str, Any]]:
    """Each seat of the days that were planned: who, or why nobody."""
    why = {(g.day, g.shift, g.role): shortfall_sentence(named, g) for g in gaps}
    shifts = len(named.shifts)
    duty, needs = roster.duty, named.problem.needs
    for day in range(named.n_past, len(named.days)):
        for shift in range(shifts):
            start, end = named.period(day, shift)
            for role in np.flatnonzero(needs[day, shift]).tolist():
                there = np.flatnonzero(duty[:, day] == role * shifts + shift).tolist()
                empty = int(needs[day, shift, role]) - len(there)
                for person in [*there, *[None] * max(0, empty)]:
                    yield {
                        "date": named.days[day].isoformat(),
                        "shift": named.shifts[shift].name,
                        "start": start.isoformat(timespec="minutes"),
                        "end": end.isoformat(timespec="minutes"),
                        "post": named.roles[role].post,
                        "party": _party(named, role, person),
                        "skills": "; ".join(named.roles[role].skills),
                        "suit": "yes" if named.roles[role].suit else "",
                        "person": "" if person is None else named.people[person],
                        "why": "" if person is not None else why.get((day, shift, role), ""),
                    }


def _party(named: Named, role: int, person: int | None) -> str:
    if person is None:
        return "; ".join(named.roles[role].parties)
    return named.role_party(role, person)


def people_rows(named: Named, roster: Roster) -> list[dict[str, Any]]:
    """Each person's figures, with the reason of overtime."""
    counts = counted(named.problem, roster.duty)
    over = overtime_min(named.problem, roster.duty).sum(axis=1) / 60
    at_work = roster.duty[:, named.n_past :] != OFF
    return [
        {
            "person": name,
            "party": named.parties[int(named.problem.people.party[i])],
            "duties": int(at_work[i].sum()),
            "nights": int(counts[i, 0]),
            "weekend_days": int(counts[i, 1]),
            "holidays": int(counts[i, 2]),
            "overtime_h": round(float(over[i]), 2),
            "overtime_reason": (named.overtime_reasons[i] or "needs of the posts")
            if over[i]
            else "",
        }
        for i, name in enumerate(named.people)
    ]


def summary(
    named: Named, roster: Roster, spread: int, told: dict[str, list[str]]
) -> dict[str, Any]:
    """The figures, ready for JSON."""
    totals = roster.totals
    known = roster.bound == roster.bound
    return {
        "version": version("kapok"),
        "seats": totals.n_seats,
        "empty": totals.n_empty,
        "price": round(totals.price, 2),
        "bound": round(roster.bound, 2) if known else None,
        "gap": round(roster.gap, 4) if known else None,
        "km": round(totals.km, 1),
        "overtime_h": round(totals.overtime_h, 2),
        "days_against_wishes": totals.n_wishes_missed,
        "outside_shares": totals.unfair,
        "nights_spread": spread,
        "finished": roster.finished,
        **told,
    }


def write_plan(
    path: Path, named: Named, roster: Roster, gaps: tuple[Shortfall, ...], figures: dict[str, Any]
) -> None:
    """Write the seats as CSV, or all of it as JSON."""
    rows = list(rows_of(named, roster, gaps))
    if path.suffix.lower() == ".csv":
        write_csv(path, pl.DataFrame(rows, infer_schema_length=None))
    elif path.suffix.lower() == ".json":
        whole = {**figures, "duties": rows, "people": people_rows(named, roster)}
        with replacing(path) as file:
            file.write(json.dumps(whole, ensure_ascii=False, indent=1).encode())
    else:
        raise Refused(f"{path} ends neither in .csv nor in .json.")


def write_calendars(folder: Path, named: Named, roster: Roster, *, at: datetime) -> int:
    """An iCalendar file (RFC 5545) for each person with duties; returns how many."""
    folder.mkdir(exist_ok=True)
    taken: set[str] = set()
    for person, name in enumerate(named.people):
        if not (roster.duty[person, named.n_past :] != OFF).any():
            continue
        plain = re.sub(r"[^\w.-]", "_", name).strip("._") or "person"
        others = (f"{plain}-{n}" for n in count(person))
        file_name = plain
        while file_name.lower() in taken:
            file_name = next(others)
        taken.add(file_name.lower())
        with replacing(folder / f"{file_name}.ics") as file:
            file.write(calendar_of(named, roster, person, at=at))
    return len(taken)


def calendar_of(named: Named, roster: Roster, person: int, *, at: datetime) -> bytes:
    """The duties of a person as a calendar (RFC 5545)."""
    calendar, shifts = Calendar(), len(named.shifts)
    calendar.add("prodid", "-//Kapok//Roster//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for day in range(named.n_past, len(named.days)):
        code = int(roster.duty[person, day])
        if code == OFF:
            continue
        role, shift = divmod(code, shifts)
        start, end = named.period(day, shift)
        seat = named.roles[role]
        words = [seat.post, named.shifts[shift].name, *(["protective suit"] if seat.suit else [])]
        event = Event()
        event.add("uid", str(uuid5(NAMESPACE_OID, f"{named.people[person]} {named.days[day]}")))
        event.add("dtstamp", at.astimezone(UTC))
        event.add("dtstart", start.astimezone(UTC))
        event.add("dtend", end.astimezone(UTC))
        event.add("summary", ", ".join(words))
        event.add("location", seat.post)
        calendar.add_component(event)
    return calendar.to_ical()


def write_wall(path: Path, named: Named, roster: Roster) -> None:
    """Write a sheet for the wall: a page for each post and week, ready to print."""
    with replacing(path) as file:
        file.write(wall_of(named, roster).encode())


def wall_of(named: Named, roster: Roster) -> str:
    """The sheet as one HTML page that needs nothing else."""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Roster</title>'
        f"<style>{STYLE}</style></head><body>"
    ]
    week = named.problem.calendar.week
    for post in dict.fromkeys(role.post for role in named.roles):
        for number in np.unique(week[named.n_past :]).tolist():
            days = [d for d in range(named.n_past, len(named.days)) if week[d] == number]
            parts.append(_page(named, roster, post, days))
    return "".join(parts) + "</body></html>"


def _page(named: Named, roster: Roster, post: str, days: list[int]) -> str:
    roles = [i for i, role in enumerate(named.roles) if role.post == post]
    first, last = named.days[days[0]], named.days[days[-1]]
    heads = "".join(
        f"<th{_weekend(named, d)}>{day:%a} {day.day}.{day.month}.</th>"
        for d, day in ((d, named.days[d]) for d in days)
    )
    body = []
    for shift, name in enumerate(named.shifts):
        for role in roles:
            if named.problem.needs[days][:, shift, role].any():
                cells = "".join(_cell(named, roster, d, shift, role) for d in days)
                label = f"{name.name} {name.start // 60 % 24:02}:{name.start % 60:02}"
                party = ", ".join(named.roles[role].parties)
                body.append(
                    f"<tr><th>{html.escape(label)}<br>{html.escape(party)}</th>{cells}</tr>"
                )
    return (
        f"<section><h2>{html.escape(post)} · {first} – {last}</h2>"
        f"<table><tr><th></th>{heads}</tr>{''.join(body)}</table></section>"
    )


def _weekend(named: Named, day: int) -> str:
    calendar = named.problem.calendar
    return ' class="we"' if calendar.weekend[day] or calendar.holiday[day] else ""


def _cell(named: Named, roster: Roster, day: int, shift: int, role: int) -> str:
    code = role * len(named.shifts) + shift
    names = [html.escape(named.people[p]) for p in np.flatnonzero(roster.duty[:, day] == code)]
    empty = int(named.problem.needs[day, shift, role]) - len(names)
    if empty > 0:
        return f'<td class="empty">{"<br>".join([*names, *["—"] * empty])}</td>'
    return f"<td{_weekend(named, day)}>{'<br>'.join(names)}</td>"
