"""The words of a condition: names, numbers, texts and signs, each with where it stands."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

LONGEST = 1000
SIGNS = ("&&", "||", "==", "!=", "<=", ">=", *"<>+-*/%!?:.,()[]")
GREATEST_NUMBER = 10**12
ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}

SPACE = re.compile(r"[ \t\r\n]+")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
SIGN = re.compile("|".join(re.escape(sign) for sign in SIGNS))


class Unfit(Exception):
    """A condition that cannot be used; the sentence says why and what to do."""


@dataclass(frozen=True)
class Word:
    """One word: its kind is ``name``, ``number``, ``text``, ``sign`` or ``end``."""

    kind: str
    value: Any
    column: int


def words(text: str) -> list[Word]:
    """The words of a condition, or :class:`Unfit`."""
    if len(text) > LONGEST:
        raise Unfit(
            _("A condition has at most %(n)s characters. Split it into two.") % {"n": LONGEST}
        )
    found, at = [], 0
    while at < len(text):
        if space := SPACE.match(text, at):
            at = space.end()
            continue
        word, at = _word(text, at)
        found.append(word)
    return [*found, Word("end", "", len(text) + 1)]


def _word(text: str, at: int) -> tuple[Word, int]:
    if name := NAME.match(text, at):
        return Word("name", name[0], at + 1), _not_glued(text, name.end())
    if number := NUMBER.match(text, at):
        return Word("number", _number(number[0]), at + 1), _not_glued(text, number.end())
    if text[at] in "'\"":
        value, end = _text(text, at)
        return Word("text", value, at + 1), end
    if sign := SIGN.match(text, at):
        return Word("sign", sign[0], at + 1), sign.end()
    raise Unfit(
        _("“%(sign)s” (character %(column)s) does not belong into a condition.")
        % {"sign": text[at], "column": at + 1}
    )


def _not_glued(text: str, end: int) -> int:
    """Refuse ``r'…'``, ``1e3``, ``0x10`` and ``1u``, which not all three readers know."""
    if end < len(text) and (text[end] in "'\"" or text[end].isalnum()):
        raise Unfit(
            _("Near character %(column)s: write plain numbers (5, 37.5) and plain texts ('ill').")
            % {"column": end + 1}
        )
    return end


def _number(written: str) -> int | float:
    value = float(written) if "." in written else int(written)
    if value > GREATEST_NUMBER:
        raise Unfit(_("The number %(number)s is too great for a condition.") % {"number": written})
    return value


def _text(text: str, at: int) -> tuple[str, int]:
    """A text in quotes, from its opening quote on."""
    quote, letters, i = text[at], [], at + 1
    while i < len(text) and text[i] != quote:
        letter = text[i]
        if letter == "\\":
            i += 1
            letter = ESCAPES.get(text[i : i + 1], "")
        if not letter or letter in "\r\x00":
            raise Unfit(
                _("In a text of a condition only \\n, \\t, \\\\, \\' and \\\" are escaped.")
            )
        letters.append(letter)
        i += 1
    if i >= len(text):
        raise Unfit(
            _("A quote is not closed: it opens at character %(column)s.") % {"column": at + 1}
        )
    if text.startswith(quote * 2, i) or text[at : at + 3] == quote * 3:
        raise Unfit(_("A text stands in single quotes or in double ones, not in three of them."))
    return "".join(letters), i + 1
