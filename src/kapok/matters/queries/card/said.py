"""What was said of a matter, and its trace as people read it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kapok.access import masks, scope, secrets
from kapok.access.roles import ROLES
from kapok.matters import notes
from kapok.matters.engine.facts import Facts
from kapok.matters.engine.reporting import PHONE, WHERE, WORDS
from kapok.matters.models import Matter, MatterEvent, Report
from kapok.matters.queries import labels
from kapok.matters.workflow import MOVES, Door, State, Urgency
from kapok.packs.models import Pack
from kapok.packs.schema import Form, Kind
from kapok.packs.schema.forms import FILES
from kapok.people.shown import Shown
from kapok.words import listed

CONTACT = "matter contact"
LATE_BY_S = 120  # a move that came in so much later than it was made was kept on a phone


@dataclass(frozen=True)
class Contact:
    """Who reported, masked unless it was asked for with a reason."""

    name: str
    phone: str
    email: str
    revealed: bool = False


@dataclass(frozen=True)
class Words:
    """One report: what was said, how it came in, who said it as far as that may be seen."""

    id: UUID
    received_at: datetime
    door: str
    notes: tuple[str, ...]
    text: str
    address: str
    answers: tuple[tuple[str, str], ...]
    contact: Contact | None
    is_hidden: bool


@dataclass(frozen=True)
class Entry:
    """One move: who, as what, when in the world and when it came in, what it said."""

    move: str
    label: str
    after: str
    who: str
    role: str
    at: datetime
    received_at: datetime
    came_late: bool
    pack: str
    said: tuple[tuple[str, str], ...] = field(default=())


def words(facts: Facts, kind: Kind | None) -> tuple[Words, ...]:
    """The reports of a matter, the first one first."""
    rows = Report.objects.filter(matter=facts.id)
    return tuple(_words(row, kind, calls=_calls(facts, row)) for row in rows)


def _calls(facts: Facts, row: Report) -> bool:
    """Whether whoever looks has it in hand and may read the number to call."""
    who = scope.current()
    is_mine = facts.assignee is not None and facts.assignee == who.account
    is_ours = facts.unit is not None and facts.unit == who.unit
    return (is_mine or is_ours) and not row.is_hidden


def _words(row: Report, kind: Kind | None, *, calls: bool) -> Words:
    said = {WHERE: row.address, WORDS: row.text}
    answers = {
        name: value
        for name, value in row.answers.items()
        if value != said.get(name) and (calls or name != PHONE)  # others read it masked, once
    }
    return Words(
        id=row.pk,
        received_at=row.received_at,
        door=str(Door(row.door).label),
        notes=notes.in_words(row.notes),
        text=row.text,
        address=row.address,
        answers=answered(kind.report_form if kind else Form(), answers),
        contact=contact_of(row),
        is_hidden=row.is_hidden,
    )


def contact_of(row: Report, *, revealed: bool = False) -> Contact | None:
    """Who reported; masked, and nothing of who wants to stay unknown."""
    if row.contact is None or (row.is_hidden and not revealed):
        return None
    known = json.loads(secrets.decrypt(bytes(row.contact), about=CONTACT))
    shown = Shown(frozenset(), revealed)
    email = known.get("email", "")
    return Contact(
        name=shown.name(known.get("name", "")),
        phone=shown.phone(known["phone"]) if known.get("phone") else "",
        email=email if revealed else _masked(email),
        revealed=revealed,
    )


def _masked(email: str) -> str:
    name, at, host = email.partition("@")
    return f"{masks.name(name)}{at}{host}" if at else masks.name(email)


def answered(form: Form, answers: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Answers in the order of their questions; what the form no longer asks, under its name."""
    asked = [field.name for field in form.fields if field.name in answers]
    names = dict.fromkeys([*asked, *answers])
    return tuple((_question(form, name), _answer(form, name, answers[name])) for name in names)


def _question(form: Form, name: str) -> str:
    found = form.field(name)
    return found.label.here() if found else name


def _answer(form: Form, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return pgettext("answer", "Yes") if value else pgettext("answer", "No")
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values())
    found = form.field(name)
    if found and found.type in FILES:
        return _("see the photos and files")
    options = {option.code: option.label.here() for option in found.options} if found else {}
    values = value if isinstance(value, list) else [value]
    return listed(options.get(str(each), str(each)) for each in values)


def trace(facts: Facts, kind: Kind | None) -> tuple[Entry, ...]:
    """Every move of a matter, the latest first."""
    rows = list(MatterEvent.objects.filter(matter=facts.id).order_by("-version"))
    people = labels.accounts(row.account for row in rows)
    units = labels.units([row.unit for row in rows] + [_sent_to(row, "unit") for row in rows])
    people |= labels.accounts(_sent_to(row, "account") for row in rows)
    packs = {pack.pk: pack for pack in Pack.objects.filter(pk__in={row.pack for row in rows})}
    others = _numbers(rows)
    return tuple(_entry(row, kind, people | units | others, packs.get(row.pack)) for row in rows)


def _sent_to(row: MatterEvent, what: str) -> UUID | None:
    found = (row.data.get("to") or {}).get(what)
    return UUID(found) if found else None


def _numbers(rows: list[MatterEvent]) -> dict[UUID, str]:
    keys = [UUID(row.data["other"]) for row in rows if row.data.get("other")]
    found = Matter.objects.filter(pk__in=keys).values_list("pk", "number") if keys else ()
    return {key: _("No. %(number)s") % {"number": number} for key, number in found}


def _entry(
    row: MatterEvent, kind: Kind | None, names: Mapping[UUID, str], pack: Pack | None
) -> Entry:
    by_box = row.account is None
    who = names.get(row.account, "") if row.account else ""
    role = ROLES[row.role].label if row.role in ROLES else ""
    unit = names.get(row.unit, "") if row.unit else ""
    move = MOVES.get(row.move)
    return Entry(
        move=row.move,
        label=str(move.label) if move else row.move,
        after=str(State(row.after).label) if row.after != row.before else "",
        who=who or (_("Kapok, by its rules") if by_box else _("A colleague")),
        role=" · ".join(str(part) for part in (role, unit) if part),
        at=row.at,
        received_at=row.received_at,
        came_late=abs((row.received_at - row.at).total_seconds()) > LATE_BY_S,
        pack=f"{pack.code} {pack.version}" if pack else "",
        said=tuple(_said(row, kind, names)),
    )


def _said(row: MatterEvent, kind: Kind | None, names: Mapping[UUID, str]) -> list[tuple[str, str]]:
    """What the move carried, under words that people use."""
    data, found = row.data, []
    step = kind.step(data["step"]) if kind and data.get("step") else None
    outcome = kind.outcome(data["outcome"]) if kind and data.get("outcome") else None
    clock = kind.clock(data["clock"]) if kind and data.get("clock") else None
    note = next((n for n in step.notes if n.code == data.get("noted")), None) if step else None
    parts: list[tuple[str, Any]] = [
        (_("To"), _to(data.get("to"), names)),
        (_("Step"), step.label.here() if step else data.get("step")),
        (_("Noted"), note.label.here() if note else data.get("noted")),
        (_("Outcome"), outcome.label.here() if outcome else data.get("outcome")),
        (_("Clock"), clock.label.here() if clock else data.get("clock")),
        (_("Agency"), data.get("agency")),
        (_("Other matter"), names.get(UUID(data["other"]), "") if data.get("other") else ""),
        (_("Until"), _moment(data.get("until"))),
        (_("Urgency"), Urgency(data["urgency"]).label if data.get("urgency") else ""),
        (_("Reason"), _reason(data.get("reason", ""))),
        (_("Satisfaction"), data.get("satisfaction")),
    ]
    found += [(label, str(value)) for label, value in parts if value]
    found += answered(step.form if step else Form(), data.get("answers", {}))
    return found + ([("", data["text"])] if data.get("text") else [])


def _to(to: Mapping[str, str] | None, names: Mapping[UUID, str]) -> str:
    keys = [UUID(to[what]) for what in ("unit", "account") if to.get(what)] if to else []
    return " · ".join(names.get(key, "") for key in keys if names.get(key))


def _reason(reason: str) -> str:
    return _("responsible for the place") if reason == "route" else reason


def _moment(said: str | None) -> str:
    found = parse_datetime(said) if said else None
    return f"{timezone.localtime(found):%Y-%m-%d %H:%M}" if found else ""
