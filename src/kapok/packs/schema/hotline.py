"""What workers at a telephone line say and do: categories, scripts, the ladder of risk."""

from typing import Annotated, Self

from django.utils.translation import gettext as _
from pydantic import Field as Limits
from pydantic import model_validator

from kapok.packs.schema.base import Code, Key, Part, Text
from kapok.packs.schema.forms import Scalar

Lines = Annotated[tuple[Text, ...], Limits(min_length=1, max_length=20)]


class CallCategory(Part):
    """What a caller may need; one call may have several."""

    code: Code
    label: Text
    kind: Code | None = None
    """The kind of matter that such a need becomes; without it, it is answered on the call."""
    answers: dict[Code, Scalar] = {}
    """Answers to that kind's report form that follow from the category."""
    script: Code | None = None
    """The script that is shown beside it."""
    is_urgent: bool = False
    """Somebody who left a message about it is called back at once."""


class CallScript(Part):
    """What to say, line by line."""

    code: Code
    label: Text
    lines: Lines


class RiskQuestion(Part):
    """A question of the screening; asked in this order, in the worker's own words."""

    code: Code
    ask: Text
    level: Annotated[int, Limits(ge=0, le=4)]
    """The least level of whoever says yes."""


class RiskLevelSteps(Part):
    """What to do at a level of the ladder."""

    level: Annotated[int, Limits(ge=0, le=4)]
    label: Text
    steps: Lines


class Hotline(Part):
    """The hotline: what callers need, what workers say, how they screen for danger."""

    categories: Annotated[tuple[CallCategory, ...], Limits(min_length=1, max_length=30)]
    scripts: tuple[CallScript, ...] = ()
    opening: Code | None = None
    """The script that a call begins with."""
    questions: Annotated[tuple[RiskQuestion, ...], Limits(min_length=1, max_length=20)]
    risk: Annotated[tuple[RiskLevelSteps, ...], Limits(min_length=5, max_length=5)]
    safe_words: Lines
    """What somebody says who cannot speak freely; it is announced with the number."""
    yes_no: Lines
    """What is asked of them: questions to which yes and no are enough."""
    urgent_words: tuple[Text, ...] = ()
    """Words of a message on the answering machine that bring a call back at once."""
    source: Key

    @model_validator(mode="after")
    def _ladder_is_whole(self) -> Self:
        if [step.level for step in self.risk] != [0, 1, 2, 3, 4]:
            raise ValueError(_("The ladder of risk has the levels 0 to 4, in this order."))
        return self

    def category(self, code: str) -> CallCategory | None:
        """The category of a code."""
        return next((found for found in self.categories if found.code == code), None)

    def script(self, code: str | None) -> CallScript | None:
        """The script of a code."""
        return next((found for found in self.scripts if found.code == code), None)

    def least_level(self, answers: dict[str, bool]) -> int:
        """The least level that the answers to the questions leave open."""
        return max((asked.level for asked in self.questions if answers.get(asked.code)), default=0)
