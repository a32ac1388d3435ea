"""A list of reports in CSV or Excel: each row is one report, tried first or taken at once.

A row that is refused does not hold the others up; it comes back with its reason. The same row again
(by its key, or its whole content) is the same report.
"""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access.roles import Permission
from kapok.access.scope import require
from kapok.errors import NotAllowed, Refused
from kapok.matters.engine.facts import Answer, Command, Status
from kapok.matters.operations.commands import apply
from kapok.matters.workflow import Door
from kapok.people.lists.reading import Table
from kapok.people.lists.reading import read_list as read_table
from kapok.people.lists.refused import refused_workbook

MOST_ROWS = 5_000
AT_ONCE = 200
NAMES = {
    "key": ("key", "编号", "序号"),
    "kind": ("kind", "种类", "事项种类"),
    "why": ("why", "原因"),
    "place": ("place", "地点代码", "区域代码", "网格代码"),
    "lon": ("lon", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
    "address": ("address", "地址"),
    "text": ("text", "description", "内容", "说明"),
    "name": ("name", "姓名"),
    "phone": ("phone", "电话", "联系电话"),
}
ANSWER = "a."


@dataclass(frozen=True)
class RefusedRow:
    """A row that became no report."""

    number: int
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Done:
    """What became of a list."""

    columns: tuple[str, ...]
    n_taken: int
    refused: tuple[RefusedRow, ...]
    is_trial: bool

    def workbook(self) -> bytes:
        """The refused rows with their reasons, as an Excel file to mend and bring again."""
        rows = ((row.number, row.cells, row.reason) for row in self.refused)
        return refused_workbook(self.columns, rows)


def bring(*, data: bytes, name: str, trial: bool) -> Done:
    """Take the rows of a file in as whoever acts; with ``trial`` nothing of it stays."""
    require(Permission.MATTER_REPORT)
    table = _read(data, name)
    if table.frame.height > MOST_ROWS:
        raise Refused(
            _("The list has more than %(most)s rows. Divide it.") % {"most": f"{MOST_ROWS:,}"}
        )
    columns = _columns(table.frame.columns)
    if "kind" not in columns.values():
        raise Refused(_("The list has no column “kind”. Its header names what each column holds."))
    rows = [tuple("" if cell is None else str(cell) for cell in row) for row in table.frame.rows()]
    with transaction.atomic():
        found = _taken(table, columns, rows)
        if trial:
            transaction.set_rollback(True)
    refused = tuple(
        RefusedRow(number, cells, answer.sentence)
        for number, cells, answer in zip(table.numbers, rows, found, strict=True)
        if answer.status != Status.TAKEN
    )
    return Done(tuple(table.frame.columns), len(rows) - len(refused), refused, trial)


def _read(data: bytes, name: str) -> Table:
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix[:10]) as file:
        file.write(data)
        file.flush()
        return read_table(Path(file.name), name[:200] or _("The file"))


def _columns(header: list[str]) -> dict[int, str]:
    """What each column holds, by its position."""
    known = {word: name for name, words in NAMES.items() for word in words}
    found = {}
    for at, word in enumerate(header):
        plain = word.strip().lower()
        if plain in known:
            found[at] = known[plain]
        elif plain.startswith(ANSWER):
            found[at] = plain
    return found


def _taken(table: Table, columns: dict[int, str], rows: list[tuple[str, ...]]) -> list[Answer]:
    who = require(Permission.MATTER_REPORT)
    if who.account is None:
        raise NotAllowed(_("Nobody acts here. Choose as what you act first."))
    answers: list[Answer] = []
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        commands = []
        for cells in part:
            said = {columns[at]: cells[at].strip() for at in columns if cells[at].strip()}
            key = _key(who.account, said)
            commands.append(Command(key, "report", uuid5(key, "matter"), who.at, data=_data(said)))
        answers += apply(commands)
    return answers


def _key(account: UUID, said: dict[str, str]) -> UUID:
    content = said.get("key") or hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()
    return uuid5(account, f"list\x1f{content}")


def _data(said: dict[str, str]) -> dict[str, Any]:
    plain = {
        name: said[name] for name in ("kind", "why", "text", "address", "place", "lon", "lat")
        if name in said
    }  # fmt: skip
    answers = {
        name.removeprefix(ANSWER): value for name, value in said.items() if name.startswith(ANSWER)
    }
    contact = {name: said[name] for name in ("name", "phone") if name in said}
    return plain | {"answers": answers, "contact": contact, "door": Door.LIST.value}
