"""What somebody wants to tell, before it is kept."""

from dataclasses import dataclass
from datetime import date

from kapok.outreach.workflow import Way


@dataclass(frozen=True)
class Said:
    """The words of a notice in both languages."""

    title_zh: str
    title_en: str
    body_zh: str
    body_en: str


@dataclass(frozen=True)
class Draft:
    """What somebody wants to tell.

    Attributes
    ----------
    place, level
        The area that it is for.
    override_reason
        Why also telephones that want no messages get it: urgent safety alone.
    answer_kind
        The kind of matter that answers become; empty: none is asked for.
    per_hour
        At most so many messages in an hour, so that the desks can bear the answers.
    last_day
        The day on which it still holds; afterwards nobody is shown it as news.
    """

    place: int
    level: str
    topic: str
    audience: str
    words: Said
    urgent: bool = False
    override_reason: str = ""
    answer_kind: str = ""
    per_hour: int | None = None
    last_day: date | None = None
    way: str = Way.AT_ONCE
