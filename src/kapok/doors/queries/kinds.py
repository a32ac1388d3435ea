"""What can be reported at a place through a door, and what its form asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kapok.access.roles import Realm
from kapok.matters.workflow import Door
from kapok.packs import conditions, look_up
from kapok.packs.look_up import PackRef
from kapok.packs.schema import Field, FieldType, Form, Kind

INPUTS = {
    FieldType.INTEGER: "number",
    FieldType.DECIMAL: "number",
    FieldType.DATE: "date",
    FieldType.TIME: "time",
    FieldType.DATETIME: "datetime-local",
    FieldType.PHONE: "tel",
}
ASKED = frozenset({Realm.CARE, Realm.SERVICE})
FILES = {FieldType.PHOTO: "image/*", FieldType.VOICE: "audio/*", FieldType.SIGNATURE: "image/*"}


@dataclass(frozen=True)
class Choice:
    """One answer to choose from."""

    code: str
    label: str
    when: Any = None
    chosen: bool = False


@dataclass(frozen=True)
class Question:
    """One field of a form, as a page shows it.

    Attributes
    ----------
    shape
        ``line``, ``lines``, ``one``, ``some``, ``file``, ``position``: how it is answered.
    when
        The tree of the condition under which it is asked, for the browser; without JavaScript it
        is always asked, and the server drops what was not meant.
    """

    name: str
    label: str
    hint: str
    shape: str
    input: str
    needed: bool
    choices: tuple[Choice, ...] = ()
    value: str = ""
    when: Any = None
    accept: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Reportable:
    """A kind that can be reported here."""

    code: str
    label: str
    description: str
    realm: str
    category: str
    needs_contact: bool
    kind: Kind = field(repr=False)
    pack: PackRef = field(repr=False)


def reportable(place: int, door: Door, *, at: datetime) -> tuple[Reportable, ...]:
    """The kinds that may be reported through a door at a place."""
    kinds = look_up.packs_at(place, at).kinds()
    return tuple(_reportable(kind, ref) for kind, ref in kinds if door in kind.doors)


def asked_for(place: int, door: Door, *, at: datetime) -> tuple[Reportable, ...]:
    """Those of them that a resident asks for: care and services.

    Checks at gates and offences are none, nor what the rules begin by themselves: the call back
    after a self-report, the visit after help was given.
    """
    rules = look_up.packs_at(place, at)
    helping = [kind for kind, _ref in rules.kinds() if kind.realm in ASKED]
    begun = {outcome.follow_up for kind in helping for outcome in kind.outcomes}
    if screening := rules.screening():
        begun.add(screening[0].call_back.kind)
    return tuple(
        each
        for each in reportable(place, door, at=at)
        if each.realm in ASKED and each.code not in begun
    )


def one(place: int, code: str, door: Door, *, at: datetime) -> Reportable | None:
    """One of them."""
    return next((kind for kind in reportable(place, door, at=at) if kind.code == code), None)


def led_to(found: Reportable, why: str, place: int, *, at: datetime) -> Kind:
    """The kind whose form is asked after the reason was said: a need for help goes to care."""
    reason = found.kind.why.option(why) if found.kind.why else None
    if reason is None or reason.becomes is None:
        return found.kind
    return look_up.packs_at(place, at).kind(reason.becomes)[0]


def _reportable(kind: Kind, ref: PackRef) -> Reportable:
    return Reportable(
        code=kind.code,
        label=kind.label.here(),
        description=kind.description.here(),
        realm=kind.realm,
        category=kind.category,
        needs_contact=not kind.anonymous,
        kind=kind,
        pack=ref,
    )


def questions(
    form: Form, answers: Mapping[str, Any], faults: Mapping[str, str]
) -> tuple[Question, ...]:
    """A form as a page shows it, with what was answered and what is wrong."""
    return tuple(
        _question(each, answers.get(each.name, each.default), faults.get(each.name, ""))
        for each in form.fields
    )


def _question(asked: Field, value: Any, fault: str) -> Question:
    chosen = value if isinstance(value, list) else [str(value).lower()]
    return Question(
        name=asked.name,
        label=asked.label.here(),
        hint=asked.hint.here() if asked.hint else "",
        shape=_shape(asked.type),
        input=INPUTS.get(asked.type, "text"),
        needed=asked.required is True and asked.show_when is None,
        choices=_choices(asked, chosen),
        value="" if value is None or isinstance(value, list) else str(value),
        when=conditions.tree(asked.show_when) if asked.show_when else None,
        accept=FILES.get(asked.type, ""),
        fault=fault,
    )


def _shape(kind: FieldType) -> str:
    if kind in FILES:
        return "file"
    shapes = {
        FieldType.LONG_TEXT: "lines",
        FieldType.YES_NO: "truth",
        FieldType.CHOICE: "one",
        FieldType.CHOICES: "some",
        FieldType.LOCATION: "position",
    }
    return shapes.get(kind, "line")


def _choices(asked: Field, chosen: Iterable[str]) -> tuple[Choice, ...]:
    held = set(chosen)
    return tuple(
        Choice(
            option.code,
            option.label.here(),
            conditions.tree(option.show_when) if option.show_when else None,
            option.code in held,
        )
        for option in asked.options
    )
