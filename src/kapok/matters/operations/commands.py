"""Commands, one or a thousand: each is carried out once, and each gets its answer.

The whole set is one transaction. A command that is refused leaves nothing behind and does not hold
the others up; one that was answered before gets the same answer again. Doors, phones, desks and the
box itself all come through :func:`apply`, so there is one path of rules.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from kapok.access.fields import Ranges, holds
from kapok.access.roles import Permission, Realm
from kapok.access.scope import EVERYWHERE, Acting, acting, current, of_intake
from kapok.errors import NotAllowed
from kapok.ids import uuid7
from kapok.matters.engine import data, moving, reporting
from kapok.matters.engine.case import Goal
from kapok.matters.engine.facts import (
    Actor,
    Answer,
    Command,
    Effects,
    Facts,
    Refusal,
    Status,
)
from kapok.matters.operations import duplicates, storing
from kapok.matters.operations.answers import known, own_answer
from kapok.matters.operations.batch import Batch
from kapok.matters.queries import loading, routing, spots
from kapok.matters.workflow import OPEN, WEIGHT, State, Urgency
from kapok.packs import look_up

SENDS = frozenset({Permission.MATTER_SEND})
MOST_AHEAD_S = 600  # a sender's clock may be ahead of ours by this much; then ours is taken


def actor_of(who: Acting, *, tracking: Iterable[UUID] = ()) -> Actor:
    """Whoever acts, as the rules see them."""
    return Actor(
        account=None if who.role == "box" else who.account,  # a door is nobody
        appointment=who.appointment,
        role=who.role,
        unit=who.unit,
        ranges=who.ranges,
        permissions=who.permissions,
        realms=who.realms,
        tracking=frozenset(tracking),
        is_box=who.role == "box",
    )


def apply(
    commands: Sequence[Command],
    *,
    device: UUID | None = None,
    tracking: Iterable[UUID] = (),
    actor: Actor | None = None,
    within: Ranges = EVERYWHERE,
) -> list[Answer]:
    """Carry out commands as whoever acts now; an answer for each, in their order.

    ``actor`` is who made the moves, where somebody else decided that they count. ``within`` is
    where a door takes reports from.

    The caller acts (``access.acting``), which also makes it one transaction. What the commands may
    touch is read as whoever acts; what the rules then decide is written by the box, since a move
    may take a matter out of its mover's sight.
    """
    who = current()
    if who.account is None:
        raise NotAllowed(_("Nobody acts here. Choose as what you act first."))
    answers = known(commands, who.account, who.at)
    fresh = [command for command in commands if command.id not in answers]
    batch = Batch(actor or actor_of(who, tracking=tracking), who.at, within)
    _load(batch, fresh)
    with _acting_as_box(who):
        batch.before = loading.with_answers(batch.before)
        batch.after = dict(batch.before)
        _find_spots(batch, fresh)
        for command in fresh:
            if command.id not in answers:
                answers[command.id] = _one(batch, command)
        _route(batch)
        storing.store(batch, commands, answers, device)
        joined = {key for key, facts in batch.after.items() if facts.state == State.DUPLICATE}
        duplicates.propose(batch.alike, joined, now=batch.now)
    return [own_answer(command, answers[command.id], commands) for command in commands]


@contextmanager
def _acting_as_box(who: Acting) -> Iterator[None]:
    """What a door takes in is done by the box from the start."""
    box = of_intake(who.account, at=who.at) if who.account else who
    if replace(box, request=who.request) == who:
        yield
        return
    with acting(box):
        yield


def _load(batch: Batch, commands: Sequence[Command]) -> None:
    """Hold the matters that the commands name, as far as whoever acts sees them."""
    named = {command.matter for command in commands}
    for command in commands:
        other = command.data.get("other") if isinstance(command.data, dict) else None
        if command.move == "join" and _is_uuid(other):
            named.add(UUID(str(other)))
    batch.before, batch.numbers = loading.facts(named)


def _find_spots(batch: Batch, commands: Sequence[Command]) -> None:
    shapes = [
        (command, data.read("report", command.data))
        for command in commands
        if command.move == "report"
    ]
    known = [(command, shape) for command, shape in shapes if isinstance(shape, data.ReportData)]
    where = spots.spots([shape for _command, shape in known], at=batch.now)
    batch.spots |= {
        command.matter: spot for (command, _shape), spot in zip(known, where, strict=True)
    }


def _is_uuid(text: object) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


def _one(batch: Batch, command: Command, actor: Actor | None = None) -> Answer:
    """Carry out one command in memory; what it does is written with the whole set."""
    actor = actor or batch.actor
    if command.matter in batch.unrouted:
        _route(batch)
    command = _in_time(command, batch.now)
    found = (
        _reported(batch, command, actor)
        if command.move == "report"
        else _moved(batch, command, actor)
    )
    if isinstance(found, Refusal):
        known = batch.after.get(command.matter)
        return Answer(
            command.id,
            found.status,
            command.matter,
            found.sentence,
            known.state if known else "",
            known.version if known else 0,
            batch.numbers.get(command.matter),
            found.faults,
        )
    if refusal := batch.units.hand_over(batch.after.get(command.matter), found.matter, batch.now):
        return Answer(
            command.id, refusal.status, command.matter, refusal.sentence, faults=refusal.faults
        )
    batch.after[found.matter.id] = found.matter
    batch.units.note(found.event)
    batch.effects.append((found, actor))
    if found.report is not None:
        batch.unrouted[found.matter.id] = str(found.report["text"])
    for child in found.children:
        _find_spots(batch, [child])
        _one(batch, child, replace(actor, is_box=True))
    return Answer(
        command.id, Status.TAKEN, command.matter, "", found.matter.state, found.matter.version
    )


def _in_time(command: Command, now: datetime) -> Command:
    """A moment that is still to come is a wrong clock: ours is taken."""
    ahead = (command.at - now).total_seconds()
    return replace(command, at=now) if ahead > MOST_AHEAD_S else command


def _reported(batch: Batch, command: Command, actor: Actor) -> Effects | Refusal:
    if command.matter in batch.after:
        return Refusal(_("A matter of this identifier is there already."))
    spot = batch.spots.get(command.matter)
    if spot is None:
        shape = data.read("report", command.data)
        if isinstance(shape, Refusal):
            return shape
        return Refusal(
            _("No community is known there. Choose the place on the map or in the list."),
            faults={"place": _("Not known.")},
        )
    if not holds(batch.within, spot.place):
        sentence = _("This place lies outside the area that your key is good for.")
        return Refusal(sentence, faults={"place": sentence})
    rules = look_up.packs_at(spot.place, batch.now)
    found = reporting.reported(command, actor, rules, spot, now=batch.now)
    if isinstance(found, Effects) and found.matter.parent in batch.after:
        parent = batch.after[found.matter.parent]
        return reporting.out_of_help(parent.realm, found.matter.realm) or found
    return found


def _moved(batch: Batch, command: Command, actor: Actor) -> Effects | Refusal:
    matter = batch.after.get(command.matter)
    if matter is None:
        return Refusal(_("There is no such matter here, or it is no longer yours."))
    kind, hours = look_up.kind_of(matter.pack, matter.kind)
    goal = _goal(batch, matter, command) if command.move == "correct" else None
    found = moving.moved(matter, command, actor, kind, hours=hours, now=batch.now, goal=goal)
    if command.move == "join" and isinstance(found, Effects):
        return _joined(batch, found)
    return found


def _goal(batch: Batch, matter: Facts, command: Command) -> Goal | None:
    """The kind and place that a correction leads to; ``None`` where the kind is not known there."""
    wanted = data.read("correct", command.data)
    if not isinstance(wanted, data.CorrectData):
        return None
    [spot] = spots.spots([wanted], at=batch.now)
    rules = look_up.packs_at(spot.place if spot else matter.place, batch.now)
    code = wanted.kind or matter.kind
    if rules.find(code) is None:
        return None
    kind, pack = rules.kind(code)
    here = spot or spots.covered(matter, at=batch.now)
    return Goal(kind, pack.id, rules.calendar_of(pack), here, spot)


def _joined(batch: Batch, effects: Effects) -> Effects | Refusal:
    """A matter is joined to an open one of its realm and kind that is no less urgent."""
    other = batch.after.get(effects.matter.duplicate_of) if effects.matter.duplicate_of else None
    if other is None:
        return Refusal(_("The other matter is not here."), faults={"other": _("Not known.")})
    if State(other.state) not in OPEN:
        return Refusal(_("The other matter is ended. Open it again first, or join the other way."))
    if other.realm != effects.matter.realm:
        return Refusal(_("Matters of care and of order are never joined."))
    if other.kind != effects.matter.kind:
        return Refusal(
            _("These are of two kinds, so they are not the same. Correct the kind of one first.")
        )
    if WEIGHT[Urgency(other.urgency)] < WEIGHT[Urgency(effects.matter.urgency)]:
        return Refusal(
            _("The one that would stay is less urgent. Correct its urgency first, then join them.")
        )
    return effects


def _box(batch: Batch) -> Actor:
    """The rules themselves as who makes a move."""
    return replace(
        batch.actor, is_box=True, account=None, appointment=None, role="box", unit=None,
        permissions=batch.actor.permissions | SENDS, realms=frozenset(Realm),
        ranges=EVERYWHERE,
    )  # fmt: skip


def _join_alike(batch: Batch, fresh: dict[UUID, str]) -> None:
    """A new report of what is reported already joins it; both may be taken apart again."""
    joining = []
    for key, words in fresh.items():
        found = batch.candidates.like(batch.after[key], words)
        batch.alike += found
        joining += [pair for pair in found[:1] if pair.joins]
        batch.candidates.add(batch.after[key], words)
    known, numbers = loading.facts({pair.other for pair in joining} - batch.after.keys())
    batch.before |= known
    batch.after |= known
    batch.numbers |= numbers
    for pair in joining:
        other = batch.after.get(pair.other)
        to = other.duplicate_of if other and pair.other in fresh else None  # joined just before
        data = {"other": str(to or pair.other), "text": f"{pair.likeness:.0%}"}
        _one(batch, Command(uuid7(), "join", pair.matter, batch.now, data=data), _box(batch))


def _route(batch: Batch) -> None:
    """Join what is reported already; give the rest to whoever is responsible for its place.

    It waits for the end of the set, or for the first move of one that is new in it.
    """
    new, batch.unrouted = batch.unrouted, {}
    _join_alike(batch, new)
    fresh = [batch.after[key] for key in new if batch.after[key].state == State.REPORTED]
    around = {spot.place for spot in batch.spots.values() if spot}
    hands = routing.first_hands(fresh, at=batch.now, known=batch.workers, around=around)
    for matter_id, to in hands.items():
        command = Command(
            uuid7(), "assign", matter_id, batch.now, data={"to": to, "reason": "route"}
        )
        _one(batch, command, _box(batch))
