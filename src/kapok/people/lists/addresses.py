"""From an address as people write it to a building of the town and a room in it."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _
from rapidfuzz import fuzz, process

from kapok.codes import community_of
from kapok.people.wrong import Wrong

NUMERALS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
CHINESE_NUMBER = re.compile(
    r"[〇零一二两三四五六七八九十百]+(?=[区期栋幢座楼号單单元室巷街弄坊苑層层])"
)
BLOCK = re.compile(r"(?:\b|(?<=,))(?:blk|block)\.?\s*(?=\d)")
SINGAPORE_ROOM = re.compile(r"#\s*(\w{1,3})\s*-\s*(\w{1,5})")
SINGAPORE_TAIL = re.compile(r"(?:singapore|s)?\s*\(?\d{6}\)?\s*$")
ROOM = re.compile(
    r"^(?:(?P<unit>[0-9a-z]{1,3})(?:单元|梯|门|座)|(?P<floor>[0-9]{1,2})[楼层])*"
    r"(?P<room>[0-9a-z]{1,6}(?:-[0-9a-z]{1,5}){0,2})?(?:室|房|号房|户|号|房间)?$"
)
NUMBER = re.compile(r"\d+")
WORDS = str.maketrans(
    {"幢": "栋", "棟": "栋", "號": "号", "樓": "楼", "區": "区", "園": "园", "單": "单"}
)
STREETS = {
    "avenue": "ave", "street": "st", "road": "rd", "drive": "dr", "crescent": "cres",
    "central": "ctrl", "north": "nth", "south": "sth", "upper": "upp", "bukit": "bt",
    "lorong": "lor", "jalan": "jln", "place": "pl", "close": "cl", "terrace": "ter",
    "gardens": "gdns", "garden": "gdn", "park": "pk", "heights": "hts", "kampong": "kg",
}  # fmt: skip
CLOSE = 80  # likeness of names, in hundredths, from which a slip of the pen is likelier
ROOM_LENGTH = 20

NO_BUILDING = _(
    "No building of the town is called so. Write the building as the grid desk names it."
)
SEVERAL = _(
    "Several buildings are called so, in different communities. Add the community to the address."
)
NO_ROOM = _("The room cannot be read. Write it as 502 or 2-301.")


@dataclass(frozen=True)
class Spot:
    """A building, by its place in the arrays, and a room (empty where none is given)."""

    building: int
    room: str


class Town:
    """The buildings of a town, ready to be looked for.

    Parameters
    ----------
    names
        What each building is called.
    places
        The place code of each.
    communities
        Names of communities, by code; they tell apart buildings of one name.
    """

    def __init__(
        self, names: Sequence[str], places: Sequence[int], communities: Mapping[int, str]
    ) -> None:
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._by_numbers: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
        self._names = {code: plain(name) for code, name in communities.items()}
        self.places = places
        for at, name in enumerate(names):
            key = plain(name)
            if key:
                self._by_key[key].append(at)
        for key in self._by_key:
            self._by_numbers[tuple(NUMBER.findall(key))][key] = NUMBER.sub("", key)
        self._longest = max(map(len, self._by_key), default=0)
        self._found: dict[str, tuple[str, str] | None] = {}

    def locate(self, address: str, room: str = "", unit: str = "") -> Spot:
        """The building and the room of an address. Raises :class:`~kapok.people.wrong.Wrong`.

        ``room`` and ``unit`` are those of columns of their own; they win over the address.
        """
        text, singapore_room = _without_singapore_room(address)
        found = self._found.get(text)
        if text not in self._found:
            found = self._found[text] = self._exactly(text) or self._nearly(text)
        if found is None:
            raise Wrong(NO_BUILDING)
        key, rest = found
        building = self._one_of(self._by_key[key], text)
        if room.strip():
            return Spot(building, read_room(f"{unit}单元{room}" if unit.strip() else room))
        return Spot(building, singapore_room or _room_of(rest))

    def _exactly(self, text: str) -> tuple[str, str] | None:
        """The longest name of a building inside the text, and what stands behind it."""
        for length in range(min(len(text), self._longest), 1, -1):
            for start in range(len(text) - length + 1):
                end = start + length
                if end < len(text) and text[end - 1].isdigit() and text[end].isdigit():
                    continue  # 5栋12 is no 5栋1
                if start and text[start].isdigit() and text[start - 1].isdigit():
                    continue
                if text[start:end] in self._by_key:
                    return text[start:end], text[end:]
        return None

    def _nearly(self, text: str) -> tuple[str, str] | None:
        """The building with the same numbers whose words differ by a slip of the pen."""
        numbers = list(NUMBER.finditer(text))
        for last in range(len(numbers), 0, -1):
            same = self._by_numbers.get(tuple(n[0] for n in numbers[:last]))
            if same is None:
                continue
            end = numbers[last - 1].end()
            tail = re.match(r"[^\d]?", text[end:])
            said = NUMBER.sub("", text[: end + (tail.end() if tail else 0)])
            best = process.extractOne(said, same, scorer=fuzz.ratio, score_cutoff=CLOSE)
            if best is not None:
                return best[2], text[end:].lstrip("栋号楼座幢")
        return None

    def _one_of(self, buildings: list[int], text: str) -> int:
        """The one that is meant: by the name of its community, where there are several."""
        if len(buildings) == 1:
            return buildings[0]
        named = [
            at
            for at in buildings
            if (name := self._names.get(community_of(self.places[at]))) and name in text
        ]
        if len(named) != 1:
            raise Wrong(SEVERAL)
        return named[0]


def plain(text: str) -> str:
    """An address without what people write differently: width, spaces, words for the same."""
    said = unicodedata.normalize("NFKC", text).casefold().translate(WORDS)
    said = SINGAPORE_TAIL.sub("", BLOCK.sub("", said))
    if re.search(r"[a-z]{3}", said):
        said = " ".join(STREETS.get(word, word) for word in re.findall(r"#?[\w'-]+|[^\s\w]", said))
    said = CHINESE_NUMBER.sub(lambda found: str(_number(found[0])), said)
    said = re.sub(r"(?<=\d)[\s,，、;；]+(?=\d)", "/", said.strip())
    return re.sub(r"[\s,，.。、;；]", "", said)


def read_room(text: str) -> str:
    """A room in its one form: ``502``, ``2-301`` (stairwell 2), ``12-345``."""
    said = plain(text).lstrip("#")
    return _room_of(said)


def _room_of(rest: str) -> str:
    rest = rest.strip("-/#") if rest[:1] in "-/#" else rest
    if not rest:
        return ""
    found = ROOM.match(rest)
    if found is None or len(rest) > ROOM_LENGTH:
        raise Wrong(NO_ROOM)
    unit, room = found["unit"], found["room"] or ""
    return "-".join(part.upper() for part in (unit, room) if part)


def _without_singapore_room(text: str) -> tuple[str, str]:
    """The plain text without ``#12-345``, and that room."""
    found = SINGAPORE_ROOM.search(text)
    if found is None:
        return plain(text), ""
    rest = f"{text[: found.start()]} , {text[found.end() :]}"
    return plain(rest), f"{found[1]}-{found[2]}".upper()


def _number(characters: str) -> int:
    total, digit = 0, 0
    for character in characters:
        if character in NUMERALS:
            digit = 10 * digit + NUMERALS[character] if digit else NUMERALS[character]
        else:
            total += max(1, digit) * (10 if character == "十" else 100)
            digit = 0
    return total + digit
