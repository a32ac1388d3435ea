"""The lists of closed duty: what each is about, from files and from documents."""

from collections.abc import Mapping, Sequence
from typing import Any

from kapok.errors import Refused
from kapok.places.files.columns import plain
from kapok.planning.pasted import csv_entries
from kapok.planning.planner import Document
from kapok.planning.rosters.cells import Row, as_text
from kapok.planning.rosters.lists import ListKind, Lists, list_name
from kapok.planning.rosters.situation import WHO
from kapok.words import gettext as _
from kapok.words import listed

COHORT = ("cohort", "batch", "批次", "批")
DATE = ("date", "day", "日期")
WHY = ("reason", "why", "原因")
BY = ("approver", "approvedby", "批准人")
PEOPLE = ListKind(
    "people",
    {
        "person": WHO,
        "roles": ("roles", "role", "skills", "skill", "技能", "角色"),
        "apart": ("apart", "notwith", "不同批"),
        "together": ("together", "with", "同批"),
        "worker": ("worker", "workerid"),
    },
    ("person", "roles"),
)
NEEDS = ListKind(
    "needs",
    {"role": ("role", "角色"), "least": ("least", "count", "人数")},
    ("role", "least"),
)
PHASES = ListKind(
    "phases",
    {
        "kind": ("kind", "phase", "阶段"),
        "days": ("days", "天数"),
        "tests": ("tests", "检测"),
        "location": ("location", "地点"),
        "home": ("home", "maygohome", "回家"),
    },
    ("kind", "days"),
)
HOME = ListKind(
    "home",
    {
        "person": WHO,
        "from": ("from", "开始"),
        "to": ("to", "until", "结束"),
        "weight": ("weight", "权重"),
    },
    ("person", "from", "to"),
)
POSITIVES = ListKind(
    "positives",
    {
        "person": WHO,
        "cohort": COHORT,
        "date": DATE,
        "clear": ("clear", "解除"),
        "reason": WHY,
        "approver": BY,
    },
    ("date", "clear", "reason", "approver"),
)
EXTENSIONS = ListKind(
    "extensions",
    {"cohort": COHORT, "date": DATE, "days": ("days", "天数"), "reason": WHY, "approver": BY},
    ("cohort", "date", "days", "reason", "approver"),
)
EXITS = ListKind(
    "exits",
    {"person": WHO, "date": DATE, "reason": WHY},
    ("person", "date", "reason"),
)
STAYS = ListKind("stays", {"person": WHO, "cohort": COHORT}, ("person", "cohort"))
KINDS = (POSITIVES, EXTENSIONS, EXITS, HOME, PHASES, NEEDS, STAYS, PEOPLE)


def lists_of(document: Document) -> Lists:
    """The lists and settings of a document: lists of entries, or CSV that was pasted."""
    found, by_name = Lists(), {kind.name: kind for kind in KINDS}
    for name, value in document.items():
        if name not in by_name:
            found.settings[name] = value
        elif value not in (None, "", []):
            _take(found, by_name[name], value)
    return found


def _take(found: Lists, kind: ListKind, value: Any) -> None:
    entries = csv_entries(value) if isinstance(value, str) else value
    if not isinstance(entries, Sequence) or not all(isinstance(e, Mapping) for e in entries):
        raise Refused(
            _("%(list)s is no list of entries, and no table with a header.")
            % {"list": list_name(kind.name)}
        )
    rows = found.rows.setdefault(kind.name, [])
    for number, entry in enumerate(entries, start=1):
        where = f"{list_name(kind.name)} {number}"
        cells: dict[str, str] = {}
        for column, cell in entry.items():
            field = next((f for f, known in kind.fields.items() if plain(str(column)) in known), "")
            if field:
                cells[field] = as_text(cell)
            else:
                found.wrong.add(
                    where,
                    _("“%(name)s” is no field of %(list)s; they are %(known)s.")
                    % {
                        "name": column,
                        "list": list_name(kind.name),
                        "known": listed(kind.fields),
                    },
                )
        rows.append(Row(where, cells, found.wrong))
