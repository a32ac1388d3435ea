"""Forms of packs as HTML: rendered by the server, working without JavaScript.

With JavaScript, ``kapok/matters/forms.js`` shows and hides fields by their conditions, from the
trees that stand beside them; without it all fields are there, and the server drops answers to what
is not asked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import pgettext

from kapok.packs import conditions
from kapok.packs.schema import Field, FieldType, Form

PREFIX = "answers."
MOST_RADIOS = 6
INPUTS = {
    FieldType.TEXT: "text",
    FieldType.CODE: "text",
    FieldType.INTEGER: "number",
    FieldType.DECIMAL: "number",
    FieldType.DATE: "date",
    FieldType.TIME: "time",
    FieldType.DATETIME: "datetime-local",
    FieldType.PHONE: "tel",
    FieldType.PLACE: "text",
}
FILES = frozenset({FieldType.PHOTO, FieldType.VOICE, FieldType.SIGNATURE})
ACCEPT = {FieldType.PHOTO: "image/*", FieldType.VOICE: "audio/*", FieldType.SIGNATURE: "image/*"}


@dataclass(frozen=True)
class Choice:
    """One answer to choose from; ``show_when`` is the tree of its condition as JSON."""

    value: str
    label: str
    chosen: bool = False
    show_when: str = ""
    note: str = ""


@dataclass(frozen=True)
class Widget:
    """One question, ready for the template.

    Attributes
    ----------
    control
        ``input``, ``area``, ``radios``, ``select``, ``boxes``, ``spot``, ``file`` or ``hidden``.
    type
        Of an ``input``.
    required, required_when
        Whether it must be answered, or the tree of the condition under which.
    show_when
        The tree of the condition under which it is asked, as JSON; empty: always.
    """

    name: str
    control: str
    label: str
    type: str = "text"
    hint: str = ""
    value: Any = ""
    required: bool = False
    required_when: str = ""
    show_when: str = ""
    choices: tuple[Choice, ...] = ()
    fault: str = ""
    least: Any = None
    most: Any = None
    most_letters: int | None = None
    step: str = ""
    accept: str = ""

    @property
    def id(self) -> str:
        """Of its element."""
        return f"f-{self.name.replace('.', '-')}"


def widgets(
    form: Form,
    answers: Mapping[str, Any] | None = None,
    faults: Mapping[str, str] | None = None,
    *,
    prefix: str = PREFIX,
) -> tuple[Widget, ...]:
    """The questions of a form with the answers so far, and what is wrong beside each."""
    given, wrong = answers or {}, faults or {}
    return tuple(
        _widget(field, given.get(field.name, field.default), wrong, prefix) for field in form.fields
    )


def _widget(field: Field, value: Any, faults: Mapping[str, str], prefix: str) -> Widget:
    needed = field.required
    return Widget(
        name=prefix + field.name,
        control=_control(field),
        label=field.label.here(),
        type=INPUTS.get(field.type, "text"),
        hint=field.hint.here() if field.hint else "",
        value=_value(field, value),
        required=needed is True,
        required_when=tree(needed) if isinstance(needed, str) else "",
        show_when=tree(field.show_when),
        choices=_choices(field, value),
        fault=faults.get(field.name, "") or faults.get(prefix + field.name, ""),
        least=field.min if field.type not in FILES else None,
        most=field.max if field.type not in FILES else None,
        most_letters=15 if field.type == FieldType.PLACE else field.max_length,
        step="any" if field.type == FieldType.DECIMAL else "",
        accept=ACCEPT.get(field.type, ""),
    )


def _control(field: Field) -> str:
    if field.type == FieldType.LONG_TEXT:
        return "area"
    if field.type == FieldType.YES_NO:
        return "radios"
    if field.type == FieldType.CHOICE:
        return "radios" if len(field.options) <= MOST_RADIOS else "select"
    if field.type == FieldType.CHOICES:
        return "boxes"
    if field.type == FieldType.LOCATION:
        return "spot"
    return "file" if field.type in FILES else "input"


def _value(field: Field, value: Any) -> Any:
    if field.type == FieldType.LOCATION:
        return value if isinstance(value, dict) else {}
    return "" if value is None or isinstance(value, list | dict | bool) else value


def _choices(field: Field, value: Any) -> tuple[Choice, ...]:
    if field.type == FieldType.YES_NO:
        return (
            Choice("yes", pgettext("answer", "Yes"), value in (True, "yes")),
            Choice("no", pgettext("answer", "No"), value in (False, "no") and value is not None),
        )
    chosen = value if isinstance(value, list) else [value]
    return tuple(
        Choice(
            option.code,
            option.label.here(),
            option.code in chosen,
            show_when=tree(option.show_when),
        )
        for option in field.options
    )


def tree(condition: str | None) -> str:
    """The tree of a condition as JSON, for the browser; empty where there is none."""
    return json.dumps(conditions.tree(condition), ensure_ascii=False) if condition else ""


def answers_of(form: Form, sent: QueryDict, *, prefix: str = PREFIX) -> dict[str, Any]:
    """What a browser sent, as the check of the form expects it; blanks are left out."""
    found = {}
    for field in form.fields:
        value = _sent(field, sent, prefix + field.name)
        if value not in ("", None, [], {}):
            found[field.name] = value
    return found


def _sent(field: Field, sent: QueryDict, name: str) -> Any:
    if field.type == FieldType.CHOICES:
        return sent.getlist(name)
    if field.type == FieldType.LOCATION:
        parts = {"lat": sent.get(f"{name}.lat", ""), "lon": sent.get(f"{name}.lon", "")}
        return parts if any(parts.values()) else None
    if field.type in FILES:
        return [key for key in sent.getlist(f"{name}.kept") if _is_key(key)]
    return sent.get(name, "").strip()


def _is_key(said: str) -> bool:
    try:
        UUID(said)
    except ValueError:
        return False
    return True
