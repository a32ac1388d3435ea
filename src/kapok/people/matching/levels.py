"""How far two values agree, as a level: 0 is disagreement, higher is nearer, None is unknown.

Every value is text, so that the same functions run here and inside DuckDB, where Splink estimates
what each level is worth.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from kapok.people import names

Level = Callable[..., int | None]


@dataclass(frozen=True)
class Comparison:
    """One thing that is compared: from which columns, how, and how its levels are called.

    ``labels`` go from the level 0 upwards.
    """

    name: str
    columns: tuple[str, ...]
    level: Level
    labels: tuple[str, ...]


@lru_cache(maxsize=1 << 18)
def name_level(one: str | None, other: str | None) -> int | None:
    """4 the same, 3 the same sound or other order, 2 one character or letter, 1 remotely alike."""
    if not one or not other:
        return None
    alike = names.likeness(one, other)
    if alike == 1:
        return 4
    return 3 if alike >= 0.94 else 2 if alike >= 0.8 else 1 if alike >= 0.66 else 0


def birth_level(one: str | None, other: str | None) -> int | None:
    """3 the same day, 2 one digit or a turned date, 1 the same year."""
    if not one or not other:
        return None
    if one == other:
        return 3
    day_and_month_turned = one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7]
    if day_and_month_turned or OSA.distance(one, other) == 1:
        return 2
    return 1 if one[:4] == other[:4] else 0


def identity_level(one: str | None, other: str | None) -> int | None:
    """2 the same number, 1 one digit wrong or two turned."""
    if not one or not other:
        return None
    if one == other:
        return 2
    return 1 if OSA.distance(one, other, score_cutoff=1) == 1 else 0


def phone_level(one: str | None, other: str | None) -> int | None:
    """2 a number in common, 1 one digit apart; each side may be several numbers with commas."""
    if not one or not other:
        return None
    mine, theirs = one.split(","), other.split(",")
    if set(mine) & set(theirs):
        return 2
    near = any(OSA.distance(a, b, score_cutoff=1) == 1 for a in mine for b in theirs)
    return 1 if near else 0


def home_level(
    building: str | None, room: str | None, other_building: str | None, other_room: str | None
) -> int | None:
    """2 the same home, 1 the same building."""
    if not building or not other_building:
        return None
    if building != other_building:
        return 0
    return 2 if room and room == other_room else 1


def sex_level(one: str | None, other: str | None) -> int | None:
    """1 the same."""
    if one not in ("F", "M") or other not in ("F", "M"):
        return None
    return int(one == other)


COMPARISONS = (
    Comparison("name", ("name",), name_level, ("another", "remote", "close", "sound", "same")),
    Comparison("birth", ("birth",), birth_level, ("another", "same year", "close", "same")),
    Comparison("identity", ("identity",), identity_level, ("another", "close", "same")),
    Comparison("phone", ("phone",), phone_level, ("another", "close", "same")),
    Comparison("home", ("building", "room"), home_level, ("another", "same building", "same")),
    Comparison("sex", ("sex",), sex_level, ("another", "same")),
)
