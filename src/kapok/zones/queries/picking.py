"""The areas that somebody may pick, one level at a time, with what was picked already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kapok.access import scope
from kapok.codes import Level, ancestor_codes
from kapok.packs import look_up
from kapok.packs.schema import ZoneKind
from kapok.places.models import Area

MOST_SHOWN = 400


@dataclass(frozen=True)
class Choice:
    """An area to pick; ``opens`` where smaller areas lie in it."""

    code: int
    name: str
    level: str
    is_picked: bool
    opens: bool


@dataclass(frozen=True)
class Choices:
    """What can be picked inside one area, and the way up."""

    within: Choice | None
    up: tuple[Choice, ...]
    inside: tuple[Choice, ...]
    elsewhere: tuple[Choice, ...]


@dataclass(frozen=True)
class KindChoice:
    """A kind of zone to choose."""

    code: str
    label: str
    colour: str
    rules: tuple[str, ...]
    ways: str
    most_days: str


def choices(within: int | None, picked: Iterable[int]) -> Choices:
    """The areas right inside one, or one's own where none is open."""
    chosen = set(picked)
    roots = [lo for lo, _hi in scope.current().ranges][:50]
    root = within if within is not None and _is_mine(within) else None
    if root is None and len(roots) == 1:
        root = roots[0]
    standing = Area.objects.filter(valid_to=None)
    inside = (
        standing.filter(parent__code=root) if root is not None else standing.filter(code__in=roots)
    )
    shown = [_choice(area, chosen) for area in inside.order_by("code")[:MOST_SHOWN]]
    around = [code for code in ancestor_codes(root or 0) if root and _is_mine(code)]
    up = [_choice(area, chosen) for area in standing.filter(code__in=around).order_by("code")]
    known = {choice.code for choice in [*shown, *up]}
    others = standing.filter(code__in=chosen - known).order_by("code")
    return Choices(
        within=up[-1] if up else None,
        up=tuple(up[:-1]),
        inside=tuple(shown),
        elsewhere=tuple(_choice(area, chosen) for area in others),
    )


def _is_mine(code: int) -> bool:
    return any(lo <= code < hi for lo, hi in scope.current().ranges)


def _choice(area: Area, chosen: set[int]) -> Choice:
    name = area.name
    if area.level == Level.GRID:
        name = f"{area.code % 1000:03} {name}"
    return Choice(area.code, name, str(area.level), area.code in chosen, area.level != Level.GRID)


def kinds(at: datetime) -> tuple[KindChoice, ...]:
    """The kinds of zone in force where whoever acts works, the strictest first."""
    found: dict[str, ZoneKind] = {}
    for lo, _hi in scope.current().ranges[:10]:
        for kind, _pack in look_up.packs_at(lo, at).zone_kinds():
            found.setdefault(kind.code, kind)
    return tuple(
        KindChoice(
            kind.code,
            kind.label.here(),
            kind.colour,
            tuple(rule.here() for rule in kind.rules),
            "、".join(way.label.here() for way in kind.exits),
            f"{kind.max.amount}" if kind.max and kind.max.unit == "days" else "",
        )
        for kind in sorted(found.values(), key=lambda each: -each.strictness)
    )


def risks(at: datetime) -> tuple[tuple[str, str], ...]:
    """The levels of risk in force where whoever acts works."""
    ranges = scope.current().ranges
    levels = look_up.packs_at(ranges[0][0], at).risk_levels() if ranges else ()
    return tuple((level.code, level.label.here()) for level in levels)
