"""How a matter begins: why first, then the form of its kind, then where it goes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kapok.access.roles import ROLES, Permission, Realm
from kapok.matters.engine import asking, clocks, data
from kapok.matters.engine.facts import Actor, Command, Effects, Event, Facts, Refusal, Spot
from kapok.matters.workflow import State, Urgency
from kapok.packs import conditions
from kapok.packs.look_up import Rules
from kapok.packs.schema import Kind
from kapok.people.phones import read_phone
from kapok.people.wrong import Wrong

# What a form may ask that every report says anyway.
WHERE, PHONE, WORDS = "where_exactly", "phone", "description"
CORRECTS = frozenset({"PORTAL", "API", "OPEN311", "PHONE"})  # somebody can mend it


def reported(
    command: Command, actor: Actor, rules: Rules, spot: Spot, *, now: datetime
) -> Effects | Refusal:
    """A new matter of the kind that the reasons of the report lead to."""
    if not (actor.is_box or Permission.MATTER_REPORT in actor.permissions):
        role = ROLES[actor.role].label if actor.role in ROLES else _("nobody")
        return Refusal(_("As %(role)s you may not report matters.") % {"role": role})
    carried = data.read("report", command.data)
    if isinstance(carried, Refusal):
        return carried
    kind = _kind(carried, rules)
    if isinstance(kind, Refusal):
        return kind
    carried = _said_once(carried, kind)
    refusal = without_document(kind, spot)
    if refusal is None and not _comes_of_another(carried, actor):
        refusal = _not_here(kind, carried, spot)
    if refusal is not None:
        return refusal
    _kind_again, pack = rules.kind(kind.code)
    checked = asking.checked(
        kind.report_form,
        _answers(carried, kind, rules),
        place=spot.place,
        now=now,
        hours=rules.calendar_of(pack),
        more={"kind": kind.code, "door": carried.door, "why": carried.why},
    )
    faults = {fault.field: fault.sentence for fault in checked.faults}
    if _comes_of_another(carried, actor):  # nobody was there to be asked the rest
        faults = {name: said for name, said in faults.items() if name in carried.answers}
    if faults:
        return Refusal(" ".join(faults.values()), faults=faults)
    return _begun(command, actor, rules, spot, kind, carried, checked.values, now)


def _kind(carried: data.ReportData, rules: Rules) -> Kind | Refusal:
    """The kind that was named, or the one that the reason makes of it: a need goes to care."""
    kind = rules.find(carried.kind)
    if kind is None:
        return Refusal(
            _("No kind of matter “%(kind)s” is in force here. Load the list of kinds anew.")
            % {"kind": carried.kind},
            faults={"kind": _("Choose a kind.")},
        )
    if kind.why is None:
        return kind
    reason = kind.why.option(carried.why)
    if reason is None:
        return Refusal(
            _("Say first: %(question)s Choose one of: %(options)s.")
            % {
                "question": kind.why.question.here(),
                "options": "、".join(option.label.here() for option in kind.why.options),
            },
            faults={"why": kind.why.question.here()},
        )
    if not reason.becomes:
        return kind
    return rules.find(reason.becomes) or kind


def _said_once(carried: data.ReportData, kind: Kind) -> data.ReportData:
    """Where, whom to call and what happened: what was said in one place need not be in another."""
    asked = {field.name for field in kind.report_form.fields}
    answers = dict(carried.answers)
    for name, said in (
        (WHERE, carried.address),
        (PHONE, carried.contact.phone),
        (WORDS, carried.text),
    ):
        if said and name in asked:
            answers.setdefault(name, said)
    contact = carried.contact
    if not contact.phone and isinstance(answers.get(PHONE), str):
        contact = contact.model_copy(update={"phone": answers[PHONE][:40]})
    return carried.model_copy(
        update={
            "answers": answers,
            "contact": contact,
            "address": carried.address or str(answers.get(WHERE) or "")[:200],
            "text": carried.text or str(answers.get(WORDS) or "")[:5_000],
        }
    )


def _can_be_called(said: str) -> bool:
    """Whether a telephone number is one; none at all is none that is wrong."""
    try:
        return not said or bool(read_phone(said))
    except Wrong:
        return False


def _comes_of_another(carried: data.ReportData, actor: Actor) -> bool:
    """The rules open it for a matter that is there: a need on the way, a visit afterwards."""
    return actor.is_box and carried.parent is not None


def _answers(carried: data.ReportData, kind: Kind, rules: Rules) -> dict[str, Any]:
    """The answers that the kind asks for, with those that follow from the reason.

    A need forgets what was asked of an offence.
    """
    if kind.code == carried.kind:
        return dict(carried.answers)
    named = rules.find(carried.kind)
    reason = named.why.option(carried.why) if named and named.why else None
    asked = {field.name for field in kind.report_form.fields}
    said = (dict(reason.answers) if reason else {}) | dict(carried.answers)
    return {name: answer for name, answer in said.items() if name in asked}


def without_document(kind: Kind, spot: Spot) -> Refusal | None:
    """Some matters of order exist inside zones alone that somebody decided in writing."""
    if not kind.needs_zone_document or spot.has_zone_document:
        return None
    return Refusal(
        _(
            "No closed area with a decision document is in force here, so this is no matter of "
            "order. Report it as a request for help or a disturbance."
        ),
        faults={"kind": _("No closed area here.")},
    )


def out_of_help(before: Realm, after: Realm) -> Refusal | None:
    """Nothing that began as a need for help becomes, or leads to, a matter of order."""
    if before not in {Realm.CARE, Realm.HEALTH} or after != Realm.ORDER:
        return None
    return Refusal(
        _(
            "A request for help never becomes a matter of order. What else happened there is "
            "reported apart, as what it is."
        ),
        faults={"kind": _("This is a request for help.")},
    )


def _not_here(kind: Kind, carried: data.ReportData, spot: Spot) -> Refusal | None:
    if carried.door not in kind.doors:
        return Refusal(
            _("“%(kind)s” cannot be reported this way. Call the desk.")
            % {"kind": kind.label.here()},
            faults={"kind": _("Not through this door.")},
        )
    unknown = not (carried.contact.name or carried.contact.phone or carried.contact.email)
    from_outside = carried.door in {"PORTAL", "API", "OPEN311", "MAIL", "PHONE"}
    if from_outside and unknown and not kind.anonymous:
        return Refusal(
            _("“%(kind)s” needs somebody to answer to. Add a telephone number.")
            % {"kind": kind.label.here()},
            faults={"contact.phone": _("Add a telephone number.")},
        )
    if carried.door in CORRECTS and not _can_be_called(carried.contact.phone):
        return Refusal(
            _("“%(text)s” is not a telephone number. Write all of its digits.")
            % {"text": carried.contact.phone},
            faults={"contact.phone": _("This is not a telephone number. Write all of its digits.")},
        )
    if kind.location_needed and spot.building is None and spot.lon is None and not carried.address:
        return Refusal(
            _("Say where it is: a building, a point on the map, or the address in words."),
            faults={"place": _("Say where it is.")},
        )
    return None


def _urgency(
    kind: Kind, carried: data.ReportData, known: Mapping[str, Mapping[str, Any]]
) -> Urgency:
    for rule in kind.urgency.when:
        if conditions.holds(rule.if_, known):
            return Urgency(rule.then)
    return carried.urgency or Urgency(kind.urgency.default)


def _begun(
    command: Command,
    actor: Actor,
    rules: Rules,
    spot: Spot,
    kind: Kind,
    carried: data.ReportData,
    answers: dict[str, Any],
    now: datetime,
) -> Effects:
    _kind_again, pack = rules.kind(kind.code)
    hours = rules.calendar_of(pack)
    known = asking.variables(
        place=spot.place,
        now=now,
        hours=hours,
        answers=answers,
        more={"kind": kind.code, "door": carried.door, "why": carried.why},
    )
    matter = Facts(
        id=command.matter,
        kind=kind.code,
        pack=pack.id,
        realm=Realm(kind.realm),
        place=spot.place,
        desk=_desk(kind),
        door=carried.door,
        state=State.REPORTED,
        urgency=_urgency(kind, carried, known),
        version=1,
        state_version=1,
        received_at=now,
        state_since=now,
        state_by=actor.account,
        building=spot.building,
        lon=spot.lon,
        lat=spot.lat,
        parent=carried.parent,
        subject=carried.subject,
        zone=spot.zone if kind.needs_zone_document else None,
        reported_by=actor.account,
        answers=answers,
    )
    running = clocks.after_move(None, matter, "report", kind, at=now, hours=hours)
    matter = replace(matter, clocks=running, due_at=clocks.soonest(running))
    return Effects(
        matter,
        Event(command.id, matter.id, "report", "", State.REPORTED, command.at, {}, 1),
        report={
            "text": carried.text,
            "answers": answers,
            "notes": carried.notes,
            "address": carried.address,
            "contact": carried.contact,
            "door": carried.door,
            "tracking": carried.tracking,
        },
        tell=tuple(sorted({"report", State.REPORTED} & set(kind.messages))),
        files=carried.files,
    )


def _desk(kind: Kind) -> str:
    """The level whose desk has it first: the lowest that the kind's way names."""
    named = [route.to for route in kind.route if route.to in {"COMMUNITY", "STREET", "DISTRICT"}]
    return named[0] if named else "COMMUNITY"
