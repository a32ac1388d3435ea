"""Which calls ring where somebody sits, and what is theirs: a call, wrap-ups, offers to them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kapok.access import masks, scope, secrets
from kapok.access.prepared import Prepared
from kapok.codes import Level, span
from kapok.hotline.models import Call, Line, Seat
from kapok.hotline.queries import pools
from kapok.hotline.workflow import State

PURPOSE = "urgent_help"
SHOWN = 200
LEAST_WITHHELD = 50  # however many calls of known numbers ring
OF_ONE_NUMBER = 3  # somebody who rings again and again does not hide the others


@dataclass(frozen=True)
class Ringing:
    """A call that rings."""

    id: UUID
    line: str
    rang_at: datetime
    where: str
    is_passed_on: bool
    phone: str
    n_more: int


@dataclass(frozen=True)
class Mine:
    """A call of whoever looks: talking, to be wrapped up, or offered to them."""

    id: UUID
    line: str
    since: datetime
    state: State
    offered_by: str = ""
    offered_to: str = ""


@dataclass(frozen=True)
class Queue:
    """The calls that ring here, oldest first."""

    rows: tuple[Ringing, ...]
    n: int

    @property
    def n_hidden(self) -> int:
        """How many ring that are neither shown nor counted beside one that is."""
        return self.n - len(self.rows) - sum(row.n_more for row in self.rows)


@dataclass(frozen=True)
class Own:
    """What is one's own now."""

    talking: Mine | None
    wrap_ups: tuple[Mine, ...]
    offers: tuple[Mine, ...]


def seat_of(account: UUID) -> Seat | None:
    """Where somebody sits."""
    return _SEAT.first(account)


def rings_at(call: Call, seat: Seat, *, at: datetime) -> bool:
    """Whether a call rings where somebody sits."""
    return _here(seat.line, at).filter(pk=call.pk).exists()


def queue(seat: Seat, *, at: datetime) -> Queue:
    """The calls that ring at somebody's line, with numbers masked for whoever may see any."""
    rows = _without_a_flood(_some_of_each_number(seat.line, at))
    shown = tuple(_ringing(row, at) for row in rows)
    return Queue(shown, rows[0].n_all if rows else 0)


def _without_a_flood(rows: list[Any]) -> list[Any]:
    """The oldest; calls whose number is withheld leave room for those of known numbers."""
    n_known = sum(row.index is not None for row in rows)
    most = max(SHOWN - n_known, LEAST_WITHHELD)
    return [row for row in rows if row.index is not None or row.nth <= most][:SHOWN]


def _some_of_each_number(line: Line, at: datetime) -> list[Any]:
    """The calls that ring, of each number the first few: counted before they are cut off."""
    with scope.acting(scope.for_purpose(PURPOSE)):
        if line.level == Level.STREET:
            return _AT_STREET(line.pk)
        return list(_ranked(_here(line, at)))


def _ranked(calls: QuerySet[Call]) -> QuerySet[Any]:
    alike = [F("record__phone_index")]
    ranked = calls.annotate(
        phone=F("record__phone"),
        index=F("record__phone_index"),
        nth=Window(RowNumber(), alike, ["rang_at", "id"]),
        n_alike=Window(Count("pk"), alike),
        n_all=Window(Count("pk")),
    )
    some = ranked.filter(Q(index=None, nth__lte=SHOWN) | Q(nth__lte=OF_ONE_NUMBER))
    return some.select_related("line").order_by("rang_at", "id")[: 2 * SHOWN]


_AT_STREET = Prepared(lambda line: _ranked(Call.objects.filter(line=line, state=State.RINGING)))


def _n_more(row: Any) -> int:
    """How many more of its number ring, told with the last that is shown."""
    is_last = row.index is not None and row.nth == OF_ONE_NUMBER
    return int(row.n_alike) - OF_ONE_NUMBER if is_last else 0


def own(account: UUID, seat: Seat | None = None) -> Own:
    """One's call, what is to be wrapped up, and what is offered to one or to one's line."""
    rows = _OWN(account) if seat is None else _OWN_AT_LINE(account, seat.line_id)
    mine = [_mine(row) for row in rows if row.operator_id == account]
    return Own(
        talking=next((each for each in mine if each.state == State.TALKING), None),
        wrap_ups=tuple(each for each in mine if each.state == State.WRAP_UP),
        offers=tuple(_mine(row) for row in rows if row.operator_id != account),
    )


def _own(account: UUID, to_me: Q) -> QuerySet[Call]:
    calls = Call.objects.select_related("line", "operator", "offered_to", "offered_line")
    return calls.filter(
        Q(operator=account, state__in=[State.TALKING, State.WRAP_UP])
        | (to_me & Q(state=State.TALKING))
    ).order_by("answered_at")


_SEAT = Prepared(
    lambda account: Seat.objects.select_related("line").filter(account=account, left_at=None)[:1]
)
_OWN = Prepared(lambda account: _own(account, Q(offered_to=account)))
_OWN_AT_LINE = Prepared(
    lambda account, line: _own(
        account, Q(offered_to=account) | (Q(offered_line=line) & ~Q(operator=account))
    )
)


def where_it_rings(call: Call, at: datetime) -> tuple[str, bool]:
    """The levels at which a call rings now, in words; whether it has left its line."""
    levels: list[str | Promise] = [Level(call.line.level).label]
    if call.district_at is not None and call.district_at <= at:
        levels.append(Level.DISTRICT.label)
    if call.city_at is not None and call.city_at <= at:
        levels.append(Level.CITY.label)
    return " → ".join(map(str, levels)), len(levels) > 1


def masked(number: str) -> str:
    """A number with its middle hidden, as people write it."""
    return masks.phone(number.removeprefix("+86"))


def _here(line: Line, at: datetime) -> QuerySet[Call]:
    return Call.objects.filter(_own_or_passed_on(line, at), state=State.RINGING)


def _own_or_passed_on(line: Line, at: datetime) -> Q:
    if line.level == Level.STREET:
        return Q(line=line.pk)
    moment = _moment(line)
    return Q(line=line.pk) | (_from_below(line) & Q(**{f"{moment}__lte": at}))


def _from_below(line: Line) -> Q:
    """Calls of lines inside that this line takes: of its own kind, and of kinds that none has."""
    lo, hi = span(line.place, line.level)
    here = Line.objects.filter(place=line.place, level=line.level, retired_at=None)
    others = set(here.values_list("kind", flat=True)) - {line.kind}
    below = [level for level, above in pools.ABOVE.items() if line.level in above]
    return Q(place__gte=lo, place__lt=hi, line__level__in=below) & ~Q(line__kind__in=others)


def _moment(line: Line) -> str:
    return "district_at" if line.level == Level.DISTRICT else "city_at"


def _ringing(row: Any, at: datetime) -> Ringing:
    """A call with its number, where whoever acts has the purpose."""
    where, is_passed_on = where_it_rings(row, at)
    number = secrets.decrypt(bytes(row.phone), about="phone") if row.phone else ""
    return Ringing(
        id=row.pk,
        line=name_of(row.line),
        rang_at=row.rang_at,
        where=where,
        is_passed_on=is_passed_on,
        phone=masked(number) if number else _("Number withheld"),
        n_more=_n_more(row),
    )


def _mine(row: Call) -> Mine:
    since = row.ended_at if row.state == State.WRAP_UP else row.answered_at
    to = row.offered_to or (name_of(row.offered_line) if row.offered_line else "")
    return Mine(
        id=row.pk,
        line=name_of(row.line),
        since=since or row.rang_at,
        state=State(row.state),
        offered_by=str(row.operator) if row.operator else "",
        offered_to=str(to),
    )


def name_of(line: Line) -> str:
    """A line's name in the language that is active."""
    return line.name_zh if _is_chinese() else line.name_en or line.name_zh


def _is_chinese() -> bool:
    return (translation.get_language() or "zh").startswith("zh")
