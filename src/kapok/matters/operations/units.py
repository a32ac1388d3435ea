"""Units made, changed and ended by who answers for their place."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.codes import WIDTH, Level
from kapok.errors import NotAllowed, Refused
from kapok.matters.models import ServiceArea, Unit, UnitState
from kapok.places.models import Area

MANAGE = (Permission.UNIT_MANAGE, Permission.TEAM_MANAGE)


@dataclass(frozen=True)
class Said:
    """What is said of a unit."""

    name: str
    kind: str
    place: int
    lon: float | None = None
    lat: float | None = None
    parent: UUID | None = None
    is_sent_alone: bool = True
    areas: tuple[int, ...] = ()  # codes of areas that it answers for
    for_kind: str = ""  # of matters; empty: all


@transaction.atomic
def make_unit(*, said: Said, by: User, at: datetime) -> Unit:
    """A new unit, free from now on."""
    _require(said.place)
    _refuse_incomplete(said)
    try:
        with transaction.atomic():
            made = Unit.objects.create(
                name=said.name, kind=said.kind, place=said.place, lon=said.lon, lat=said.lat,
                parent_id=said.parent, is_sent_alone=said.is_sent_alone, made_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(_("A unit of this name is there already. Give it another name.")) from None
    UnitState.objects.create(unit=made, place=said.place, status="FREE", since=at)
    _set_areas(made, said)
    return made


@transaction.atomic
def change_unit(*, unit_id: UUID, said: Said, by: User, at: datetime) -> Unit:
    """Correct what is said of a unit."""
    unit = _held(unit_id)
    _require(said.place)
    _refuse_incomplete(said)
    if said.parent == unit.pk:
        raise Refused(_("A unit is not part of itself. Choose another one."))
    unit.name, unit.kind, unit.place = said.name, said.kind, said.place
    unit.lon, unit.lat = said.lon, said.lat
    unit.parent_id, unit.is_sent_alone = said.parent, said.is_sent_alone
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError:
        raise Refused(_("A unit of this name is there already. Give it another name.")) from None
    UnitState.objects.filter(unit=unit).update(place=said.place)
    unit.areas.all().delete()
    _set_areas(unit, said)
    return unit


@transaction.atomic
def set_duty(*, unit_id: UUID, on: bool, by: User, at: datetime) -> UnitState:
    """Bring a unit on duty or off; one that is with a matter stays on until it is done."""
    unit = _held(unit_id)
    state = UnitState.objects.select_for_update().filter(unit=unit).first()
    if state is None:
        state = UnitState(unit=unit, place=unit.place, since=at)
    if state.status == UnitState.Status.BUSY:
        raise Refused(
            _("“%(unit)s” is with a matter. Give the matter to somebody else first.")
            % {"unit": unit.name}
        )
    state.status = UnitState.Status.FREE if on else UnitState.Status.OFF
    state.since, state.off_at = at, None
    state.save()
    return state


@transaction.atomic
def end_unit(*, unit_id: UUID, by: User, at: datetime) -> None:
    """End a unit; what it did stays in the trace."""
    unit = _held(unit_id)
    if UnitState.objects.filter(unit=unit, status=UnitState.Status.BUSY).exists():
        raise Refused(
            _("“%(unit)s” is with a matter. Give the matter to somebody else first.")
            % {"unit": unit.name}
        )
    unit.ended_at = at
    unit.save(update_fields=["ended_at"])
    unit.areas.all().delete()


def _held(unit_id: UUID) -> Unit:
    unit = Unit.objects.filter(pk=unit_id, ended_at=None).first()
    if unit is None:
        raise Http404
    _require(unit.place)
    return Unit.objects.select_for_update().get(pk=unit_id)


def _require(place: int) -> None:
    if not any(scope.can(permission, place) for permission in MANAGE):
        raise NotAllowed(_("You do not answer for the units of this place. Ask its lead."))


def _refuse_incomplete(said: Said) -> None:
    if not said.name or not said.kind:
        raise Refused(_("Give the unit a name and say of which kind it is."))
    if not Area.objects.filter(code=said.place).exists():
        raise Refused(_("No such area is known. Choose one of the list."))


def _set_areas(unit: Unit, said: Said) -> None:
    known = dict(Area.objects.filter(code__in=said.areas).values_list("code", "level"))
    for code in said.areas:
        if code not in known:
            raise Refused(_("No such area is known. Choose one of the list."))
        _require(code)
        ServiceArea.objects.create(
            unit=unit, kind=said.for_kind, lo=code, hi=code + WIDTH[Level(known[code])]
        )
