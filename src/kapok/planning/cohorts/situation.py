"""What is known of closed duty: the scheme, people, needs, families, and what has happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from kapok.planning.cohorts.happenings import Happening, happenings_of
from kapok.planning.cohorts.lists import HOME, KINDS, NEEDS, PEOPLE, PHASES, STAYS, lists_of
from kapok.planning.cohorts.names import MOST_COHORTS, number_of
from kapok.planning.cohorts.schemes import scheme_of
from kapok.planning.planner import Document
from kapok.planning.rosters.cells import Row, as_text, note_unknown
from kapok.planning.rosters.lists import Lists, read_lists
from kapok.words import gettext as _
from kapok_planning.cohorts import Caps, Scheme, Staff

LEADER, MEDIC = "leader", "medic"
ALIASES = {"组长": LEADER, "领队": LEADER, "医生": MEDIC, "医护": MEDIC}
LEAST = "least"
SETTINGS = (
    "name", "scheme", "n", "start", "days", "cohorts", "on_duty", "closed_in_a_row",
    "closed_of_90", "extension_days_most", "zone", "handover_at",
)  # fmt: skip


@dataclass(frozen=True)
class HomeDays:
    """Days on which somebody is needed at home, and how much."""

    person: int
    start: date
    end: date
    weight: int


@dataclass(frozen=True)
class Situation:
    """All of it.

    ``n_cohorts`` is ``None`` where the caps decide, 0 where the scheme's least are wanted;
    ``stays`` (p,) is the cohort of those who stay where they are, -1 for others.
    """

    name: str
    scheme: Scheme
    start: date
    n_days: int
    n_cohorts: int | None
    on_duty: int
    caps: Caps
    extension_most: int
    zone: ZoneInfo
    handover_at: time
    people: tuple[str, ...]
    workers: tuple[str, ...]
    roles: tuple[str, ...]
    can: NDArray[np.bool_]
    least: NDArray[np.int32]
    apart: tuple[tuple[int, int], ...]
    together: tuple[tuple[int, int], ...]
    home: tuple[HomeDays, ...]
    stays: NDArray[np.int32]
    happenings: tuple[Happening, ...]

    def staff(self, first: date, n_days: int) -> Staff:
        """The people as the planner takes them, for a calendar that begins on a day."""
        at_home = np.zeros((len(self.people), n_days), np.int32)
        for item in self.home:
            begin, end = (item.start - first).days, (item.end - first).days + 1
            at_home[item.person, max(0, begin) : max(0, end)] += item.weight
        return Staff(self.can, self.least, self.apart, self.together, at_home)


def read_files(paths: Sequence[Path]) -> Situation:
    """The situation of files. Raises ``Refused`` with everything that is wrong."""
    return situation_of(read_lists(paths, KINDS))


def read_situation(document: Document) -> Situation:
    """The situation of a document. Raises ``Refused`` with everything that is wrong."""
    return situation_of(lists_of(document))


def situation_of(lists: Lists) -> Situation:
    """The situation of lists and settings. Raises ``Refused`` with everything that is wrong."""
    row = Row(_("settings"), {k: as_text(v) for k, v in lists.settings.items()}, lists.wrong)
    note_unknown(lists.wrong, lists.settings, SETTINGS)
    start = row.day("start")
    scheme = scheme_of(lists.of(PHASES.name), row, lists.wrong)
    rows = lists.of(PEOPLE.name)
    people = _names(rows)
    who = {name.lower(): i for i, name in enumerate(people)}
    roles, least = _needs(lists)
    found = Situation(
        name=row.text("name", _("Closed duty")),
        scheme=scheme,
        start=start or date(2000, 1, 1),
        n_days=row.whole("days", 1, 1000, 90),
        n_cohorts=_n_cohorts(row, scheme),
        on_duty=row.whole("on_duty", 0, 100_000, 0),
        caps=Caps(
            in_a_row=row.whole("closed_in_a_row", 1, 365, 28),
            of_window=row.whole("closed_of_90", 1, 90, 60),
        ),
        extension_most=row.whole("extension_days_most", 0, 90, 14),
        zone=_zone(row),
        handover_at=_handover(row),
        people=people,
        workers=tuple(item.text("worker") for item in rows),
        roles=roles,
        can=_abilities(rows, roles),
        least=least,
        apart=_pairs(rows, who, "apart"),
        together=_pairs(rows, who, "together"),
        home=tuple(_home(lists.of(HOME.name), who)),
        stays=_stays(lists.of(STAYS.name), who, len(people)),
        happenings=happenings_of(lists, who),
    )
    lists.wrong.refuse()
    return found


def role_words(row: Row, name: str) -> tuple[str, ...]:
    """The roles of a cell, in the words that Kapok knows."""
    return tuple(dict.fromkeys(ALIASES.get(word, word) for word in row.words(name)))


def role_label(role: str) -> str:
    """A role as people read it: those that Kapok knows, in the reader's language."""
    return {LEADER: _("leader"), MEDIC: _("medic")}.get(role, role)


def _names(rows: Sequence[Row]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for row in rows:
        name = row.needed("person")
        if name in names:
            row.bad("person", _("“%(name)s” is there twice.") % {"name": name})
        names[name] = None
    return tuple(names)


def _n_cohorts(row: Row, scheme: Scheme) -> int | None:
    text = row.text("cohorts").lower()
    if not text:
        return None
    if text == LEAST:
        return 0
    n = row.whole("cohorts", 1, MOST_COHORTS, 1)
    if n < scheme.least_cohorts:
        row.bad(
            "cohorts",
            _(
                "%(n)s cohorts cannot keep duty unbroken: a round of %(cycle)s days with %(duty)s "
                "on duty needs %(least)s."
            )
            % {
                "n": n,
                "cycle": scheme.cycle_days,
                "duty": scheme.duty_days,
                "least": scheme.least_cohorts,
            },
        )
    return n


def _zone(row: Row) -> ZoneInfo:
    name = row.text("zone", "Asia/Shanghai")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        row.bad(
            "zone",
            _("“%(zone)s” is no time zone; write it as Asia/Shanghai or Europe/Berlin.")
            % {"zone": name},
        )
        return ZoneInfo("UTC")


def _handover(row: Row) -> time:
    minutes = row.minute_of_day("handover_at") if row.has("handover_at") else 9 * 60
    return time(minutes // 60, minutes % 60)


def _needs(lists: Lists) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Every role that is needed, and how many of each."""
    least = {LEADER: 1, MEDIC: 1}
    for row in lists.of(NEEDS.name):
        least.update(dict.fromkeys(role_words(row, "role"), row.whole("least", 0, 10_000, 1)))
    return tuple(least), np.array(list(least.values()), np.int32)


def _abilities(rows: Sequence[Row], roles: Sequence[str]) -> NDArray[np.bool_]:
    can = np.zeros((len(rows), len(roles)), np.bool_)
    for person, row in enumerate(rows):
        words = role_words(row, "roles")
        can[person] = [role in words for role in roles]
    return can


def _pairs(rows: Sequence[Row], who: Mapping[str, int], field: str) -> tuple[tuple[int, int], ...]:
    found: dict[tuple[int, int], None] = {}
    for person, row in enumerate(rows):
        for other in row.words(field):
            if other not in who or who[other] == person:
                row.bad(field, _("“%(name)s” is none of the other people.") % {"name": other})
            else:
                found[min(person, who[other]), max(person, who[other])] = None
    return tuple(found)


def _home(rows: Sequence[Row], who: Mapping[str, int]) -> list[HomeDays]:
    found = []
    for row in rows:
        name, start, end = row.needed("person").lower(), row.day("from"), row.day("to")
        weight = row.whole("weight", 0, 1000, 10)
        if name not in who:
            row.bad("person", _("“%(name)s” is none of the people.") % {"name": row.text("person")})
        elif start is not None and end is not None:
            if end < start:
                row.bad("to", _("%(end)s is before %(start)s.") % {"end": end, "start": start})
            found.append(HomeDays(who[name], start, end, weight))
    return found


def _stays(rows: Sequence[Row], who: Mapping[str, int], n: int) -> NDArray[np.int32]:
    stays = np.full(n, -1, np.int32)
    for row in rows:
        name, cohort = row.needed("person").lower(), number_of(row.text("cohort"))
        if name not in who:
            row.bad("person", _("“%(name)s” is none of the people.") % {"name": row.text("person")})
        elif cohort is None:
            row.bad("cohort", _("is no cohort; they are A, B, C and so on."))
        else:
            stays[who[name]] = cohort
    return stays
