"""Calls by the hour of the day, as columns that the server draws: no script, and it prints."""

from collections.abc import Mapping
from dataclasses import dataclass

WIDTH, HEIGHT = 480, 120
LEFT, RIGHT, TOP, BOTTOM = 34, 6, 10, 18
HOURS = 24
EVERY = 6  # hours between two numbers under the axis


@dataclass(frozen=True)
class Bar:
    """One hour: all its calls, and of them those that were answered."""

    hour: int
    n: int
    n_answered: int
    x: float
    width: float
    y: float
    height: float
    answered_y: float
    answered_height: float


@dataclass(frozen=True)
class Hour:
    """A number under the axis."""

    text: str
    x: float


@dataclass(frozen=True)
class Day:
    """The picture."""

    bars: tuple[Bar, ...]
    hours: tuple[Hour, ...]
    most: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    base: int = HEIGHT - BOTTOM
    foot: int = HEIGHT - 4


def day(counts: Mapping[int, tuple[int, int]]) -> Day | None:
    """Columns of (all, answered) by hour; ``None`` where nobody called."""
    most = max((n for n, _answered in counts.values()), default=0)
    if not most:
        return None
    step, room, base = (WIDTH - LEFT - RIGHT) / HOURS, HEIGHT - TOP - BOTTOM, HEIGHT - BOTTOM
    bars = []
    for hour in range(HOURS):
        n, answered = counts.get(hour, (0, 0))
        tall, lower = round(room * n / most, 1), round(room * answered / most, 1)
        x = round(LEFT + hour * step, 1)
        bars.append(
            Bar(hour, n, answered, x, round(step - 2, 1), base - tall, tall, base - lower, lower)
        )
    marks = tuple(Hour(f"{at}:00", round(LEFT + at * step, 1)) for at in range(0, HOURS, EVERY))
    return Day(tuple(bars), marks, most)
