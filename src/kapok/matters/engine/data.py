"""What each move may carry, with limits, as it comes from outside."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from kapok.codes import DIGITS
from kapok.matters.engine.facts import Refusal
from kapok.matters.notes import Note
from kapok.matters.workflow import Door, Urgency

MOST_FILES = 20
MOST_NOTES = 10
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5_000)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Place = Annotated[int, Field(ge=10 ** (DIGITS - 1), lt=10**DIGITS)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Files = Annotated[tuple[UUID, ...], Field(max_length=MOST_FILES)]


class Data(BaseModel):
    """What every move may carry: where it was made, words, photos."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Text = ""
    lon: Longitude | None = None
    lat: Latitude | None = None
    accuracy_m: Annotated[float, Field(ge=0, le=100_000)] | None = None
    files: Files = ()
    form_version: str = Field("", max_length=40)  # pack and version that the form was filled in by


class Contact(BaseModel):
    """Who reported, as far as they say so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    hidden: bool = False  # wants to stay unknown to whoever handles it


class ReportData(Data):
    """A new matter."""

    kind: Code
    why: Annotated[str, StringConstraints(max_length=60)] = ""
    urgency: Urgency | None = None
    answers: dict[str, Any] = Field(default_factory=dict)
    place: Place | None = None
    building: UUID | None = None
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    subject: UUID | None = None
    contact: Contact = Contact()
    door: Door = Door.PATROL
    parent: UUID | None = None
    tracking: Annotated[str, StringConstraints(max_length=40)] = ""
    notes: Annotated[tuple[Note, ...], Field(max_length=MOST_NOTES)] = ()


class ReasonData(Data):
    """A move that is made for a reason."""

    reason: Reason = ""


class To(BaseModel):
    """To whom a matter is given: a unit, somebody, or both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: UUID | None = None
    account: UUID | None = None
    eta: datetime | None = None
    distance_m: Annotated[float, Field(ge=0)] | None = None


class AssignData(ReasonData):
    """Given to somebody."""

    to: To


class StepData(Data):
    """The answers of one step, or a quick note such as “nobody home”."""

    step: Code
    answers: dict[str, Any] = Field(default_factory=dict)
    noted: Annotated[str, StringConstraints(max_length=60)] = ""


class OutcomeData(Data):
    """The end of the work."""

    outcome: Annotated[str, StringConstraints(min_length=1, max_length=60)]


class HoldData(ReasonData):
    """Put on hold until a moment."""

    until: datetime


class TransferData(ReasonData):
    """Handed to another agency."""

    agency: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


class CorrectData(ReasonData):
    """Another place, kind or urgency."""

    place: Place | None = None
    building: UUID | None = None
    kind: Code | None = None
    urgency: Urgency | None = None


class ExtendData(ReasonData):
    """More time on one clock."""

    clock: Code


class JoinData(Data):
    """Joined to another matter."""

    other: UUID


class RateData(Data):
    """What the reporter says of the outcome, 1 to 5."""

    satisfaction: Annotated[int, Field(ge=1, le=5)]


SHAPES: dict[str, type[Data]] = {
    "report": ReportData,
    "assign": AssignData,
    "step": StepData,
    "finish": OutcomeData,
    "settle": OutcomeData,
    "answer": OutcomeData,
    "hold": HoldData,
    "transfer": TransferData,
    "correct": CorrectData,
    "extend": ExtendData,
    "join": JoinData,
    "rate": RateData,
}
WORDS: dict[str, Any] = {
    "missing": lambda where, error: _("“%(field)s” is missing.") % {"field": where},
    "extra_forbidden": lambda where, error: (
        _("“%(field)s” is not known here. Leave it out.") % {"field": where}
    ),
    "string_too_long": lambda where, error: (
        _("“%(field)s” is too long: at most %(n)d characters.")
        % {"field": where, "n": error["ctx"]["max_length"]}
    ),
}


def read(move: str, data: Any) -> Any:
    """The data of a move in its :data:`SHAPES`, or a refusal that names each part that is wrong."""
    shape = SHAPES.get(move, ReasonData)
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        faults = {}
        for fault in error.errors(include_url=False, include_input=False):
            where = ".".join(str(part) for part in fault["loc"]) or move
            known = WORDS.get(fault["type"])
            faults[where] = (
                known(where, fault)
                if known
                else _("“%(field)s” is not right: %(why)s.") % {"field": where, "why": fault["msg"]}
            )
        return Refusal(" ".join(faults.values()), faults=faults)
