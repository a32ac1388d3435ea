"""The lines of hotlines, for the online homes: who answers now, and what to say in danger."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from kapok.hotline.queries import lines
from kapok.packs import look_up
from kapok.portal.numbers import Number

MOST = 6  # of a place that has more, whoever calls one of these reaches the others


def numbers(place: int, at: datetime) -> Sequence[Number]:
    """The lines of a place and of the areas around it, those that are answered now first."""
    found = lines.announced(place, at=at)[:MOST]
    note = _for_whoever_cannot_speak(place, at)
    return [
        Number(
            line.name,
            line.number,
            line.hours,
            note if n == 0 else "",
            line.dialled,
            is_closed=not line.is_open,
        )
        for n, line in enumerate(found)
    ]


def _for_whoever_cannot_speak(place: int, at: datetime) -> str:
    """What the pack lets callers say who are overheard; told once, with the first number."""
    words = look_up.packs_at(place, at).hotline()
    if words is None:
        return ""
    said = _(" or ").join(f"“{each.here()}”" for each in words[0].safe_words)
    return _("If you cannot speak freely, say: %(words)s.") % {"words": said}
