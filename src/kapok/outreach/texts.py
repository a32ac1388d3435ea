"""What a notice reads like on each way: short message, chat, loudspeaker. Pure; no rows.

A short message holds the title and a link; a chat the same without anything about a person. How
long a short message may be follows GSM 03.38: 160 signs of its alphabet, or 70 of any other, and a
little less in each part of a longer one.
"""

import re
import unicodedata
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")  # two signs each
ONE = {True: 160, False: 70}
OF_MANY = {True: 153, False: 67}
# How a line ends, what is said first, between, and last.
SPOKEN = {
    "zh": ("。", "居民朋友们，请注意。", "再播送一遍。", "谢谢大家。"),
    "en": (".", "Dear residents, please listen.", "We repeat.", "Thank you."),
}
SAID_IN_A_MINUTE = {"zh": 220, "en": 130}  # characters, words: slowly, out of doors
STOP = {"zh": "拒收请回复R", "en": "Reply STOP to opt out"}
# Of people, not of notices: the number of an identity card, and a mobile, however it is grouped.
IDENTITY = re.compile(r"(?<!\d)(\d{17}[\dXx]|\d{15})(?!\d)")
GAP = "[ ()\u2010-\u2015\u2212-]{0,2}"
MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?86{GAP})?1[3-9]\d(?:{GAP}\d){{8}}(?!\d)")


@dataclass(frozen=True)
class Size:
    """How long a short message is."""

    is_gsm: bool
    n_signs: int
    n_parts: int


@dataclass(frozen=True)
class Words:
    """The words of a version in one language."""

    language: str
    title: str
    body: str
    changed: str = ""


def size_of(text: str) -> Size:
    """In how many parts a short message goes."""
    is_gsm = all(sign in BASIC or sign in EXTENDED for sign in text)
    if is_gsm:
        n = sum(2 if sign in EXTENDED else 1 for sign in text)
    else:
        n = len(text.encode("utf-16-be")) // 2
    if n <= ONE[is_gsm]:
        return Size(is_gsm, n, 1)
    return Size(is_gsm, n, -(-n // OF_MANY[is_gsm]))


def short(words: Words, link: str, *, urgent: bool = False) -> str:
    """The short message: who has the link to their household reads all of it there."""
    mark = {"zh": "【紧急】", "en": "URGENT: "}[words.language] if urgent else ""
    stop = "" if urgent else f" {STOP[words.language]}"
    return f"{mark}{words.title} {link}{stop}".replace("`", "'")  # which the line would misspell


def chat(both: tuple[Words, Words], link: str, *, urgent: bool = False) -> str:
    """What a robot posts: titles and a link, nothing else, so that nothing of a person leaves."""
    mark = "【紧急 · URGENT】" if urgent else ""
    return "\n".join([f"{mark}{both[0].title}", both[1].title, link])


def spoken(words: Words, local: tuple[str, ...] = ()) -> str:
    """The loudspeaker text: line by line, so that whoever reads it breathes; twice, no link."""
    mark, hello, again, thanks = SPOKEN[words.language]
    lines = [words.title, *words.body.splitlines(), *local]
    said = [_ended(" ".join(line.split()), mark) for line in lines if line.strip()]
    return "\n".join([hello, *said, again, *said, thanks])


def minutes_to_say(text: str, language: str) -> int:
    """How many minutes a loudspeaker text takes, rounded up."""
    n = len(text.split()) if language == "en" else len(re.sub(r"\W", "", text))
    return -(-n // SAID_IN_A_MINUTE[language])


def _ended(text: str, mark: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in "。！？.!?：:；;，," else f"{text}{mark}"


def names_a_person(text: str) -> str:
    """What in a text is of a person: the number of their papers, or a mobile; empty: nothing."""
    plain = unicodedata.normalize("NFKC", text)  # digits of full width, spaces that do not break
    found = IDENTITY.search(plain) or MOBILE.search(plain)
    return found[0] if found else ""
