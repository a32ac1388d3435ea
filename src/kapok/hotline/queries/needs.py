"""The needs of a call, and how far whoever goes on with them is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapok.hotline.models import Need
from kapok.hotline.queries.caller import label_of
from kapok.matters.models import Matter, Tasking
from kapok.matters.queries import labels
from kapok.matters.workflow import ENDED, State
from kapok.packs.schema import Hotline

DONE = ENDED | {State.DONE, State.CHECKED}
THERE = DONE | {State.IN_PROGRESS}  # somebody is there, or was
WAITING = {State.REPORTED, State.ACCEPTED, State.RETURNED}  # for somebody to be chosen


@dataclass(frozen=True)
class NeedLine:
    """One need: its matter with number and state, or how it was settled on the call."""

    category: str
    at: datetime
    referred_to: str = ""
    matter: UUID | None = None
    number: int | None = None
    state: str = ""
    with_whom: str = ""
    is_done: bool = False
    is_with_nobody: bool = False
    is_urgent: bool = False
    has_no_door: bool = False  # urgent; nobody knows at which building, and nobody is there yet
    is_at_no_building: bool = False  # so that no grid worker gets it


def needs_of(call: UUID, words: Hotline) -> tuple[NeedLine, ...]:
    """The needs of a call in the order that they were written down."""
    needs = list(Need.objects.filter(call=call))
    keys = {need.matter for need in needs if need.matter}
    matters = _matters(keys) if keys else {}
    hands = _hands({row.pk for row in matters.values()}) if keys else {}
    return tuple(_line(need, matters, hands, words) for need in needs)


def _matters(keys: set[UUID]) -> dict[UUID, Matter]:
    """The matters in sight; of one that was joined to another, that other one."""
    rows = Matter.objects.filter(pk__in=keys).select_related("duplicate_of")
    return {row.pk: row.duplicate_of or row for row in rows}


def _line(
    need: Need, matters: dict[UUID, Matter], hands: dict[UUID, str], words: Hotline
) -> NeedLine:
    row = matters.get(need.matter) if need.matter else None
    hand = hands.get(row.pk, "") if row else ""
    is_with_nobody = row is not None and not hand and State(row.state) in WAITING
    return NeedLine(
        category=label_of(words, need.category),
        at=need.at,
        referred_to=need.referred_to,
        matter=row.pk if row else need.matter,
        number=row.number if row else None,
        state=str(State(row.state).label) if row else "",
        with_whom=hand,
        is_done=row is not None and State(row.state) in DONE,
        is_urgent=_is_urgent(need, words),
        has_no_door=row is not None and _is_urgent(need, words) and _has_no_door(row),
        is_with_nobody=is_with_nobody,
        is_at_no_building=is_with_nobody and row is not None and row.building_id is None,
    )


def _is_urgent(need: Need, words: Hotline) -> bool:
    found = words.category(need.category)
    return found is not None and found.is_urgent


def _has_no_door(row: Matter) -> bool:
    return row.building_id is None and State(row.state) not in THERE


def sends_to_no_door(needs: tuple[NeedLine, ...]) -> bool | None:
    """Whether an emergency lies at no building; ``None`` where none was opened."""
    urgent = [need.has_no_door for need in needs if need.is_urgent and need.matter]
    return any(urgent) if urgent else None


def _hands(matters: set[UUID]) -> dict[UUID, str]:
    """Who has each matter now."""
    rows = list(Tasking.objects.filter(matter__in=matters, ended_at=None))
    units = labels.units(row.unit for row in rows)
    people = labels.accounts(row.account for row in rows)
    return {
        row.matter_id: " · ".join(
            filter(None, (units.get(row.unit, ""), people.get(row.account, "")))  # type: ignore[arg-type]
        )
        for row in rows
    }
