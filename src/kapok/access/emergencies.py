"""Emergencies: declared by an order, ended by two people; their end starts deletion."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kapok.access import retention
from kapok.access.models import Emergency, User
from kapok.access.purposes import PURPOSES
from kapok.access.roles import Permission
from kapok.access.scope import acting, of_deletion, require
from kapok.codes import span
from kapok.errors import NotAllowed, Refused


@dataclass(frozen=True)
class Ending:
    """What the end of an emergency would delete, and which uses of data it would stop."""

    counts: tuple[tuple[Promise, int], ...]
    purposes: tuple[Promise, ...]


@transaction.atomic
def declare(
    *, name: str, place: int, level: str, order: str, starts_at: datetime, by: User, at: datetime
) -> Emergency:
    """Declare an emergency for an area, by the order that declared it."""
    _require(place, level)
    if not name.strip() or not order.strip():
        raise Refused(_("Write the name of the emergency, and the order that declared it."))
    if starts_at > at:
        raise Refused(_("An emergency is declared when it has begun, not before."))
    return Emergency.objects.create(
        name=name.strip()[:200],
        place=place,
        level=level,
        order=order.strip()[:200],
        starts_at=starts_at,
        declared_by=by,
    )


@transaction.atomic
def ask_end(*, emergency_id: UUID, by: User, at: datetime) -> Emergency:
    """The first of two people says that an emergency has ended."""
    emergency = _open(emergency_id)
    if emergency.end_asked_by_id:
        raise Refused(_("Its end has been proposed already; a second person must agree."))
    emergency.end_asked_by, emergency.end_asked_at = by, at
    emergency.save(update_fields=["end_asked_by", "end_asked_at"])
    return emergency


@transaction.atomic
def keep(*, emergency_id: UUID, by: User, at: datetime) -> Emergency:
    """Take back, or turn down, the proposal to end an emergency."""
    emergency = _open(emergency_id)
    emergency.end_asked_by = emergency.end_asked_at = None
    emergency.save(update_fields=["end_asked_by", "end_asked_at"])
    return emergency


@transaction.atomic
def end(*, emergency_id: UUID, by: User, at: datetime) -> Emergency:
    """The second person agrees: it has ended, and the worker deletes what only it justified."""
    emergency = _open(emergency_id)
    if emergency.end_asked_by_id is None:
        raise Refused(_("Nobody has proposed its end yet. Propose it; a second person agrees."))
    if emergency.end_asked_by_id == by.pk:
        raise NotAllowed(_("You proposed its end yourself; a second person must agree."))
    emergency.ended_by, emergency.ends_at = by, at
    emergency.save(update_fields=["ended_by", "ends_at"])
    return emergency


def ending(emergency: Emergency, *, at: datetime) -> Ending:
    """What its end would delete: counts alone, whoever asks."""
    counts: list[tuple[Promise, int]] = []
    with acting(of_deletion(at=at)):
        for rule in retention.rules():
            if rule.preview:
                counts += rule.preview(emergency.pk)
    stops = tuple(purpose.label for purpose in PURPOSES.values() if purpose.hangs_on_emergency)
    return Ending(tuple(counts), stops)


def _open(emergency_id: UUID) -> Emergency:
    emergency = Emergency.objects.select_for_update().get(pk=emergency_id)
    _require(emergency.place, emergency.level)
    if emergency.ends_at:
        raise Refused(_("This emergency has ended already."))
    return emergency


def _require(place: int, level: str) -> None:
    """The right, over the whole of the area."""
    lo, hi = span(place, level)
    who = require(Permission.EMERGENCY_END, lo)
    if not who.covers(lo, hi):
        raise NotAllowed(_("This area is larger than yours. Somebody above must decide."))
