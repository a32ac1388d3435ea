"""What residents see and are asked at their community's online home."""

from typing import Annotated

from pydantic import Field as Limits

from kapok.packs.schema.base import Code, Condition, Key, Part, Text
from kapok.packs.schema.forms import Form, Scalar


class Advice(Part):
    """What somebody is told who answered so."""

    when: Condition
    say: Text


class CallBack(Part):
    """The kind of matter by which somebody is called back, and what its form is told."""

    kind: Code
    answers: dict[Code, Scalar] = {}


class Screening(Part):
    """What a household is asked about its health, by today's rule and no more.

    Its answers bring advice, and where ``symptoms`` holds somebody who calls back. They never bring
    a restriction: those follow from signed health evidence alone.
    """

    title: Text
    why: Text
    """Why it is asked, who reads the answers, and when they are deleted."""
    form: Form
    symptoms: Condition
    advice: tuple[Advice, ...] = ()
    fine: Text
    """What somebody is told without symptoms."""
    call_back: CallBack
    source: Key


class HelpAsked(Part):
    """The kind of matter that requests for help become, and the question that says which."""

    kind: Code
    question: Code


class Portal(Part):
    """The online home: rules in plain words, how to ask for help, what a household is asked."""

    rules: Annotated[tuple[Text, ...], Limits(max_length=20)] = ()
    help: HelpAsked | None = None
    screening: Screening | None = None
