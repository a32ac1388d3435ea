"""What each move changes beside the state, where it changes more or has conditions of its own."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from kapok.access.roles import Realm
from kapok.ids import uuid7
from kapok.matters.engine import asking, clocks, reporting
from kapok.matters.engine.case import Case, Change, Goal
from kapok.matters.engine.facts import ClockState, Command, Refusal
from kapok.matters.workflow import GIVEN, UP, By, State
from kapok.packs import calendar, conditions
from kapok.packs.schema import CheckBy

MOST_RETURNS = 1  # a unit may return a matter that came to it wrongly once


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
    if case.data.noted:
        note = next((note for note in step.notes if note.code == case.data.noted), None)
        if note is None:
            return Refusal(
                _("“%(note)s” cannot be noted at this step.") % {"note": case.data.noted}
            )
        return {"children": _child(case, note.creates, note.answers)} if note.creates else {}
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
    if "PHOTO" in step.evidence and not case.data.files:
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


def _child(case: Case, kind: str, answers: Mapping[str, Any] | None = None) -> tuple[Command, ...]:
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
                "answers": dict(answers or {}),
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


def _correct(case: Case) -> Change | Refusal:
    wanted, goal = case.data, case.goal
    if wanted.kind or wanted.place or wanted.building:
        if goal is None or (goal.spot is None and (wanted.place or wanted.building)):
            return Refusal(
                _("That place or kind is not known here. Choose another one."),
                faults={"kind" if wanted.kind else "place": _("Not known.")},
            )
        if goal.kind.code != case.matter.kind and (
            refusal := reporting.out_of_help(case.matter.realm, Realm(goal.kind.realm))
            or reporting.without_document(goal.kind, goal.here)
        ):
            return refusal
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
        "zone": goal.here.zone if goal.kind.needs_zone_document else None,
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
    "answer": _outcome,
    "correct": _correct,
    "extend": _extend,
    "join": _join,
    "unjoin": _unjoin,
    "withdraw": _withdraw,
    "reopen": _reopen,
    "rate": _rate,
}
