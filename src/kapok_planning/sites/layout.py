"""A site drawn to scale: rooms of stations along a way through the hall that nobody walks twice.

Stations stand on shelves across the hall, the first from left to right, the next back, and so on.
In each room people queue between ropes on the side of the entrance and are served on the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, sqrt

from kapok_planning.sites.site import Site

ROPES_M = 1.2
WALL_M = 0.5
TOP_M = 2.0  # the name of a station stands there
LEAST_HEIGHT_M = 6.0
STEP_M = 0.5
NARROWEST_ROOM_M = 6.0
DESK_DEPTH_M = 3.0
SQUEEZE = 1.15
WIDE = 2.0
NARROWEST_M, WIDEST_M = 12.0, 60.0
MOST_HEIGHT_M = 400.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Hall:
    """What a hall gives; lengths that are not given are chosen.

    The defaults are those of large sites in 2021: 10 square metres for each of 30 desks, queues and
    ways included; 200 seats on 400.
    """

    width_m: float | None = None
    length_m: float | None = None
    m2_per_desk: float = 6.0
    m2_per_seat: float = 2.0
    queue_m: float = 1.0


@dataclass(frozen=True)
class Room:
    """Where one station is [metres from the upper left corner of the hall].

    Attributes
    ----------
    station
        Its number.
    x, y, width, height
        The room.
    desks
        Middle of each desk or seat.
    desk_m
        How wide and deep one is drawn.
    queue
        The way between the ropes, from the desks back to who came last.
    goes_right
        Whether people walk from left to right.
    """

    station: int
    x: float
    y: float
    width: float
    height: float
    desks: tuple[Point, ...]
    desk_m: Point
    queue: tuple[Point, ...]
    goes_right: bool


@dataclass(frozen=True)
class Layout:
    """A hall with its rooms; ``entrance`` and ``exit`` are on its walls."""

    width_m: float
    length_m: float
    rooms: tuple[Room, ...]
    entrance: Point
    exit: Point
    outside: tuple[Point, ...]


@dataclass(frozen=True)
class _Need:
    """What the room of a station must hold."""

    station: int
    n: int
    is_seats: bool
    queue_m: float
    m2: float

    @property
    def area(self) -> float:
        return self.n * self.m2 + self.queue_m * ROPES_M

    def width_at(self, height: float) -> float:
        """How wide it is when it is so high."""
        inner = max(height - TOP_M - WALL_M, 1.0)
        pitch, depth = self.pitch
        columns = ceil(self.n / max(int(inner / pitch), 1))
        wide = self.ropes_at(height) * ROPES_M + columns * depth + 2 * WALL_M
        return max(wide, NARROWEST_ROOM_M)

    def ropes_at(self, height: float) -> int:
        """Lines between ropes that hold the queue."""
        return ceil(self.queue_m / max(height - TOP_M - WALL_M, 1.0) - 1e-9)

    @property
    def pitch(self) -> Point:
        """Along the wall and across it, what one desk or seat takes."""
        if self.is_seats:
            return sqrt(self.m2), sqrt(self.m2)
        return self.m2 / DESK_DEPTH_M, DESK_DEPTH_M


def lay_out(site: Site, queues: list[float], outside: float, hall: Hall) -> Layout:
    """Arrange a site in a hall.

    Parameters
    ----------
    site
        Stations with their staff; each has as many desks as people at its fullest.
    queues
        People who queue before each station at most.
    outside
        People who queue before the entrance at most.
    hall
        Its width, and what desks take. A hall that is too short is not refused: the layout is as
        long as it must be.
    """
    stages = _stages(site, queues, hall)
    width = hall.width_m or _chosen_width(stages)
    rooms: list[Room] = []
    y, goes_right = 0.0, True
    for shelf in _shelves(stages, width):
        height = _height(shelf, width)
        rooms += _shelf_rooms(shelf, width, y, height, goes_right=goes_right)
        y, goes_right = y + height, not goes_right
    last = rooms[-1]
    way_out = last.x + last.width if last.goes_right else last.x
    return Layout(
        width_m=width,
        length_m=y,
        rooms=tuple(rooms),
        entrance=(0.0, rooms[0].y + rooms[0].height / 2),
        exit=(way_out, last.y + last.height / 2),
        outside=_before_the_door(rooms[0], outside * hall.queue_m),
    )


def _stages(site: Site, queues: list[float], hall: Hall) -> list[list[_Need]]:
    """Stations, lanes of one stage together."""
    stages: list[list[_Need]] = []
    entrance = site.stations[0].stage or site.names[0]
    for k, station in enumerate(site.stations):
        is_outside = (station.stage or station.name) == entrance
        need = _Need(
            k,
            max(int(site.staff[k].max()), 1),
            station.is_seats,
            0.0 if is_outside else queues[k] * hall.queue_m,
            hall.m2_per_seat if station.is_seats else hall.m2_per_desk,
        )
        before = site.stations[k - 1] if k else None
        if before is not None and station.stage and before.stage == station.stage:
            stages[-1].append(need)
        else:
            stages.append([need])
    return stages


def _chosen_width(stages: list[list[_Need]]) -> float:
    area = sum(need.area for stage in stages for need in stage)
    return float(round(min(max(sqrt(1.6 * area), NARROWEST_M), WIDEST_M)))


def _wish(stage: list[_Need]) -> float:
    """How wide a stage would like to be: twice as wide as it is deep."""
    return max(sqrt(WIDE * sum(need.area for need in stage)), NARROWEST_ROOM_M)


def _shelves(stages: list[list[_Need]], width: float) -> Iterator[list[list[_Need]]]:
    """Stages side by side as long as the hall is wide enough for them."""
    shelf: list[list[_Need]] = []
    for stage in stages:
        together = [*shelf, stage]
        is_tight = len(together) * NARROWEST_ROOM_M > width
        if shelf and (is_tight or sum(map(_wish, together)) > SQUEEZE * width):
            yield shelf
            shelf = []
        shelf.append(stage)
    yield shelf


def _height(shelf: list[list[_Need]], width: float) -> float:
    """The least height at which all stages of a shelf fit."""
    height = LEAST_HEIGHT_M
    while height < MOST_HEIGHT_M:
        if sum(_stage_width(stage, height) for stage in shelf) <= width + 1e-9:
            return height
        height += STEP_M
    return height


def _split(stage: list[_Need], height: float) -> list[float]:
    """Heights of the lanes of a stage, by what they hold."""
    least = LEAST_HEIGHT_M * 2 / 3
    free = max(height - least * len(stage), 0.0)
    area = sum(need.area for need in stage)
    return [least + free * need.area / area for need in stage]


def _stage_width(stage: list[_Need], height: float) -> float:
    parts = zip(stage, _split(stage, height) if len(stage) > 1 else [height], strict=True)
    return max(need.width_at(part) for need, part in parts)


def _shelf_rooms(
    shelf: list[list[_Need]], width: float, y: float, height: float, *, goes_right: bool
) -> Iterator[Room]:
    """Rooms of a shelf, in walking order; what is left of the width is shared out."""
    widths = [_stage_width(stage, height) for stage in shelf]
    spare = max(width - sum(widths), 0.0) / len(widths)
    at = 0.0
    for stage, own in zip(shelf, widths, strict=True):
        wide = own + spare
        x = at if goes_right else width - at - wide
        top = y
        for need, part in zip(
            stage, _split(stage, height) if len(stage) > 1 else [height], strict=True
        ):
            yield _room(need, (x, top, wide, part), goes_right=goes_right)
            top += part
        at += wide


def _room(need: _Need, place: tuple[float, float, float, float], *, goes_right: bool) -> Room:
    x, y, width, height = place
    pitch, depth = need.pitch
    rows = max(int((height - TOP_M - WALL_M) / pitch), 1)
    columns = ceil(need.n / rows)
    rows = ceil(need.n / columns)
    begin = x + width - WALL_M - columns * depth if goes_right else x + WALL_M
    free = TOP_M + (height - TOP_M - WALL_M - rows * pitch) / 2
    desks = []
    for i in range(need.n):
        column, row = divmod(i, rows)
        across = column if goes_right else columns - 1 - column
        desks.append((begin + (across + 0.5) * depth, y + free + (row + 0.5) * pitch))
    size = (0.55, 0.55) if need.is_seats else (0.8, min(1.4, pitch * 0.75))
    edge = begin - ROPES_M / 2 if goes_right else begin + columns * depth + ROPES_M / 2
    return Room(
        need.station,
        x,
        y,
        width,
        height,
        tuple(desks),
        size,
        _ropes(need, edge, y, height, goes_right=goes_right),
        goes_right,
    )


def _ropes(
    need: _Need, edge: float, y: float, height: float, *, goes_right: bool
) -> tuple[Point, ...]:
    """The queue from the desks back, up and down between ropes."""
    n = max(need.ropes_at(height), 1)
    back = -ROPES_M if goes_right else ROPES_M
    low, high = y + TOP_M + 0.3, y + height - WALL_M - 0.3
    points: list[Point] = []
    for line in range(n):
        x = edge + line * back
        ends = [(x, low), (x, high)]
        points += ends if line % 2 == 0 else ends[::-1]
    return tuple(points)


def _before_the_door(first: Room, length_m: float) -> tuple[Point, ...]:
    """The queue outside, along the wall to the left of the entrance, line beside line."""
    height = max(first.height - 2 * WALL_M, 1.0)
    n = max(ceil(length_m / height), 1)
    points: list[Point] = [(-ROPES_M / 2, first.y + first.height / 2)]
    for line in range(n):
        x = -ROPES_M * (line + 1)
        ends = [(x, first.y + WALL_M), (x, first.y + first.height - WALL_M)]
        points += ends if line % 2 == 0 else ends[::-1]
    return tuple(points)
