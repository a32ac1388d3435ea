"""What a zone does to the matters inside it, by the rules of its kind: plain values, no rows.

No rule of a zone stands in the way of care: matters of care and health are never put on hold, none
that is urgent is sent elsewhere, and none becomes less urgent. It is so whatever a pack says.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from kapok.access.roles import Realm
from kapok.matters.engine.facts import Facts
from kapok.matters.workflow import GIVEN, OPEN, QUEUED, WEIGHT, State, Urgency
from kapok.packs.schema import Exit, Retask, RetaskAct, Route, Text, ZoneKind

CARE = frozenset({Realm.CARE, Realm.HEALTH})
MEDICAL = Exit(code="medical", label=Text(zh="就医通道", en="To a doctor"), always_open=True)
Data = dict[str, Any]
Holds = Callable[[str | None], bool]


@dataclass(frozen=True)
class Lying:
    """A zone that lies over a spot at a moment."""

    zone: UUID
    kind: str
    pack: UUID
    strictness: int
    starts_at: datetime
    ends_at: datetime
    name: str = ""


@dataclass(frozen=True)
class Act:
    """One move that a zone makes on a matter; ``back`` is the move that takes it back.

    ``data`` and ``back_data`` are what the moves carry; a move back without a name is none.
    """

    move: str
    data: Data
    back: str = ""
    back_data: Data | None = None


def strictest(lying: Iterable[Lying]) -> Lying | None:
    """The one that holds where several zones lie over a spot: never more than one."""
    return max(
        lying, key=lambda each: (each.strictness, each.starts_at, each.zone.int), default=None
    )


def ways_out(kind: ZoneKind | None) -> tuple[Exit, ...]:
    """The ways out of a zone. The way to a doctor is always there, and always open."""
    others = tuple(way for way in (kind.exits if kind else ()) if way.code != MEDICAL.code)
    known = next((way for way in (kind.exits if kind else ()) if way.code == MEDICAL.code), MEDICAL)
    is_open = {"always_open": True, "per_household_per_day": None}
    return (known.model_copy(update=is_open), *others)


def is_urgent_care(matter: Facts) -> bool:
    """Whether somebody's life or health hangs on it now."""
    return matter.realm in CARE and matter.urgency == Urgency.RED


def acts(
    matter: Facts,
    rules: Sequence[Retask],
    *,
    until: datetime,
    holds: Holds,
    to_whom: Callable[[Facts, Sequence[Route]], Data | None],
    reason: Callable[[Retask], str],
) -> tuple[Act, ...]:
    """The moves that the rules of a zone make on one matter, in their order.

    Parameters
    ----------
    matter, rules
        What is moved, and the rules of the kind of zone.
    until
        When the zone ends: what is put on hold waits until then.
    holds
        Whether a condition of the pack holds for the matter.
    to_whom
        To whom a route leads: the data of ``assign``, or ``None`` for the desk.
    reason
        What stands in the trace.
    """
    found: list[Act] = []
    for rule in rules:
        fits = rule.kind in {"*", matter.kind} and rule.do != RetaskAct.CREATE
        if not fits or State(matter.state) not in OPEN or not holds(rule.when):
            continue
        act = _act(matter, rule, until, to_whom, reason(rule))
        if act is None or any(act.move == other.move for other in found):
            continue
        found.append(act)
        matter = _after(matter, act)
    return tuple(found)


def _act(
    matter: Facts,
    rule: Retask,
    until: datetime,
    to_whom: Callable[[Facts, Sequence[Route]], Data | None],
    reason: str,
) -> Act | None:
    state = State(matter.state)
    if rule.do == RetaskAct.URGENCY:
        return _urgency(matter, rule, reason)
    if rule.do == RetaskAct.HOLD:
        if matter.realm in CARE or state not in QUEUED | GIVEN:
            return None
        data = {"reason": reason, "until": until.isoformat()}
        return Act("hold", data, "resume", {})
    if rule.do == RetaskAct.RESUME:
        return _resume(matter, reason)
    if is_urgent_care(matter) or state not in QUEUED | {State.ASSIGNED}:
        return None  # who is there already goes on
    return _reroute(matter, to_whom(matter, rule.route), reason)


def _urgency(matter: Facts, rule: Retask, reason: str) -> Act | None:
    wanted = Urgency(str(rule.urgency))
    was = Urgency(str(matter.urgency))
    if wanted == was or (matter.realm in CARE and WEIGHT[wanted] < WEIGHT[was]):
        return None
    return Act(
        "correct",
        {"urgency": wanted.value, "reason": reason},
        "correct",
        {"urgency": was.value, "reason": reason},
    )


def _resume(matter: Facts, reason: str) -> Act | None:
    if matter.state != State.ON_HOLD or matter.hold_until is None:
        return None
    back = {"reason": reason, "until": matter.hold_until.isoformat()}
    return Act("resume", {}, "hold", back)


def _reroute(matter: Facts, to: Data | None, reason: str) -> Act | None:
    """Give it to somebody, or take it back to the desk; and back to whoever had it."""
    is_given = matter.state == State.ASSIGNED
    had = {"unit": _text(matter.unit), "account": _text(matter.assignee)}
    back: tuple[str, Data] = (
        ("assign", {"to": had, "reason": reason})
        if is_given and any(had.values())
        else ("return", {"reason": reason})
    )
    if to is None:
        return Act("return", {"reason": reason}, *back) if is_given else None
    goes_to = {"unit": to.get("unit"), "account": to.get("account")}
    if is_given and goes_to == had:
        return None
    return Act("assign", {"to": goes_to, "reason": reason}, *back)


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)


def _after(matter: Facts, act: Act) -> Facts:
    """The matter as the next rule sees it."""
    if act.move == "correct":
        return replace(matter, urgency=act.data["urgency"])
    state = {
        "hold": State.ON_HOLD,
        "resume": matter.held_from or State.ACCEPTED,
        "return": State.RETURNED,
        "assign": State.ASSIGNED,
    }[act.move]
    return replace(matter, state=state)


def backwards(done: Sequence[Act]) -> tuple[tuple[str, Data], ...]:
    """The moves that take acts back, the last one first."""
    return tuple((act.back, dict(act.back_data or {})) for act in reversed(done) if act.back)
