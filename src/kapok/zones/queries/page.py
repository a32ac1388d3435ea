"""The page of one zone: its rules, ways out, history, reviews, what it moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import ROLES, Permission
from kapok.packs import look_up
from kapok.zones import retasking
from kapok.zones.models import Zone, ZoneReview, ZoneTask
from kapok.zones.queries import covering, lists
from kapok.zones.queries.lists import OrderLine, ZoneLine
from kapok.zones.workflow import Phase, What


@dataclass(frozen=True)
class Way:
    """A way out."""

    label: str
    is_open: bool
    a_day: int | None


@dataclass(frozen=True)
class ReviewLine:
    """A review: when it was due, and who did it with what they found."""

    due_at: datetime
    done_at: datetime | None
    done_by: str
    done_as: str
    note: str


@dataclass(frozen=True)
class ZoneCard:
    """A zone for its page; ``undoable`` is the order that can be taken back."""

    line: ZoneLine
    pack: str
    rules: tuple[str, ...]
    release: str
    risk: str
    ways: tuple[Way, ...]
    picks: tuple[str, ...]
    orders: tuple[OrderLine, ...]
    waiting: OrderLine | None
    undoable: OrderLine | None
    reviews: tuple[ReviewLine, ...]
    n_moved: int
    n_back: int
    n_kept: int
    under: str
    may_order: bool
    place: int


def card(zone_id: UUID, *, at: datetime) -> ZoneCard | None:
    """One zone, for who may see zones and works where it lies."""
    who = scope.require(Permission.ZONE_VIEW)
    row = Zone.objects.select_related("pack").filter(pk=zone_id).first()
    if row is None or not _touches(row, who):
        return None
    [line] = lists.lines([row], at=at)
    kind = lists.known_kind(row.pack_id, row.kind)
    history = lists.of_zone(row.pk)
    orders = tuple(each for each in history if each.state != "DRAFT" or each.is_mine)
    n_moved, n_back, n_kept = _moved(row)
    return ZoneCard(
        line=line,
        pack=f"{row.pack.code} {row.pack.version}",
        rules=tuple(rule.here() for rule in kind.rules) if kind else (),
        release=kind.release.here() if kind and kind.release else "",
        risk=risk(row.pack_id, row.risk),
        ways=tuple(
            Way(way.label.here(), way.always_open, way.per_household_per_day)
            for way in retasking.ways_out(kind)
        ),
        picks=tuple(str(pick[2]) for pick in row.picks),
        orders=orders,
        waiting=next((each for each in orders if each.state in {"DRAFT", "ORDERED"}), None),
        undoable=_undoable(row, orders, at),
        reviews=_reviews(row),
        n_moved=n_moved,
        n_back=n_back,
        n_kept=n_kept,
        under=_stricter(row, at),
        may_order=who.can(Permission.ZONE_ORDER, row.place),
        place=row.place,
    )


def _touches(row: Zone, who: scope.Acting) -> bool:
    return any(lo < hi_ and lo_ < hi for lo, hi in row.touches for lo_, hi_ in who.ranges)


def risk(pack: UUID, code: str) -> str:
    """A level of risk in words."""
    levels = look_up.pack(pack).risk_levels
    return next((level.label.here() for level in levels if level.code == code), code)


def _undoable(row: Zone, orders: Iterable[OrderLine], at: datetime) -> OrderLine | None:
    done = [each for each in orders if each.state == "CONFIRMED"]
    last = done[0] if done else None
    if last is None or last.what == What.ENFORCE:
        return None  # that is lifting it
    return last if lists.may_undo(last, row, at=at) else None


def _reviews(row: Zone) -> tuple[ReviewLine, ...]:
    rows = list(ZoneReview.objects.filter(zone=row)[:50])
    names = {
        user.pk: str(user) for user in User.objects.filter(pk__in=[each.done_by for each in rows])
    }
    return tuple(
        ReviewLine(
            each.due_at,
            each.done_at,
            names.get(each.done_by, "") if each.done_by else "",
            str(ROLES[each.done_as].label) if each.done_as in ROLES else "",
            each.note,
        )
        for each in rows
    )


def _moved(row: Zone) -> tuple[int, int, int]:
    """How many matters hang on it, were moved back, and stayed since somebody worked on them."""
    counts = ZoneTask.objects.filter(zone=row).aggregate(
        now=Count("pk", filter=Q(undone_at=None)),
        back=Count("pk", filter=Q(undone_at__isnull=False, kept="")),
        kept=Count("pk", filter=Q(undone_at__isnull=False) & ~Q(kept="")),
    )
    return counts["now"], counts["back"], counts["kept"]


def _stricter(row: Zone, at: datetime) -> str:
    """The names of stricter zones that touch the same places now."""
    if row.phase(at) != Phase.NOW:
        return ""
    mine = covering.line(row)
    others = [
        other
        for other in covering.in_force(at)
        if other.pk != row.pk
        and any(lo < b and a < hi for lo, hi in row.touches for a, b in other.touches)
        and retasking.strictest([covering.line(other), mine]) != mine
    ]
    return "、".join(other.name for other in others)
