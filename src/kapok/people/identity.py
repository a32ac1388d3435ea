"""Numbers of papers: which are possible, and what they say about birth, sex and place."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_noop as _

from kapok.people.wrong import Wrong


class Kind(StrEnum):
    """Kinds of papers, as :class:`kapok.people.models.IdentityKind` stores them."""

    MAINLAND = "MAINLAND"
    HK_MACAO = "HK_MACAO"
    TAIWAN = "TAIWAN"
    PASSPORT = "PASSPORT"
    SINGAPORE = "SINGAPORE"
    OTHER = "OTHER"


@dataclass(frozen=True)
class Identity:
    """A number in its one written form, and what it says.

    ``sex`` is ``"F"``, ``"M"`` or empty; ``division`` the six digits of where it was first given
    out, or empty.
    """

    kind: Kind
    number: str
    birth_date: date | None = None
    sex: str = ""
    division: str = ""


WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
CHECK = "10X98765432"
PROVINCES = frozenset(
    str(code)
    for first, last in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
    )
    for code in range(first, last + 1)
)
OLDEST_YEAR = 1880

SHAPES = (  # in the order in which a number without a kind is tried
    (Kind.SINGAPORE, re.compile(r"[STFGM]\d{7}[A-Z]")),
    (Kind.HK_MACAO, re.compile(r"[HM]\d{8}(\d{2})?")),
    (Kind.TAIWAN, re.compile(r"\d{8}(\d{2}[A-Z]?)?")),
    (Kind.PASSPORT, re.compile(r"(?=.*\d)[A-Z]{1,2}[A-Z0-9]{5,9}")),
)
GIVEN = {
    Kind.PASSPORT: re.compile(r"(?=.*\d)[A-Z0-9]{5,12}"),
    Kind.OTHER: re.compile(r"[A-Z0-9]{3,30}"),
}
WORDS = (  # as lists call the kinds
    (Kind.HK_MACAO, ("港澳", "回乡证", "hongkong", "macao", "macau")),
    (Kind.TAIWAN, ("台湾", "台胞", "taiwan")),
    (Kind.PASSPORT, ("护照", "passport")),
    (Kind.SINGAPORE, ("nric", "fin", "新加坡", "singapore")),
    (Kind.MAINLAND, ("身份证", "居民证", "idcard", "mainland", "residentidentitycard")),
)

UNKNOWN = _("This is no number of papers that is known here. Copy it again from the papers.")
LENGTH = _(
    "A mainland identity number has 18 characters, or 15 on an old card. Copy it again from "
    "the card."
)
CHECK_DIGIT = _(
    "The last character of this identity number does not fit the others, so one of them is wrong. "
    "Copy it again from the card."
)
DIVISION = _("This identity number begins with digits of no province. Copy it again from the card.")
BIRTH = _("The birth date inside this identity number cannot be. Copy it again from the card.")
ROUNDED = _(
    "The spreadsheet has rounded this number and its last digits are lost. Make the column text, "
    "and type the number again."
)
CHECK_LETTER = _(
    "The last letter of this NRIC or FIN does not fit its digits. Copy it again from the card."
)
NOT_OF_KIND = _("This number does not have the shape of its kind of papers. Correct one of them.")


def read_identity(text: str, kind: Kind | None = None, *, today: date) -> Identity:
    """The number in its written form. Raises :class:`~kapok.people.wrong.Wrong`.

    Without ``kind`` the shape decides. An old number of 15 digits becomes the one of 18 that its
    holder was given later, so that both meet.
    """
    number = written(text)
    if kind is Kind.MAINLAND or (kind is None and _is_mainland(number)):
        return _mainland(number, today)
    if kind in (None, Kind.SINGAPORE) and SHAPES[0][1].fullmatch(number):
        return _singapore(number)
    if kind is None:
        return _by_shape(number)
    shape = GIVEN.get(kind) or dict(SHAPES)[kind]
    if not shape.fullmatch(number):
        raise Wrong(NOT_OF_KIND)
    return Identity(kind, number)


def written(text: str) -> str:
    """Capitals and digits alone: full-width forms, spaces, hyphens and brackets are undone."""
    plain = unicodedata.normalize("NFKC", text).upper().replace("Х", "X").replace("×", "X")
    plain = re.sub(r"\.0$", "", plain.strip().lstrip("'"))
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", plain):
        raise Wrong(ROUNDED)
    return re.sub(r"[\s\-–—()（）·.]", "", plain)


def kind_of(text: str) -> Kind | None:
    """The kind that a cell names (居民身份证, passport …), or None."""
    plain = re.sub(r"[\s_\-]", "", unicodedata.normalize("NFKC", text).casefold())
    for kind, words in WORDS:
        if any(word in plain for word in words):
            return kind
    return Kind(plain.upper()) if plain.upper() in set(Kind) else None


def check_character(digits: str) -> str:
    """The last character of a mainland number, from its first 17 digits (GB 11643).

    >>> check_character("11010519491231002")
    'X'
    """
    return CHECK[sum(w * int(d) for w, d in zip(WEIGHTS, digits, strict=True)) % 11]


def check_letter(number: str) -> str:
    """The last letter of a Singapore number, from its first letter and seven digits.

    >>> check_letter("S0000001")
    'I'
    """
    total = (
        sum(w * int(d) for w, d in zip((2, 7, 6, 5, 4, 3, 2), number[1:8], strict=True))
        + {"S": 0, "F": 0, "T": 4, "G": 4, "M": 3}[number[0]]
    )
    if number[0] == "M":
        return "KLJNPQRTUWX"[10 - total % 11]
    return ("JZIHGFEDCBA" if number[0] in "ST" else "XWUTRQPNMLK")[total % 11]


def _is_mainland(number: str) -> bool:
    """Whether it can only have been meant as a mainland number."""
    if re.fullmatch(r"\d{13,20}|\d{17}X", number):
        return True
    return len(number) in (15, 18) and sum(c.isdigit() for c in number) >= 13


def _mainland(number: str, today: date) -> Identity:
    if re.fullmatch(r"\d{15}", number):
        number = number[:6] + "19" + number[6:]
        number += check_character(number)
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise Wrong(LENGTH)
    if check_character(number[:17]) != number[17]:
        raise Wrong(ROUNDED if number.endswith("000") else CHECK_DIGIT)
    is_foreigner = number[0] == "9"  # a permanent resident: 9, province, country
    if number[1 if is_foreigner else 0 :][:2] not in PROVINCES:
        raise Wrong(DIVISION)
    return Identity(
        Kind.MAINLAND,
        number,
        _birth_date(number[6:14], today),
        "M" if int(number[16]) % 2 else "F",
        "" if is_foreigner else number[:6],
    )


def _birth_date(digits: str, today: date) -> date:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise Wrong(BIRTH) from None
    if born.year < OLDEST_YEAR or born > today:
        raise Wrong(BIRTH)
    return born


def _singapore(number: str) -> Identity:
    if check_letter(number[:8]) != number[8]:
        raise Wrong(CHECK_LETTER)
    return Identity(Kind.SINGAPORE, number)


def _by_shape(number: str) -> Identity:
    for kind, shape in SHAPES[1:]:
        if shape.fullmatch(number):
            return Identity(kind, number)
    raise Wrong(LENGTH if number.isdigit() and len(number) > 10 else UNKNOWN)
