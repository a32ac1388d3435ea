"""What ``kapok cohorts`` reads: the scheme, people, needs, families and positive tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from kapok.errors import Refused
from kapok.planning.rosters.cells import Row, Wrong, as_text
from kapok.planning.rosters.lists import ListKind, Lists, read_lists
from kapok.planning.rosters.situation import WHO
from kapok_planning.cohorts import Caps, Kind, Phase, Scheme, Staff

ISOLATION_TESTS = (1, 7, 13)
DUTY_TEST_EVERY = 7
ORDER = (Kind.PRE_ISOLATION, Kind.CLOSED_DUTY, Kind.STANDBY)
NAMED: dict[str, tuple[Kind, ...]] = {
    "7+14+7": (Kind.PRE_ISOLATION, Kind.CLOSED_DUTY, Kind.POST_ISOLATION),
}
LEADER, MEDIC = "leader", "medic"
ALIASES = {"组长": LEADER, "领队": LEADER, "医生": MEDIC, "医护": MEDIC}
PEOPLE = ListKind(
    "people",
    {
        "person": WHO,
        "roles": ("roles", "role", "skills", "skill", "技能", "角色"),
        "apart": ("apart", "notwith", "不同批"),
        "together": ("together", "with", "同批"),
    },
    ("person", "roles"),
)
NEEDS = ListKind(
    "needs",
    {"role": ("role", "角色"), "least": ("least", "count", "人数")},
    ("role", "least"),
)
PHASES = ListKind(
    "phases",
    {
        "kind": ("kind", "phase", "阶段"),
        "days": ("days", "天数"),
        "tests": ("tests", "检测"),
        "location": ("location", "地点"),
        "home": ("home", "maygohome", "回家"),
    },
    ("kind", "days"),
)
HOME = ListKind(
    "home",
    {
        "person": WHO,
        "from": ("from", "开始"),
        "to": ("to", "until", "结束"),
        "weight": ("weight", "权重"),
    },
    ("person", "from", "to"),
)
POSITIVES = ListKind(
    "positives",
    {
        "person": WHO,
        "date": ("date", "日期"),
        "clear": ("clear", "解除"),
        "reason": ("reason", "原因"),
        "approver": ("approver", "批准人"),
    },
    ("person", "date", "clear", "reason", "approver"),
)
KINDS = (POSITIVES, HOME, PHASES, NEEDS, PEOPLE)
SETTINGS = (
    "scheme", "n", "start", "days", "cohorts", "on_duty", "closed_in_a_row", "closed_of_90",
    "extension_days_most",
)  # fmt: skip


@dataclass(frozen=True)
class Situation:
    """All that was read."""

    scheme: Scheme
    start: date
    n_days: int
    n_cohorts: int | None
    on_duty: int
    caps: Caps
    extension_most: int
    lists: Lists
    people: tuple[str, ...]
    roles: tuple[str, ...]


def read_situation(paths: Sequence[Path]) -> Situation:
    """Read all files. Raises ``Refused`` with everything that is wrong."""
    lists = read_lists(paths, KINDS)
    row = Row("settings", {k: as_text(v) for k, v in lists.settings.items()}, lists.wrong)
    for name in lists.settings:
        if name not in SETTINGS:
            lists.wrong.add("settings", f"“{name}” is none; they are {', '.join(SETTINGS)}.")
    start = row.day("start")
    found = Situation(
        scheme=_scheme(lists, row),
        start=start or date(2000, 1, 1),
        n_days=row.whole("days", 1, 1000, 90),
        n_cohorts=row.whole("cohorts", 1, 60, 1) if row.has("cohorts") else None,
        on_duty=row.whole("on_duty", 0, 100_000, 0),
        caps=Caps(
            in_a_row=row.whole("closed_in_a_row", 1, 365, 28),
            of_window=row.whole("closed_of_90", 1, 90, 60),
        ),
        extension_most=row.whole("extension_days_most", 0, 90, 14),
        lists=lists,
        people=_names(lists),
        roles=_roles(lists),
    )
    lists.wrong.refuse()
    return found


def _names(lists: Lists) -> tuple[str, ...]:
    names: list[str] = []
    for row in lists.of(PEOPLE.name):
        name = row.needed("person")
        if name in names:
            row.bad("person", f"“{name}” is there twice.")
        names.append(name)
    return tuple(names)


def role_words(row: Row, name: str) -> tuple[str, ...]:
    """The roles of a cell, in the words that Kapok knows."""
    return tuple(dict.fromkeys(ALIASES.get(word, word) for word in row.words(name)))


def _roles(lists: Lists) -> tuple[str, ...]:
    words = [LEADER, MEDIC]
    for row in lists.of(NEEDS.name):
        words += role_words(row, "role")
    return tuple(dict.fromkeys(words))


def _scheme(lists: Lists, row: Row) -> Scheme:
    rows = lists.of(PHASES.name)
    if rows and row.has("scheme"):
        row.bad("scheme", "is given beside a list of phases; leave one.")
    phases = [_phase(item) for item in rows] if rows else _from_text(row, lists.wrong)
    lists.wrong.refuse()
    try:
        return Scheme(tuple(phase for phase in phases if phase is not None))
    except ValueError as error:
        raise Refused(str(error)) from None


def _phase(row: Row) -> Phase | None:
    word = row.text("kind").lower().replace(" ", "_")
    if word not in set(Kind):
        row.bad("kind", f"{row.shown('kind')} is none of {', '.join(Kind)}.")
        return None
    kind, days = Kind(word), row.whole("days", 1, 365, 1)
    tests = tuple(int(w) for w in row.words("tests") if w.isdigit()) or usual_tests(kind, days)
    home = row.yes("home") if row.has("home") else None
    try:
        return Phase(kind, days, tests, row.text("location"), home)
    except ValueError as error:
        row.bad("days", str(error))
        return None


def _from_text(row: Row, wrong: Wrong) -> list[Phase]:
    """The phases of ``14+N+N``: isolation, duty, standby; ``7+14+7`` ends in isolation."""
    text = row.text("scheme", "14+N+N").replace(" ", "").upper()
    n = row.whole("n", 7, 28, 14)
    lengths = [n if word == "N" else int(word) if word.isdigit() else 0 for word in text.split("+")]
    if len(lengths) != len(ORDER) or not all(1 <= days <= 365 for days in lengths):
        wrong.add(
            "settings, scheme",
            f"“{text}” is not three lengths such as 14+N+N; for other orders list the phases.",
        )
        return []
    kinds = NAMED.get(text, ORDER)
    return [Phase(k, d, usual_tests(k, d)) for k, d in zip(kinds, lengths, strict=True)]


def usual_tests(kind: Kind, days: int) -> tuple[int, ...]:
    """Days 1, 7, 13 and the last of isolation; every seventh and the last on duty."""
    if kind in (Kind.PRE_ISOLATION, Kind.POST_ISOLATION):
        found = {day for day in ISOLATION_TESTS if day <= days} | {days}
    elif kind == Kind.CLOSED_DUTY:
        found = set(range(DUTY_TEST_EVERY, days + 1, DUTY_TEST_EVERY)) | {days}
    else:
        found = set()
    return tuple(sorted(found))


def staff_of(situation: Situation, n_days: int, first: date) -> Staff:
    """The people as the planner takes them. Raises ``Refused`` with all that is wrong."""
    lists, names, roles = situation.lists, situation.people, situation.roles
    who = {name.lower(): i for i, name in enumerate(names)}
    can = np.zeros((len(names), len(roles)), np.bool_)
    pairs: dict[str, list[tuple[int, int]]] = {"apart": [], "together": []}
    for person, row in enumerate(lists.of(PEOPLE.name)):
        words = role_words(row, "roles")
        can[person] = [role in words for role in roles]
        for name, found in pairs.items():
            for other in row.words(name):
                if other not in who or who[other] == person:
                    row.bad(name, f"“{other}” is none of the other people.")
                else:
                    found.append((min(person, who[other]), max(person, who[other])))
    least = {LEADER: 1, MEDIC: 1}
    for row in lists.of(NEEDS.name):
        least.update(dict.fromkeys(role_words(row, "role"), row.whole("least", 0, 10_000, 1)))
    home = np.zeros((len(names), n_days), np.int32)
    for row in lists.of(HOME.name):
        _put_home(row, who, home, first)
    lists.wrong.refuse()
    return Staff(
        roles=can,
        least=np.array([least[role] for role in roles], np.int32),
        apart=tuple(dict.fromkeys(pairs["apart"])),
        together=tuple(dict.fromkeys(pairs["together"])),
        at_home=home,
    )


def _put_home(row: Row, who: dict[str, int], home: "np.ndarray[Any, Any]", first: date) -> None:
    name, start, end = row.needed("person").lower(), row.day("from"), row.day("to")
    weight = row.whole("weight", 0, 1000, 10)
    if name not in who:
        row.bad("person", f"“{row.text('person')}” is none of the people.")
    elif start is not None and end is not None:
        if end < start:
            row.bad("to", f"{end} is before {start}.")
        span = slice(max(0, (start - first).days), max(0, (end - first).days + 1))
        home[who[name], span] += weight
