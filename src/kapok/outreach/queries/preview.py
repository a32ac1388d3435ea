"""What a notice will look like on each way, how easy it is to read, and whom it reaches."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import connection

from kapok.access.scope import acting
from kapok.codes import span
from kapok.outreach import readability, texts
from kapok.outreach.box import of_post
from kapok.outreach.drafts import Draft
from kapok.outreach.models import Channel
from kapok.outreach.sending import hours
from kapok.outreach.wording import link_of

CODE = "8XFk2_aQ"  # as long as those of messages


@dataclass(frozen=True)
class Short:
    """A short message, its length and what all of them cost."""

    text: str
    size: texts.Size
    cost_milli: int | None

    @property
    def yuan(self) -> str:
        """What all of them cost."""
        return f"{(self.cost_milli or 0) / 1000:,.2f}"


@dataclass(frozen=True)
class InLanguage:
    """Everything about the words in one language."""

    words: texts.Words
    short: Short
    spoken: str
    hint: readability.Hint

    @property
    def minutes(self) -> int:
        """How long the loudspeaker text takes."""
        return texts.minutes_to_say(self.spoken, self.words.language)


@dataclass(frozen=True)
class Preview:
    """All ways.

    Attributes
    ----------
    n_households, n_without_phone, n_mobiles
        Whom it reaches; ``None`` where who acts may not count them.
    is_connected
        Whether text messages leave for the place at all.
    slow_hours
        After how many hours the last message goes, where that is later than anybody has a use
        for it.
    """

    zh: InLanguage
    en: InLanguage
    chat: str
    n_households: int
    n_without_phone: int
    n_mobiles: int
    is_connected: bool
    n_chats: int
    slow_hours: int | None

    @property
    def slow_days(self) -> int:
        """The same in days, rounded up."""
        return -(-(self.slow_hours or 0) // 24)

    @property
    def both(self) -> tuple[InLanguage, InLanguage]:
        """In both languages, Chinese first."""
        return self.zh, self.en


def preview(draft: Draft, *, at: datetime) -> Preview:
    """What a draft will look like, before it is kept or sent."""
    lo, hi = span(draft.place, draft.level)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM outreach_reach(%s, %s, %s, %s)", [lo, hi, draft.audience, at])
        households, without, mobiles = cursor.fetchone()
    with acting(of_post(at=at)):  # text messages may be those of a larger area
        ways = list(Channel.objects.filter(stopped_at=None))
    sms = [way for way in ways if way.kind == Channel.Kind.SMPP and _reaches(way, lo, hi)]
    chats = [way for way in ways if way.kind != Channel.Kind.SMPP and lo <= way.place < hi]
    price = min((way.price_milli for way in sms), default=None)
    words = {
        "zh": texts.Words("zh", draft.words.title_zh.strip(), draft.words.body_zh.strip()),
        "en": texts.Words("en", draft.words.title_en.strip(), draft.words.body_en.strip()),
    }
    zh, en = (_language(words[each], draft.urgent, price, mobiles) for each in ("zh", "en"))
    return Preview(
        zh=zh,
        en=en,
        chat=texts.chat((words["zh"], words["en"]), link_of("8xfk29"), urgent=draft.urgent),
        n_households=households,
        n_without_phone=without,
        n_mobiles=mobiles,
        is_connected=bool(sms),
        n_chats=len(chats),
        slow_hours=_slow_hours(draft, mobiles, at),
    )


def _slow_hours(draft: Draft, mobiles: int, at: datetime) -> int | None:
    if not draft.per_hour:
        return None
    takes = hours.takes(mobiles, draft.per_hour, at, urgent=draft.urgent)
    return ceil(takes / timedelta(hours=1)) if takes > hours.GOOD_FOR[draft.urgent] else None


def _language(words: texts.Words, urgent: bool, price: int | None, mobiles: int) -> InLanguage:
    text = texts.short(words, link_of(CODE), urgent=urgent)
    size = texts.size_of(text)
    cost = None if price is None else size.n_parts * price * mobiles
    return InLanguage(
        words=words,
        short=Short(text, size, cost),
        spoken=texts.spoken(words),
        hint=readability.hint(f"{words.title}\n{words.body}", words.language),
    )


def _reaches(way: Channel, lo: int, hi: int) -> bool:
    start, end = span(way.place, way.level)
    return start < hi and lo < end
