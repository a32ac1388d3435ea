"""What every part of a pack is made of: words in both languages, sources, periods of time."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Self

from django.utils import translation
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

PLACEHOLDERS = ("number", "kind", "place", "due", "outcome", "unit", "link", "code")
"""What a message may name in braces."""
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,59}$")]
Condition = Annotated[str, Field(min_length=1, max_length=1000, json_schema_extra={"cel": True})]
PlaceCode = Annotated[int, Field(ge=10**14, lt=10**15)]


class Part(BaseModel):
    """A frozen part of a pack; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Text(Part):
    """Words in Chinese and in English; every label, help and message is one."""

    zh: Annotated[str, Field(min_length=1, max_length=4000)]
    en: Annotated[str, Field(min_length=1, max_length=4000)]

    def here(self) -> str:
        """In the language that is active."""
        return self.zh if (translation.get_language() or "zh").startswith("zh") else self.en

    def filled(self, **values: object) -> str:
        """The words with what stands in braces put in; a name without a value stays empty."""
        return PLACEHOLDER.sub(lambda found: str(values.get(found[1], "")), self.here())

    def __str__(self) -> str:
        return self.here()


class Grade(StrEnum):
    """How sure a source is."""

    A = "A"
    """Primary text: a statute, a regulation, a national data set."""
    B = "B"
    """A news report, a reprint of an official notice."""
    C = "C"
    """Public knowledge that was not read again."""
    D = "D"
    """Our own default; change it freely."""


class Source(Part):
    """Where a number comes from, and how sure it is. No address: those rot; name the text."""

    text: Annotated[str, Field(min_length=1, max_length=500)]
    grade: Grade


class Value(Part):
    """A named number of the pack."""

    number: int | float
    unit: Annotated[str, Field(max_length=40)]
    source: Key
    note: Text | None = None


class Unit(StrEnum):
    """Units of a duration; the last two run only while people work."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


Amount = Annotated[int, Field(gt=0, le=1_000_000)]
LONGEST = {Unit.DAYS: 36_500, Unit.WORKING_HOURS: 20_000, Unit.WORKING_DAYS: 5_000}


class Duration(Part):
    """How long: in exactly one unit. Days are 24 hours, working days follow the calendar."""

    minutes: Amount | None = None
    hours: Amount | None = None
    days: Amount | None = None
    working_hours: Amount | None = None
    working_days: Amount | None = None
    source: Key | None = None
    """Where it comes from; without it, that of what it stands in."""

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        given = [unit for unit in Unit if getattr(self, unit) is not None]
        if len(given) != 1:
            raise ValueError(
                _("A duration has exactly one of: %(units)s.") % {"units": ", ".join(Unit)}
            )
        if self.amount > LONGEST.get(self.unit, self.amount):
            raise ValueError(_("This is too long: nobody can wait for it. Write less."))
        return self

    @property
    def unit(self) -> Unit:
        """The unit that was given."""
        return next(unit for unit in Unit if getattr(self, unit) is not None)

    @property
    def amount(self) -> int:
        """How many of the unit."""
        return int(getattr(self, self.unit))

    @property
    def is_working(self) -> bool:
        """Whether it runs only while people work."""
        return self.unit in {Unit.WORKING_HOURS, Unit.WORKING_DAYS}

    def plain(self) -> timedelta:
        """The length of a duration that always runs; ``ValueError`` for working time."""
        if self.is_working:
            raise ValueError("Working time has no length without a calendar.")
        return timedelta(**{self.unit: self.amount})


class Realm(StrEnum):
    """What a matter is about; equal to :class:`kapok.access.roles.Realm`."""

    CARE = "CARE"
    HEALTH = "HEALTH"
    ORDER = "ORDER"
    SERVICE = "SERVICE"


class Urgency(StrEnum):
    """How urgent a matter is, most urgent first."""

    RED = "RED"
    YELLOW = "YELLOW"
    BLUE = "BLUE"
    ORDINARY = "ORDINARY"


class Door(StrEnum):
    """Through which a matter came in."""

    PATROL = "PATROL"
    PORTAL = "PORTAL"
    PHONE = "PHONE"
    API = "API"
    GATE = "GATE"
    LIST = "LIST"
    AGENCY = "AGENCY"
    MAIL = "MAIL"
    OPEN311 = "OPEN311"
    FORM = "FORM"


class Evidence(StrEnum):
    """What proves that a step was done."""

    PHOTO = "PHOTO"
    LOCATION = "LOCATION"
    SIGNATURE = "SIGNATURE"
    SECOND_PERSON = "SECOND_PERSON"
    ANSWER = "ANSWER"
