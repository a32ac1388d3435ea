"""Cells of lists as people write them, and what is wrong with them in sentences."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from kapok.errors import Refused
from kapok.words import gettext as _
from kapok.words import listed, ngettext

YES = frozenset({"yes", "true", "1", "y", "是", "有"})
NO = frozenset({"no", "false", "0", "n", "否", "无", ""})
MOST_SHOWN, CELL_SHOWN = 20, 40
MINUTES_OF_DAY = 1440
FIRST_YEAR, LAST_YEAR = 1900, 2199  # beyond them clocks and calendars end somewhere


class Wrong:
    """Collects what is wrong, and refuses with all of it at once."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def add(self, where: str, sentence: str) -> None:
        """Note one thing."""
        self.sentences.append(_("%(where)s: %(what)s") % {"where": where, "what": sentence})

    def refuse(self) -> None:
        """Raise ``Refused`` if anything was noted."""
        if not self.sentences:
            return
        n = len(self.sentences)
        shown = [f"  {sentence}" for sentence in self.sentences[:MOST_SHOWN]]
        if n > MOST_SHOWN:
            shown.append("  " + _("… and %(n)s more.") % {"n": f"{n - MOST_SHOWN:,}"})
        things = ngettext(
            "%(n)s thing stands against planning:", "%(n)s things stand against planning:", n
        )
        raise Refused("\n".join([things % {"n": f"{n:,}"}, *shown]))


def note_unknown(wrong: Wrong, given: Iterable[str], known: Iterable[str]) -> None:
    """Note the settings that are none, all at once, and which there are."""
    names = tuple(known)
    unknown = [name for name in given if name not in names]
    words = {"name": _("”, “").join(unknown[:MOST_SHOWN]), "known": listed(names)}
    if len(unknown) == 1:
        wrong.add(_("settings"), _("“%(name)s” is none; they are %(known)s.") % words)
    elif unknown:
        wrong.add(_("settings"), _("“%(name)s” are none; they are %(known)s.") % words)


@dataclass(frozen=True)
class Row:
    """One row: where it is, and its cells by field; absent and empty cells are empty text."""

    where: str
    cells: Mapping[str, str]
    wrong: Wrong = field(repr=False)

    def has(self, name: str) -> bool:
        """Whether the cell says anything."""
        return bool(self.cells.get(name, ""))

    def text(self, name: str, otherwise: str = "") -> str:
        """The cell as it stands."""
        return self.cells.get(name, "") or otherwise

    def needed(self, name: str) -> str:
        """The cell, which must not be empty."""
        if not self.has(name):
            self.bad(name, _("is empty."))
        return self.text(name)

    def bad(self, name: str, sentence: str) -> None:
        """Note that the cell is wrong."""
        self.wrong.add(_("%(where)s, %(name)s") % {"where": self.where, "name": name}, sentence)

    def shown(self, name: str) -> str:
        """The cell in quotation marks, not too long."""
        text = self.text(name)
        return f"“{text[:CELL_SHOWN]}{'…' if len(text) > CELL_SHOWN else ''}”"

    def _misread(self, name: str, sentence: str) -> None:
        """Note a cell that cannot be read, which the sentence shows as ``%(cell)s``."""
        self.bad(name, sentence % {"cell": self.shown(name)})

    def number(self, name: str, least: float, most: float, otherwise: float) -> float:
        """A number within bounds."""
        if not self.has(name):
            return otherwise
        try:
            value = float(self.text(name).replace(",", ""))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self._misread(name, _("%(cell)s is no number."))
            return otherwise
        if not least <= value <= most:
            self.bad(
                name,
                _("%(value)s is not between %(least)s and %(most)s.")
                % {"value": f"{value:g}", "least": f"{least:g}", "most": f"{most:g}"},
            )
            return otherwise
        return value

    def whole(self, name: str, least: int, most: int, otherwise: int) -> int:
        """A whole number within bounds."""
        value = self.number(name, least, most, otherwise)
        if value != int(value):
            self.bad(name, _("%(value)s is not whole.") % {"value": f"{value:g}"})
        return int(value)

    def yes(self, name: str) -> bool:
        """Yes or no; no where nothing is said."""
        word = self.text(name).lower()
        if word not in YES | NO:
            self._misread(name, _("%(cell)s is neither yes nor no."))
        return word in YES

    def words(self, name: str) -> tuple[str, ...]:
        """Several words, with ``;`` or ``,`` or Chinese signs between."""
        text = self.text(name)
        for sign in "；，、,|":
            text = text.replace(sign, ";")
        return tuple(dict.fromkeys(w.strip().lower() for w in text.split(";") if w.strip()))

    def day(self, name: str, otherwise: date | None = None) -> date | None:
        """A date, as 2026-06-14 or 2026/6/14."""
        if not self.has(name):
            if otherwise is None:
                self.bad(name, _("is empty."))
            return otherwise
        found = day_from(self.text(name))
        if found is None:
            self._misread(name, _("%(cell)s is no date; write it as 2026-06-14."))
        return found if found is not None else otherwise

    def minute_of_day(self, name: str) -> int:
        """A time of day as 06:00, in minutes."""
        text = self.text(name)
        try:
            if text.isdigit() and int(text) < MINUTES_OF_DAY:  # YAML reads 22:00 as 1320
                return int(text)
            found = time.fromisoformat(text.zfill(5))
        except ValueError:
            self._misread(name, _("%(cell)s is no time of day; write it as 06:00."))
            return 0
        return found.hour * 60 + found.minute


def day_from(text: str) -> date | None:
    """A date from what people and spreadsheets write."""
    plain = text.strip().replace("/", "-").replace(".", "-").split("T")[0].split(" ")[0]
    parts = plain.split("-")
    try:
        if len(parts) == 3:
            found = date(*(int(part) for part in parts))
        else:
            found = datetime.strptime(plain, "%Y%m%d").date()  # noqa: DTZ007
    except (ValueError, TypeError, OverflowError):
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def as_text(value: object) -> str:
    """A cell of YAML or a spreadsheet as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(as_text(item) for item in value)
    return str(value).strip()
