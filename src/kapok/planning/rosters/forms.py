"""The form of a roster's situation: settings in fields, lists as text or files."""

import csv
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kapok.errors import Refused
from kapok.planning.planner import Document, Sent
from kapok.planning.rosters.lists import ListKind, list_label, list_name, read_lists
from kapok.planning.rosters.lists import document_of as lists_document
from kapok.planning.rosters.situation import (
    DUTIES,
    KINDS,
    LEAVE,
    NUMBERS,
    PEOPLE,
    POSTS,
    SHIFTS,
    WISHES,
)
from kapok.words import gettext as _
from kapok.words import listed

LISTS = (POSTS, PEOPLE, LEAVE, WISHES, SHIFTS, DUTIES)
TEXTS = ("start", "days", "timezone", "holidays", "night_parties", "overtime_reason")
MOST_TYPED = 400  # rows that are shown as text; longer lists are sent as files
MOST_QUOTED = 60


@dataclass(frozen=True)
class Setting:
    """A setting with its label, unit, value, and what holds where nothing is written."""

    name: str
    label: str
    value: str
    usual: str
    kind: str = "text"


@dataclass(frozen=True)
class ListText:
    """A list as text that may be changed; blank with ``is_long`` where it is too long for that."""

    name: str
    label: str
    about: str
    n: int
    text: str
    is_long: bool
    columns: str


@dataclass(frozen=True)
class Fields:
    """What the form asks."""

    main: tuple[Setting, ...]
    limits: tuple[Setting, ...]
    lists: tuple[ListText, ...]
    absent: tuple[str, ...]


def fields_of(document: Document) -> Fields:
    """The form, filled in."""
    settings = document.get("settings") or {}
    mending = document.get("mending") or {}
    labels = _labels()
    usual = {name: f"{bounds[2]:g}" for name, bounds in NUMBERS.items()}
    usual |= {"timezone": "Asia/Shanghai", "night_parties": "police; health; community"}
    kinds = {"start": "date", "days": "number"}

    def setting(name: str) -> Setting:
        kind = kinds.get(name, "decimal" if name in NUMBERS else "text")
        return Setting(name, labels[name], str(settings.get(name, "")), usual.get(name, ""), kind)

    return Fields(
        main=tuple(setting(name) for name in TEXTS),
        limits=tuple(setting(name) for name in NUMBERS if name not in TEXTS),
        lists=tuple(_list_text(kind, document.get(kind.name) or []) for kind in LISTS),
        absent=tuple(
            f"{entry.get('person')}: {entry.get('from')} – {entry.get('to')}"
            for entry in mending.get("absent") or ()
        ),
    )


def _labels() -> dict[str, str]:
    return {
        "start": _("First day"),
        "days": _("Days"),
        "timezone": _("Time zone"),
        "holidays": _("Holidays"),
        "night_parties": _("At exposed gates at night, at least one each of"),
        "overtime_reason": _("Reason of overtime beyond 36 hours"),
        "rest_hours": _("Rest between duties, hours"),
        "suit_hours": _("Longest in a protective suit, hours"),
        "week_hours": _("Hours a week"),
        "week_hours_most": _("Hours a week, never more than"),
        "overtime_hours_most": _("Overtime in all, hours"),
        "nights_in_row": _("Nights in a row"),
        "days_in_row": _("Days in a row"),
        "farthest_km": _("Farthest way to a post, km"),
        "price_km": _("Price of a kilometre"),
        "price_overtime_hour": _("Price of an hour of overtime"),
        "price_unfair": _("Price of a duty outside a fair share"),
        "price_wish": _("Price of a wish not met"),
        "price_empty": _("Price of an empty seat"),
    }


def _list_text(kind: ListKind, rows: list[dict[str, Any]]) -> ListText:
    labels = {
        "posts": (_("Posts"), _("What is to be filled: post, party; each shift where none is "
                                "named. “exposed” adds one of each party at night.")),
        "people": (_("People"), _("Who there is: name, party; home and limits where known.")),
        "leave": (_("Leave"), _("Who is away from which day to which.")),
        "wishes": (_("Wishes"), _("off, on, a shift, or “no night”; with a weight where it "
                                  "matters more.")),
        "shifts": (_("Shifts"), _("Three of eight hours where none are listed.")),
        "duties": (_("Duties before"), _("Of the two weeks before: they count for rest and for "
                                         "each one's share of nights.")),
    }  # fmt: skip
    label, about = labels[kind.name]
    is_long = len(rows) > MOST_TYPED
    used = [name for name in kind.fields if any(name in row for row in rows)]
    columns = list(dict.fromkeys([*kind.needed, *used]))
    text = io.StringIO()
    if rows and not is_long:
        writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return ListText(
        kind.name, label, about, len(rows), text.getvalue(), is_long, listed(kind.fields)
    )


def document_of(document: Document, form: Sent) -> dict[str, Any]:
    """The document with what was sent; ``Refused`` where a file or list cannot be read.

    A list that was sent as a file takes the place of the one before; a list as text too, and an
    empty text takes the list away, unless it was too long to be shown.
    """
    found = {key: value for key, value in document.items() if key != "mending"}
    if "mending" in document and form.text("keep_mending"):
        found["mending"] = document["mending"]
    settings = dict(document.get("settings") or {})
    for name in (*TEXTS, *NUMBERS):
        if name in form.texts:
            settings[name] = form.text(name)
    found["settings"] = {name: value for name, value in settings.items() if value}
    for kind in LISTS:
        if f"list_{kind.name}" in form.texts:
            found.update(_typed(kind, form.text(f"list_{kind.name}")))
    for name, content in form.files.values():
        sent = _filed(name, content)
        found["settings"] |= sent.pop("settings", {})
        found.update(sent)
    return found


def _typed(kind: ListKind, text: str) -> dict[str, Any]:
    if not text:
        return {kind.name: []}
    if "\n" not in text.strip():
        raise Refused(
            _(
                "%(list)s has no rows, only “%(line)s”. Write its columns (%(columns)s) in the "
                "first line and a row below, or empty the field to take the list away."
            )
            % {
                "list": list_label(kind.name),
                "line": text.strip()[:MOST_QUOTED],
                "columns": listed(kind.needed),
            }
        )
    sent = _filed(list_label(kind.name), text.encode())
    if kind.name not in sent:
        raise Refused(
            _("What was written as %(list)s has not its columns, %(columns)s.")
            % {"list": list_name(kind.name), "columns": listed(kind.needed)}
        )
    return sent


def _filed(name: str, content: bytes) -> dict[str, Any]:
    """The lists of a file that was sent."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name[-60:] or "list.csv")
        path.write_bytes(content)
        lists = read_lists((path,), KINDS)
        lists.wrong.refuse()
        found = lists_document(lists)
        is_yaml = path.suffix.lower() in (".yaml", ".yml")  # which says “leave: []” on purpose
        if not found or not (is_yaml or all(found.values())):
            raise Refused(_("%(file)s has no rows; nothing was changed.") % {"file": name})
        return found
