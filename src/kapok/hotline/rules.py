"""What the pack says of hotlines at a place: words, the ladder of risk, how long things take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kapok.errors import Refused
from kapok.hotline.ladder import OURS
from kapok.packs import look_up
from kapok.packs.look_up import Rules
from kapok.packs.schema import Hotline

HOURS = {"min": 1 / 60, "h": 1.0}
FOLLOW_UPS = {
    "24h": "hotline.follow_up_1",
    "7d": "hotline.follow_up_2",
    "30d": "hotline.follow_up_3",
    "90d": "hotline.follow_up_4",
}
LEFT_OPEN = "open"  # the step of a follow-up: what nobody wrote down before the call was closed
# Whoever is not reached is tried again after so long; the last is for whom nobody can visit.
AGAIN = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
MOST_TRIES = 3
DEFAULTS = {  # where the pack says nothing
    "hotline.missed_callback": timedelta(minutes=15),
    "hotline.risk_screen": timedelta(minutes=10),
    "hotline.supervision": timedelta(hours=24),
    "hotline.longest_on_phone": timedelta(hours=4),
    "hotline.follow_up_done": timedelta(hours=24),  # after what they called about is done
    "hotline.follow_up_1": timedelta(hours=24),
    "hotline.follow_up_2": timedelta(days=7),
    "hotline.follow_up_3": timedelta(days=30),
    "hotline.follow_up_4": timedelta(days=90),
}


@dataclass(frozen=True)
class Words:
    """What workers at a line say and do, and the version of the pack that says it.

    ``pack`` is ``None`` where none does: then there are no needs to choose from, and danger is
    screened for by Kapok's own ladder.
    """

    hotline: Hotline
    pack: UUID | None


def words_at(place: int, at: datetime) -> Words:
    """The words in force at a line's place."""
    found = look_up.packs_at(place, at).hotline()
    return Words(found[0], found[1].id) if found else Words(OURS, None)


def spoken_at(place: int, at: datetime) -> Hotline:
    """The same without their version."""
    return words_at(place, at).hotline


def period(name: str, place: int, at: datetime) -> timedelta:
    """How long something may take at a place, by the pack or by our default."""
    return _period(look_up.packs_at(place, at), name)


def follow_ups(place: int, at: datetime) -> dict[str, timedelta]:
    """When whoever was in danger is called again, after the call."""
    rules = look_up.packs_at(place, at)
    return {step: _period(rules, name) for step, name in FOLLOW_UPS.items()}


def _period(rules: Rules, name: str) -> timedelta:
    try:
        value = rules.value(name)
    except Refused:
        return DEFAULTS[name]
    hours = HOURS.get(value.unit)
    return timedelta(hours=value.number * hours) if hours else DEFAULTS[name]
