"""Kinds of zone, levels of risk, checklists."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from pydantic import Field as Limits
from pydantic import model_validator

from kapok.packs.schema.base import Code, Condition, Duration, Evidence, Key, Part, Text, Urgency
from kapok.packs.schema.forms import Scalar
from kapok.packs.schema.kinds import Route


class RetaskAct(StrEnum):
    """What a zone does to a matter inside it."""

    HOLD = "HOLD"
    RESUME = "RESUME"
    REROUTE = "REROUTE"
    CREATE = "CREATE"
    URGENCY = "URGENCY"


class ZoneMoment(StrEnum):
    """When a zone does it."""

    ENTRY = "ENTRY"
    EXIT = "EXIT"


class Retask(Part):
    """What happens to the open matters of a kind while a zone holds over them.

    When the zone ends, or a stricter one covers it, it is taken back, unless somebody worked on the
    matter meanwhile. CREATE makes one matter of the kind for each grid.
    """

    kind: Code | Literal["*"]
    when: Condition | None = None
    do: RetaskAct
    route: tuple[Route, ...] = ()
    """Where REROUTE sends them."""
    urgency: Urgency | None = None
    """What URGENCY makes them."""
    reason: Text | None = None
    on: ZoneMoment = ZoneMoment.ENTRY
    """When CREATE makes its matters; those of ENTRY are withdrawn when the zone ends."""
    answers: dict[Code, Scalar] = {}
    """Answers to the report form of what CREATE makes."""

    @model_validator(mode="after")
    def _creates(self) -> Self:
        if self.do == RetaskAct.CREATE:
            if self.kind == "*" or self.when is not None:
                raise ValueError(_("CREATE names one kind, and has no condition."))
        elif self.answers or self.on != ZoneMoment.ENTRY:
            raise ValueError(_("Only CREATE has answers, and happens at the end of a zone."))
        return self

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if bool(self.route) != (self.do == RetaskAct.REROUTE):
            raise ValueError(_("REROUTE says the route; others have none."))
        if (self.urgency is not None) != (self.do == RetaskAct.URGENCY):
            raise ValueError(_("URGENCY says the urgency; others have none."))
        return self


class Exit(Part):
    """A way out of a zone."""

    code: Code
    label: Text
    always_open: bool = False
    per_household_per_day: Annotated[int, Limits(gt=0, le=100)] | None = None


class ZoneKind(Part):
    """A kind of closed or restricted area."""

    code: Code
    label: Text
    rules: Annotated[tuple[Text, ...], Limits(min_length=1)]
    colour: Annotated[str, Limits(pattern=r"^#[0-9a-f]{6}$")]
    strictness: Annotated[int, Limits(ge=0, le=100)]
    """Of two zones over a place, the stricter one holds."""
    needs_document: Literal[True] = True
    """Always: without the decision behind it there is no zone."""
    review_after: Duration
    max: Duration | None = None
    """It ends by itself after this long, unless it is decided anew."""
    retasks: tuple[Retask, ...] = ()
    exits: Annotated[tuple[Exit, ...], Limits(min_length=1)]
    release: Text | None = None
    """What must be so before it is lifted."""
    source: Key

    @model_validator(mode="after")
    def _the_sick_get_out(self) -> Self:
        if not any(way.code == "medical" and way.always_open for way in self.exits):
            raise ValueError(_("Every kind of zone has the exit “medical”, always open."))
        return self


class RiskLevel(Part):
    """How dangerous an area is, and what is done with people who come from there."""

    code: Code
    label: Text
    order: Annotated[int, Limits(ge=0, le=100)]
    measures: tuple[Text, ...] = ()
    source: Key


class Item(Part):
    """One point of a checklist."""

    code: Code
    label: Text
    evidence: tuple[Evidence, ...] = ()
    within: Duration | None = None


class Checklist(Part):
    """Points that are all done, such as the “four ones”."""

    code: Code
    label: Text
    items: Annotated[tuple[Item, ...], Limits(min_length=1)]
    source: Key
