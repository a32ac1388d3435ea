"""Lines of lists: zones, orders that wait, reviews that are due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import BooleanField, F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.roles import ROLES, Permission
from kapok.packs import look_up
from kapok.packs.schema import ZoneKind
from kapok.places.names import of_places
from kapok.zones.models import Zone, ZoneOrder, ZoneReview
from kapok.zones.workflow import WAITING, OrderState, Phase, What

MOST_LINES = 200


@dataclass(frozen=True)
class ZoneLine:
    """A zone in a list; ``review`` is the review that is due, where one is."""

    id: UUID
    name: str
    where: str
    kind: str
    colour: str
    phase: str
    phase_label: str
    starts_at: datetime
    until: datetime
    was_lifted: bool
    review: datetime | None
    next_review: datetime


@dataclass(frozen=True)
class Paper:
    """A decision, without its content."""

    id: UUID
    order: UUID
    number: str
    issuer: str
    issued_on: date
    media_type: str


@dataclass(frozen=True)
class OrderLine:
    """An order with who, as what, when, and what whoever acts may do with it."""

    id: UUID
    zone: UUID | None
    what: str
    label: str
    state: str
    state_label: str
    name: str
    where: str
    kind: str
    starts_at: datetime | None
    ends_at: datetime | None
    reason: str
    ordered_by: str
    ordered_role: str
    ordered_at: datetime
    confirmed_by: str
    confirmed_role: str
    ended_at: datetime | None
    answer: str
    n_moved: int
    needs_second: bool
    paper: Paper | None
    is_mine: bool
    may_hand_over: bool
    may_confirm: bool
    may_withdraw: bool


def zones(phase: Phase, *, at: datetime) -> tuple[ZoneLine, ...]:
    """The zones of one's places that come, hold or are past."""
    scope.require(Permission.ZONE_VIEW)
    return lines(list(rows_of(phase, at)[:MOST_LINES]), at=at)


def rows_of(phase: Phase, at: datetime) -> QuerySet[Zone]:
    """Zones of a phase that touch the places of whoever acts."""
    touching = RawSQL("touches && (SELECT scope_ranges())", (), output_field=BooleanField())
    return _of_phase(phase, at).filter(touching)


def _of_phase(phase: Phase, at: datetime) -> QuerySet[Zone]:
    over = Q(ends_at__lte=at) | Q(lifted_at__lte=at)
    if phase == Phase.PAST:
        return Zone.objects.filter(over).order_by("-ends_at", "id")
    rows = Zone.objects.exclude(over)
    now = rows.filter(starts_at__lte=at) if phase == Phase.NOW else rows.filter(starts_at__gt=at)
    return now.order_by("ends_at", "id")


def lines(rows: Sequence[Zone], *, at: datetime) -> tuple[ZoneLine, ...]:
    """Zones as lines."""
    due = dict(
        ZoneReview.objects.filter(zone__in=rows, done_at=None)
        .order_by("due_at")
        .values_list("zone_id", "due_at")
    )
    return tuple(_line(row, due.get(row.pk), at) for row in rows)


def _line(row: Zone, due: datetime | None, at: datetime) -> ZoneLine:
    kind = known_kind(row.pack_id, row.kind)
    phase = row.phase(at)
    return ZoneLine(
        id=row.pk,
        name=row.name,
        where=where(row),
        kind=kind.label.here() if kind else row.kind,
        colour=kind.colour if kind else "#7a7266",
        phase=phase.value,
        phase_label=str(phase.label),
        starts_at=row.starts_at,
        until=row.until,
        was_lifted=row.lifted_at is not None,
        review=due if phase == Phase.NOW else None,
        next_review=row.review_due_at,
    )


def known_kind(pack: UUID, code: str) -> ZoneKind | None:
    """A kind of zone of the version that decided, where it is still there."""
    return look_up.pack(pack).zone_kind(code)


def where(row: Zone | ZoneOrder) -> str:
    """The areas that were picked, or that it was drawn around."""
    if row.shape is None:
        names = [str(pick[2]) for pick in row.picks]
        if len(names) > 3:
            return _("%(names)s and %(n)d more") % {
                "names": "、".join(names[:3]), "n": len(names) - 3
            }  # fmt: skip
        return "、".join(names)
    around = of_places({row.place}).get(row.place, str(row.place))
    return _("drawn area in %(place)s") % {"place": around}


def waiting() -> tuple[OrderLine, ...]:
    """Orders that wait: one's own drafts, and those that wait for a second person."""
    rows = _orders().filter(
        Q(state=OrderState.ORDERED) | Q(state=OrderState.DRAFT, ordered_by=scope.current().account)
    )
    return orders(rows.order_by("ordered_at")[:MOST_LINES])


def of_zone(zone: UUID) -> tuple[OrderLine, ...]:
    """The history of a zone, the newest first."""
    return orders(_orders().filter(zone=zone).order_by(F("ended_at").desc(nulls_first=True), "-id"))


def one(order: UUID) -> ZoneOrder | None:
    """One order, if whoever acts sees it; drafts are their writer's alone."""
    row = _orders().filter(pk=order).first()
    mine = row is not None and row.ordered_by_id == scope.current().account
    return row if row is not None and (row.state != OrderState.DRAFT or mine) else None


def _orders() -> QuerySet[ZoneOrder]:
    return ZoneOrder.objects.select_related("ordered_by", "confirmed_by", "document").defer(
        "document__content"
    )


def orders(rows: Iterable[ZoneOrder]) -> tuple[OrderLine, ...]:
    """Orders as lines."""
    return tuple(order_line(row) for row in rows)


def order_line(row: ZoneOrder) -> OrderLine:
    """One order."""
    who = scope.current()
    kind = known_kind(row.pack_id, row.kind)
    is_mine = row.ordered_by_id == who.account
    may = who.can(Permission.ZONE_ORDER, row.place)
    return OrderLine(
        id=row.pk,
        zone=row.zone_id,
        what=row.what,
        label=row.get_what_display(),
        state=row.state,
        state_label=row.get_state_display(),
        name=row.name,
        where=where(row),
        kind=kind.label.here() if kind else row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=row.reason,
        ordered_by=str(row.ordered_by),
        ordered_role=_role(row.ordered_role),
        ordered_at=row.ordered_at,
        confirmed_by=str(row.confirmed_by or ""),
        confirmed_role=_role(row.confirmed_role),
        ended_at=row.ended_at,
        answer=row.answer,
        n_moved=row.n_moved,
        needs_second=row.needs_second,
        paper=_paper(row),
        is_mine=is_mine,
        may_hand_over=may and is_mine and row.state == OrderState.DRAFT,
        may_confirm=may and not is_mine and row.state == OrderState.ORDERED,
        may_withdraw=may and is_mine and OrderState(row.state) in WAITING,
    )


def _paper(row: ZoneOrder) -> Paper | None:
    found = row.document
    if found is None:
        return None
    return Paper(found.pk, row.pk, found.number, found.issuer, found.issued_on, found.media_type)


def _role(code: str) -> str:
    return str(ROLES[code].label) if code in ROLES else code


def may_undo(line: OrderLine, zone: Zone, *, at: datetime) -> bool:
    """Whether the last order about a zone can be taken back by whoever acts."""
    return (
        scope.can(Permission.ZONE_ORDER, zone.place)
        and line.state == OrderState.CONFIRMED
        and (line.what == What.LIFT or (line.what == What.EXTEND and zone.phase(at) != Phase.PAST))
    )
