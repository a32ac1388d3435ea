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
FUNCTIONS = {COUNT: len}
EMPTY: Mapping[str, Any] = {}
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
    program, names = _program(text)
    read: dict[str, dict[str, Any]] = {root: {} for root, _name in names}
    for root, name in names:  # not all that there is, since each value takes time to hand over
        value = variables.get(root, EMPTY).get(name)
        if value is not None:  # to CEL a null is a value, and to us it is none
            read[root][name] = value
    try:
        return program.execute(cel.Context(variables=read, functions=FUNCTIONS)) is True
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
def _program(text: str) -> tuple[cel.Program, tuple[tuple[str, str], ...]]:
    """The compiled condition, and the names that it reads."""
    found = words(text)
    read = {
        (str(root.value), str(name.value))
        for before, root, dot, name in zip(
            [None, *found], found, found[1:], found[2:], strict=False
        )
        if (root.kind, dot.value, name.kind) == ("name", ".", "name")
        and (before is None or before.value != ".")
    }
    return cel.compile(_counting_letters(text)), tuple(sorted(read))


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
