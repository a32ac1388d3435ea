"""What was changed of somebody: when, by whom, as what and why; the former values where asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.access.models import Look, User
from kapok.access.purposes import PURPOSES
from kapok.access.roles import ROLES
from kapok.access.trace import look
from kapok.ids import written_at
from kapok.people.models import (
    Consent,
    Contact,
    Guardian,
    Person,
    RegisterEntry,
    Residence,
)
from kapok.people.queries.file import can_see_care
from kapok.people.shown import Shown

MOST = 100
TOGETHER = timedelta(minutes=10)  # what is written down with the person is no change of them
FIELDS = {
    "name": gettext_lazy("Name"),
    "sex": gettext_lazy("Sex"),
    "birth_date": gettext_lazy("Birth date"),
    "relation": gettext_lazy("Relation"),
    "presence": gettext_lazy("Presence"),
    "nationality": gettext_lazy("Nationality"),
    "identity_kind": gettext_lazy("Papers"),
    "identity_index": gettext_lazy("Number of the papers"),
    "languages": gettext_lazy("Languages"),
    "needs": gettext_lazy("Needs"),
    "household_id": gettext_lazy("Household"),
    "left_at": gettext_lazy("Moved away"),
    "merged_into_id": gettext_lazy("Merged"),
    "kind": gettext_lazy("Kind"),
    "whose": gettext_lazy("Whose it is"),
    "value_index": gettext_lazy("Number"),
    "ended_on": gettext_lazy("End"),
    "tier": gettext_lazy("Tier"),
    "note": gettext_lazy("Note"),
    "review_on": gettext_lazy("Next review"),
    "withdrawn_at": gettext_lazy("Withdrawn"),
    "person_id": gettext_lazy("Whose row it is"),
}
TELLS = frozenset({"name", "birth_date", "nationality"})  # former values that may be asked for


@dataclass(frozen=True)
class Change:
    """One change, and the former values that were asked for."""

    at: datetime
    what: str
    added: bool
    removed: bool
    fields: tuple[str, ...]
    was: tuple[tuple[str, str], ...]
    who: str
    role: str
    purpose: str


def history(person_id: UUID, shown: Shown) -> tuple[Change, ...] | None:
    """The latest changes of somebody, written into the trace; ``None`` where they are not seen."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        return None
    action = Look.Action.REVEAL if shown.revealed else Look.Action.OPEN
    look(action, [person.pk], place=person.place)
    kinds: list[tuple[Any, str, str]] = [
        (Person, "pgh_obj_id", _("Person")),
        (Contact, "person_id", _("Telephone")),
        (Residence, "person_id", _("Residence")),
        (Consent, "person_id", _("Consent")),
    ]
    if can_see_care(shown):
        kinds += [
            (RegisterEntry, "person_id", _("Register")),
            (Guardian, "person_id", _("Guardian")),
        ]
    found = [
        change
        for model, column, what in kinds
        for change in _changes(model, {column: person_id}, what, shown)
    ]
    latest = sorted(found, key=lambda pair: pair[0].pgh_created_at, reverse=True)[:MOST]
    names = _names(event for event, _fields in latest)
    lines = [_line(event, what_fields, names, shown) for event, what_fields in latest]
    lines += [each for model, _c, what in kinds[1:] for each in _added(model, person, what)]
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True)[:MOST])


def _added(model: Any, person: Person, what: str) -> list[Change]:
    """What was written down after the person was: its key tells when, the trace tells who."""
    began = written_at(person.pk)
    moments = [
        written_at(key) for key in model.objects.filter(person=person).values_list("pk", flat=True)
    ]
    return [
        Change(at, what, True, False, (), (), "", "", "") for at in moments if at - began > TOGETHER
    ]


def _changes(
    model: Any, which: dict[str, UUID], what: str, shown: Shown
) -> list[tuple[Any, tuple[str, list[str]]]]:
    """Events of one kind with the fields that differ from the row that came after."""
    events = apps.get_model("people", f"{model.__name__}Event")
    rows = list(
        events.objects.filter(**which)
        .select_related("pgh_context")
        .order_by("pgh_obj_id", "pgh_created_at", "pgh_id")[: 10 * MOST]
    )
    now = model.objects.in_bulk({row.pgh_obj_id for row in rows})
    later = [
        after
        if after is not None and after.pgh_obj_id == row.pgh_obj_id
        else now.get(row.pgh_obj_id)
        for row, after in pairwise([*rows, None])
    ]
    return [
        (row, (what, _differing(row, after)))
        for row, after in zip(rows, later, strict=True)
        if row.pgh_label == "removed" or _differing(row, after)
    ]


def _differing(row: Any, after: Any) -> list[str]:
    if row.pgh_label == "removed" or after is None:
        return []
    return [
        name
        for name in FIELDS
        if hasattr(row, name)
        and hasattr(after, name)
        and _plain(getattr(row, name)) != _plain(getattr(after, name))
    ]


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _names(events: Any) -> dict[str, str]:
    """Names of the accounts that changed something."""
    keys = {_said(event, "account") for event in events} - {""}
    return {str(user.pk): str(user) for user in User.objects.filter(pk__in=keys)}


def _said(event: Any, key: str) -> str:
    return str(event.pgh_context.metadata.get(key, "")) if event.pgh_context else ""


def _line(
    event: Any, what_fields: tuple[str, list[str]], names: dict[str, str], shown: Shown
) -> Change:
    what, fields = what_fields
    role, purpose = _said(event, "role"), _said(event, "purpose")
    return Change(
        at=event.pgh_created_at,
        what=what,
        added=False,
        removed=event.pgh_label == "removed",
        fields=tuple(str(FIELDS[name]) for name in fields),
        was=tuple(
            (str(FIELDS[name]), str(getattr(event, name) or "–"))
            for name in fields
            if shown.revealed and name in TELLS
        ),
        who=names.get(_said(event, "account"), ""),
        role=str(ROLES[role].label) if role in ROLES else role,
        purpose=str(PURPOSES[purpose].label) if purpose in PURPOSES else "",
    )
