"""Orders are carried out: by two where they restrict people, at once where they free them.

The zone, its order and all that hangs on it change in one transaction.
"""

from datetime import datetime
from uuid import UUID

import shapely
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.zones import sentences
from kapok.zones.areas import Area
from kapok.zones.holding import one_at_a_time
from kapok.zones.models import Zone, ZoneBuilding, ZoneOrder
from kapok.zones.operations import ordering, retask
from kapok.zones.queries import hanging, reach
from kapok.zones.workflow import OrderState, Phase, What


@transaction.atomic
def confirm(*, order_id: UUID, by: User, at: datetime) -> Zone:
    """A second person confirms an order, and it is carried out."""
    one_at_a_time()
    order = ordering.held(order_id, "confirm")
    ordering.refuse_same_person(order, by)
    if order.what == What.ENFORCE:
        zone = _enforced(order, at)
    elif order.what == What.EXTEND:
        zone = _extended(order, at)
    else:
        zone = _restored(order, at)
    return _carried_out(order, zone, by=by, at=at)


@transaction.atomic
def lift(*, zone_id: UUID, reason: str, by: User, at: datetime) -> Zone:
    """Lift a zone at once. One person is enough: nobody waits to go out for a signature."""
    one_at_a_time()
    zone = ordering.zone_of(zone_id, lock=True)
    if not reason:
        raise Refused(_("Write why, in one sentence: it stays with the zone."))
    if zone.phase(at) == Phase.PAST:
        raise Refused(_("This zone has ended already."))
    _withdraw_what_waits(zone, at)
    order = ordering.order_about(
        zone, What.LIFT, key=uuid7(), reason=reason, needs_second=False, before=_times(zone)
    )
    zone.lifted_at = at
    return _carried_out(_signed(order, by, at), zone, by=by, at=at)


@transaction.atomic
def undo(*, order_id: UUID, reason: str, by: User, at: datetime) -> ZoneOrder:
    """Take an order back by a new one that restores what was before.

    What frees people is carried out at once; what closes them in waits for a second person.
    """
    one_at_a_time()
    undone = ZoneOrder.objects.filter(pk=order_id).first()
    if undone is None:
        raise Http404
    scope.require(Permission.ZONE_ORDER, undone.place)
    if undone.zone_id is None or undone.state != OrderState.CONFIRMED:
        raise Refused(_("Only an order that was carried out is taken back."))
    if not reason:
        raise Refused(_("Write why, in one sentence: it stays with the zone."))
    zone = ordering.zone_of(undone.zone_id, lock=True)
    _refuse_undoing(undone, zone, at)
    restricts = undone.what == What.LIFT
    if restricts:
        ordering.refuse_second_order(zone)
    else:
        _withdraw_what_waits(zone, at)
    order = ordering.order_about(
        zone, What.UNDO, key=uuid7(), reason=reason, undoes=undone, needs_second=restricts,
        before=_times(zone),
    )  # fmt: skip
    _signed(order, by, at)
    if restricts:
        order.state, order.handed_at = OrderState.ORDERED, at
        order.save(force_insert=True)
        return order
    _carried_out(order, _restored(order, at), by=by, at=at)
    return order


def _refuse_undoing(undone: ZoneOrder, zone: Zone, at: datetime) -> None:
    last = zone.orders.filter(state=OrderState.CONFIRMED).order_by("-ended_at", "-id").first()
    if last != undone:
        raise Refused(_("Only the last order about a zone is taken back. Look at its history."))
    if undone.what == What.UNDO:
        raise Refused(_("What was taken back is ordered anew, with a decision."))
    if undone.what == What.LIFT and datetime.fromisoformat(undone.before["ends_at"]) <= at:
        raise Refused(_("The zone would have ended by now anyway. Order a new one."))
    if undone.what == What.ENFORCE and zone.phase(at) == Phase.PAST:
        raise Refused(_("This zone has ended already."))


def _enforced(order: ZoneOrder, at: datetime) -> Zone:
    """The zone as it is confirmed: with what stands there now, and not before now."""
    assert order.starts_at is not None
    assert order.ends_at is not None
    starts_at = max(order.starts_at, at)
    if order.ends_at <= starts_at:
        raise Refused(_("The time that was ordered is over. Reject it, and order anew."))
    picks = tuple((int(code), str(level), str(name)) for code, level, name in order.picks)
    shape = None if order.shape is None else shapely.from_wkb(bytes(order.shape))
    found = reach.of(Area(picks, shape))
    kind = hanging.kind_of(order.pack_id, order.kind)
    box = dict(zip(("west", "south", "east", "north"), shape.bounds, strict=True)) if shape else {}
    zone = Zone.objects.create(
        name=order.name, place=found.place, kind=order.kind, pack_id=order.pack_id,
        strictness=kind.strictness, risk=order.risk, picks=order.picks,
        whole=found.whole, touches=found.touches, shape=order.shape, starts_at=starts_at,
        ends_at=order.ends_at, made_at=at,
        review_due_at=starts_at + kind.review_after.plain(), **box,
    )  # fmt: skip
    ZoneBuilding.objects.bulk_create(
        [ZoneBuilding(zone=zone, building_id=key, place=zone.place) for key in found.buildings],
        batch_size=5_000,
    )
    return zone


def _extended(order: ZoneOrder, at: datetime) -> Zone:
    assert order.zone_id is not None
    assert order.ends_at is not None
    zone = ordering.zone_of(order.zone_id, lock=True)
    if zone.phase(at) == Phase.PAST:
        raise Refused(_("This zone has ended. Order a new one with a new decision."))
    ordering.refuse_extension(zone, order.ends_at, at)
    order.before = _times(zone)
    zone.ends_at = order.ends_at
    return zone


def _restored(order: ZoneOrder, at: datetime) -> Zone:
    """The zone as it was before the order that is taken back."""
    assert order.zone_id is not None
    assert order.undoes is not None
    zone = ordering.zone_of(order.zone_id, lock=True)
    if order.undoes.what == What.ENFORCE:
        zone.lifted_at = at
        return zone
    before = order.undoes.before
    ends_at = datetime.fromisoformat(before["ends_at"])
    if order.undoes.what == What.LIFT:
        if ends_at <= at:
            raise Refused(_("The zone would have ended by now anyway. Order a new one."))
        zone.lifted_at, zone.ends_at = None, ends_at
        if zone.starts_at < at:
            zone.review_due_at = at  # somebody looks at it anew at once
        return zone
    if ends_at <= at:
        zone.lifted_at = at  # it would have ended in the meantime: it ends now, not backwards
    else:
        zone.ends_at = ends_at
    return zone


def _carried_out(order: ZoneOrder, zone: Zone, *, by: User, at: datetime) -> Zone:
    """Write the zone and who confirmed it; move what hangs on it."""
    who = scope.current()
    zone.save()
    order.zone, order.state, order.ended_at = zone, OrderState.CONFIRMED, at
    order.confirmed_by, order.confirmed_as, order.confirmed_role = by, who.appointment, who.role
    order.n_moved = retask.settle([zone], at=at) if zone.starts_at <= at else 0
    order.save()
    zone.refresh_from_db()
    return zone


def _signed(order: ZoneOrder, by: User, at: datetime) -> ZoneOrder:
    ordering.sign(order, by=by, at=at)
    return order


def _times(zone: Zone) -> dict[str, str]:
    lifted = zone.lifted_at.isoformat() if zone.lifted_at else ""
    return {"ends_at": zone.ends_at.isoformat(), "lifted_at": lifted}


def _withdraw_what_waits(zone: Zone, at: datetime) -> None:
    """A zone that goes has no orders that wait."""
    for order in zone.orders.filter(state__in=["DRAFT", "ORDERED"]).select_for_update():
        order.state, order.ended_at = OrderState.WITHDRAWN, at
        order.answer = sentences.over(zone.name)
        order.save()
