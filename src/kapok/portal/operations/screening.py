"""What households report of their health: stored once, and somebody calls back who feels ill.

A self-report brings advice and a call, never a restriction: no other part of Kapok reads it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.utils import timezone, translation

from kapok.access import secrets
from kapok.access.phones import phone_index
from kapok.access.scope import acting
from kapok.doors.entrances import PORTAL
from kapok.doors.operations import reporting
from kapok.doors.operations.together import Together
from kapok.ids import uuid7
from kapok.matters.engine.facts import Answer, Command, Status
from kapok.matters.operations.codes import code_of
from kapok.matters.operations.commands import apply
from kapok.packs import conditions, look_up
from kapok.packs.schema import FieldType, Screening
from kapok.portal import homes
from kapok.portal.models import Deed, Mandate, SelfReport
from kapok.portal.operations.remembered import Before, within_a_day
from kapok.portal.queries.doorways import Here
from kapok.portal.taking import taking

MOST_HOMES = 3  # that one telephone reports for in a day, besides those it acts for with consent
MOST_REPORTS = 8  # of one home in a day
MOST_CALLS = 3  # to one home in a day: more than that is no call for a doctor
CALL_WITHIN = timedelta(hours=2)
ABOUT = "self-report"
GATHER_S = 0.03


class Outcome(Enum):
    """What became of a self-report."""

    STORED = "STORED"
    OTHER_HOMES = "OTHER_HOMES"  # too many homes from one telephone
    TOO_OFTEN = "TOO_OFTEN"


@dataclass(frozen=True)
class Told:
    """One self-report as it came.

    Attributes
    ----------
    key
        Of the form: the same whenever it is sent again.
    values
        Answers that were checked against the pack's form.
    """

    key: UUID
    here: Here
    phone: str
    home: str
    values: Mapping[str, Any]
    screening: Screening
    pack: UUID
    at: datetime
    mandate: UUID | None = None
    helper: str = ""
    phone_index: bytes = b""
    home_index: bytes = b""

    @property
    def has_symptoms(self) -> bool:
        """Whether somebody should call."""
        return conditions.holds(self.screening.symptoms, {"answers": dict(self.values)})


@dataclass(frozen=True)
class Stored:
    """What became of it.

    Attributes
    ----------
    number, code
        Of the matter by which somebody calls back, where one was made for it.
    is_called
        Somebody calls back, for this report or one shortly before it.
    """

    outcome: Outcome
    has_symptoms: bool = False
    is_called: bool = False
    number: int | None = None
    code: str = ""


def tell(told: Told) -> Stored:
    """Take a self-report in. Raises :class:`~kapok.doors.operations.together.Busy`."""
    return SETS.stored(None, told)


def prepared(told: Told) -> Told:
    """With what it is looked up by. Its key holds for its telephone alone: nobody reads another's
    report by sending the key of it.
    """
    index = phone_index(told.phone)
    return replace(
        told,
        key=uuid5(told.key, index.hex()),
        phone_index=index,
        home_index=homes.index(told.here.community, told.home),
    )


def store(reports: Sequence[Told]) -> list[Stored]:
    """Store a set in one transaction, with the matters by which somebody calls back."""
    at = max(each.at for each in reports)
    ready = [prepared(each) for each in reports]
    with acting(taking(at=at)):
        before = within_a_day(
            [each.phone_index for each in ready],
            [each.home_index for each in ready],
            [each.key for each in ready],
            at=at,
        )
        answers: list[Stored] = []
        rows: list[SelfReport] = []
        calls: dict[bytes, tuple[int, Told]] = {}  # by home: one for each in a set
        for told in ready:
            answer = _decided(told, before)
            if answer.outcome is Outcome.STORED and told.key not in before.keys:
                row = _row(told)
                if answer.has_symptoms and not _called_already(row, told, before):
                    calls.setdefault(told.home_index, (len(answers), told))
                before.remember(row)
                rows.append(row)
            answers.append(answer)
        called = _call_back(list(calls.values()), answers, before, at)
        for row in rows:  # whoever of a home reported in the same set is answered by the same call
            if row.has_symptoms and row.matter is None:
                row.matter = called.get(bytes(row.home_index))
        SelfReport.objects.bulk_create(rows)
        _note(rows, at)
    return [_told_of(told, answer, before) for told, answer in zip(ready, answers, strict=True)]


def _decided(told: Told, before: Before) -> Stored:
    """Whether it is taken; what was taken once is taken again as the same."""
    if told.key not in before.keys:
        if before.n_of_home[told.home_index] >= MOST_REPORTS:
            return Stored(Outcome.TOO_OFTEN)
        others = before.homes[told.phone_index] - {told.home_index}
        if told.mandate is None and len(others) >= MOST_HOMES:
            return Stored(Outcome.OTHER_HOMES)
    return Stored(Outcome.STORED, has_symptoms=told.has_symptoms)


def _row(told: Told) -> SelfReport:
    said = json.dumps(dict(told.values), ensure_ascii=False, sort_keys=True)
    return SelfReport(
        id=uuid7(),
        key=told.key,
        place=told.here.place,
        building=told.here.building if told.mandate is None else None,
        phone=secrets.encrypt(told.phone, about="phone"),
        phone_index=told.phone_index,
        home=secrets.encrypt(told.home, about="home"),
        home_index=told.home_index,
        answers=secrets.encrypt(said, about=ABOUT),
        has_symptoms=told.has_symptoms,
        mandate=told.mandate,
        pack=told.pack,
        made_at=told.at,
    )


def _called_already(row: SelfReport, told: Told, before: Before) -> bool:
    """Whether the same was said within two hours, so that the same call answers it."""
    last = before.last.get(told.home_index)
    if last is None:
        return False
    same = answers_of(last) == dict(told.values)
    if before.n_calls[told.home_index] >= MOST_CALLS or (
        same and last.made_at > told.at - CALL_WITHIN
    ):
        row.matter = last.matter
        return True
    return False


def answers_of(row: SelfReport) -> dict[str, Any]:
    """What was answered."""
    found: dict[str, Any] = json.loads(secrets.decrypt(bytes(row.answers), about=ABOUT))
    return found


def _call_back(
    calls: Sequence[tuple[int, Told]], answers: list[Stored], before: Before, at: datetime
) -> dict[bytes, UUID]:
    """One matter for each home that is to be called, in the ways of the report page."""
    called: dict[bytes, UUID] = {}
    if not calls:
        return called
    commands = [_command(told) for _turn, told in calls]
    done = apply(commands, within=PORTAL.ranges)
    for (turn, told), command, answer in zip(calls, commands, done, strict=True):
        if not _is_taken(answer):
            continue  # the page says then that nobody was told, and whom to call
        row = before.keys[told.key]
        row.matter = called[told.home_index] = answer.matter
        before.last[told.home_index] = row
        before.n_calls[told.home_index] += 1
        answers[turn] = Stored(
            Outcome.STORED,
            has_symptoms=True,
            is_called=True,
            number=answer.number,
            code=code_of(command.id),
        )
    return called


def _is_taken(answer: Answer) -> bool:
    return answer.status == Status.TAKEN and answer.number is not None


def _command(told: Told) -> Command:
    """The report by which somebody calls back."""
    call = told.screening.call_back
    kind, _ref = look_up.packs_at(told.here.place, told.at).kind(call.kind)
    asked = {each.name for each in kind.report_form.fields}
    same = {name: value for name, value in told.values.items() if name in asked}
    said = {
        "kind": call.kind,
        "place": told.here.place,
        "text": _for_desks(told),
        "address": told.home,
        "answers": {**same, **call.answers},
        "contact": {"name": told.helper, "phone": told.phone, "hidden": False},
    }
    return reporting.command_of(PORTAL, f"screening {told.key}", said, at=told.at)


def _for_desks(told: Told) -> str:
    """What was answered, in the language of the box: desks read it, whoever sent it."""
    with translation.override(settings.LANGUAGE_CODE):
        return in_words(told.screening, told.values)


def in_words(screening: Screening, values: Mapping[str, Any]) -> str:
    """What was answered, question by question, in the language that is active."""
    lines = []
    for asked in screening.form.fields:
        value = values.get(asked.name)
        if value is None or value is False:
            continue
        labels = {option.code: option.label.here() for option in asked.options}
        if asked.type == FieldType.CHOICES:
            said = "、".join(labels.get(code, code) for code in value)
        else:
            said = "✓" if value is True else labels.get(str(value), str(value))
        lines.append(f"{asked.label.here()}: {said}")
    return "\n".join(lines)


def _note(rows: Sequence[SelfReport], at: datetime) -> None:
    """The trace of what helpers did."""
    Deed.objects.bulk_create(
        Deed(
            id=uuid7(), mandate_id=row.mandate, place=row.place, subject=row.pk, at=at,
            what=Mandate.Use.SCREENING,
        )
        for row in rows
        if row.mandate is not None
    )  # fmt: skip


def _told_of(told: Told, answer: Stored, before: Before) -> Stored:
    """With the call that answers it, where that was made before."""
    if answer.outcome is not Outcome.STORED or answer.number is not None:
        return answer
    row = before.keys[told.key]
    return Stored(Outcome.STORED, has_symptoms=row.has_symptoms, is_called=row.matter is not None)


def forget(*, key: UUID, phone: bytes, at: datetime | None = None) -> int:
    """Whoever reported takes it back: it is deleted at once."""
    with acting(taking(at=at or timezone.now())):
        return SelfReport.objects.filter(key=key, phone_index=phone).delete()[0]


def _stored(_line: None, reports: Sequence[Told]) -> list[Stored]:
    return store(reports)


SETS: Together[None, Told, Stored] = Together(_stored, gather_s=GATHER_S)
