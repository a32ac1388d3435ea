"""A need that was opened without a building: once it is found, its matter goes there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.scope import of_intake
from kapok.hotline.models import Call, Need
from kapok.matters.engine.facts import Command, Status
from kapok.matters.models import Matter
from kapok.matters.operations.commands import apply
from kapok.matters.queries import loading, routing
from kapok.matters.workflow import ENDED, State
from kapok.zones.queries import hanging

UNDERWAY = frozenset({State.IN_PROGRESS, State.DONE, State.CHECKED, *ENDED})


def send_there(call: Call, building: UUID, *, by: UUID, at: datetime) -> int:
    """Give a building to what was opened in a call and has none; how many matters were sent there.

    Whoever has such a matter keeps it; what nobody has goes to whoever answers for the building.
    What somebody works on already is left: they are there.
    """
    needs = Need.objects.filter(call=call, matter__isnull=False)
    opened = [key for key in needs.values_list("matter", flat=True) if key]
    if not opened:
        return 0
    with scope.acting(of_intake(by, at=at)):
        bare = Matter.objects.filter(pk__in=opened, building=None).exclude(state__in=UNDERWAY)
        return sum(_send(row, building, at) for row in bare.order_by("pk"))


def _send(row: Matter, building: UUID, at: datetime) -> bool:
    """Correct where it is, which takes it from whoever has it, and give it back or on."""
    had = {"account": _text(row.assignee), "unit": _text(row.unit)}
    data = {"building": str(building), "reason": _("The caller's building was found.")}
    if not _move(row.pk, "correct", building, data, at):
        return False
    to = had if any(had.values()) else _responsible(row.pk, at)
    if to is not None:
        _move(row.pk, "assign", building, {"to": to, "reason": "route"}, at)
    return True


def _responsible(matter: UUID, at: datetime) -> dict[str, Any] | None:
    known, _numbers = loading.facts([matter])
    facts = replace(known[matter], answers=hanging.answers([matter]).get(matter, {}))
    return routing.first_hands([facts], at=at).get(matter)


def _move(matter: UUID, move: str, building: UUID, data: Mapping[str, Any], at: datetime) -> bool:
    command = Command(uuid5(matter, f"{move} to {building}"), move, matter, at, data=data)
    [answer] = apply([command])
    return answer.status == Status.TAKEN


def _text(key: UUID | None) -> str | None:
    return str(key) if key else None
