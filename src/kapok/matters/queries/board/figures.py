"""The lead's board: how much is open, late, returned; how fast it goes; by kind, place, hands."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from kapok.access import scope
from kapok.access.roles import Permission, Realm
from kapok.access.scope import EVERYWHERE
from kapok.codes import WIDTH, Level
from kapok.matters.queries import labels
from kapok.matters.queries.desk.filters import Filter

LEVELS = list(Level)
MOST_ROWS = 100
DAYS_BACK = 7
PARTS = ("all", "kind", "area", "unit")
COLUMNS = ("n_open", "n_late", "n_returned", "n_reopened", "n_closed")


@dataclass(frozen=True)
class Figure:
    """A number, and the list behind it; no list where whoever looks may only count."""

    n: int
    query: str


@dataclass(frozen=True)
class Row:
    """One line of a table: what it is about and its figures; ``query`` opens it as a board."""

    name: str
    figures: tuple[Figure, ...]
    query: str = ""


@dataclass(frozen=True)
class Beyond:
    """Open matters of a realm that is not one's own, by area; ``None``: too few to be told."""

    realm: str
    area: str
    n: int | None


@dataclass(frozen=True)
class Board:
    """All figures of a place at one moment."""

    place_name: str
    together: Row
    by_kind: tuple[Row, ...]
    by_place: tuple[Row, ...]
    by_team: tuple[Row, ...]
    by_hour: tuple[Row, ...]
    accept_min: float | None
    close_min: float | None
    beyond: tuple[Beyond, ...]

    @property
    def close_hours(self) -> str:
        """The median to the end, in hours."""
        return f"{self.close_min / 60:.1f}" if self.close_min is not None else ""


def board(wanted: Filter, *, at: datetime) -> Board:
    """The figures of one's own realms and places, or of one area of them."""
    base = Filter(place=wanted.place, level=wanted.level)
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    lo, hi = base.span() or EVERYWHERE[0]
    width, below = _below(base)
    found = _rows("SELECT * FROM matters_board(%s, %s, %s, %s, %s)", [lo, hi, at, today, width])
    columns = _columns(base, today)
    parts = {part: [row for row in found if row["part"] == part] for part in PARTS}
    [medians] = _rows(
        "SELECT * FROM matters_board_medians(%s, %s, %s)",
        [lo, hi, today - timedelta(days=DAYS_BACK)],
    )
    return Board(
        place_name=labels.places([base.place])[base.place] if base.place else "",
        together=_row("", parts["all"][0] if parts["all"] else {}, columns, {}),
        by_kind=_by_kind(parts["kind"], columns),
        by_place=_by_place(parts["area"], columns, below),
        by_team=_by_team(parts["unit"], columns),
        by_hour=_by_hour(base, (lo, hi), at, today),
        accept_min=medians["accept_min"],
        close_min=medians["close_min"],
        beyond=_beyond(),
    )


def _rows(sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _columns(base: Filter, today: datetime) -> tuple[Filter, ...]:
    """Open, late, returned, opened again, ended today: the filters behind the figures."""
    return (
        replace(base, state="open"),
        replace(base, state="open", late=True),
        replace(base, state="open", returned=True),
        replace(base, state="open", reopened=True),
        replace(base, state="ended", closed_from=today),
    )


def _row(name: str, counts: dict[str, Any], columns: Iterable[Filter], more: dict[str, Any]) -> Row:
    may_look = scope.can(Permission.MATTER_VIEW)
    return Row(
        name,
        tuple(
            Figure(counts.get(column, 0), replace(wanted, **more).query() if may_look else "")
            for column, wanted in zip(COLUMNS, columns, strict=True)
        ),
    )


def _by_kind(found: list[dict[str, Any]], columns: tuple[Filter, ...]) -> tuple[Row, ...]:
    rows = [
        _row(labels.kind_label(row["pack"], row["kind"]), row, columns, {"kind": row["kind"]})
        for row in found
    ]
    return tuple(sorted(rows, key=_most_open))[:MOST_ROWS]


def _by_place(
    found: list[dict[str, Any]], columns: tuple[Filter, ...], level: str
) -> tuple[Row, ...]:
    names = labels.places(row["area"] for row in found)
    rows = []
    for counts in sorted(found, key=lambda row: row["area"])[:MOST_ROWS]:
        here = {"place": counts["area"], "level": level}
        row = _row(names[counts["area"]], counts, columns, here)
        rows.append(replace(row, query=Filter(**here).query() if level != Level.GRID else ""))
    return tuple(rows)


def _by_team(found: list[dict[str, Any]], columns: tuple[Filter, ...]) -> tuple[Row, ...]:
    names = labels.units(row["unit"] for row in found)
    rows = [
        _row(names[row["unit"]], row, columns, {"unit": row["unit"]})
        for row in found
        if row["unit"] in names
    ]
    return tuple(sorted(rows, key=_most_open))[:MOST_ROWS]


def _most_open(row: Row) -> tuple[int, str]:
    return -row.figures[0].n, row.name


def _below(base: Filter) -> tuple[int, str]:
    """The level whose areas are the rows: one below what is looked at."""
    if base.place is not None:
        level = LEVELS[min(LEVELS.index(Level(base.level)) + 1, len(LEVELS) - 1)]
        return WIDTH[level], level.value
    widest = max((hi - lo for lo, hi in scope.current().ranges), default=1)
    level = next((each for each in LEVELS if WIDTH[each] < widest), Level.GRID)
    return WIDTH[level], level.value


def _by_hour(base: Filter, span: tuple[int, int], at: datetime, today: datetime) -> tuple[Row, ...]:
    """What came in and was ended in each hour of today."""
    zone = str(timezone.get_current_timezone())
    found = {
        row["hour"]: row
        for row in _rows("SELECT * FROM matters_board_hours(%s, %s, %s, %s)", [*span, today, zone])
    }
    may_look = scope.can(Permission.MATTER_VIEW)
    rows = []
    for hour in range(timezone.localtime(at).hour + 1):
        start, end = today + timedelta(hours=hour), today + timedelta(hours=hour + 1)
        came = replace(base, state="all", received_from=start, received_to=end)
        went = replace(base, state="ended", closed_from=start, closed_to=end)
        counts = found.get(hour, {"n_came": 0, "n_went": 0})
        figures = (
            Figure(counts["n_came"], came.query() if may_look else ""),
            Figure(counts["n_went"], went.query() if may_look else ""),
        )
        rows.append(Row(f"{hour:02}:00", figures))
    return tuple(rows)


def _beyond() -> tuple[Beyond, ...]:
    """Open matters of other realms over all of one's places; small cells are not told."""
    found = _rows("SELECT * FROM matters_board_beyond()", [])
    names = labels.places(row["area"] for row in found if row["area"] is not None)
    return tuple(
        Beyond(
            str(Realm(row["realm"]).label),
            names[row["area"]] if row["area"] is not None else "",
            row["n"],
        )
        for row in sorted(found, key=lambda row: (row["realm"], row["area"] or 10**16))
    )
