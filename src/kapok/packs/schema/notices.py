"""Texts to begin a notice with, so that nobody writes them in the hurry."""

from typing import Annotated, Literal

from pydantic import Field as Limits

from kapok.packs.schema.base import Code, Part, Text

Topic = Literal["SAFETY", "RULES", "TESTING", "SUPPLY", "ADVICE", "MEETING"]
Audience = Literal["EVERYONE", "ELDERS", "CHILDREN"]


class NoticeText(Part):
    """The beginning of a notice: what stands in round brackets is filled in by who writes it."""

    code: Code
    label: Text
    topic: Topic
    audience: Audience = "EVERYONE"
    title: Text
    body: Text
    urgent: bool = False
    answer_kind: Code | None = None
    """The kind of matter that answers become; without it none is asked for."""
    per_hour: Annotated[int, Limits(gt=0, le=1_000_000)] | None = None
    """At most so many messages in an hour, so that the desks can bear the answers."""
