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
    is_screened: bool = False
    """Whoever needs it is asked the questions of the screening in time."""


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


class YesNoQuestion(Part):
    """A question to which somebody who cannot speak freely says yes or no."""

    code: Code
    ask: Text
    calls_help: bool = False
    """After a yes, urgent help is proposed."""
    lets_call: bool = False
    """Only after a yes, the number may be called back."""


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
    yes_no: Annotated[tuple[YesNoQuestion, ...], Limits(min_length=1, max_length=20)]
    """What is asked of them: questions to which yes and no are enough."""
    urgent_words: tuple[Text, ...] = ()
    """Words of a message on the answering machine that bring a call back at once."""
    source: Key

    @model_validator(mode="after")
    def _ladder_is_whole(self) -> Self:
        if [step.level for step in self.risk] != [0, 1, 2, 3, 4]:
            raise ValueError(_("The ladder of risk has the levels 0 to 4, in this order."))
        return self

    @model_validator(mode="after")
    def _codes_stand_once(self) -> Self:
        for parts in (self.categories, self.scripts, self.questions, self.yes_no):
            codes = [part.code for part in parts]
            if twice := next((code for code in codes if codes.count(code) > 1), None):
                raise ValueError(
                    _("The hotline has the code “%(code)s” twice. Give each its own.")
                    % {"code": twice}
                )
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
