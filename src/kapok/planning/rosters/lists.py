"""Reading lists: CSV, Excel or YAML; what a list is about is seen by its columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fastexcel
import numpy as np

from kapok.errors import Refused
from kapok.places.files.columns import plain
from kapok.places.files.reading import read_sheet
from kapok.places.files.values import text_of
from kapok.planning.plain_yaml import UNREADABLE, loaded
from kapok.planning.rosters.cells import Row, Wrong, as_text
from kapok.planning.words import gettext as _

PLACE = {
    "lon": ("lon", "lng", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
    "x": ("x", "xm"),
    "y": ("y", "ym"),
}
Fields = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class ListKind:
    """A kind of list: its fields with the names that people give them, and those it must have."""

    name: str
    fields: Fields
    needed: tuple[str, ...]
    absent: tuple[str, ...] = ()


@dataclass
class Lists:
    """All rows that were read, by kind, and the settings."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    wrong: Wrong = field(default_factory=Wrong)

    def of(self, kind: str) -> list[Row]:
        """The rows of a kind."""
        return self.rows.get(kind, [])


def read_lists(paths: Iterable[Path], kinds: tuple[ListKind, ...]) -> Lists:
    """Read files of lists and settings.

    Raises ``Refused`` for a file that cannot be read, or that is none of the kinds.
    """
    found = Lists()
    for path in paths:
        if path.suffix.lower() in (".yaml", ".yml"):
            _take_yaml(found, path, kinds)
        elif path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods"):
            _take_workbook(found, path, kinds)
        else:
            sheet = read_sheet(path)
            columns = {name: text_of(sheet.frame[name]).to_list() for name in sheet.frame.columns}
            numbers = sheet.number(np.arange(sheet.n, dtype=np.int64)).tolist()
            for row, sentence in sheet.ragged:
                found.wrong.add(f"{sheet.file} {sheet.word} {numbers[row]}", sentence)
            where = [f"{sheet.file} {sheet.word} {number}" for number in numbers]
            _take(found, path.name, columns, where, kinds)
    return found


def read_document(document: Mapping[str, Any], kinds: tuple[ListKind, ...]) -> Lists:
    """The lists of a document: one entry for each kind, and ``settings``.

    Raises ``Refused`` for entries that are no lists.
    """
    found = Lists()
    settings = document.get("settings") or {}
    if not isinstance(settings, Mapping):
        raise Refused(_("The settings are no names with values."))
    found.settings.update({str(name): value for name, value in settings.items() if value != ""})
    for kind in kinds:
        _take_yaml_list(found, kind.name, document.get(kind.name) or [], kind)
    return found


def document_of(lists: Lists) -> dict[str, Any]:
    """The lists as a document, as :func:`read_document` takes it."""
    found: dict[str, Any] = {
        kind: [{name: cell for name, cell in row.cells.items() if cell} for row in rows]
        for kind, rows in lists.rows.items()
    }
    if lists.settings:
        found["settings"] = {name: as_text(value) for name, value in lists.settings.items()}
    return found


def _take(
    found: Lists,
    label: str,
    columns: Mapping[str, list[str | None]],
    where: list[str],
    kinds: tuple[ListKind, ...],
) -> None:
    kind, names = _kind_of(label, list(columns), kinds)
    rows = found.rows.setdefault(kind.name, [])
    for i, place in enumerate(where):
        cells = {name: as_text(columns[column][i]) for name, column in names.items()}
        if any(cells.values()):
            rows.append(Row(place, cells, found.wrong))


def _kind_of(
    label: str, columns: list[str], kinds: tuple[ListKind, ...]
) -> tuple[ListKind, dict[str, str]]:
    """The kind of list that has these columns, and which column each field is."""
    for kind in kinds:
        names = _named(label, columns, kind)
        fits = all(name in names for name in kind.needed)
        if fits and not any(name in names for name in kind.absent):
            return kind, names
    known = "; ".join(f"{kind.name}: {', '.join(kind.needed)}" for kind in kinds)
    raise Refused(
        f"{label} is no list that is known, by its columns ({', '.join(columns[:30])}). "
        f"What each list needs: {known}."
    )


def _named(label: str, columns: list[str], kind: ListKind) -> dict[str, str]:
    names: dict[str, str] = {}
    for name, aliases in kind.fields.items():
        matches = [column for column in columns if plain(column) in aliases]
        if len(matches) > 1:
            raise Refused(f"{label} has two columns that may be {name}: {', '.join(matches)}.")
        if matches:
            names[name] = matches[0]
    return names


def _take_yaml(found: Lists, path: Path, kinds: tuple[ListKind, ...]) -> None:
    try:
        content = loaded(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused(f"There is no file {path}.") from None
    except OSError as error:
        raise Refused(f"{path} cannot be opened: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Refused(f"{path.name} is not UTF-8 text; save it as UTF-8.") from None
    except UNREADABLE as error:
        where = getattr(error, "problem_mark", None)
        line = f" (line {where.line + 1})" if where else ""
        raise Refused(f"{path.name} is not YAML{line}: {error!s:.120}") from None
    if not isinstance(content, dict):
        raise Refused(f"{path.name} holds no settings; its lines are to be “name: value”.")
    by_name = {kind.name: kind for kind in kinds}
    for key, value in content.items():
        if key in by_name:
            _take_yaml_list(found, f"{path.name} {key}", value, by_name[key])
        else:
            found.settings[str(key)] = value


def _take_yaml_list(found: Lists, label: str, value: object, kind: ListKind) -> None:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Refused(f"{label} is no list of entries; each begins with “- name: value”.")
    rows = found.rows.setdefault(kind.name, [])
    for number, item in enumerate(value, start=1):
        texts = {str(key): as_text(cell) for key, cell in item.items()}
        names = _named(f"{label} {number}", list(texts), kind)
        for name in kind.needed:
            if name not in names:
                found.wrong.add(f"{label} {number}", f"{name} is missing.")
        unknown = sorted(set(texts) - set(names.values()))
        if unknown:
            found.wrong.add(f"{label} {number}", f"“{unknown[0]}” is no field of {kind.name}.")
        cells = {name: texts[column] for name, column in names.items()}
        rows.append(Row(f"{label} {number}", cells, found.wrong))


def _take_workbook(found: Lists, path: Path, kinds: tuple[ListKind, ...]) -> None:
    """Every sheet of a workbook that has rows; a sheet “settings” has names and values."""
    if not path.is_file():
        raise Refused(f"There is no file {path}.")
    try:
        book = fastexcel.read_excel(path)
    except fastexcel.FastExcelError:
        raise Refused(f"{path.name} cannot be read as a workbook; save it as .xlsx.") from None
    for name in book.sheet_names:
        frame = book.load_sheet(name, dtypes="string").to_polars()
        if not frame.height:
            continue
        label = f"{path.name} {name}"
        if name.strip().lower() in ("settings", "设置"):
            found.settings.update((as_text(row[0]), as_text(row[1])) for row in frame.rows())
            continue
        columns = {column: frame[column].to_list() for column in frame.columns}
        where = [f"{label} row {number}" for number in range(2, frame.height + 2)]
        _take(found, label, columns, where, kinds)
