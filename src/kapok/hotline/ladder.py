"""The ladder of danger to oneself, L0 to L4, as Kapok itself has it: where no pack is in force.

A call at two in the morning is screened before anybody has put a pack in force. The questions and
steps are those of telephone counselling in general; a pack says them for its place.
"""

from django.utils.translation import gettext, gettext_noop

from kapok.packs.schema import Hotline
from kapok.packs.schema.base import Text
from kapok.packs.schema.hotline import RiskLevelSteps, RiskQuestion


class Said(Text):
    """Words of Kapok where a pack has its own: one of the catalogue's sentences."""

    def here(self) -> str:
        """In the language that is active."""
        return gettext(self.en)


def _said(words: str) -> Said:
    return Said.model_construct(zh=words, en=words)


QUESTIONS = (
    ("distress", 1, gettext_noop("Plainly distressed, anxious, sleepless or without hope")),
    ("thoughts", 2, gettext_noop("Thoughts of not living any more")),
    ("plan", 3, gettext_noop("Thought of how or when")),
    ("means", 3, gettext_noop("Means at hand: pills, a knife, a height")),
    ("now", 4, gettext_noop("Doing it now, or has taken something, is hurt")),
)
LADDER = (
    (
        gettext_noop("No sign of distress"),
        (gettext_noop("Go on, and write down what is needed."),),
    ),
    (
        gettext_noop("Distress"),
        (gettext_noop("Listen first: no judging, no quick advice. Who is near, and what helps?"),),
    ),
    (
        gettext_noop("Thoughts of suicide, no plan"),
        (
            gettext_noop("Ask openly about thoughts, plan and means; promise no full secrecy."),
            gettext_noop("Advise a doctor; agree on a call back."),
        ),
    ),
    (
        gettext_noop("A plan or means"),
        (
            gettext_noop("Keep the line. Ask for a second worker beside you."),
            gettext_noop("Where are they? Ask them to put the means away and somebody to come."),
        ),
    ),
    (
        gettext_noop("An act in progress"),
        (
            gettext_noop("Keep the line, keep talking: where are they, what have they done?"),
            gettext_noop("The second worker calls 110 and 120 now and says where."),
            gettext_noop("Write down: they agreed, or life was in danger without consent."),
        ),
    ),
)


def _question(code: str, level: int, ask: str) -> RiskQuestion:
    return RiskQuestion.model_construct(code=code, level=level, ask=_said(ask))


def _steps(level: int, label: str, steps: tuple[str, ...]) -> RiskLevelSteps:
    return RiskLevelSteps.model_construct(
        level=level, label=_said(label), steps=tuple(_said(step) for step in steps)
    )


# Without a pack: who calls, notes, the screening, the safe word and the end of a call need none.
OURS = Hotline.model_construct(
    categories=(), scripts=(), opening=None, safe_words=(), yes_no=(), urgent_words=(), source="",
    questions=tuple(_question(*each) for each in QUESTIONS),
    risk=tuple(_steps(level, *each) for level, each in enumerate(LADDER)),
)  # fmt: skip
