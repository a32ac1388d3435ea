"""The situation of closed duty as a page asks for it, and what is sent when something happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from kapok.errors import Refused
from kapok.planning.cohorts import documents, plans
from kapok.planning.cohorts.example import detention_house
from kapok.planning.cohorts.happenings import What, entry_of, happening_of
from kapok.planning.cohorts.names import letters_of
from kapok.planning.cohorts.situation import MEDIC, read_situation
from kapok.planning.pasted import csv_entries, csv_text, text_of_file
from kapok.planning.planner import Document, Member, Sent
from kapok.planning.rosters.cells import Row, Wrong, as_text
from kapok.words import gettext as _
from kapok.words import listed

TABLES = ("phases", "people", "needs", "home", "positives", "extensions", "exits", "stays")
FIRST = ("person", "role", "roles", "cohort", "kind", "date", "from", "to", "least", "days")
BLANK: Mapping[str, Any] = {
    "scheme": "14+N+N",
    "n": 14,
    "days": 90,
    "closed_in_a_row": 28,
    "closed_of_90": 60,
    "extension_days_most": 14,
    "handover_at": "09:00",
    "zone": "Asia/Shanghai",
}


@dataclass(frozen=True)
class Fields:
    """The fields of the form, as text."""

    name: str
    scheme: str
    n: str
    start: str
    days: str
    cohorts: str
    on_duty: str
    closed_in_a_row: str
    closed_of_90: str
    extension_days_most: str
    handover_at: str
    zone: str
    phases: str
    people: str
    needs: str
    home: str
    positives: str
    extensions: str
    exits: str
    stays: str


NAMES = tuple(field.name for field in fields(Fields))


def example() -> dict[str, Any]:
    """A detention house with sixty made-up people."""
    return {**BLANK, **detention_house()}


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
    if found.get("phases"):
        found.pop("scheme", None)
    return found


def staffed(document: Document, members: Sequence[Member]) -> dict[str, Any]:
    """The document with people of the town; parties and skills are their roles."""
    listed = document.get("people") or []
    people = [dict(each) for each in (csv_entries(listed) if isinstance(listed, str) else listed)]
    by_key = {as_text(each.get("worker")): each for each in people if each.get("worker")}
    by_name = {as_text(each.get("person")).lower(): each for each in people}
    for member in members:
        known = by_key.get(member.worker) or by_name.get(member.name.lower())
        if known is not None:
            known["worker"] = member.worker
            continue
        roles = [*member.parties, *member.skills]
        if "health" in member.parties:
            roles.append(MEDIC)
        entry = {"person": member.name, "roles": "; ".join(roles), "worker": member.worker}
        people.append(entry)
    return {**document, "people": people}


def mended(document: Document, plan: Document, sent: Sent) -> dict[str, Any]:
    """The document after something happened: people stay in the plan's cohorts.

    What had happened in the plan, by hand as well, stands in the lists. Raises ``Refused`` with
    what stands against it, such as a day outside the calendar, rather than leave it to planning.
    """
    situation = read_situation(document)
    known = documents.happenings(plan)
    found = {**document, "cohorts": len(plan["phase"])}
    for what in What:
        found[what.value] = [
            entry_of(item, situation.people) for item in known if item.what == what
        ]
    found["stays"] = [
        {"person": person, "cohort": letters_of(cohort)}
        for person, cohort in zip(situation.people, plan["cohort"], strict=True)
    ]
    who = {name.lower(): i for i, name in enumerate(situation.people)}
    item = happening_of(*row_of(_of_event(sent)), who)
    if item is None:
        raise Refused(_("Say what happened, to whom, and when."))
    plans.after(situation, documents.load(situation, plan), item)
    found[item.what.value] = [*found[item.what.value], entry_of(item, situation.people)]
    return found


def _of_event(sent: Sent) -> dict[str, str]:
    """What was sent of the event that was chosen: its fields are named ``exits-person``."""
    what = sent.text("what")
    found = {name: sent.text(name) for name in sent.texts if "-" not in name}
    own = {name for name in sent.texts if name.startswith(f"{what}-")}
    return found | {name.removeprefix(f"{what}-"): sent.text(name) for name in own}


def row_of(sent: Mapping[str, str]) -> tuple[What, Row]:
    """What a form or a change says has happened; a wrong field refuses at once."""
    word = sent.get("what", "")
    if word not in set(What):
        raise Refused(
            _("Say what happened: %(known)s.") % {"known": listed(what.value for what in What)}
        )
    cells = {name: text for name, text in sent.items() if name != "what" and text}
    return What(word), Row(_("the change"), cells, _Strict())


class _Strict(Wrong):
    """Refuses with the first thing that is wrong."""

    def add(self, where: str, sentence: str) -> None:
        super().add(where, sentence)
        raise Refused(self.sentences[-1])


def _table(content: Any) -> str:
    """A table as CSV that reads back to the same."""
    if not content:
        return ""
    return content if isinstance(content, str) else csv_text(content, FIRST)
