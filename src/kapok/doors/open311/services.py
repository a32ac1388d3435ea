"""Kinds of matters as services of GeoReport, their forms as attributes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kapok.doors.queries.kinds import Reportable, one, reportable
from kapok.matters.workflow import Door
from kapok.packs.schema import Field, FieldType

WHY = "why"
DATATYPES = {
    FieldType.TEXT: "string",
    FieldType.LONG_TEXT: "text",
    FieldType.INTEGER: "number",
    FieldType.DECIMAL: "number",
    FieldType.YES_NO: "singlevaluelist",
    FieldType.CHOICE: "singlevaluelist",
    FieldType.CHOICES: "multivaluelist",
    FieldType.DATE: "datetime",
    FieldType.TIME: "string",
    FieldType.DATETIME: "datetime",
    FieldType.PHONE: "string",
    FieldType.CODE: "string",
}
"""What GeoReport has no type for (places, positions, photos) is not asked through this door."""


def services(place: int, *, at: datetime) -> list[dict[str, Any]]:
    """The services of an area."""
    return [
        {
            "service_code": kind.code,
            "service_name": kind.label,
            "description": kind.description,
            "metadata": bool(attributes(kind)),
            "type": "realtime",
            "keywords": kind.category,
            "group": kind.category,
        }
        for kind in reportable(place, Door.OPEN311, at=at)
    ]


def service(place: int, code: str, *, at: datetime) -> Reportable | None:
    """One of them."""
    return one(place, code, Door.OPEN311, at=at)


def attributes(kind: Reportable) -> list[dict[str, Any]]:
    """What is asked: why first, then the form."""
    found = [_why(kind)] if kind.kind.why else []
    found += [
        _attribute(field) for field in kind.kind.report_form.fields if field.type in DATATYPES
    ]
    return [each | {"order": order} for order, each in enumerate(found, start=1)]


def _why(kind: Reportable) -> dict[str, Any]:
    why = kind.kind.why
    assert why is not None
    return {
        "variable": True,
        "code": WHY,
        "datatype": "singlevaluelist",
        "required": True,
        "datatype_description": "",
        "description": why.question.here(),
        "values": [{"key": each.code, "name": each.label.here()} for each in why.options],
    }


def _attribute(field: Field) -> dict[str, Any]:
    return {
        "variable": True,
        "code": field.name,
        "datatype": DATATYPES[field.type],
        "required": field.required is True and field.show_when is None,
        "datatype_description": field.hint.here() if field.hint else "",
        "description": field.label.here(),
        "values": _values(field),
    }


def _values(field: Field) -> list[dict[str, str]]:
    if field.type == FieldType.YES_NO:
        return [{"key": "true", "name": _("Yes")}, {"key": "false", "name": _("No")}]
    return [{"key": option.code, "name": option.label.here()} for option in field.options]


def answers(kind: Reportable, given: Mapping[str, list[str]]) -> tuple[str, dict[str, Any]]:
    """(why, answers) of the attributes; unknown ones go on, so that they are refused."""
    found: dict[str, Any] = {}
    for name, values in given.items():
        field = kind.kind.report_form.field(name)
        several = field is not None and field.type == FieldType.CHOICES
        found[name] = values if several else values[-1]
    why = found.pop(WHY, "") if kind.kind.why else ""
    return str(why), found
