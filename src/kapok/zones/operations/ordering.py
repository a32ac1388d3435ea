"""Orders are written, handed to a second person, withdrawn or not confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.ids import uuid7
from kapok.packs import look_up
from kapok.packs.schema import ZoneKind
from kapok.zones import sentences
from kapok.zones.areas import Area
from kapok.zones.models import Zone, ZoneOrder
from kapok.zones.operations.papers import Paper, keep
from kapok.zones.queries import reach
from kapok.zones.workflow import MOVES, WAITING, OrderState, Phase, What

LATE_BY = timedelta(minutes=5)  # from “now” in a form until it is sent
LONGEST_DAYS = "zone.decision_expires"
FARTHEST = timedelta(days=60)  # that a zone may be ordered ahead


@dataclass(frozen=True)
class Asked:
    """A zone that somebody wants to order; without ``ends_at`` for as long as its kind may."""

    name: str
    kind: str
    area: Area
    reason: str
    risk: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@transaction.atomic
def draft(*, asked: Asked, paper: Paper | None, by: User, at: datetime) -> ZoneOrder:
    """Write the order for a new zone. Nothing changes before a second person confirms it."""
    scope.require(Permission.ZONE_ORDER)
    if not asked.name:
        raise Refused(_("Give the zone a name that people know, such as that of the street."))
    _refuse_without_reason(asked.reason)
    found = reach.of(asked.area)
    scope.require(Permission.ZONE_ORDER, found.place)
    starts_at = _start(asked.starts_at, at)
    rules = look_up.packs_at(found.place, starts_at)
    kind, pack = rules.zone_kind(asked.kind)
    if asked.risk and asked.risk not in {level.code for level in rules.risk_levels()}:
        raise Refused(_("No pack in force here has this level of risk. Choose another one."))
    longest = longest_of(kind, found.place, starts_at)
    ends_at = asked.ends_at or starts_at + longest
    refuse_wrong_end(starts_at, ends_at, longest)
    key = uuid7()
    document = keep(paper=paper, order=key, at=at)
    return _write(
        ZoneOrder(
            id=key, what=What.ENFORCE, name=asked.name[:100], place=found.place,
            ranges=found.touches, picks=[list(pick) for pick in asked.area.picks],
            shape=None if asked.area.shape is None else asked.area.shape.wkb,
            kind=kind.code, pack_id=pack.id, risk=asked.risk, starts_at=starts_at, ends_at=ends_at,
            reason=asked.reason[:500], document=document, needs_second=True,
        ),
        by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def draft_extension(
    *, zone_id: UUID, ends_at: datetime, reason: str, paper: Paper | None, by: User, at: datetime
) -> ZoneOrder:
    """Write the order that a zone goes on for longer: it takes a decision of its own."""
    zone = zone_of(zone_id)
    _refuse_without_reason(reason)
    if zone.phase(at) == Phase.PAST:
        raise Refused(_("This zone has ended. Order a new one with a new decision."))
    refuse_extension(zone, ends_at, at)
    refuse_second_order(zone)
    key = uuid7()
    document = keep(paper=paper, order=key, at=at)
    return _write(
        order_about(zone, What.EXTEND, key=key, reason=reason, ends_at=ends_at, document=document),
        by=by,
        at=at,
    )


def refuse_extension(zone: Zone, ends_at: datetime, at: datetime) -> None:
    """An extension is later than the end, and no longer than a decision is good for."""
    _kind, longest = kind_of_zone(zone, at)
    if ends_at <= zone.ends_at:
        raise Refused(
            _("The zone holds until %(moment)s already. Choose a later end, or lift it.")
            % {"moment": sentences.moment(zone.ends_at)}
        )
    refuse_wrong_end(max(zone.starts_at, at), ends_at, longest)


def kind_of_zone(zone: Zone, at: datetime) -> tuple[ZoneKind, timedelta]:
    """The kind of a zone as its pack says it, and how long one decision lets it hold."""
    kind = look_up.pack(zone.pack_id).zone_kind(zone.kind)
    if kind is None:
        raise Refused(_("That version of the pack no longer has this kind. Order a new zone."))
    return kind, longest_of(kind, zone.place, at)


@transaction.atomic
def hand_over(*, order_id: UUID, by: User, at: datetime) -> ZoneOrder:
    """Whoever wrote an order has seen what it changes, and hands it to a second person."""
    order = held(order_id, "order")
    if order.ordered_by_id != by.pk:
        raise NotAllowed(_("Only whoever wrote the order hands it over. Ask them."))
    order.handed_at = at
    return _moved(order, "order")


@transaction.atomic
def reject(*, order_id: UUID, reason: str, by: User, at: datetime) -> ZoneOrder:
    """A second person does not confirm."""
    order = held(order_id, "reject")
    refuse_same_person(order, by)
    _refuse_without_reason(reason)
    order.answer, order.ended_at = reason[:500], at
    return _moved(order, "reject")


@transaction.atomic
def withdraw(*, order_id: UUID, by: User, at: datetime) -> ZoneOrder:
    """Whoever wrote an order takes it back before it was confirmed."""
    order = held(order_id, "withdraw")
    if order.ordered_by_id != by.pk:
        raise NotAllowed(_("Only whoever wrote the order withdraws it; you may reject it."))
    order.ended_at = at
    return _moved(order, "withdraw")


def held(order_id: UUID, move: str) -> ZoneOrder:
    """An order that is held until the transaction ends, if the move is possible from its state."""
    seen = ZoneOrder.objects.filter(pk=order_id).first()
    if seen is None:
        raise Http404
    scope.require(Permission.ZONE_ORDER, seen.place)
    order = ZoneOrder.objects.select_for_update().get(pk=order_id)
    if OrderState(order.state) not in MOVES[move].sources:
        raise Refused(
            _("This is not possible any more: the order is “%(state)s”.")
            % {"state": order.get_state_display()}
        )
    return order


def _moved(order: ZoneOrder, move: str) -> ZoneOrder:
    order.state = MOVES[move].target
    order.save()
    return order


def zone_of(zone_id: UUID, *, lock: bool = False) -> Zone:
    """A zone of whoever may order there; with ``lock`` held until the transaction ends."""
    found = Zone.objects.filter(pk=zone_id).first()
    if found is None:
        raise Http404
    scope.require(Permission.ZONE_ORDER, found.place)
    return Zone.objects.select_for_update().get(pk=zone_id) if lock else found


def order_about(zone: Zone, what: What, *, key: UUID, reason: str, **more: object) -> ZoneOrder:
    """An order about a zone that is there."""
    return ZoneOrder(
        id=key, zone=zone, what=what, name=zone.name, place=zone.place, ranges=zone.touches,
        picks=zone.picks, shape=zone.shape, kind=zone.kind, pack_id=zone.pack_id, risk=zone.risk,
        reason=reason[:500], **({"needs_second": True} | more),
    )  # fmt: skip


def _write(order: ZoneOrder, *, by: User, at: datetime) -> ZoneOrder:
    order.state = OrderState.DRAFT
    sign(order, by=by, at=at)
    order.save(force_insert=True)
    return order


def sign(order: ZoneOrder, *, by: User, at: datetime) -> None:
    """Who ordered, as what, when."""
    who = scope.current()
    order.ordered_by, order.ordered_as, order.ordered_at = by, who.appointment, at
    order.ordered_role = who.role


def refuse_same_person(order: ZoneOrder, by: User) -> None:
    """Closing people in takes two."""
    if order.ordered_by_id == by.pk:
        raise NotAllowed(
            _("Whoever ordered a zone does not confirm it. A second person who may order does.")
        )


def refuse_second_order(zone: Zone) -> None:
    """One order about a zone at a time."""
    waiting = ZoneOrder.objects.filter(zone=zone, state__in=sorted(WAITING))
    if waiting.exists():
        raise Refused(_("Another order about this zone waits. Confirm, reject or withdraw it."))


def _refuse_without_reason(reason: str) -> None:
    if not reason:
        raise Refused(_("Write why, in one sentence: it stays with the zone."))


def _start(asked: datetime | None, at: datetime) -> datetime:
    starts_at = asked or at
    if starts_at < at - LATE_BY:
        raise Refused(
            _("Nobody is closed in backwards: a zone begins now or later. Choose a later moment.")
        )
    if starts_at > at + FARTHEST:
        raise Refused(
            _("A zone is ordered at most %(n)d days ahead. Choose an earlier moment.")
            % {"n": FARTHEST.days}
        )
    return max(starts_at, at)


def refuse_wrong_end(starts_at: datetime, ends_at: datetime, longest: timedelta) -> None:
    """It ends after it begins, and a decision is not good for ever."""
    if ends_at <= starts_at:
        raise Refused(_("The zone would end before it begins. Choose a later end."))
    if ends_at > starts_at + longest:
        raise Refused(
            _("One decision is good until %(moment)s at most. Choose an earlier end; extend later.")
            % {"moment": sentences.moment(starts_at + longest)}
        )


def longest_of(kind: ZoneKind, place: int, at: datetime) -> timedelta:
    """How long one decision lets a zone hold: what its kind says, else what the pack does."""
    if kind.max is not None:
        return kind.max.plain()
    return timedelta(days=float(look_up.packs_at(place, at).value(LONGEST_DAYS).number))


def names(order: ZoneOrder | Zone) -> Sequence[str]:
    """The names of the areas that were picked."""
    return [str(pick[2]) for pick in order.picks]
