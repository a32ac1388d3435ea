"""How alike two reports are: in place, in time and in their words.

What is alike is proposed to the desk. One joins the other by itself only where nothing speaks
against it: the words are alike as the pack says, no question was answered otherwise, and it is no
need. Two people who need medicine in one house are two needs, however alike they sound.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from math import cos, hypot, radians
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz

from kapok.access.roles import Realm
from kapok.packs.schema import Duplicates, FieldType, Kind

WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
METRES_A_DEGREE = 111_195.0
PLACE, TIME, WORDS = 0.4, 0.2, 0.4  # weights
PROPOSED = 0.5  # what somebody is asked about
ASKED = frozenset({FieldType.CHOICE, FieldType.CHOICES})  # answered otherwise, it is another thing
JOINING = frozenset({Realm.ORDER, Realm.SERVICE})  # a need is joined by somebody who looked


@dataclass(frozen=True)
class Heard:
    """What is compared of a report; ``text`` and ``answers`` may be empty."""

    matter: UUID
    place: int
    building: UUID | None
    lon: float | None
    lat: float | None
    received_at: datetime
    text: str
    answers: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def words(self) -> str:
        """Words apart: Chinese signs one by one, other words whole."""
        return " ".join(WORD.findall(self.text.casefold()))


def likeness(one: Heard, other: Heard, rule: Duplicates) -> float:
    """From 0 to 1; 0 where they are too far apart in place or in time to be the same."""
    near = nearness(one, other, rule.radius_m)
    minutes = abs((one.received_at - other.received_at).total_seconds()) / 60
    if near == 0 or minutes > rule.window_minutes:
        return 0.0
    soon = 1 - minutes / rule.window_minutes
    if not one.text or not other.text:
        return (PLACE * near + TIME * soon) / (PLACE + TIME)
    return PLACE * near + TIME * soon + WORDS * words_alike(one, other)


def words_alike(one: Heard, other: Heard) -> float:
    """How alike two texts are, in their order: 0 where nothing was said, 1 where it is the same."""
    return fuzz.ratio(one.words, other.words) / 100 if one.words and other.words else 0.0


def joins(one: Heard, other: Heard, kind: Kind) -> bool:
    """Whether two that are near in place and time are the same without anybody having looked."""
    rule = kind.duplicates
    if rule is None or Realm(kind.realm) not in JOINING:
        return False
    chosen = [each.name for each in kind.report_form.fields if each.type in ASKED]
    otherwise = any(
        name in one.answers and name in other.answers and one.answers[name] != other.answers[name]
        for name in chosen
    )
    where_known = (one.building is not None and one.building == other.building) or (
        one.lon is not None and other.lon is not None
    )
    return where_known and not otherwise and words_alike(one, other) >= rule.likeness


def nearness(one: Heard, other: Heard, radius_m: float) -> float:
    """1 in the same building, falling to 0 at the radius; by place where no point is known."""
    if one.building is not None and one.building == other.building:
        return 1.0
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return 0.7 if one.place == other.place else 0.0
    east = (one.lon - other.lon) * cos(radians(one.lat))
    metres = METRES_A_DEGREE * hypot(east, one.lat - other.lat)
    return max(0.0, 1 - 0.5 * metres / radius_m) if metres < radius_m else 0.0
