"""Figures of a set of grids: each grid's line, and the panel over all of them."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

BIN = 50  # households

REASONS = {
    "small_community": gettext_lazy(
        "The whole community has fewer households than the bounds ask."
    ),
    "large_building": gettext_lazy("A single building has more households than the bounds allow."),
    "isolated": gettext_lazy("Cut off from other buildings by a barrier or by distance."),
    "locked": gettext_lazy("It is locked, or locked grids around it leave too little."),
    "no_cut_exists": gettext_lazy("No division of these buildings meets the bounds."),
    "no_cut_found": gettext_lazy("The work ended before a division within the bounds was found."),
    "by_hand": gettext_lazy("It was made so by hand."),
    "changed": gettext_lazy("Its buildings changed after it was published."),
}


def reason_label(reason: str) -> str:
    """Why a grid is out of its bounds, as a sentence; blank for a grid within them."""
    return str(REASONS[reason]) if reason else ""


@dataclass(frozen=True)
class GridLine:
    """One grid of the list.

    ``id`` names the drawn grid and ``code`` the place, which a proposal may not have yet;
    ``label`` is what stands on the map.
    """

    id: UUID
    code: int | None
    community: int
    community_name: str
    number: int
    label: str
    households: int
    residents: int | None
    n_buildings: int
    rms_m: float
    connected: bool
    n_crossings: int
    n_street_cuts: int
    in_bounds: bool
    reason: str
    locked: bool

    @property
    def reason_label(self) -> str:
        """Why it is out of its bounds, as a sentence."""
        return reason_label(self.reason)


@dataclass(frozen=True)
class Bin:
    """One bar of the histogram: ``low <= households < high``."""

    low: int
    high: int
    n: int


@dataclass(frozen=True)
class ExceptionCount:
    """How many grids are out of their bounds for one reason."""

    reason: str
    label: str
    n: int


@dataclass(frozen=True)
class Panel:
    """The measures of all grids of an area.

    ``rms_m`` is the household-weighted root mean square distance to the grid's centre and
    ``households_cv`` the standard deviation of households per grid over their mean.
    """

    n_grids: int
    n_buildings: int
    households: int
    residents: int | None
    n_in_bounds: int
    n_discontiguous: int
    n_crossings: int
    n_street_cuts: int
    rms_m: float
    households_min: int
    households_mean: float
    households_max: int
    households_cv: float
    histogram: tuple[Bin, ...]
    exceptions: tuple[ExceptionCount, ...]

    @property
    def share_in_bounds(self) -> float:
        """Share of the grids within their bounds [0..1]."""
        return self.n_in_bounds / self.n_grids if self.n_grids else 0.0


def panel(lines: Sequence[GridLine]) -> Panel:
    """The measures over some grids."""
    households = [line.households for line in lines]
    residents = [line.residents for line in lines]
    total = sum(households)
    mean = total / len(lines) if lines else 0.0
    squared = sum(line.households * line.rms_m**2 for line in lines)
    variance = sum((each - mean) ** 2 for each in households) / len(lines) if lines else 0.0
    reasons = Counter(line.reason for line in lines if line.reason)
    return Panel(
        n_grids=len(lines),
        n_buildings=sum(line.n_buildings for line in lines),
        households=total,
        residents=None if None in residents or not lines else sum(filter(None, residents)),
        n_in_bounds=sum(line.in_bounds for line in lines),
        n_discontiguous=sum(not line.connected for line in lines),
        n_crossings=sum(line.n_crossings for line in lines),
        n_street_cuts=sum(line.n_street_cuts for line in lines),
        rms_m=math.sqrt(squared / total) if total else 0.0,
        households_min=min(households, default=0),
        households_mean=mean,
        households_max=max(households, default=0),
        households_cv=math.sqrt(variance) / mean if mean else 0.0,
        histogram=histogram(households),
        exceptions=tuple(
            ExceptionCount(reason, reason_label(reason), n) for reason, n in reasons.most_common()
        ),
    )


def histogram(households: Sequence[int]) -> tuple[Bin, ...]:
    """Grids by their households in steps of 50, from the smallest to the largest."""
    if not households:
        return ()
    counts = Counter(each // BIN for each in households)
    return tuple(
        Bin(step * BIN, (step + 1) * BIN, counts[step])
        for step in range(min(counts), max(counts) + 1)
    )


def grid_label(code: int | None, number: int) -> str:
    """What stands on the map: the last three digits of the code, or the number of a proposal."""
    return f"{code % 1000:03d}" if code else _("new %(number)d") % {"number": number}
