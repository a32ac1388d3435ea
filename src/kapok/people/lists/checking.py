"""Every row of a list checked: papers, birth, sex, telephone, address; what is wrong in a sentence.

A row with a problem is refused and given back. The sentences hold no values, so that they can be
stored and shown in any language; the values stand beside them in the file that is given back.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import polars as pl
from django.utils.translation import gettext_noop as _

from kapok.people import names
from kapok.people.identity import Identity, Kind, kind_of, read_identity
from kapok.people.lists.addresses import Spot, Town
from kapok.people.lists.dates import read_birth_date
from kapok.people.phones import read_phones
from kapok.people.wrong import Wrong

T = TypeVar("T")
Progress = Callable[[int], None]
EVERY = 500  # rows between two reports of progress

WOMEN = frozenset({"女", "f", "female", "woman", "2", "女性"})
MEN = frozenset({"男", "m", "male", "man", "1", "男性"})

NO_NAME = _("The name is missing.")
NO_SEX = _("The sex cannot be read. Write 男 or 女, F or M.")
OTHER_SEX = _("The sex is not the one in the identity number. Correct one of them.")
OTHER_BIRTH = _("The birth date is not the one in the identity number. Correct one of them.")
NOTHING_ELSE = _("The row has a name alone. Add papers, a telephone, a birth date or an address.")
NO_KIND = _("This kind of papers is not known here. Write it as 身份证 or passport.")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of one row, as an English sentence without values."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Checked:
    """One row, read: what is sound in it, and what is wrong."""

    name: str
    identity: Identity | None
    phones: tuple[str, ...]
    sex: str
    birth_date: date | None
    spot: Spot | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Checker:
    """What rows are checked against: the town, its telephones, and the day."""

    town: Town
    today: date
    region: str = "CN"

    def check(self, row: Mapping[str, str]) -> Checked:
        """Check one row; its keys are those of :data:`~kapok.people.lists.columns.FIELDS`."""
        reading = _Reading(row)
        name = reading.of("name", _name) or ""
        if not reading.has("name"):
            reading.problems.append(Problem("name", NO_NAME))
        kind = reading.of("identity_kind", _kind)
        identity = reading.of("identity", lambda text: read_identity(text, kind, today=self.today))
        phones = reading.of("phone", lambda text: read_phones(text, self.region)) or ()
        sex = reading.of("sex", read_sex) or ""
        born = reading.of("birth_date", lambda text: read_birth_date(text, today=self.today))
        spot = self._spot(reading)
        if identity is not None:
            reading.problems += _contradictions(identity, sex, born)
            sex, born = sex or identity.sex, born or identity.birth_date
        problems = reading.problems
        if not problems and not (identity or phones or born or spot):
            problems.append(Problem("name", NOTHING_ELSE))
        return Checked(
            name, identity, tuple(p.e164 for p in phones), sex, born, spot, tuple(problems)
        )

    def _spot(self, reading: "_Reading") -> Spot | None:
        row = reading.row
        building, address = row.get("building", ""), row.get("address", "")
        if not building and not address:
            return None
        text = f"{address}{building}" if building.strip()[:1].isdigit() else building or address
        field = "building" if building else "address"
        return reading.of(
            field, lambda _text: self.town.locate(text, row.get("room", ""), row.get("unit", ""))
        )


class _Reading:
    """The cells of one row, and what was found wrong with them so far."""

    def __init__(self, row: Mapping[str, str]) -> None:
        self.row = row
        self.problems: list[Problem] = []

    def has(self, field: str) -> bool:
        return bool(self.row.get(field, "").strip())

    def of(self, field: str, read: Callable[[str], T]) -> T | None:
        if not self.has(field):
            return None
        try:
            return read(self.row[field])
        except Wrong as wrong:
            self.problems.append(Problem(field, wrong.sentence))
            return None


def check_rows(
    frame: pl.DataFrame, columns: Mapping[str, str], checker: Checker, on_progress: Progress
) -> Iterator[Checked]:
    """Check the rows of a list in its order, reporting how many are done."""
    cells = frame.select(pl.col(column).alias(field) for field, column in columns.items())
    for done, row in enumerate(cells.iter_rows(named=True), start=1):
        yield checker.check({field: text or "" for field, text in row.items()})
        if not done % EVERY or done == len(cells):
            on_progress(done)


def read_sex(text: str) -> str:
    """``"F"`` or ``"M"``. Raises :class:`~kapok.people.wrong.Wrong`."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if plain in WOMEN:
        return "F"
    if plain in MEN:
        return "M"
    raise Wrong(NO_SEX)


def _name(text: str) -> str:
    sentence = names.suspicion(text)
    if sentence:
        raise Wrong(sentence)
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    return plain.replace(" ", "") if names.is_chinese(plain) else plain


def _kind(text: str) -> Kind:
    found = kind_of(text)
    if found is None:
        raise Wrong(NO_KIND)
    return found


def _contradictions(identity: Identity, sex: str, born: date | None) -> Iterator[Problem]:
    if sex and identity.sex and sex != identity.sex:
        yield Problem("sex", OTHER_SEX)
    if born and identity.birth_date and born != identity.birth_date:
        yield Problem("birth_date", OTHER_BIRTH)
