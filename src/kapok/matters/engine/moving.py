"""One rule path for every move of every matter, whether one command comes or a thousand.

:func:`moved` looks at plain values and answers with what is to be written, or with a refusal.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kapok.access.roles import Realm
from kapok.ids import uuid7
from kapok.matters.engine import asking, clocks, data, who
from kapok.matters.engine.facts import (
    Actor,
    ClockState,
    Command,
    Effects,
    Event,
    Facts,
    Refusal,
    Spot,
    Status,
)
from kapok.matters.workflow import ENDED, GIVEN, MOVES, UP, By, Move, State
from kapok.packs import calendar, conditions
from kapok.packs.schema import CheckBy, Kind, WorkingTime

MOST_RETURNS = 1  # a unit may return a matter that came to it wrongly once


@dataclass(frozen=True)
class Goal:
    """Where a matter is corrected to: its kind there, and its place if that changes."""

    kind: Kind
    pack: UUID
    hours: WorkingTime
    spot: Spot | None = None


@dataclass(frozen=True)
class Case:
    """All that a move looks at: the matter, its kind, who asks for what, and when it came in."""

    matter: Facts
    command: Command
    actor: Actor
    kind: Kind
    hours: WorkingTime
    now: datetime
    move: Move
    data: Any
    goal: Goal | None = None


Change = dict[str, Any]


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
                _("“%(move)s” needs “%(part)s”. Add it.") % {"move": case.move.label, "part": name},
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


def _assign(case: Case) -> Change | Refusal:
    to = case.data.to
    if to.unit is None and to.account is None:
        return Refusal(_("Say to which unit or to whom it is sent."), faults={"to": _("Choose.")})
    return {"unit": to.unit, "assignee": to.account}


def _take(case: Case) -> Change:
    return {"assignee": case.actor.account, "unit": case.actor.unit}


def _step(case: Case) -> Change | Refusal:
    step = case.kind.step(case.data.step)
    if step is None:
        return Refusal(
            _("“%(kind)s” has no step “%(step)s”. Load the matter anew.")
            % {"kind": case.kind.label.here(), "step": case.data.step}
        )
    note = None
    if case.data.noted:
        note = next((note for note in step.notes if note.code == case.data.noted), None)
        if note is None:
            return Refusal(
                _("“%(note)s” cannot be noted at this step.") % {"note": case.data.noted}
            )
        return {"children": _child(case, note.creates)} if note.creates else {}
    checked = asking.checked(
        step.form,
        case.data.answers,
        place=case.matter.place,
        now=case.now,
        hours=case.hours,
        matter=case.matter,
    )
    if checked.faults:
        return _faulty(checked)
    lacking = [each for each in step.evidence if each == "PHOTO"] and not case.data.files
    if lacking:
        return Refusal(_("This step needs a photo. Add one."), faults={"files": _("Add a photo.")})
    if "LOCATION" in step.evidence and case.data.lon is None:
        return Refusal(
            _("This step needs your position. Allow it once, or ask the desk."),
            faults={"lon": _("Add your position.")},
        )
    return {
        "steps": case.matter.steps | {step.code},
        "said": {"answers": checked.values},
    }


def _faulty(checked: Any) -> Refusal:
    faults = {fault.field: fault.sentence for fault in checked.faults}
    return Refusal(" ".join(faults.values()), faults=faults)


def _child(case: Case, kind: str) -> tuple[Command, ...]:
    """A need that was found on the way becomes a matter of its own."""
    new = uuid7()
    return (
        Command(
            uuid7(),
            "report",
            new,
            case.command.at,
            data={
                "kind": kind,
                "text": case.data.text,
                "place": case.matter.place,
                "building": str(case.matter.building) if case.matter.building else None,
                "subject": str(case.matter.subject) if case.matter.subject else None,
                "parent": str(case.matter.id),
                "door": "PATROL",
            },
        ),
    )


def _outcome(case: Case) -> Change | Refusal:
    outcome = case.kind.outcome(case.data.outcome)
    if outcome is None:
        return Refusal(
            _("“%(kind)s” has no outcome “%(outcome)s”. Choose one of: %(known)s.")
            % {
                "kind": case.kind.label.here(),
                "outcome": case.data.outcome,
                "known": "、".join(each.label.here() for each in case.kind.outcomes),
            },
            faults={"outcome": _("Choose an outcome.")},
        )
    open_steps = _open_steps(case) if outcome.closes else []
    if open_steps:
        return Refusal(
            _("Before this outcome, do: %(steps)s.") % {"steps": "、".join(open_steps)},
            faults={"outcome": _("Steps are open.")},
        )
    if "PHOTO" in outcome.needs and not case.data.files:
        return Refusal(
            _("This outcome needs a photo. Add one."), faults={"files": _("Add a photo.")}
        )
    follow = _child(case, outcome.follow_up) if outcome.follow_up else ()
    return {"outcome": outcome.code, "finished_by": case.actor.account, "children": follow}


def _open_steps(case: Case) -> list[str]:
    """Steps that are asked for here and were not done."""
    known = asking.variables(
        place=case.matter.place, now=case.now, hours=case.hours, matter=case.matter
    )
    return [
        step.label.here()
        for step in case.kind.steps
        if not step.optional
        and step.code not in case.matter.steps
        and (step.show_when is None or conditions.holds(step.show_when, known))
    ]


def _finish(case: Case) -> Change | Refusal:
    change = _outcome(case)
    if not isinstance(change, Refusal) and case.kind.check == CheckBy.NONE:
        change["state"] = State.CLOSED
    return change


def _settle(case: Case) -> Change | Refusal:
    if not case.kind.self_resolve:
        return Refusal(
            _("“%(kind)s” is not settled on the spot: it is checked by somebody else. Finish it.")
            % {"kind": case.kind.label.here()}
        )
    return _outcome(case)


def _send_back(case: Case) -> Change:
    return {
        "state": State.ASSIGNED if case.matter.assignee or case.matter.unit else State.RETURNED,
        "n_returned": case.matter.n_returned + 1,
        "outcome": "",
        "finished_by": None,
    }


def _return(case: Case) -> Change | Refusal:
    if not case.actor.is_box and case.matter.n_returned >= MOST_RETURNS + case.matter.n_reopened:
        return Refusal(
            _("It was returned once already. Speak with the desk, who may send it elsewhere.")
        )
    return {"unit": None, "assignee": None, "n_returned": case.matter.n_returned + 1}


def _hold(case: Case) -> Change | Refusal:
    if case.data.until <= case.now:
        return Refusal(
            _("Hold it until a moment that is still to come."), faults={"until": _("Is past.")}
        )
    return {"hold_until": case.data.until, "held_from": case.matter.state}


def _resume(case: Case) -> Change:
    return {"state": case.matter.held_from}


def _escalate(case: Case) -> Change | Refusal:
    up = UP.get(case.matter.desk)
    if up is None:
        return Refusal(_("It is with the highest desk already."))
    return {"desk": up}


def _transfer(case: Case) -> Change:
    return {"unit": None, "assignee": None}


def _answer(case: Case) -> Change | Refusal:
    return _outcome(case)


def _correct(case: Case) -> Change | Refusal:
    wanted, goal = case.data, case.goal
    if wanted.kind or wanted.place or wanted.building:
        if goal is None or (goal.spot is None and (wanted.place or wanted.building)):
            return Refusal(
                _("That place or kind is not known here. Choose another one."),
                faults={"kind" if wanted.kind else "place": _("Not known.")},
            )
        return _elsewhere(case, goal)
    if wanted.urgency is None or wanted.urgency == case.matter.urgency:
        return Refusal(_("Say what is to be corrected: the place, the kind or the urgency."))
    timed = (
        clocks.timed(mine, clock, urgency=wanted.urgency, hours=case.hours)
        if (clock := case.kind.clock(mine.code)) and mine.state == "RUNNING"
        else mine
        for mine in case.matter.clocks
    )
    return {"urgency": wanted.urgency, "clocks": tuple(timed)}


def _elsewhere(case: Case, goal: Goal) -> Change:
    """Another place or kind: it is for somebody else now, and new clocks count from the report."""
    matter = case.matter
    change: Change = {"unit": None, "assignee": None}
    if matter.state in GIVEN:
        change["state"] = State.RETURNED
    if goal.spot is not None:
        spot = goal.spot
        change |= {"place": spot.place, "building": spot.building, "lon": spot.lon, "lat": spot.lat}
    if goal.kind.code == matter.kind:
        return change
    after = replace(
        matter, urgency=case.data.urgency or matter.urgency, clocks=(), state=State.REPORTED
    )
    fresh = clocks.after_move(
        None, after, "report", goal.kind, at=matter.received_at, hours=goal.hours
    )
    old = {clock.code: clock for clock in matter.clocks}
    return change | {
        "kind": goal.kind.code,
        "pack": goal.pack,
        "realm": Realm(goal.kind.realm),
        "steps": frozenset(),
        "clocks": (
            *(replace(clock, state=ClockState.STOPPED, next_at=None)
              for code, clock in old.items() if code not in {each.code for each in fresh}),
            *(replace(clock, id=old[clock.code].id, run=old[clock.code].run + 1)
              if clock.code in old else clock for clock in fresh),
        ),
    }  # fmt: skip


def _extend(case: Case) -> Change | Refusal:
    mine = {clock.code: clock for clock in case.matter.clocks if clock.state == "RUNNING"}
    clock = case.kind.clock(case.data.clock)
    if case.data.clock not in mine or clock is None:
        return Refusal(_("No clock “%(clock)s” runs here.") % {"clock": case.data.clock})
    longer = clocks.extended(
        mine[case.data.clock],
        clock,
        urgency=case.matter.urgency,
        hours=case.hours,
    )
    if isinstance(longer, Refusal):
        return longer
    return {
        "clocks": tuple(longer if each.code == longer.code else each for each in case.matter.clocks)
    }


def _join(case: Case) -> Change | Refusal:
    if case.data.other == case.matter.id:
        return Refusal(_("A matter cannot be joined to itself."))
    return {"duplicate_of": case.data.other}


def _unjoin(case: Case) -> Change:
    return {"duplicate_of": None}


def _withdraw(case: Case) -> Change | Refusal:
    if (
        State(case.matter.state) in GIVEN
        and By.REPORTER in case.move.by
        and not case.actor.permissions
    ):
        return Refusal(_("Somebody is on the way already. Call the desk to withdraw it."))
    return {}


def _reopen(case: Case) -> Change | Refusal:
    closed = case.matter.closed_at or case.now
    within = case.kind.reopen_within
    if within is not None and case.now > calendar.due(closed, within, case.hours):
        return Refusal(
            _("It was closed too long ago to be opened again. Report it anew and name this one.")
        )
    if within is None and not case.actor.permissions:
        return Refusal(_("This kind of matter is not opened again. Report it anew."))
    return {
        "n_reopened": case.matter.n_reopened + 1,
        "outcome": "",
        "finished_by": None,
        "satisfaction": None,
        "unit": None,
        "assignee": None,
    }


def _rate(case: Case) -> Change:
    return {"satisfaction": case.data.satisfaction}


SPECIAL: dict[str, Callable[[Case], Change | Refusal]] = {
    "assign": _assign,
    "take": _take,
    "step": _step,
    "finish": _finish,
    "settle": _settle,
    "send_back": _send_back,
    "return": _return,
    "hold": _hold,
    "resume": _resume,
    "escalate": _escalate,
    "transfer": _transfer,
    "answer": _answer,
    "correct": _correct,
    "extend": _extend,
    "join": _join,
    "unjoin": _unjoin,
    "withdraw": _withdraw,
    "reopen": _reopen,
    "rate": _rate,
}
