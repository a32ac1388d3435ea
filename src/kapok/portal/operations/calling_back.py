"""The report by which somebody calls back a household: in the ways of the report page."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation

from kapok.doors.entrances import PORTAL
from kapok.doors.operations import reporting
from kapok.matters.engine.facts import Command
from kapok.matters.operations import codes
from kapok.matters.operations.retention import KEPT
from kapok.matters.queries.addresses import Asked, named
from kapok.packs import look_up
from kapok.packs.schema import FieldType, Screening
from kapok.portal.operations.self_reports import Told


def commands(reports: Sequence[Told]) -> list[Command]:
    """The reports by which somebody calls back.

    A home whose words name no building lies in the one whose poster was read.
    """
    spots = named([Asked(told.here.community, told.home) for told in reports])
    return [
        _command(told, is_named=spot is not None) for told, spot in zip(reports, spots, strict=True)
    ]


def _command(told: Told, *, is_named: bool) -> Command:
    call = told.screening.call_back
    kind, _ref = look_up.packs_at(told.here.place, told.at).kind(call.kind)
    asked = {each.name for each in kind.report_form.fields}
    same = {name: value for name, value in told.values.items() if name in asked}
    said: dict[str, Any] = {
        "kind": call.kind,
        "place": told.here.place,
        "text": for_desks(told, asked),
        "address": told.home,
        "answers": {**same, **call.answers},
        "contact": {"name": told.helper, "phone": told.phone, "hidden": False},
    }
    if told.here.building is not None and told.mandate is None and not is_named:
        said["building"] = str(told.here.building)
    return reporting.command_of(PORTAL, _key(told), said, at=told.at)


def kept_days(place: int, *, at: datetime) -> int:
    """For how many days after it was settled the matter that calls back keeps what was said."""
    rules = look_up.packs_at(place, at)
    asked = rules.screening()
    kind = rules.find(asked[0].call_back.kind) if asked else None
    if kind is None:
        return KEPT.days
    said = [kind.kept_days(end) for end in ("", *(each.code for each in kind.outcomes))]
    return max(KEPT.days if days is None else days for days in said)


def for_desks(told: Told, asked: Collection[str]) -> str:
    """What the kind does not ask itself, so that its words can be kept in one language alone: that
    of the box. The other answers stay codes, and each reads them in their own language.
    """
    rest = {name: value for name, value in told.values.items() if name not in asked}
    with translation.override(settings.LANGUAGE_CODE):
        return in_words(told.screening, rest)


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


def matter_of(told: Told) -> UUID:
    """The matter that this self-report becomes, if it becomes one: the same however often sent."""
    return reporting.matter_of(PORTAL, _key(told))


def code_of(told: Told) -> str:
    """Its tracking code, which is stored nowhere."""
    return codes.code_of(reporting.command_id(PORTAL, _key(told)))


def _key(told: Told) -> str:
    return f"screening {told.key}"
