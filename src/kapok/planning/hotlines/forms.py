"""The situation of a hotline as a page asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from kapok.planning.pasted import csv_text, text_of_file
from kapok.planning.planner import Document, Sent
from kapok.planning.rosters.cells import as_text
from kapok.words import language

TABLES = ("calls", "streets")
FIRST = ("start", "calls", "skill", "street", "district", "telephones")
BLANK: Mapping[str, Any] = {
    "share": 0.8,
    "within": 20,
    "abandon": 0.05,
    "occupancy": 0.85,
    "shrinkage": 0.3,
    "least": 1,
    "handling": 480,
    "zone": "Asia/Shanghai",
}


@dataclass(frozen=True)
class Fields:
    """The fields of the form, as text; ``calls`` and ``streets`` are tables."""

    name: str
    date: str
    zone: str
    calls: str
    handling: str
    patience: str
    share: str
    within: str
    abandon: str
    occupancy: str
    shrinkage: str
    least: str
    shifts: str
    start_every: str
    people: str
    lines: str
    districts: str
    district_lines: str
    most_lost: str
    streets: str


NAMES = tuple(field.name for field in fields(Fields))


def example() -> dict[str, Any]:
    """A day of two skills over 234 lines, made up, in either language."""
    is_chinese = language().startswith("zh")
    advice, comfort = ("咨询", "心理") if is_chinese else ("INF", "PSY")
    return {
        **BLANK,
        "name": "红棉守护热线" if is_chinese else "Kapok hotline",
        "date": "2026-06-15",
        "calls": (
            f"{advice}: 2 1 1 1 1 2 5 12 22 30 34 30 24 26 28 26 24 22 20 18 14 10 6 4\n"
            f"{comfort}: 4 3 2 2 1 1 1 2 4 5 6 6 5 6 6 6 7 8 9 10 11 10 8 6"
        ),
        "handling": 600,
        "shifts": "4; 8",
        "lines": 234,
        "districts": 11,
    }


def fields_of(document: Document) -> Fields:
    """The form, filled in."""
    texts = {name: as_text(document.get(name)) for name in NAMES if name not in TABLES}
    tables = {name: _table(document.get(name)) for name in TABLES}
    return Fields(**texts, **tables)


def after(document: Document, sent: Sent) -> dict[str, Any]:
    """The document after the form was sent; an empty field is left out. Raises ``Refused``."""
    found = dict(document)
    for name in NAMES:
        if name not in sent.texts:
            continue
        text = sent.text(name).replace("\r\n", "\n")
        if text:
            found[name] = text
        else:
            found.pop(name, None)
    for name in TABLES:
        if f"{name}_file" in sent.files:
            found[name] = text_of_file(*sent.files[f"{name}_file"])
    return found


def _table(content: Any) -> str:
    """A table as text that reads back to the same."""
    if content is None or isinstance(content, str):
        return content or ""
    if isinstance(content, Mapping):
        return "\n".join(f"{name}: {_numbers(row)}" for name, row in content.items())
    if content and isinstance(content[0], Mapping):
        return csv_text(content, FIRST)
    return _numbers(content)


def _numbers(row: Any) -> str:
    return row if isinstance(row, str) else " ".join(as_text(n) for n in row)
