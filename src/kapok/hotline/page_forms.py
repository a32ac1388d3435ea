"""What is sent from the page of a call, read: a need's form, a screening, a promised moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from kapok.errors import Refused
from kapok.hotline.queries.caller import Where
from kapok.hotline.queries.records import Record
from kapok.matters.engine.reporting import PHONE, WHERE, WORDS
from kapok.matters.forms.html import FILES, Widget, answers_of, widgets
from kapok.matters.forms.moves import report_data
from kapok.packs.schema import CallCategory, Form, Kind

SAID_ONCE = {WHERE: "address", PHONE: "contact.phone", WORDS: "text"}
ASKED = ("address", "contact.phone", "contact.name", "text", "place")


@dataclass(frozen=True)
class NeedForm:
    """The report form of a need, filled in as far as it is known.

    ``more`` is what need not be asked; of something urgent it is folded away.
    """

    category: CallCategory
    kind: Kind
    key: UUID
    given: Mapping[str, str]
    building: str
    asked: tuple[Widget, ...]
    more: tuple[Widget, ...]
    faults: Mapping[str, str]
    problem: str = ""

    @property
    def other_faults(self) -> list[str]:
        """What is wrong with no field of this page."""
        shown = {widget.name for widget in self.asked + self.more} | {
            name.replace(".", "_") for name in ASKED
        }
        return [
            said
            for name, said in self.faults.items()
            if name not in shown and f"answers.{name}" not in shown
        ]


def need_form(
    category: CallCategory,
    kind: Kind,
    *,
    key: UUID,
    record: Record,
    where: Where | None,
    sent: QueryDict | None = None,
    faults: Mapping[str, str] | None = None,
    problem: str = "",
) -> NeedForm:
    """A need's form: as it was sent, or with what the call and the category say already."""
    form = asked_of(kind.report_form)
    answers = dict(category.answers) if sent is None else answers_of(form, sent)
    wrong = {SAID_ONCE.get(name, name).replace(".", "_"): said for name, said in _items(faults)}
    fields = widgets(form, answers, wrong)
    folded = category.is_urgent and not any(_is_wrong(each) for each in fields)
    asked = tuple(each for each in fields if not folded or each.required)
    return NeedForm(
        category=category,
        kind=kind,
        key=key,
        given=_given(record, where) if sent is None else _sent(sent),
        building=_building(where) if sent is None else sent.get("building", ""),
        asked=asked,
        more=tuple(each for each in fields if each not in asked),
        faults=wrong,
        problem=problem,
    )


def _items(faults: Mapping[str, str] | None) -> list[tuple[str, str]]:
    return list((faults or {}).items())


def _is_wrong(widget: Widget) -> bool:
    return bool(widget.fault) and not widget.required


def asked_of(form: Form) -> Form:
    """A form without what is said once for all kinds, and without photos: nobody sends any."""
    fields = tuple(
        field for field in form.fields if field.name not in SAID_ONCE and field.type not in FILES
    )
    return form.model_copy(update={"fields": fields})


def _given(record: Record, where: Where | None) -> dict[str, str]:
    return {
        "address": where.address if where else "",
        "contact_phone": record.phone,
        "contact_name": record.caller,
        "text": "",
        "place": "",
    }


def _sent(sent: QueryDict) -> dict[str, str]:
    return {name.replace(".", "_"): sent.get(name, "") for name in ASKED}


def _building(where: Where | None) -> str:
    return str(where.building) if where and where.building else ""


def data_of(kind: Kind, sent: QueryDict) -> dict[str, Any]:
    """What was filled in, as a report is."""
    return report_data(asked_of(kind.report_form), sent)


def screen_answers(sent: QueryDict) -> dict[str, bool]:
    """Yes and no by question; what was not asked is left out."""
    found = {}
    for name, said in sent.items():
        if name.startswith("asked.") and said in {"yes", "no"}:
            found[name.removeprefix("asked.")] = said == "yes"
    return found


def level_of(sent: QueryDict) -> int:
    """The level that was chosen. Raises ``Refused`` where none was."""
    said = sent.get("level", "")
    if said not in {"0", "1", "2", "3", "4"}:
        raise Refused(_("Choose a level from L0 to L4."))
    return int(said)


def moment_of(said: str) -> datetime | None:
    """A moment as a browser sends it. Raises ``Refused`` for what is none."""
    if not said.strip():
        return None
    try:
        found = parse_datetime(said.strip())
    except ValueError:
        found = None
    if found is None:
        raise Refused(_("Write the moment of the promised call as a date and a time."))
    return found if found.tzinfo else timezone.make_aware(found)


def key_in(said: str) -> UUID:
    """A key that a page was made with. Raises ``Refused`` where it was lost."""
    try:
        return UUID(said)
    except ValueError:
        raise Refused(_("This page is too old. Load it again; what you noted is kept.")) from None
