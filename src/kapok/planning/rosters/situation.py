"""What ``kapok roster`` reads: settings, posts, people, leave, wishes, and duties that stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kapok.errors import Refused
from kapok.planning.rosters.cells import Row, Wrong, as_text, day_from
from kapok.planning.rosters.lists import PLACE, ListKind, Lists, list_name, read_lists
from kapok.words import gettext as _
from kapok.words import listed

PARTIES = {
    "police": ("警察", "公安", "民警", "police officer"),
    "health": ("医护", "医务", "医务人员", "卫健", "health worker", "medic"),
    "community": ("社区", "社区工作者", "社工", "community worker"),
    "volunteers": ("志愿者", "volunteer"),
}
CANONICAL = {alias: party for party, aliases in PARTIES.items() for alias in aliases}
WHO = ("person", "id", "name", "姓名", "人员", "工号")  # “worker” is the key of the platform
POSTS = ListKind(
    "posts",
    {
        "post": ("post", "gate", "checkpoint", "卡口", "岗位", "岗点"),
        "party": ("party", "parties", "单位", "力量"),
        "shift": ("shift", "班次"),
        "count": ("count", "n", "people", "人数"),
        "skills": ("skills", "skill", "技能"),
        "suit": ("suit", "防护服"),
        "exposed": ("exposed", "高风险"),
        "from": ("from", "开始"),
        "to": ("to", "until", "结束"),
        "price": ("price", "weight", "权重"),
        **PLACE,
    },
    ("post", "party"),
    absent=("person",),
    beside=(),
)
PEOPLE = ListKind(
    "people",
    {
        "person": WHO,
        "party": POSTS.fields["party"],
        "skills": POSTS.fields["skills"],
        **PLACE,
        "week_hours": ("weekhours", "周工时"),
        "week_most": ("weekmost", "weekhoursmost", "周工时上限"),
        "overtime_most": ("overtimemost", "加班上限"),
        "overtime_reason": ("overtimereason", "加班原因"),
        "nights_in_row": ("nightsinrow", "连续夜班"),
        "days_in_row": ("daysinrow", "连续上班"),
        "no_nights": ("nonights", "不上夜班"),
        "posts": ("posts", "only", "限岗位"),
        "had_nights": ("hadnights",),
        "had_weekends": ("hadweekends",),
        "had_holidays": ("hadholidays",),
        "worker": ("worker", "account", "账号"),
    },
    ("person", "party"),
    beside=(),
)
LEAVE = ListKind(
    "leave",
    {
        "person": WHO,
        "from": ("from", "start", "开始"),
        "to": ("to", "end", "until", "结束"),
        "shift": POSTS.fields["shift"],
    },
    ("person", "from", "to"),
    beside=(),
)
DATE = ("date", "day", "日期")
WISHES = ListKind(
    "wishes",
    {
        "person": WHO,
        "date": DATE,
        "wish": ("wish", "want", "愿望"),
        "weight": ("weight", "price", "权重"),
    },
    ("person", "date", "wish"),
    beside=(),
)
DUTIES = ListKind(
    "duties",
    {
        "person": WHO,
        "date": DATE,
        "post": POSTS.fields["post"],
        "shift": POSTS.fields["shift"],
        "party": POSTS.fields["party"],
    },
    ("person", "date", "post", "shift"),
    beside=("start", "end", "skills", "suit", "why"),  # as a roster is written
)
SHIFTS = ListKind(
    "shifts",
    {
        "shift": ("shift", "name", "班次"),
        "start": ("start", "开始"),
        "hours": ("hours", "时长"),
        "night": ("night", "夜班"),
    },
    ("shift", "start", "hours"),
    beside=(),
)
KINDS = (DUTIES, WISHES, LEAVE, SHIFTS, POSTS, PEOPLE)
NUMBERS = {
    "days": (1, 92, 28),
    "rest_hours": (0, 24, 11),
    "suit_hours": (0.5, 14, 4),
    "week_hours": (1, 112, 40),
    "week_hours_most": (1, 112, 48),
    "overtime_hours_most": (0, 400, 36),
    "nights_in_row": (1, 14, 3),
    "days_in_row": (1, 14, 6),
    "farthest_km": (0.1, 20_000, 20_000),
    "price_km": (0, 1000, 1),
    "price_overtime_hour": (0, 1000, 5),
    "price_unfair": (0, 10_000, 50),
    "price_wish": (0, 10_000, 10),
    "price_empty": (1, 1_000_000, 1000),
}
OTHER_SETTINGS = ("start", "timezone", "holidays", "overtime_reason", "night_parties")
FREE_OVERTIME_H = 36


@dataclass(frozen=True)
class Settings:
    """The settings of a roster."""

    start: date
    timezone: ZoneInfo
    holidays: frozenset[date]
    overtime_reason: str
    night_parties: tuple[str, ...]
    numbers: dict[str, float]

    @property
    def days(self) -> list[date]:
        """The days to plan."""
        return [self.start + timedelta(days=i) for i in range(int(self.numbers["days"]))]


@dataclass(frozen=True)
class Situation:
    """All that was read, not yet put as a problem."""

    settings: Settings
    lists: Lists


def read_situation(paths: Iterable[Path], *, start: date | None = None) -> Situation:
    """Read all files. Raises ``Refused`` with everything that is wrong in the settings."""
    return situation_of(read_lists(paths, KINDS), start=start)


def situation_of(lists: Lists, *, start: date | None = None) -> Situation:
    """The lists with their settings. Raises ``Refused`` as :func:`read_situation` does."""
    settings = _settings(lists.settings, lists.wrong, start)
    for kind in (POSTS, PEOPLE):
        if not lists.of(kind.name):
            raise Refused(
                _("There are no %(list)s. A list of %(list)s has the columns %(columns)s.")
                % {"list": list_name(kind.name), "columns": listed(kind.needed)}
            )
    return Situation(settings, lists)


def _settings(given: dict[str, Any], wrong: Wrong, start: date | None) -> Settings:
    known = {*NUMBERS, *OTHER_SETTINGS}
    for name in given:
        if name not in known:
            wrong.add(
                _("settings"),
                _("“%(name)s” is none; they are %(known)s.")
                % {"name": name, "known": listed(sorted(known))},
            )
    row = Row(_("settings"), {name: as_text(value) for name, value in given.items()}, wrong)
    numbers = {name: row.number(name, *bounds) for name, bounds in NUMBERS.items()}
    if "days" in given:
        row.whole("days", 1, 92, 28)
    first = row.day("start", start)
    if first is None:
        raise Refused(_("The roster needs its first day: “start: 2026-06-01” in the settings."))
    settings = Settings(
        start=first,
        timezone=_zone(row),
        holidays=frozenset(_days(row)),
        overtime_reason=row.text("overtime_reason"),
        night_parties=tuple(
            party_of(word)
            for word in (row.words("night_parties") or ("police", "health", "community"))
        ),
        numbers=numbers,
    )
    if numbers["week_hours_most"] < numbers["week_hours"]:
        row.bad(
            "week_hours_most",
            _("is less than week_hours, %(hours)s.") % {"hours": f"{numbers['week_hours']:g}"},
        )
    if numbers["overtime_hours_most"] > FREE_OVERTIME_H and not settings.overtime_reason:
        row.bad(
            "overtime_hours_most",
            _(
                "%(hours)s hours are over %(most)s: that needs an overtime_reason, such as "
                "“emergency level II from 2026-06-01”."
            )
            % {"hours": f"{numbers['overtime_hours_most']:g}", "most": FREE_OVERTIME_H},
        )
    return settings


def _zone(row: Row) -> ZoneInfo:
    name = row.text("timezone", "Asia/Shanghai")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        row.bad("timezone", _("“%(name)s” is none; write it as Asia/Shanghai.") % {"name": name})
        return ZoneInfo("Asia/Shanghai")


def _days(row: Row) -> Iterable[date]:
    for word in row.words("holidays"):
        found = day_from(word)
        if found is None:
            row.bad(
                "holidays",
                _("%(cell)s is no date; write it as 2026-06-14.") % {"cell": f"“{word}”"},
            )
        else:
            yield found


def party_of(word: str) -> str:
    """The party that a word names; words that are not known are parties of their own."""
    return CANONICAL.get(word.strip().lower(), word.strip().lower())
