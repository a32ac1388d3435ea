"""Names: their one written form, how they sound, how alike two are, and how they are found."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from zlib import crc32

import pypinyin
from django.utils.translation import gettext_noop as _
from rapidfuzz.distance import OSA, JaroWinkler

DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅●", "·"))
PARTS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
CHINESE = re.compile(r"[·\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
INVISIBLES = re.compile(r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe0f]")
FIRST_READINGS = {  # surnames that are read otherwise than the same character elsewhere
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "盖": "ge",
    "朴": "piao", "任": "ren", "华": "hua", "洗": "xian", "冼": "xian", "覃": "qin", "翟": "zhai",
    "尹": "yin", "缪": "miao", "宁": "ning", "乐": "yue", "黑": "he", "折": "she", "员": "yun",
    "召": "shao", "秘": "bi", "种": "chong", "晟": "cheng", "繁": "po", "适": "kuo", "么": "yao",
}  # fmt: skip
LOOKS_LATIN = frozenset("АВСЕНІЈКМОРЅТХҮаеорсухіјѕ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο")
LONGEST = 100

INVISIBLE = _("This name holds invisible characters. Type it again instead of copying it.")
MIXED = _(
    "This name mixes letters of several scripts that look alike. Type it again in one script."
)
NOT_A_NAME = _("This is no name: it holds digits or signs. Correct it.")
TOO_LONG = _("This name has more than 100 characters. Correct it.")


@lru_cache(maxsize=1 << 16)
def normal(name: str) -> str:
    """The written form by which names are compared: compatible forms, case and spaces undone."""
    if CHINESE.fullmatch(name):
        return unicodedata.normalize("NFKC", name).translate(DOTS)
    text = unicodedata.normalize("NFKC", name).translate(DOTS).casefold()
    text = INVISIBLES.sub("", text).replace("’", "'").replace(",", " ")
    joined = " ".join(text.split())
    return joined.replace(" ", "") if is_chinese(joined) else joined


def is_chinese(text: str) -> bool:
    """Whether all letters are Chinese characters."""
    return CHINESE.fullmatch(text.replace(" ", "")) is not None


def suspicion(name: str) -> str | None:
    """Why a name is not to be taken as it stands, as an English sentence; None for a sound one."""
    if len(name) > LONGEST:
        return TOO_LONG
    if any(unicodedata.category(c) in ("Cf", "Cc", "Co", "Cn", "Cs") for c in name.strip()):
        return INVISIBLE
    plain = unicodedata.normalize("NFKC", name).translate(DOTS)
    if any(c.isdigit() or unicodedata.category(c)[0] == "S" for c in plain):
        return NOT_A_NAME
    words = PARTS.findall(plain)
    if not words:
        return NOT_A_NAME
    scripts = [{_script(c) for c in word if c.isalpha()} for word in words]
    if any(len(of_word) > 1 for of_word in scripts):
        return MIXED
    if len(set().union(*scripts) - {"CJK"}) > 1:
        return MIXED
    return MIXED if any(set(word) <= LOOKS_LATIN for word in words) else None


@lru_cache(maxsize=1 << 12)
def _script(letter: str) -> str:
    """The script of a letter, by the first word of its name."""
    return unicodedata.name(letter, "UNKNOWN").split()[0].split("-")[0]


@lru_cache(maxsize=1 << 15)
def _sound(character: str) -> str:
    return "".join(pypinyin.lazy_pinyin(character, errors="ignore"))


def syllables(name: str) -> tuple[str, ...]:
    """How a Chinese name sounds, without tones; of other names, their words.

    >>> syllables("曾小贤")
    ('zeng', 'xiao', 'xian')
    """
    text = normal(name)
    if not is_chinese(text):
        return tuple(PARTS.findall(text))
    sounds = [FIRST_READINGS.get(text[0]) or _sound(text[0]), *map(_sound, text[1:])]
    return tuple(filter(None, sounds))


def pinyin(name: str) -> str:
    """As it is written for people: ``zeng xiao xian``."""
    return " ".join(syllables(name))


def initials(name: str) -> str:
    """The first letter of each syllable or word."""
    return "".join(sound[0] for sound in syllables(name))


def likeness(a: str, b: str) -> float:
    """How alike two names are, from 0 to 1; 1 only for the same written form."""
    one, other = normal(a), normal(b)
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    if is_chinese(one) and is_chinese(other):
        return _chinese_likeness(one, other)
    return _spelt_likeness(syllables(one), syllables(other))


def _chinese_likeness(one: str, other: str) -> float:
    sounds, others = syllables(one), syllables(other)
    if sounds == others:
        return 0.95
    apart = OSA.distance(one, other)
    longest = max(len(one), len(other))
    written = 1 - apart / longest
    if apart == 1 and longest > 2:
        written = 0.85 if one[0] == other[0] else 0.75
    heard = 0.9 * JaroWinkler.similarity(" ".join(sounds), " ".join(others))
    if len(sounds) == len(others) and one[0] != other[0]:
        heard *= 0.8  # another surname is another family
    return max(written, heard if apart <= 1 or heard > 0.85 else 0.6 * heard)


def _spelt_likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    if sorted(one) == sorted(other):
        return 0.97
    if "".join(one) == "".join(other):
        return 0.95
    in_order = JaroWinkler.similarity(" ".join(one), " ".join(other))
    sorted_too = JaroWinkler.similarity(" ".join(sorted(one)), " ".join(sorted(other)))
    score = max(in_order, sorted_too)
    few, many = sorted((set(one), set(other)), key=len)
    if few < many and len(few) > 1:
        score = max(score, 0.9)
    return min(0.94, score)


@lru_cache(maxsize=1 << 18)
def tokens(name: str) -> frozenset[int]:
    """What a name is found by: hashes of 32 bits, the same for ever.

    The whole form, its sound, its initials; for Chinese names what is left when one character is
    dropped, so that two names with one wrong character share one; for others every word, and each
    longer word with one letter dropped.
    """
    return frozenset(_hash(key) for key in _keys(normal(name)))


def query_tokens(text: str) -> frozenset[int]:
    """The tokens to look for when somebody types ``text``; names that share one are candidates.

    Initials and sound may be typed with or without spaces; :func:`matches` checks candidates.
    """
    wanted = normal(text)
    keys = set(_keys(wanted))
    if not is_chinese(wanted):
        joined = "".join(PARTS.findall(wanted))
        if 2 <= len(joined) <= 5:
            keys.add(f"i{joined}")
    return frozenset(_hash(key) for key in keys)


def matches(name: str, text: str) -> int | None:
    """How well a name answers a search, 0 best; None where it shares a token by chance alone.

    0 the same, 1 the same sound or the same words, 2 begins so, 3 initials, 4 one of its words or
    its given name, 5 one character or letter is wrong.
    """
    one, wanted = normal(name), normal(text)
    if not one or not wanted:
        return None
    if one == wanted:
        return 0
    sounds, asked = syllables(one), syllables(wanted)
    joined, said = "".join(sounds), "".join(asked)
    if joined == said or sorted(sounds) == sorted(asked):
        return 1
    if one.startswith(wanted) or joined.startswith(said):
        return 2
    if initials(one) == said:
        return 3
    if set(asked) <= set(sounds) or (is_chinese(wanted) and wanted in one):
        return 4
    return 5 if _is_slip(one, wanted, sounds, asked) else None


def _is_slip(one: str, wanted: str, sounds: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """Whether one character, or one letter of one word, is wrong, missing or too many."""
    if is_chinese(one) and is_chinese(wanted):
        return OSA.distance(one, wanted) == 1
    if OSA.distance(one, wanted) <= 1 or OSA.distance("".join(sounds), "".join(asked)) <= 1:
        return True
    return all(
        any(OSA.distance(word, sound) <= (len(word) > 3) for sound in sounds) for word in asked
    )


def _keys(text: str) -> Iterator[str]:
    """The strings that are hashed, each with a letter for its kind."""
    if not text:
        return
    sounds = syllables(text)
    yield f"w{text}"
    yield f"p{''.join(sounds)}"
    if len(sounds) > 1:
        yield f"i{''.join(sound[0] for sound in sounds)}"
    if is_chinese(text):
        yield f"d{text}"
        for place in range(len(text) if len(text) > 1 else 0):
            rest = text[:place] + text[place + 1 :]
            yield f"d{rest}" if len(rest) > 1 else f"d{place}{rest}"
        return
    yield f"s{' '.join(sorted(sounds))}"
    for word in sounds:
        yield f"l{word}"
        if len(word) >= 4:
            for place in range(len(word)):
                yield f"l{word[:place]}{word[place + 1 :]}"


def _hash(key: str) -> int:
    """CRC-32 as PostgreSQL's integer, which has a sign."""
    return (crc32(key.encode()) ^ 0x80000000) - 0x80000000
