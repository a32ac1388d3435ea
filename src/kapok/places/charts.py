"""Charts that the server draws as SVG, so that they need no script and print well."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, HEIGHT = 320, 110
LEFT, RIGHT, BOTTOM, TOP = 26, 14, 20, 12
N_BINS = 16


@dataclass(frozen=True)
class Bar:
    """One column: ``low <= households < high``, and where it stands."""

    low: int
    high: int
    count: int
    x: float
    y: float
    width: float
    height: float
    kind: str  # few, within, many: as on the map

    @property
    def last(self) -> int:
        """The most households in this column."""
        return self.high - 1


@dataclass(frozen=True)
class Tick:
    """A number under the axis."""

    value: int
    x: float


@dataclass(frozen=True)
class Histogram:
    """Grids by households, with the bounds marked."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    most: int
    low: Tick
    high: Tick

    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    base: int = HEIGHT - BOTTOM


def households_histogram(households: Sequence[int], *, low: int, high: int) -> Histogram | None:
    """Columns whose edges fall on both bounds, so that no column is half inside.

    ``None`` where there is nothing to show. The upper bound is included, so the last column inside
    ends just above it.
    """
    if not households:
        return None
    step = _step(high + 1 - low, max(households))
    n_below = -(-(low - min(*households, low)) // step)
    last = max(*households, high) + 1
    edges = [max(0, low - k * step) for k in range(n_below, 0, -1)]
    edges += list(range(low, high + 1, step))
    edges += list(range(high + 1, last + step, step))
    counts = [sum(a <= n < b for n in households) for a, b in pairwise(edges)]
    span, most = edges[-1] - edges[0], max(counts)

    def x(value: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (value - edges[0]) / span, 1)

    room = HEIGHT - BOTTOM - TOP
    bars = []
    for a, b, count in zip(edges, edges[1:], counts, strict=False):
        tall = round(room * count / most, 1)
        kind = "few" if b <= low else "many" if a > high else "within"
        bars.append(
            Bar(
                a,
                b,
                count,
                x(a),
                HEIGHT - BOTTOM - tall,
                round(max(0.5, x(b) - x(a) - 1), 1),
                tall,
                kind,
            )
        )
    ends = (edges[0], edges[-1])
    ticks = tuple(Tick(value, x(value)) for value in ends if _far(x(value), x(low), x(high)))
    return Histogram(tuple(bars), ticks, most, Tick(low, x(low)), Tick(high, x(high + 1)))


def _step(inside: int, largest: int) -> int:
    """A column's width: eight columns between the bounds, fewer where few grids are huge."""
    step = max(1, -(-inside // 8))
    while largest // step > 4 * N_BINS:
        step *= 2
    return step


def _far(x: float, *others: float) -> bool:
    """Whether a number at ``x`` would not run into the others."""
    return all(abs(x - other) > 28 for other in others)
