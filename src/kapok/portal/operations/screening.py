"""What households report of their health: stored once, and somebody calls back who feels ill.

A self-report brings advice and a call, never a restriction: no other part of Kapok reads it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from kapok.access import secrets
from kapok.access.phones import phone_index
from kapok.access.scope import acting
from kapok.doors.entrances import PORTAL
from kapok.doors.operations.together import Together
from kapok.ids import uuid7
from kapok.matters.engine.facts import Answer, Status
from kapok.matters.models import Matter
from kapok.matters.operations.commands import apply
from kapok.portal import homes
from kapok.portal.models import Deed, Mandate, SelfReport
from kapok.portal.operations import calling_back
from kapok.portal.operations.remembered import Before, Household, within_a_day
from kapok.portal.operations.self_reports import Outcome, Stored, Told
from kapok.portal.taking import taking

MOST_HOMES = 3  # that one telephone reports for in a day, besides those it acts for with consent
MOST_REPORTS = 8  # of one telephone for one home in a day
MOST_CALLS = 3  # to one telephone for one home in a day: more is no call for a doctor
CALL_WITHIN = timedelta(hours=2)
ABOUT = "self-report"
GATHER_S = 0.03


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
            [each.phone_index for each in ready], [each.key for each in ready], at=at
        )
        again = [each for each in ready if each.key in before.keys]
        answers: list[Stored] = []
        rows: list[SelfReport] = []
        calls: dict[Household, tuple[int, Told]] = {}  # one for each in a set
        for told in ready:
            answer = _decided(told, before)
            if answer.outcome is Outcome.STORED and told.key not in before.keys:
                row = _row(told)
                if answer.has_symptoms and not _called_already(row, told, before):
                    calls.setdefault(_household(told), (len(answers), told))
                before.remember(row)
                rows.append(row)
            answers.append(answer)
        called = _call_back(list(calls.values()), answers, before, at)
        for row in rows:  # what a telephone says again in the same set, the same call answers
            if row.has_symptoms and row.matter is None:
                row.matter = called.get((bytes(row.phone_index), bytes(row.home_index)))
        SelfReport.objects.bulk_create(rows)
        _note(rows, at)
        numbers = _numbers(again) | {
            calling_back.matter_of(told): answer.number
            for told, answer in zip(ready, answers, strict=True)
            if answer.number is not None
        }
    return [
        _told_of(told, answer, before, numbers) for told, answer in zip(ready, answers, strict=True)
    ]


def _decided(told: Told, before: Before) -> Stored:
    """Whether it is taken; what was taken once is taken again as the same, and whoever reports
    symptoms for the first time is always heard.
    """
    is_heard = told.key in before.keys or (told.has_symptoms and told.phone_index not in before.ill)
    if not is_heard:
        if before.n_reports[_household(told)] >= MOST_REPORTS:
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


def _household(told: Told) -> Household:
    """Who is called: a telephone for a home. Another telephone is another call, whatever it types
    for its home.
    """
    return told.phone_index, told.home_index


def _called_already(row: SelfReport, told: Told, before: Before) -> bool:
    """Whether no call is made for it: one of the last two hours answers it, or there were so many
    that the page says whom to call.
    """
    last = before.last.get(_household(told))
    if last is None:
        return False
    is_spent = len(before.calls[_household(told)]) >= MOST_CALLS
    is_awaited = last.made_at > told.at - CALL_WITHIN
    if is_awaited and (is_spent or answers_of(last) == dict(told.values)):
        row.matter = last.matter
    return is_spent or row.matter is not None


def answers_of(row: SelfReport) -> dict[str, Any]:
    """What was answered."""
    found: dict[str, Any] = json.loads(secrets.decrypt(bytes(row.answers), about=ABOUT))
    return found


def _call_back(
    calls: Sequence[tuple[int, Told]], answers: list[Stored], before: Before, at: datetime
) -> dict[Household, UUID]:
    """One matter for each household that is to be called, in the ways of the report page."""
    called: dict[Household, UUID] = {}
    if not calls:
        return called
    commands = calling_back.commands([told for _turn, told in calls])
    done = apply(commands, within=PORTAL.ranges)
    for (turn, told), answer in zip(calls, done, strict=True):
        if not _is_taken(answer):
            continue  # the page says then that nobody was told, and whom to call
        row = before.keys[told.key]
        row.matter = called[_household(told)] = answer.matter
        before.remember_call(row, answer.matter)
        answers[turn] = Stored(
            Outcome.STORED,
            has_symptoms=True,
            is_called=True,
            number=answer.number,
            code=calling_back.code_of(told),
        )
    return called


def _is_taken(answer: Answer) -> bool:
    return answer.status == Status.TAKEN and answer.number is not None


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


def _numbers(again: Sequence[Told]) -> dict[UUID, int]:
    """The numbers of matters that reports which were sent twice became, by matter."""
    keys = [calling_back.matter_of(told) for told in again if told.has_symptoms]
    found = Matter.objects.filter(pk__in=keys).values_list("pk", "number") if keys else ()
    return dict(found)


def _told_of(told: Told, answer: Stored, before: Before, numbers: Mapping[UUID, int]) -> Stored:
    """With the call that answers it, where that was made before."""
    if answer.outcome is not Outcome.STORED or answer.number is not None:
        return answer
    row = before.keys[told.key]
    found = Stored(Outcome.STORED, has_symptoms=row.has_symptoms, is_called=row.matter is not None)
    if row.matter is None or row.matter != calling_back.matter_of(told):
        return found
    return replace(found, number=numbers.get(row.matter), code=calling_back.code_of(told))


def forget(*, key: UUID, phone: bytes, at: datetime) -> int:
    """Whoever reported takes it back: it is deleted at once."""
    with acting(taking(at=at)):
        return SelfReport.objects.filter(key=key, phone_index=phone).delete()[0]


def _stored(_line: None, reports: Sequence[Told]) -> list[Stored]:
    return store(reports)


SETS: Together[None, Told, Stored] = Together(_stored, gather_s=GATHER_S)
