"""Reading lists: CSV, Excel or YAML; what a list is about is seen by its columns."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fastexcel
import numpy as np

from kapok.errors import Refused
from kapok.places.files.columns import plain
from kapok.places.files.problems import row_name
from kapok.places.files.reading import read_sheet
from kapok.places.files.values import text_of
from kapok.planning.plain_yaml import UNREADABLE, loaded
from kapok.planning.rosters.cells import Row, Wrong, as_text
from kapok.planning.rosters.columns import meant
from kapok.words import gettext as _
from kapok.words import listed, pgettext

PLACE = {
    "lon": ("lon", "lng", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
    "x": ("x", "xm"),
    "y": ("y", "ym"),
}
Fields = Mapping[str, tuple[str, ...]]


def list_name(name: str) -> str:
    """A kind of list in the reader's language; files have it under its own name."""
    usual = {
        "posts": pgettext("list", "posts"),
        "people": pgettext("list", "people"),
        "leave": pgettext("list", "leave"),
        "wishes": pgettext("list", "wishes"),
        "shifts": pgettext("list", "shifts"),
        "duties": pgettext("list", "duties"),
        "needs": pgettext("list", "needs"),
        "phases": pgettext("list", "phases"),
        "home": pgettext("list", "home"),
        "positives": pgettext("list", "positives"),
        "extensions": pgettext("list", "extensions"),
        "exits": pgettext("list", "exits"),
        "stays": pgettext("list", "stays"),
    }
    return usual.get(name, name)


def list_label(name: str) -> str:
    """What sentences call a list that is typed on a page, and has no file's name."""
    return _("The list of %(list)s") % {"list": list_name(name)}


@dataclass(frozen=True)
class ListKind:
    """A kind of list: its fields with the names that people give them, and those it must have.

    ``beside`` are columns that may stand there without meaning; None where any may.
    """

    name: str
    fields: Fields
    needed: tuple[str, ...]
    absent: tuple[str, ...] = ()
    beside: tuple[str, ...] | None = None


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
                found.wrong.add(_in(sheet.file, row_name(sheet.word, numbers[row])), sentence)
            where = [_in(sheet.file, row_name(sheet.word, number)) for number in numbers]
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
        _take_yaml_list(found, list_name(kind.name), document.get(kind.name) or [], kind)
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


def _in(whole: str, part: object) -> str:
    """A part of a file or list: “people.csv line 7”."""
    return f"{whole} {part}"


def _take(
    found: Lists,
    label: str,
    columns: Mapping[str, list[str | None]],
    where: list[str],
    kinds: tuple[ListKind, ...],
) -> None:
    kind, names = _kind_of(label, list(columns), kinds)
    for sentence in strangers(label, list(columns), names, kind):
        found.wrong.sentences.append(sentence)
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
    known = [
        _("%(where)s: %(what)s") % {"where": list_name(kind.name), "what": listed(kind.needed)}
        for kind in kinds
    ]
    raise Refused(
        _(
            "%(file)s is no list that is known, by its columns (%(columns)s). "
            "What each list needs: %(known)s."
        )
        % {"file": label, "columns": listed(columns[:30]), "known": _("; ").join(known)}
    )


def strangers(
    label: str, columns: list[str], names: Mapping[str, str], kind: ListKind
) -> Iterator[str]:
    """A sentence for each column of a list that means nothing there."""
    if kind.beside is None:
        return
    free = {name: known for name, known in kind.fields.items() if name not in names}
    for column in columns:
        if not column.strip() or column in names.values() or plain(column) in kind.beside:
            continue
        words = {"list": label, "column": column, "known": listed(kind.fields)}
        if field_ := meant(plain(column), free):
            sentence = _(
                "%(list)s has a column “%(column)s” that means nothing; did you mean %(field)s?"
            )
            yield sentence % {**words, "field": field_}
        else:
            sentence = _(
                "%(list)s has a column “%(column)s” that means nothing; take it out. "
                "Columns that mean something: %(known)s."
            )
            yield sentence % words


def _named(label: str, columns: list[str], kind: ListKind) -> dict[str, str]:
    names: dict[str, str] = {}
    for name, aliases in kind.fields.items():
        matches = [column for column in columns if plain(column) in aliases]
        if len(matches) > 1:
            raise Refused(
                _("%(file)s has two columns that may be %(name)s: %(columns)s.")
                % {"file": label, "name": name, "columns": listed(matches)}
            )
        if matches:
            names[name] = matches[0]
    return names


def _take_yaml(found: Lists, path: Path, kinds: tuple[ListKind, ...]) -> None:
    try:
        content = loaded(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused(_("There is no file %(file)s.") % {"file": path}) from None
    except OSError as error:
        raise Refused(
            _("%(file)s cannot be opened: %(reason)s.") % {"file": path, "reason": error.strerror}
        ) from None
    except UnicodeDecodeError:
        raise Refused(
            _("%(file)s is not UTF-8 text; save it as UTF-8.") % {"file": path.name}
        ) from None
    except UNREADABLE as error:
        where = getattr(error, "problem_mark", None)
        file = _in(path.name, f"({row_name('line', where.line + 1)})") if where else path.name
        raise Refused(
            _("%(file)s is not YAML: %(problem)s") % {"file": file, "problem": f"{error!s:.120}"}
        ) from None
    if not isinstance(content, dict):
        raise Refused(
            _("%(file)s holds no settings; its lines are to be “name: value”.")
            % {"file": path.name}
        )
    by_name = {kind.name: kind for kind in kinds}
    for key, value in content.items():
        if key in by_name:
            _take_yaml_list(found, _in(path.name, key), value, by_name[key])
        else:
            found.settings[str(key)] = value


def _take_yaml_list(found: Lists, label: str, value: object, kind: ListKind) -> None:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Refused(
            _("%(list)s is no list of entries; each begins with “- name: value”.") % {"list": label}
        )
    rows = found.rows.setdefault(kind.name, [])
    for number, item in enumerate(value, start=1):
        texts = {str(key): as_text(cell) for key, cell in item.items()}
        where = _in(label, number)
        names = _named(where, list(texts), kind)
        for name in kind.needed:
            if name not in names:
                found.wrong.add(where, _("%(name)s is missing.") % {"name": name})
        unknown = [each for each in texts if each not in names.values()]
        if unknown:
            found.wrong.add(
                where,
                _("“%(name)s” is no field of %(list)s.")
                % {"name": unknown[0], "list": list_name(kind.name)},
            )
        cells = {name: texts[column] for name, column in names.items()}
        rows.append(Row(where, cells, found.wrong))


def _take_workbook(found: Lists, path: Path, kinds: tuple[ListKind, ...]) -> None:
    """Every sheet of a workbook that has rows; a sheet “settings” has names and values."""
    if not path.is_file():
        raise Refused(_("There is no file %(file)s.") % {"file": path})
    try:
        book = fastexcel.read_excel(path)
    except fastexcel.FastExcelError:
        raise Refused(
            _("%(file)s cannot be read as a workbook; save it as .xlsx.") % {"file": path.name}
        ) from None
    for name in book.sheet_names:
        frame = book.load_sheet(name, dtypes="string").to_polars()
        if not frame.height:
            continue
        label = _in(path.name, name)
        if name.strip().lower() in ("settings", "设置"):
            found.settings.update((as_text(row[0]), as_text(row[1])) for row in frame.rows())
            continue
        columns = {column: frame[column].to_list() for column in frame.columns}
        where = [_in(label, row_name("row", number)) for number in range(2, frame.height + 2)]
        _take(found, label, columns, where, kinds)
