"""A made-up population as rows: one frame of columns for each table, ready to be copied in."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kapok.access import secrets
from kapok.people import names
from kapok.samples.population.families import RELATIONS
from kapok.samples.population.people import Population
from kapok.samples.population.shares import MALE, Ints

Texts = NDArray[np.object_]

MADE_UP = "made-up"  # Person.source
CHUNK = 200_000
REVIEW_DAYS = 183
HELPERS = {False: ("女儿", "儿子", "邻居"), True: ("daughter", "son", "neighbour")}
GRANDPARENT = {False: "祖父母", True: "grandparent"}
NATION = {False: "CN", True: "SG"}


@dataclass(frozen=True)
class Buildings:
    """Keys and place codes of the buildings, in the order of the arrays of a population."""

    key: Texts
    place: Ints


@dataclass(frozen=True)
class Rows:
    """Rows of one table: the fields of its model, and their values."""

    fields: tuple[str, ...]
    frame: pl.DataFrame

    def csv(self) -> Iterator[bytes]:
        """As text for COPY, in parts."""
        for part in self.frame.iter_slices(CHUNK):
            yield part.write_csv(include_header=False, null_value="\\N").encode()


@dataclass(frozen=True)
class Keys:
    """Keys of all rows, drawn before the first of them is written."""

    dwelling: Texts
    household: Texts
    person: Texts


def keys(population: Population) -> Keys:
    """New keys for a population; they sort in its order."""
    homes = population.homes
    return Keys(uuids(len(homes.building)), uuids(len(homes.dwelling)), uuids(len(population)))


def dwellings(population: Population, buildings: Buildings, new: Keys) -> Rows:
    """Every home of the buildings, those that stand empty too."""
    homes = population.homes
    said = "#{:02}-{:02}" if population.in_singapore else "{}{:02}"
    room = [said.format(*at) for at in zip(homes.floor.tolist(), homes.door.tolist(), strict=True)]
    return _rows(
        id=new.dwelling,
        building=buildings.key[homes.building],
        place=buildings.place[homes.building],
        room=np.array(room, object),
    )


def households(population: Population, buildings: Buildings, new: Keys) -> Rows:
    """Who lives together."""
    homes = population.homes
    return _rows(
        id=new.household,
        dwelling=new.dwelling[homes.dwelling],
        place=buildings.place[homes.building[homes.dwelling]],
        note=_all("", len(homes.dwelling)),
    )


def people(population: Population, buildings: Buildings, new: Keys) -> Rows:
    """The people, with their papers encrypted and their names cut into tokens."""
    homes, n = population.homes, len(population)
    pinyin, tokens = named(population.name)
    has_papers = population.identity != ""
    kind = "SINGAPORE" if population.in_singapore else "MAINLAND"
    stored = np.full(n, None, object)
    index = np.full(n, None, object)
    given = population.identity[has_papers].tolist()
    stored[has_papers] = _bytea(secrets.encrypt_all(given, about="identity"))
    index[has_papers] = _bytea(secrets.blind_indexes(given, about="identity"))
    return _rows(
        id=new.person,
        place=places(population, buildings),
        household=new.household[homes.household],
        name=population.name,
        name_pinyin=pinyin,
        name_tokens=tokens,
        sex=np.where(homes.sex == MALE, "M", "F").astype(object),
        birth_date=population.birth,
        identity_kind=np.where(has_papers, kind, "").astype(object),
        identity=stored,
        identity_index=index,
        nationality=_all(NATION[population.in_singapore], n),
        relation=np.array(RELATIONS, object)[homes.relation],
        presence=population.presence,
        languages=population.languages,
        needs=population.needs,
        source=_all(MADE_UP, n),
        is_made_up=np.ones(n, bool),
    )


def residences(population: Population, buildings: Buildings, new: Keys) -> Rows:
    """Since when everybody lives where they live."""
    homes = population.homes
    return _rows(
        id=uuids(len(population)),
        place=places(population, buildings),
        person=new.person,
        dwelling=new.dwelling[homes.dwelling[homes.household]],
        presence=population.presence,
        began_on=population.since,
    )


def contacts(population: Population, buildings: Buildings, new: Keys) -> Rows:
    """Telephones: one's own, or that of a relative or neighbour."""
    has = np.flatnonzero(population.phone != "")
    given = population.phone[has].tolist()
    helper = population.helper[has]
    whose = np.array(HELPERS[population.in_singapore], object)[np.arange(len(has)) % 3]
    return _rows(
        id=uuids(len(has)),
        place=places(population, buildings)[has],
        person=new.person[has],
        kind=np.where(helper, "RELATIVE", "MOBILE").astype(object),
        value=_bytea(secrets.encrypt_all(given, about="phone")),
        value_index=_bytea(secrets.blind_indexes(given, about="phone")),
        tail_index=_bytea(secrets.blind_indexes([n[-4:] for n in given], about="phone-tail")),
        whose=np.where(helper, whose, "").astype(object),
    )


def registers(population: Population, buildings: Buildings, new: Keys, today: date) -> Rows:
    """Entries of registers, reviewed within half a year."""
    entries = population.registers
    n = len(entries.person)
    day = np.arange(n) % REVIEW_DAYS
    return _rows(
        id=uuids(n),
        place=places(population, buildings)[entries.person],
        realm=_all("CARE", n),
        person=new.person[entries.person],
        kind=entries.kind,
        tier=entries.tier,
        note=_all("", n),
        review_on=np.datetime64(today) + 1 + day,
        began_on=np.datetime64(today) - (REVIEW_DAYS - day),
    )


def guardians(population: Population, buildings: Buildings, new: Keys, today: date) -> Rows:
    """Grandparents who answer for a child."""
    ward = np.flatnonzero(population.guardian >= 0)
    n = len(ward)
    return _rows(
        id=uuids(n),
        place=places(population, buildings)[ward],
        realm=_all("CARE", n),
        person=new.person[ward],
        guardian=new.person[population.guardian[ward]],
        name=_all("", n),
        relation=_all(GRANDPARENT[population.in_singapore], n),
        began_on=np.full(n, np.datetime64(today - timedelta(days=REVIEW_DAYS))),
    )


def places(population: Population, buildings: Buildings) -> Ints:
    """The place code of each person."""
    homes = population.homes
    return buildings.place[homes.building[homes.dwelling[homes.household]]]


def named(given: Texts) -> tuple[Texts, Texts]:
    """Pinyin and token literals of names; each different name is looked at once."""
    different, which = np.unique(given.astype(str), return_inverse=True)
    found = different.tolist()
    pinyin = np.array([names.pinyin(name) for name in found], object)
    tokens = np.array(
        ["{" + ",".join(map(str, sorted(names.tokens(name)))) + "}" for name in found], object
    )
    return pinyin[which], tokens[which]


def uuids(n: int) -> Texts:
    """``n`` UUIDv7 of this moment, in rising order."""
    raw = np.frombuffer(os.urandom(16 * n), np.uint8).reshape(n, 16).copy()
    head = np.empty((n, 2), ">u8")
    head[:, 0] = time.time_ns() // 1_000_000 << 16
    raw[:, :6] = head.view(np.uint8)[:, :6]
    count = np.arange(n, dtype=np.int64)
    raw[:, 6] = 0x70 | (count >> 26 & 0x0F)
    raw[:, 7] = count >> 18 & 0xFF
    raw[:, 8] = 0x80 | (count >> 12 & 0x3F)
    raw[:, 9] = count >> 4 & 0xFF
    raw[:, 10] = (count & 0x0F) << 4 | (raw[:, 10] & 0x0F)
    text = raw.tobytes().hex()
    return np.array([text[at : at + 32] for at in range(0, 32 * n, 32)], object)


def _rows(**columns: NDArray) -> Rows:
    frame = pl.DataFrame({name: _series(name, values) for name, values in columns.items()})
    return Rows(tuple(columns), frame)


def _series(name: str, values: NDArray) -> pl.Series:
    if values.dtype == object:
        return pl.Series(name, values.tolist(), pl.String)
    return pl.Series(name, values)


def _bytea(values: list[bytes]) -> Texts:
    """As PostgreSQL reads bytes."""
    text = np.empty(len(values), object)
    text[:] = ["\\x" + value.hex() for value in values]
    return text


def _all(value: str, n: int) -> Texts:
    return np.full(n, value, object)
