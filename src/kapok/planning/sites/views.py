"""What the page of a plan draws."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kapok.planning.sites import layouts, replays, telling
from kapok.planning.sites.outcome import Outcome
from kapok.planning.sites.reading import Description

BUSY, FULL = 0.75, 0.95


@dataclass(frozen=True)
class Cell:
    """A station in a slot: who works there, and what people meet."""

    slot: int
    staff: int
    used: int | None
    wait: float | None
    level: str
    title: str


@dataclass(frozen=True)
class Row:
    """A station over the day."""

    name: str
    is_seats: bool
    cells: tuple[Cell, ...]
    wait: float | None
    p95: float | None
    queue: float | None

    @property
    def seats(self) -> int:
        """The same all day."""
        return self.cells[0].staff


@dataclass(frozen=True)
class Shown:
    """A plan as its page draws it."""

    slots: tuple[str, ...]
    rows: tuple[Row, ...]
    layout: str
    too_long: str
    replay: dict[str, Any]
    counts: str
    legend: str
    speeds: tuple[int, ...]
    usual_speed: int


def shown(read: Description, outcome: Outcome, wanted: Mapping[str, str]) -> Shown:
    """The plan by station and slot, the hall, and a day to be replayed."""
    layout = layouts.layout_of(read, outcome)
    site = read.situation.site
    return Shown(
        slots=tuple(telling.slot_of(read, h)["from"] for h in range(site.n_slots)),
        rows=tuple(_row(read, outcome, k) for k in range(site.n)),
        layout=layouts.svg(read, outcome, layout),
        too_long=layouts.too_long(read, layout),
        replay=replays.replay(read, outcome, layout),
        counts=replays.counts_sentence(),
        legend=replays.legend(),
        speeds=replays.SPEEDS,
        usual_speed=replays.USUAL_SPEED,
    )


def _row(read: Description, outcome: Outcome, k: int) -> Row:
    station, found = read.situation.site.stations[k], outcome.measured
    return Row(
        name=station.name,
        is_seats=station.is_seats,
        cells=tuple(_cell(read, outcome, k, h) for h in range(read.clock.n_slots)),
        wait=_known(found.station_wait_min.mean[k]),
        p95=_known(found.station_p95_min.mean[k]),
        queue=_known(found.queue_most.mean[k]),
    )


def _cell(read: Description, outcome: Outcome, k: int, h: int) -> Cell:
    used = _known(outcome.measured.occupancy.mean[k, h])
    level = "none" if used is None else "full" if used >= FULL else "busy" if used >= BUSY else "ok"
    slot = telling.slot_of(read, h)
    return Cell(
        slot=h,
        staff=outcome.staff[k][h],
        used=None if used is None else round(100 * used),
        wait=_known(outcome.measured.wait_min.mean[k, h]),
        level=level,
        title=f"{slot['from']}-{slot['to']}",
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
