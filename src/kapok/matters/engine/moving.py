"""One rule path for every move of every matter, whether one command comes or a thousand.

:func:`moved` looks at plain values and answers with what is to be written, or with a refusal.
"""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from kapok.matters.engine import clocks, data, who
from kapok.matters.engine.case import Case, Change, Goal
from kapok.matters.engine.changes import SPECIAL
from kapok.matters.engine.facts import Actor, Command, Effects, Event, Facts, Refusal, Status
from kapok.matters.workflow import ENDED, MOVES, PARTS, State
from kapok.packs.schema import Kind, WorkingTime


def moved(
    matter: Facts,
    command: Command,
    actor: Actor,
    kind: Kind,
    *,
    hours: WorkingTime,
    now: datetime,
    goal: Goal | None = None,
) -> Effects | Refusal:
    """What a command does to a matter that is there already; ``report`` begins one elsewhere."""
    move = MOVES.get(command.move)
    if move is None or command.move == "report":
        return Refusal(
            _("“%(move)s” is not a move. See the table of moves.") % {"move": command.move}
        )
    if refusal := who.refused(move, matter, actor, kind):
        return refusal
    carried = data.read(move.name, command.data)
    if isinstance(carried, Refusal):
        return carried
    case = Case(matter, command, actor, kind, hours, now, move, carried, goal)
    if refusal := _out_of_turn(case) or _incomplete(case):
        return refusal
    change = SPECIAL[move.name](case) if move.name in SPECIAL else {}
    if isinstance(change, Refusal):
        return change
    return _effects(case, change)


def _out_of_turn(case: Case) -> Refusal | None:
    """The state does not fit, or somebody else changed it since the sender looked."""
    matter, seen = case.matter, case.command.seen
    changed = (
        seen is not None
        and seen < matter.state_version
        and matter.state_by != case.actor.account
        and not case.move.adds
    )
    if changed:
        return Refusal(
            _("Somebody else changed this meanwhile: it is now “%(state)s”. Look and decide.")
            % {"state": State(matter.state).label},
            Status.CONFLICT,
        )
    if State(matter.state) in case.move.starts:
        return None
    return Refusal(
        _("“%(move)s” is not possible while the matter is “%(state)s”.")
        % {"move": case.move.label, "state": State(matter.state).label},
        Status.CONFLICT if seen is not None and seen < matter.version else Status.REFUSED,
    )


def _incomplete(case: Case) -> Refusal | None:
    for name in sorted(case.move.needs):
        if getattr(case.data, name) in ("", None, ()):
            return Refusal(
                _("“%(move)s” needs “%(part)s”. Add it.")
                % {"move": case.move.label, "part": PARTS[name]},
                faults={name: _("Add this.")},
            )
    return None


def _effects(case: Case, change: Change) -> Effects:
    matter = case.matter
    goal = change.pop("state", case.move.ends) or matter.state
    report, children, tell, said = (
        change.pop(name, default)
        for name, default in (("report", None), ("children", ()), ("tell", ()), ("said", {}))
    )
    change |= {"state": goal, "version": matter.version + 1}
    if goal != matter.state or not case.move.adds:
        change |= {
            "state_version": matter.version + 1,
            "state_by": case.actor.account,
            "state_since": case.now if goal != matter.state else matter.state_since,
        }
    if goal != State.ON_HOLD and matter.hold_until is not None:
        change |= {"hold_until": None, "held_from": ""}
    if goal in ENDED:
        change["closed_at"] = case.now
    elif matter.closed_at is not None:
        change["closed_at"] = None
    after = replace(matter, **change)
    running = clocks.after_move(
        matter, after, case.move.name, case.kind, at=case.now, hours=case.hours
    )
    if "clocks" in change:
        running = change["clocks"]
    after = replace(after, clocks=running, due_at=clocks.soonest(running))
    carried = case.data.model_dump(mode="json", exclude_defaults=True) | said
    carried.pop("files", None)
    return Effects(
        after,
        Event(
            case.command.id,
            matter.id,
            case.move.name,
            matter.state,
            after.state,
            case.command.at,
            carried,
            after.version,
        ),
        report=report,
        children=children,
        tell=(*tell, *_told(case, after)),
        files=case.data.files,
    )


def _told(case: Case, after: Facts) -> tuple[str, ...]:
    """Messages of the pack that this move is the moment for."""
    names = {case.move.name, after.state} if after.state != case.matter.state else {case.move.name}
    return tuple(sorted(names & set(case.kind.messages)))
