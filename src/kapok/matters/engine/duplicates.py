"""How alike two reports are: in place, in time and in their words."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import cos, hypot, radians
from uuid import UUID

from rapidfuzz import fuzz

from kapok.packs.schema import Duplicates

WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
METRES_A_DEGREE = 111_195.0
PLACE, TIME, WORDS = 0.4, 0.2, 0.4  # weights
PROPOSED = 0.6  # of the pack's likeness: what somebody is asked about


@dataclass(frozen=True)
class Heard:
    """What is compared of a report; ``text`` may be empty."""

    matter: UUID
    place: int
    building: UUID | None
    lon: float | None
    lat: float | None
    received_at: datetime
    text: str

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
    words = fuzz.token_set_ratio(one.words, other.words) / 100
    return PLACE * near + TIME * soon + WORDS * words


def nearness(one: Heard, other: Heard, radius_m: float) -> float:
    """1 in the same building, falling to 0 at the radius; by place where no point is known."""
    if one.building is not None and one.building == other.building:
        return 1.0
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return 0.7 if one.place == other.place else 0.0
    east = (one.lon - other.lon) * cos(radians(one.lat))
    metres = METRES_A_DEGREE * hypot(east, one.lat - other.lat)
    return max(0.0, 1 - 0.5 * metres / radius_m) if metres < radius_m else 0.0
