"""Forms: what is asked, when it is shown, what is checked."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Self

from django.utils.translation import gettext as _
from pydantic import Field as Limits
from pydantic import model_validator

from kapok.packs.schema.base import Code, Condition, Part, Text

LONGEST_PATTERN = 200


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    PHONE = "phone"
    PLACE = "place"
    LOCATION = "location"
    PHOTO = "photo"
    VOICE = "voice"
    SIGNATURE = "signature"
    CODE = "code"


CHOOSING = frozenset({FieldType.CHOICE, FieldType.CHOICES})
NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
WORDS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.CODE})
ORDERED = NUMBERS | {FieldType.DATE, FieldType.TIME, FieldType.DATETIME}
FILES = frozenset({FieldType.PHOTO, FieldType.VOICE, FieldType.SIGNATURE})

Scalar = bool | int | float | str


class Option(Part):
    """One of the answers to choose from."""

    code: Code
    label: Text
    show_when: Condition | None = None


class Field(Part):
    """One question of a form."""

    name: Code
    type: FieldType
    label: Text
    hint: Text | None = None
    required: bool | Condition = False
    """Whether it must be answered, or the condition under which."""
    show_when: Condition | None = None
    """The condition under which it is asked at all; an answer to what is not asked is dropped."""
    min: int | float | str | None = None
    """The least number or the first moment."""
    max: int | float | str | None = None
    """The greatest number or the last moment; of photos and voice notes, how many."""
    max_length: Annotated[int, Limits(gt=0, le=20_000)] | None = None
    pattern: Annotated[str, Limits(min_length=1, max_length=LONGEST_PATTERN)] | None = None
    """What the whole answer must look like, as a regular expression."""
    options: tuple[Option, ...] = ()
    default: Scalar | None = None
    personal: bool = False
    """Whether the answer is about a person, so that who sees it needs a purpose."""

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if faults := _faults(self):
            raise ValueError(" ".join(faults))
        return self


def _faults(field: Field) -> list[str]:
    """What does not go together in one field."""
    kind, found = field.type, []
    if (kind in CHOOSING) != bool(field.options):
        found.append(_("Fields of the types choice and choices have options; others have none."))
    if field.pattern and kind not in WORDS:
        found.append(_("Only fields of text have a pattern."))
    if field.max_length and kind not in WORDS:
        found.append(_("Only fields of text have a max_length."))
    bounds = [bound for bound in (field.min, field.max) if bound is not None]
    if bounds and kind not in ORDERED and kind not in FILES:
        found.append(_("A field of the type %(type)s has no min and no max.") % {"type": kind})
    if any(not _is_of(kind, bound) for bound in bounds if kind in ORDERED or kind in FILES):
        found.append(
            _("The min and max of a field of the type %(type)s must be of that type.")
            % {"type": kind}
        )
    elif len(bounds) == 2 and bounds[0] > bounds[1]:  # type: ignore[operator]
        found.append(_("The min is above the max."))
    if len({option.code for option in field.options}) < len(field.options):
        found.append(_("Two options have the same code."))
    return found


def _is_of(kind: FieldType, bound: float | str) -> bool:
    """Whether a bound is a number where numbers are asked for, and a moment where moments are."""
    readers = {
        FieldType.DATE: date.fromisoformat,
        FieldType.TIME: time.fromisoformat,
        FieldType.DATETIME: datetime.fromisoformat,
    }
    if kind not in readers:
        return not isinstance(bound, str)
    try:
        return isinstance(bound, str) and bool(readers[kind](bound) or True)
    except ValueError:
        return False


class Check(Part):
    """What must hold over several answers."""

    that: Condition
    message: Text


class Form(Part):
    """Questions in their order, and what must hold over them."""

    fields: Annotated[tuple[Field, ...], Limits(max_length=100)] = ()
    checks: Annotated[tuple[Check, ...], Limits(max_length=50)] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [field.name for field in self.fields]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(
                    _("Two fields are called “%(name)s”. Give one of them another name.")
                    % {"name": name}
                )
        return self

    def field(self, name: str) -> Field | None:
        """The field of a name."""
        return next((field for field in self.fields if field.name == name), None)
