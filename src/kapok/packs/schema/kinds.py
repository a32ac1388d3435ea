"""Kinds of matter: who reports them and how, steps, clocks, routes, outcomes."""

from enum import StrEnum
from typing import Annotated, Self

from django.utils.translation import gettext as _
from pydantic import Field as Limits
from pydantic import model_validator

from kapok.packs.schema.base import (
    Code,
    Condition,
    Door,
    Duration,
    Evidence,
    Key,
    Part,
    Realm,
    Text,
    Urgency,
)
from kapok.packs.schema.forms import Form, Scalar
from kapok.packs.schema.life import Move, On


class UrgencyWhen(Part):
    """An urgency under a condition. Written ``{if: …, then: …}``."""

    if_: Annotated[Condition, Limits(alias="if")]
    then: Urgency


class UrgencyRule(Part):
    """How urgent a matter is: the first condition that holds decides, else the default."""

    default: Urgency = Urgency.ORDINARY
    when: tuple[UrgencyWhen, ...] = ()


class WhyOption(Part):
    """One of the reasons that may stand behind what was seen."""

    code: Code
    label: Text
    needs_help: bool = False
    """A need for help: the report becomes a matter of care, and nothing of it is kept elsewhere."""
    becomes: Code | None = None
    """The kind that the matter becomes."""
    answers: dict[Code, Scalar] = {}
    """Answers to that kind's report form that follow from the reason."""

    @model_validator(mode="after")
    def _help_goes_somewhere(self) -> Self:
        if self.needs_help and self.becomes is None:
            raise ValueError(_("A reason that needs help says which kind of matter it becomes."))
        return self


class Why(Part):
    """What is asked before anything else: why somebody does this."""

    question: Text
    options: Annotated[tuple[WhyOption, ...], Limits(min_length=2)]

    def option(self, code: str) -> WhyOption | None:
        """The reason of a code."""
        return next((option for option in self.options if option.code == code), None)


class Note(Part):
    """A quick note on the spot, such as “nobody home”; it may open a matter of another kind."""

    code: Code
    label: Text
    creates: Code | None = None
    answers: dict[Code, Scalar] = {}
    """Answers to the report form of the matter that it opens."""


class Step(Part):
    """One thing to do on a matter, with what proves it."""

    code: Code
    label: Text
    form: Form = Form()
    evidence: tuple[Evidence, ...] = ()
    optional: bool = False
    show_when: Condition | None = None
    notes: tuple[Note, ...] = ()
    """What may be noted in one touch instead of doing the step."""


class ClockAct(StrEnum):
    """What happens when a share of the time has passed."""

    REMIND = "REMIND"
    TELL_SUPERVISOR = "TELL_SUPERVISOR"
    LIST_LATE = "LIST_LATE"
    ESCALATE = "ESCALATE"
    RETURN_TO_QUEUE = "RETURN_TO_QUEUE"
    TELL_REPORTER = "TELL_REPORTER"


class ClockLevel(Part):
    """What happens at a share of a clock's time."""

    percent: Annotated[int, Limits(gt=0, le=1000)]
    do: ClockAct


class Clock(Part):
    """How long something may take, from one moment in a matter's life to another."""

    code: Code
    label: Text
    starts: On
    stops: On
    limit: Duration
    by_urgency: dict[Urgency, Duration] = {}
    """Other limits for some urgencies."""
    when: Condition | None = None
    """The condition under which it runs at all, asked when it starts."""
    at: tuple[ClockLevel, ...] = ()
    pausable: bool = True
    """Whether it stands still while the matter is on hold."""
    max_extensions: Annotated[int, Limits(ge=0, le=10)] = 0
    extension_percent: Annotated[int, Limits(gt=0, le=200)] = 50
    source: Key

    @model_validator(mode="after")
    def _rises(self) -> Self:
        shares = [level.percent for level in self.at]
        if shares != sorted(shares):
            raise ValueError(_("The levels of a clock stand in the order of their percent."))
        if len({(level.percent, level.do) for level in self.at}) < len(shares):
            raise ValueError(_("A clock does the same thing twice at the same percent."))
        return self

    def limit_of(self, urgency: Urgency) -> Duration:
        """The limit for an urgency."""
        return self.by_urgency.get(urgency, self.limit)


class RouteTo(StrEnum):
    """Who can be given a matter."""

    GRID_WORKER = "GRID_WORKER"
    DEPUTY = "DEPUTY"
    TEAM = "TEAM"
    COMMUNITY = "COMMUNITY"
    STREET = "STREET"
    DISTRICT = "DISTRICT"
    UNIT = "UNIT"


class Route(Part):
    """One of the places that a matter goes to, tried in the order that they are written in."""

    to: RouteTo
    mix: dict[Code, Annotated[int, Limits(ge=1, le=20)]] = {}
    """For a team: how many of which role must be in it."""
    unit_kind: Code | None = None
    """For a unit: of which kind, such as a police station."""
    when: Condition | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if bool(self.mix) != (self.to == RouteTo.TEAM):
            raise ValueError(_("A route to a TEAM has a mix of roles; others have none."))
        if (self.unit_kind is not None) != (self.to == RouteTo.UNIT):
            raise ValueError(_("A route to a UNIT has a unit_kind; others have none."))
        return self


class Outcome(Part):
    """How a matter can end."""

    code: Code
    label: Text
    closes: bool = True
    needs: tuple[Evidence, ...] = ()
    follow_up: Code | None = None
    """The kind of the matter that is opened with it."""
    reopenable: bool = True


class CheckBy(StrEnum):
    """Who looks at what was done before it is closed."""

    NONE = "none"
    BY_SOMEBODY_ELSE = "by_somebody_else"


class Duplicates(Part):
    """When two reports may be about the same thing."""

    window_minutes: Annotated[int, Limits(gt=0, le=100_000)]
    radius_m: Annotated[int, Limits(gt=0, le=100_000)]
    likeness: Annotated[float, Limits(ge=0, le=1)]
    """How alike the words must be for a report to join another one by itself; a need never does."""
    source: Key


class Kind(Part):
    """A kind of matter."""

    code: Code
    realm: Realm
    label: Text
    description: Text
    category: Code
    doors: Annotated[tuple[Door, ...], Limits(min_length=1)]
    anonymous: bool = False
    urgency: UrgencyRule = UrgencyRule()
    why: Why | None = None
    report_form: Form = Form()
    steps: tuple[Step, ...] = ()
    clocks: tuple[Clock, ...] = ()
    route: Annotated[tuple[Route, ...], Limits(min_length=1)]
    outcomes: Annotated[tuple[Outcome, ...], Limits(min_length=1)]
    moves: dict[Move, tuple[Code, ...]] = {}
    """Roles that may make a move beside those that always may."""
    self_resolve: bool = False
    """Whether who finds it may settle and close it on the spot."""
    check: CheckBy = CheckBy.NONE
    duplicates: Duplicates | None = None
    reopen_within: Duration | None = None
    messages: dict[Code, Text] = {}
    """What the reporter reads at an event: a move, or ``late``."""
    retention_days: dict[Code, Annotated[int, Limits(gt=0, le=36_500)]] = {}
    """Days that a closed matter is kept, by outcome; ``default`` for the others."""
    location_needed: bool = False
    needs_zone_document: bool = False
    """Whether it exists only inside a zone that has its decision document."""
    icon: Annotated[str, Limits(pattern=r"^[a-z][a-z0-9-]{0,39}$")] = "circle"
    source: Key
    """Where the numbers of this kind come from that do not say it themselves."""

    def step(self, code: str) -> Step | None:
        """The step of a code."""
        return next((step for step in self.steps if step.code == code), None)

    def outcome(self, code: str) -> Outcome | None:
        """The outcome of a code."""
        return next((outcome for outcome in self.outcomes if outcome.code == code), None)

    def clock(self, code: str) -> Clock | None:
        """The clock of a code."""
        return next((clock for clock in self.clocks if clock.code == code), None)

    def kept_days(self, outcome: str) -> int | None:
        """How many days a matter that ended so is kept."""
        return self.retention_days.get(outcome, self.retention_days.get("default"))
