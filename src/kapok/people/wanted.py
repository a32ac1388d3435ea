"""What somebody types into the one box: a name, a home, or a number."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from kapok.access import secrets
from kapok.errors import Refused
from kapok.people import identity, phones

MOST = 100  # characters
PAPERS = re.compile(r"\d{15}|\d{17}[\dXx]|[A-Za-z]{1,2}\d{6,10}[A-Za-z]?|\d{8,10}")
PHONE = re.compile(r"\+?\d{7,15}")
HOME = re.compile(r"(?P<building>.*\S)[\s,，]+#?(?P<room>[0-9A-Za-z]*\d[0-9A-Za-z\-]*)[室房]?")
TIGHT_HOME = re.compile(r"(?P<building>.*[栋幢座号楼元])(?P<room>\d[0-9A-Za-z\-]*)[室房]?")
BUILDING = re.compile(r".*\d.*[栋幢座号楼]")


class Kind(StrEnum):
    """What was typed."""

    NOTHING = "NOTHING"
    NAME = "NAME"
    HOME = "HOME"
    TAIL = "TAIL"
    NUMBER = "NUMBER"


@dataclass(frozen=True)
class Wanted:
    """What is looked for, read once."""

    kind: Kind
    text: str
    building: str = ""
    room: str = ""
    tail_index: bytes = b""
    identity_index: bytes | None = None
    phone_index: bytes | None = None


@dataclass(frozen=True)
class Numbers:
    """A whole number as what it is looked up by: papers, a telephone, or either."""

    identity_index: bytes | None
    phone_index: bytes | None


def read(text: str) -> Wanted:
    """Recognise what was typed."""
    text = " ".join(unicodedata.normalize("NFKC", text[:MOST]).split())
    tight = re.sub(r"[\s\-]", "", text)
    if not text:
        return Wanted(Kind.NOTHING, "")
    if re.fullmatch(r"\d{4}", tight):
        return Wanted(Kind.TAIL, text, tail_index=secrets.blind_index(tight, about="phone-tail"))
    numbers = whole_number(text)
    if numbers:
        return Wanted(
            Kind.NUMBER,
            text,
            identity_index=numbers.identity_index,
            phone_index=numbers.phone_index,
        )
    home = TIGHT_HOME.fullmatch(text) or HOME.fullmatch(text)
    if home:
        return Wanted(Kind.HOME, text, home["building"].strip(), home["room"].upper())
    if BUILDING.fullmatch(text):
        return Wanted(Kind.HOME, text, text)
    return Wanted(Kind.NAME, text)


def whole_number(text: str) -> Numbers | None:
    """The blind indexes of a whole number, or ``None`` where it is not one."""
    tight = re.sub(r"[\s\-()]", "", text)
    of_papers = of_phone = None
    if PAPERS.fullmatch(tight):
        of_papers = secrets.blind_index(_written(tight), about="identity")
    if PHONE.fullmatch(tight):
        try:
            of_phone = secrets.blind_index(phones.read_phone(tight).e164, about="phone")
        except Refused:
            of_phone = None
    return Numbers(of_papers, of_phone) if of_papers or of_phone else None


def _written(number: str) -> str:
    """As papers are stored: an old number of 15 digits is the one of 18 that came later."""
    number = identity.written(number)
    if re.fullmatch(r"\d{15}", number):
        number = number[:6] + "19" + number[6:]
        number += identity.check_character(number)
    return number
