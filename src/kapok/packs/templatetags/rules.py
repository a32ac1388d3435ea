"""Parts of packs in words."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kapok.access.roles import ROLES
from kapok.packs.schema import (
    CheckBy,
    ClockAct,
    Door,
    Duration,
    Evidence,
    FieldType,
    Realm,
    RetaskAct,
    RouteTo,
    Unit,
    Urgency,
    ZoneMoment,
)
from kapok.packs.schema.life import Move, On, State

register = template.Library()


@register.filter
def in_words(duration: Duration) -> str:
    """A duration in words."""
    n = duration.amount
    said = {
        Unit.MINUTES: ngettext("%(n)s minute", "%(n)s minutes", n),
        Unit.HOURS: ngettext("%(n)s hour", "%(n)s hours", n),
        Unit.DAYS: ngettext("%(n)s day", "%(n)s days", n),
        Unit.WORKING_HOURS: ngettext("%(n)s working hour", "%(n)s working hours", n),
        Unit.WORKING_DAYS: ngettext("%(n)s working day", "%(n)s working days", n),
    }
    return said[duration.unit] % {"n": n}


@register.filter
def words(value: Any) -> str:
    """A fixed word of packs, as people say it; what has none stays as it is."""
    if isinstance(value, On):
        return words(value.move or value.state)
    said = _SAID.get(type(value))
    return said()[value] if said else str(value)


@register.filter
def all_words(values: Any) -> str:
    """Several fixed words."""
    return _(", ").join(words(value) for value in values)


@register.filter
def by_name(values: dict[str, Any]) -> list[tuple[str, Any]]:
    """Named things in the order of their names: the database keeps no other."""
    return sorted(values.items())


@register.filter
def most_urgent_first(limits: dict[Urgency, Any]) -> list[tuple[Urgency, Any]]:
    """Limits by urgency, the most urgent first."""
    return [(urgency, limits[urgency]) for urgency in Urgency if urgency in limits]


@register.filter
def role(code: str) -> str:
    """A role as people call it."""
    return str(ROLES[code].label) if code in ROLES else code


@register.filter
def label_among(code: str, kinds: Any) -> str:
    """The label of the kind of a code, as the pack has it."""
    return next((kind.label.here() for kind in kinds if kind.code == code), code)


@register.filter
def source_of(key: str, sources: dict[str, Any]) -> str:
    """A source with its grade."""
    found = sources.get(key)
    return f"{found.text} ({found.grade})" if found else key


def _realms() -> dict[Any, str]:
    return {
        Realm.CARE: _("Care"),
        Realm.HEALTH: _("Health"),
        Realm.ORDER: _("Order"),
        Realm.SERVICE: _("Service"),
    }


def _urgencies() -> dict[Any, str]:
    return {
        Urgency.RED: _("red"),
        Urgency.YELLOW: _("yellow"),
        Urgency.BLUE: _("blue"),
        Urgency.ORDINARY: _("ordinary"),
    }


def _doors() -> dict[Any, str]:
    return {
        Door.PATROL: _("patrol"),
        Door.PORTAL: _("residents' page"),
        Door.PHONE: _("telephone"),
        Door.API: _("API"),
        Door.GATE: _("gate"),
        Door.LIST: _("list"),
        Door.AGENCY: _("other agency"),
        Door.MAIL: _("e-mail"),
        Door.OPEN311: _("Open311"),
        Door.FORM: _("ODK form"),
    }


def _evidence() -> dict[Any, str]:
    return {
        Evidence.PHOTO: _("photo"),
        Evidence.LOCATION: _("position"),
        Evidence.SIGNATURE: _("signature"),
        Evidence.SECOND_PERSON: _("second person"),
        Evidence.ANSWER: _("answers"),
    }


def _acts() -> dict[Any, str]:
    return {
        ClockAct.REMIND: _("remind"),
        ClockAct.TELL_SUPERVISOR: _("tell the supervisor"),
        ClockAct.LIST_LATE: _("on the list of late ones"),
        ClockAct.ESCALATE: _("one level up"),
        ClockAct.RETURN_TO_QUEUE: _("back into the queue"),
        ClockAct.TELL_REPORTER: _("tell the reporter"),
    }


def _routes() -> dict[Any, str]:
    return {
        RouteTo.GRID_WORKER: _("grid worker"),
        RouteTo.DEPUTY: _("deputy"),
        RouteTo.TEAM: _("team"),
        RouteTo.COMMUNITY: _("community"),
        RouteTo.STREET: _("street"),
        RouteTo.DISTRICT: _("district"),
        RouteTo.UNIT: _("unit"),
    }


def _retasks() -> dict[Any, str]:
    return {
        RetaskAct.HOLD: _("on hold"),
        RetaskAct.RESUME: _("goes on"),
        RetaskAct.REROUTE: _("sent to"),
        RetaskAct.CREATE: _("one is opened for each grid"),
        RetaskAct.URGENCY: _("becomes"),
        ZoneMoment.ENTRY: "",
        ZoneMoment.EXIT: _("at its end"),
    }


def _checks() -> dict[Any, str]:
    return {CheckBy.NONE: _("nobody"), CheckBy.BY_SOMEBODY_ELSE: _("somebody else")}


def _moves() -> dict[Any, str]:
    known = {
        Move.REPORT: _("report"),
        Move.ACCEPT: _("acceptance"),
        Move.TAKE: _("taking it up"),
        Move.ARRIVE: _("arrival"),
        Move.STEP: _("first step"),
        Move.FINISH: _("finishing"),
        Move.CHECK: _("check"),
        Move.CLOSE: _("closing"),
        Move.TRANSFER: _("handing over"),
    }
    return {move: known.get(move, move.value) for move in Move}


def _states() -> dict[Any, str]:
    known = {
        State.REPORTED: _("reported"),
        State.ACCEPTED: _("accepted"),
        State.ASSIGNED: _("assigned"),
        State.IN_PROGRESS: _("in progress"),
        State.DONE: _("done"),
        State.CHECKED: _("checked"),
        State.CLOSED: _("closed"),
    }
    return {state: known.get(state, state.value) for state in State}


def _types() -> dict[Any, str]:
    return {
        FieldType.TEXT: _("text"),
        FieldType.LONG_TEXT: _("long text"),
        FieldType.INTEGER: _("whole number"),
        FieldType.DECIMAL: _("number"),
        FieldType.YES_NO: _("yes or no"),
        FieldType.CHOICE: _("one choice"),
        FieldType.CHOICES: _("several choices"),
        FieldType.DATE: _("date"),
        FieldType.TIME: _("time"),
        FieldType.DATETIME: _("date and time"),
        FieldType.PHONE: _("telephone"),
        FieldType.PLACE: _("place"),
        FieldType.LOCATION: _("position"),
        FieldType.PHOTO: _("photo"),
        FieldType.VOICE: _("voice note"),
        FieldType.SIGNATURE: _("signature"),
        FieldType.CODE: _("QR or bar code"),
    }


_SAID = {
    Realm: _realms,
    Urgency: _urgencies,
    Door: _doors,
    Evidence: _evidence,
    ClockAct: _acts,
    RouteTo: _routes,
    RetaskAct: _retasks,
    CheckBy: _checks,
    Move: _moves,
    State: _states,
    FieldType: _types,
}
