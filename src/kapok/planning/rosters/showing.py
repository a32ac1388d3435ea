"""What the page of a roster draws: a week of some posts, or people and their days."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from kapok.planning.rosters import telling
from kapok.planning.rosters.looks import Cell, Head, Link, Person, Post, Seat, Shift, Shown
from kapok.planning.rosters.marks import Marks, marks_of
from kapok.planning.rosters.names import Named
from kapok.planning.rosters.picking import picked
from kapok.planning.rosters.plans import Case
from kapok.words import gettext as _
from kapok_planning.rosters import OFF

POSTS_SHOWN, PEOPLE_SHOWN, DAYS_OF_PEOPLE = 6, 30, 28
LOOKS = ("view", "week", "posts", "page", "who")

Codes = NDArray[np.integer[Any]]


def shown(case: Case, duty: Codes, wanted: Mapping[str, str]) -> Shown:
    """The look that an address asks for; the first week of the first posts without words."""
    named = case.named
    look = {name: wanted[name] for name in LOOKS if wanted.get(name)}
    is_people = look.get("view") == "people"
    spans = _people_spans(named) if is_people else _weeks(named)
    span = spans[_number(look.get("week"), len(spans))]
    pages = _pages(named, look, is_people=is_people)
    page = _number(look.get("page" if is_people else "posts"), len(pages))
    here = pages[page] if pages else []
    marks = marks_of(named, duty)
    return Shown(
        view="people" if is_people else "posts",
        query=_query(look),
        has_broken=bool(marks.sentences),
        views=(
            Link(_("Posts"), "?", not is_people),
            Link(_("People"), "?view=people", is_people),
        ),
        spans=tuple(_span_link(named, look, i, days, span) for i, days in enumerate(spans)),
        pages=tuple(
            Link(
                _span_label(part),
                _query({**look, "page" if is_people else "posts": str(i)}),
                i == page,
            )
            for i, part in enumerate(pages)
        ),
        heads=tuple(_head(named, day) for day in span),
        posts=()
        if is_people
        else tuple(_post(named, duty, p, span, look, wanted, marks) for p in here),
        people=tuple(_person(named, duty, p, span, look, marks) for p in here) if is_people else (),
        who=look.get("who", ""),
        picked=picked(named, duty, wanted),
        names=named.people,
        first=named.days[named.n_past].isoformat(),
        last=named.days[-1].isoformat(),
    )


def _number(text: str | None, n: int) -> int:
    """A number below ``n`` from an address; 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and int(text) < n else 0


def _query(words: Mapping[str, str]) -> str:
    return f"?{urlencode(words)}"


def _weeks(named: Named) -> list[list[int]]:
    week = named.problem.calendar.week
    days = range(named.n_past, len(named.days))
    return [[d for d in days if week[d] == w] for w in np.unique(week[named.n_past :]).tolist()]


def _people_spans(named: Named) -> list[list[int]]:
    days = list(range(named.n_past, len(named.days)))
    return [days[i : i + DAYS_OF_PEOPLE] for i in range(0, len(days), DAYS_OF_PEOPLE)]


def _pages(named: Named, look: Mapping[str, str], *, is_people: bool) -> list[list[str]]:
    """Names of posts or people, a page's worth each."""
    if not is_people:
        names, n = list(dict.fromkeys(role.post for role in named.roles)), POSTS_SHOWN
    else:
        asked = look.get("who", "").strip().lower()
        names, n = [name for name in named.people if asked in name.lower()], PEOPLE_SHOWN
    return [names[i : i + n] for i in range(0, len(names), n)]


def _span_link(
    named: Named, look: Mapping[str, str], i: int, days: list[int], here: list[int]
) -> Link:
    first, last = named.days[days[0]], named.days[days[-1]]
    label = f"{first.day}.{first.month}.–{last.day}.{last.month}."
    return Link(label, _query({**look, "week": str(i)}), days == here)


def _span_label(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} – {names[-1]}"


def _head(named: Named, day: int) -> Head:
    calendar, when = named.problem.calendar, named.days[day]
    free = bool(calendar.weekend[day] or calendar.holiday[day])
    return Head(weekday_of(when), f"{when.day}.{when.month}.", free)


def weekday_of(day: date) -> str:
    """Mon to Sun."""
    names = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return names[day.weekday()]


def _post(
    named: Named, duty: Codes, post: str, days: list[int], look: Mapping[str, str],
    wanted: Mapping[str, str], marks: Marks,
) -> Post:  # fmt: skip
    roles = [i for i, role in enumerate(named.roles) if role.post == post]
    shifts = []
    for shift in _in_order(named):
        if named.problem.needs[days][:, shift, roles].any():
            cells = tuple(
                _seats(named, duty, day, shift, roles, look, wanted, marks) for day in days
            )
            name = named.shifts[shift]
            label = telling.shift_of(name.name)
            shifts.append(Shift(label, _hours(name.start, name.end), name.night, cells))
    n_empty = sum(not seat.name for shift in shifts for cell in shift.cells for seat in cell)
    return Post(post, n_empty, tuple(shifts))


def _in_order(named: Named) -> list[int]:
    shifts = named.shifts
    return sorted(range(len(shifts)), key=lambda i: (shifts[i].start, -shifts[i].end))


def _hours(start: int, end: int) -> str:
    return f"{start // 60 % 24:02}:{start % 60:02}–{end // 60 % 24:02}:{end % 60:02}"


def _seats(
    named: Named, duty: Codes, day: int, shift: int, roles: list[int], look: Mapping[str, str],
    wanted: Mapping[str, str], marks: Marks,
) -> tuple[Seat, ...]:  # fmt: skip
    found = []
    when = named.days[day].isoformat()
    for role in roles:
        there = np.flatnonzero(duty[:, day] == role * len(named.shifts) + shift).tolist()
        empty = max(0, int(named.problem.needs[day, shift, role]) - len(there))
        seat = named.roles[role]
        for person in [*there, *[None] * empty]:
            if person is None:
                pick = {"post": seat.post, "shift": named.shifts[shift].name, "role": str(role)}
                party = seat.parties[0]
            else:
                pick = {"person": named.people[person]}
                party = named.role_party(role, person)
            is_picked = wanted.get("date") == when and all(
                wanted.get(name) == value for name, value in pick.items()
            )
            found.append(
                Seat(
                    name="" if person is None else named.people[person],
                    party=party,
                    party_label=task_of(named, role, person),
                    is_suit=seat.suit,
                    query=_query({**look, **pick, "date": when}),
                    is_picked=is_picked,
                    broken="" if person is None else marks.of(person, day),
                )
            )
    return tuple(found)


def task_of(named: Named, role: int, person: int | None) -> str:
    """What somebody is at a post: “health, swab, in a suit”."""
    seat = named.roles[role]
    parties = seat.parties if person is None else (named.role_party(role, person),)
    words = [_(" or ").join(telling.party_of(party) for party in parties), *seat.skills]
    return _(", ").join([*words, *([_("in a suit")] if seat.suit else [])])


def _person(
    named: Named, duty: Codes, name: str, days: list[int], look: Mapping[str, str], marks: Marks
) -> Person:
    person = named.people.index(name)
    row = duty[person]
    night = named.problem.calendar.night
    shifts = len(named.shifts)
    worked = np.flatnonzero(row[named.n_past :] != OFF) + named.n_past
    return Person(
        name=name,
        party_label=telling.party_of(named.parties[int(named.problem.people.party[person])]),
        cells=tuple(_cell(named, row, person, day, look, marks) for day in days),
        duties=len(worked),
        nights=int(night[row[worked] % shifts].sum()),
        weekends=int(named.problem.calendar.weekend[worked].sum()),
        broken=marks.of_person(person),
    )


def _cell(
    named: Named, row: Codes, person: int, day: int, look: Mapping[str, str], marks: Marks
) -> Cell:
    code, when = int(row[day]), named.days[day]
    if code == OFF:
        away = not named.problem.people.available[person, day].any()
        return Cell("", _("away") if away else "", "away" if away else "off", "")
    role, shift = divmod(code, len(named.shifts))
    label = telling.shift_of(named.shifts[shift].name)
    kind = "night" if named.shifts[shift].night else "day"
    title = f"{label} · {named.roles[role].post} · {task_of(named, role, person)}"
    pick = {"person": named.people[person], "date": when.isoformat()}
    broken = marks.of(person, day)
    if broken:
        title = f"{title} · {broken}"
    return Cell(label[:1].upper(), title, kind, _query({**look, **pick}), broken)


def changed_lines(named: Named, before: Codes, after: Codes) -> tuple[str, ...]:
    """Everybody whose duty is another than before."""
    return tuple(
        _("%(day)s, %(name)s: %(before)s becomes %(after)s.")
        % {
            "day": telling.day_of(named.days[day]),
            "name": named.people[person],
            "before": duty_words(named, int(before[person, day])),
            "after": duty_words(named, int(after[person, day])),
        }
        for person, day in np.argwhere(before != after).tolist()
    )


def duty_words(named: Named, code: int) -> str:
    """“night at Gate 3”, or “off”."""
    if code == OFF:
        return _("off")
    role, shift = divmod(code, len(named.shifts))
    return _("%(shift)s at %(post)s") % {
        "shift": telling.shift_of(named.shifts[shift].name),
        "post": named.roles[role].post,
    }
