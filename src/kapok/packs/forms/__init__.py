"""Answers to a form of a pack: what is kept of them, and what is wrong, said to who answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kapok.packs import calendar, conditions
from kapok.packs.forms.values import Unfit, named, value_of
from kapok.packs.schema import Field, FieldType, Form, WorkingTime

__all__ = ["Checked", "Fault", "checked", "shown"]

ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Fault:
    """What is wrong with the answer to a field; with no field: with all of them."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Checked:
    """Answers as they are kept, and what is wrong. Only answers without faults are stored."""

    values: dict[str, Any]
    faults: tuple[Fault, ...]


def checked(
    form: Form,
    answers: Any,
    *,
    now: datetime,
    place: Mapping[str, Any],
    matter: Mapping[str, Any] | None = None,
    working_time: WorkingTime | None = None,
) -> Checked:
    """Check answers against their form. Never raises, whatever JSON they are.

    Answers to fields that are not shown are dropped: who changed an earlier answer cannot see them.
    """
    if not isinstance(answers, dict):
        return Checked({}, (Fault("", _("Answers are expected as names with values.")),))
    around = _around(now, place, matter, working_time)
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in form.fields:
        if _holds(field.show_when, form, values, around):
            try:
                found = value_of(field, answers.get(field.name))
                _refuse_hidden_option(field, found, form, values, around)
            except Unfit as unfit:
                faults.append(Fault(field.name, str(unfit)))
                continue
            if found is not None:
                values[field.name] = found
    faults += _missing(form, values, {fault.field for fault in faults}, around)
    faults += _against_each_other(form, values, around) if not faults else []
    unknown = [name for name in answers if not isinstance(name, str) or not form.field(name)]
    if unknown:
        said = _("The form does not ask for %(names)s. Leave it out.") % {"names": named(unknown)}
        faults.append(Fault("", said))
    return Checked(values, tuple(faults))


def shown(
    form: Form,
    values: Mapping[str, Any],
    *,
    now: datetime,
    place: Mapping[str, Any],
    matter: Mapping[str, Any] | None = None,
    working_time: WorkingTime | None = None,
) -> tuple[Field, ...]:
    """The fields that are asked, given the answers so far."""
    around = _around(now, place, matter, working_time)
    asked: list[Field] = []
    kept: dict[str, Any] = {}
    for field in form.fields:
        if _holds(field.show_when, form, kept, around):
            asked.append(field)
            if values.get(field.name) is not None:
                kept[field.name] = values[field.name]
    return tuple(asked)


def variables(form: Form, values: Mapping[str, Any], around: conditions.Variables) -> Any:
    """What conditions read: a question with several choices and no answer has none of them."""
    none_chosen: dict[str, Any] = {
        field.name: [] for field in form.fields if field.type == FieldType.CHOICES
    }
    return {**around, "answers": none_chosen | dict(values)}


def _around(
    now: datetime,
    place: Mapping[str, Any],
    matter: Mapping[str, Any] | None,
    working_time: WorkingTime | None,
) -> conditions.Variables:
    works = working_time is not None and calendar.is_working(now, working_time)
    zone = working_time.zone if working_time else ZONE
    return {
        "now": conditions.moment(now, zone, working=works),
        "place": place,
        "matter": matter or {},
    }


def _holds(
    condition: str | None, form: Form, values: dict[str, Any], around: conditions.Variables
) -> bool:
    return condition is None or conditions.holds(condition, variables(form, values, around))


def _refuse_hidden_option(
    field: Field, found: Any, form: Form, values: dict[str, Any], around: conditions.Variables
) -> None:
    chosen = found if isinstance(found, list) else [found]
    for option in field.options:
        if option.code in chosen and not _holds(option.show_when, form, values, around):
            raise Unfit(
                _("“%(option)s” cannot be chosen here. Choose another answer.")
                % {"option": option.label.here()}
            )


def _missing(
    form: Form, values: dict[str, Any], wrong: set[str], around: conditions.Variables
) -> list[Fault]:
    """Fields that are asked, must be answered, and are not."""
    found = []
    for field in form.fields:
        if field.name in values or field.name in wrong or field.required is False:
            continue
        is_required = field.required is True or _holds(field.required, form, values, around)
        if is_required and _holds(field.show_when, form, values, around):
            found.append(Fault(field.name, _("This must be answered.")))
    return found


def _against_each_other(
    form: Form, values: dict[str, Any], around: conditions.Variables
) -> list[Fault]:
    """Checks that surely do not hold; those that wait for an answer are not held against it."""
    known = variables(form, values, around)
    return [
        Fault("", check.message.here())
        for check in form.checks
        if conditions.holds(f"!({check.that})", known)
    ]
