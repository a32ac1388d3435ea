"""Whether a condition holds. What cannot be said, because an answer is missing, does not hold."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import cel

from kapok.packs.conditions.words import Unfit, words

Variables = Mapping[str, Mapping[str, Any]]

COUNT = "n_of"
UNDECIDED = (
    KeyError,
    TypeError,
    ValueError,
    ZeroDivisionError,
    OverflowError,
    RuntimeError,
    AttributeError,
)
"""What CEL raises when something is not there or cannot be compared."""


def holds(text: str, variables: Variables) -> bool:
    """Whether a condition that was checked when its pack was read is true."""
    context = cel.Context(variables=_plain(variables), functions={COUNT: len})
    try:
        return _program(text).execute(context) is True
    except UNDECIDED:
        return False


def matches(value: str, pattern: str) -> bool:
    """Whether a whole text looks like a pattern, in time linear in its length."""
    return holds(
        "it.value.matches(it.pattern)", {"it": {"value": value, "pattern": whole(pattern)}}
    )


def whole(pattern: str) -> str:
    """The pattern for the whole text."""
    return f"^(?:{pattern})$"


def moment(now: datetime, zone: str, *, working: bool) -> dict[str, Any]:
    """What conditions read as ``now``."""
    local = now.astimezone(ZoneInfo(zone))
    return {
        "date": local.date().isoformat(),
        "time": local.strftime("%H:%M"),
        "hour": local.hour,
        "weekday": local.isoweekday(),
        "working": working,
    }


@lru_cache(maxsize=4096)
def _program(text: str) -> cel.Program:
    return cel.compile(_counting_letters(text))


def _counting_letters(text: str) -> str:
    """With a ``size`` of our own, since that of the library counts bytes and CEL means letters."""
    found = words(text)
    sizes = [
        word.column - 1
        for before, word, after in zip([None, *found], found, found[1:], strict=False)
        if word.value == "size"
        and (before is None or before.value != ".")
        and (after.kind, after.value) == ("sign", "(")
    ]
    for at in reversed(sizes):
        text = f"{text[:at]}{COUNT}{text[at + len('size') :]}"
    return text


def compiles(text: str) -> bool:
    """Whether CEL itself reads the text, which it does with all that our grammar lets through."""
    try:
        _program(text)
    except (ValueError, RuntimeError, Unfit):
        return False
    return True


def _plain(variables: Variables) -> dict[str, dict[str, Any]]:
    """Without what is not answered: to CEL a null is a value, and to us it is none."""
    return {
        root: {name: value for name, value in values.items() if value is not None}
        for root, values in variables.items()
    }
