"""Addresses in words: the buildings of a place whose names stand within them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.codes import WIDTH, Level
from kapok.people.lists.addresses import plain

LARGEST = WIDTH[Level.STREET]  # buildings of a larger area are not looked through for an address
LARGEST_TO_CHOOSE = WIDTH[Level.DISTRICT]  # the same, where somebody chooses among those found
# As people write names differently; the rest of ``plain`` is done to the few that are found.
WRITTEN, SAME = "幢棟號樓區園單０１２３４５６７８９ 　,，.。、;；", "栋栋号楼区园单0123456789"
OF_SOMETHING_LARGER = re.compile(r"\d[巷弄里街路栋座号期区院坊苑组]$")
# The names of an area are made alike once for a set, however many of its addresses lie there.
NAMED = """
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[], %(said)s::text[])
            WITH ORDINALITY AS asked (lo, hi, said, turn)
    ), area AS MATERIALIZED (
        SELECT DISTINCT lo, hi FROM asked
    ), key AS MATERIALIZED (
        SELECT area.lo, area.hi, building.id, building.place, building.lon, building.lat,
            building.name, translate(lower(building.name), %(from)s, %(to)s) AS called
        FROM area
        JOIN places_building AS building ON building.place >= area.lo AND building.place < area.hi
        WHERE building.gone_at IS NULL
    )
    SELECT asked.turn, key.id, key.place, key.lon, key.lat, key.name
    FROM asked JOIN key USING (lo, hi)
    WHERE key.called <> '' AND position(key.called IN asked.said) > 0
"""


@dataclass(frozen=True)
class Asked:
    """An address as somebody wrote it, and the area that it is in."""

    place: int
    address: str


@dataclass(frozen=True)
class Named:
    """The building that an address names."""

    building: UUID
    place: int
    lon: float
    lat: float


def named(asked: Sequence[Asked]) -> list[Named | None]:
    """For each address the building whose name is the longest within it; ``None`` if not one.

    Areas larger than a street are not looked through.
    """
    found: list[Named | None] = [None] * len(asked)
    wanted = [turn for turn, each in enumerate(asked) if _may_be_named(each)]
    if not wanted:
        return found
    texts = [plain(asked[turn].address) for turn in wanted]
    near: list[dict[Named, int]] = [{} for _turn in wanted]
    for turn, one, name in _rows([asked[turn] for turn in wanted], texts):
        if _stands_in(name, texts[turn]):
            near[turn][one] = len(name)
    for turn, lengths in zip(wanted, near, strict=True):
        longest = max(lengths.values(), default=0)
        best = [one for one, length in lengths.items() if length == longest]
        found[turn] = best[0] if len(best) == 1 else None
    return found


def choices(asked: Asked) -> list[Named]:
    """All buildings whose names are the longest within an address, for somebody to choose among.

    Areas larger than a district are not looked through.
    """
    if not _may_be_named(asked, LARGEST_TO_CHOOSE):
        return []
    text = plain(asked.address)
    rows = _rows([asked], [text])
    near = {one: len(name) for _turn, one, name in rows if _stands_in(name, text)}
    longest = max(near.values(), default=0)
    return [one for one, length in near.items() if length == longest]


def _may_be_named(asked: Asked, largest: int = LARGEST) -> bool:
    return _width(asked.place) <= largest and len(asked.address.strip()) > 1


def _rows(asked: Sequence[Asked], texts: Sequence[str]) -> Iterator[tuple[int, Named, str]]:
    """Buildings whose names may stand in the addresses, with their plain names."""
    table = str.maketrans(WRITTEN, SAME.ljust(len(WRITTEN), "\0"))
    values: dict[str, Any] = {
        "lo": [each.place for each in asked],
        "hi": [each.place + _width(each.place) for each in asked],
        "said": [
            each.address.lower().translate(table).replace("\0", "") + "\n" + text
            for each, text in zip(asked, texts, strict=True)
        ],
        "from": WRITTEN,
        "to": SAME,
    }
    with connection.cursor() as cursor:
        cursor.execute(NAMED, values)
        rows = cursor.fetchall()
    for turn, building, place, lon, lat, name in rows:
        yield turn - 1, Named(building, place, lon, lat), plain(name)


def _stands_in(name: str, text: str) -> bool:
    """Whether a plain name stands in a plain address as a whole, as 3号 does not in 13号."""
    if len(name) < 2 or name.isdigit():
        return False
    at = text.find(name)
    while at >= 0:
        before, after = text[:at], text[at + len(name) :]
        is_cut = (name[0].isdigit() and before[-1:].isdigit()) or (
            name[-1].isdigit() and after[:1].isdigit()
        )
        if not is_cut and not (name[0].isdigit() and OF_SOMETHING_LARGER.search(before)):
            return True
        at = text.find(name, at + 1)
    return False


def _width(place: int) -> int:
    """How many codes lie in the area of a code, by the zeros that pad it."""
    return next(width for width in WIDTH.values() if place % width == 0)
