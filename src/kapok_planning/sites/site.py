"""A site as stations in the order in which people walk through them, and who comes when."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from kapok_planning.sites.laws import Law

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_PEOPLE = 1_000_000


@dataclass(frozen=True)
class Break:
    """Everybody at a station has a pause of ``minutes`` between two moments, one after another."""

    minutes: float
    from_min: float
    to_min: float

    def __post_init__(self) -> None:
        if not 0 < self.minutes <= self.to_min - self.from_min:
            raise ValueError(
                f"A break of {self.minutes:g} minutes does not fit between minutes "
                f"{self.from_min:g} and {self.to_min:g}."
            )


@dataclass(frozen=True)
class Station:
    """A kind of desk that people pass once, or seats.

    Attributes
    ----------
    name
        For sentences.
    law
        How long one person takes.
    staff : ints
        People at work in each slot of the site; the last number counts until all have left.
    is_seats
        Nobody works here: ``staff`` counts seats, the same in all slots.
    share
        Share of those who reach it that stop here; the others walk by.
    leaves
        Share of those served here who leave the site.
    room
        How many may wait before it; None for any number. When it is full, who comes from another
        station stays at the desk there and holds it up.
    lane
        Kind of people whom it serves alone; None for all who have no lane at this stage.
    stage
        Stations of one stage are lanes beside each other.
    first
        Kinds of people who go ahead of others here.
    breaks
        Of the people who work here.
    """

    name: str
    law: Law
    staff: tuple[int, ...]
    is_seats: bool = False
    share: float = 1.0
    leaves: float = 0.0
    room: int | None = None
    lane: str | None = None
    stage: str = ""
    first: tuple[str, ...] = ()
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        if not self.staff or any(n < 0 for n in self.staff):
            raise ValueError(f"{self.name}: staff must be numbers that are not negative.")
        for name in ("share", "leaves"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{self.name}: {name} is not between 0 and 1.")
        if self.room is not None and self.room < 0:
            raise ValueError(f"{self.name}: room is negative.")


@dataclass(frozen=True)
class Arrivals:
    """Who comes when. Slots are those of the site.

    Attributes
    ----------
    booked : floats
        People with an appointment in each slot, spread evenly over it.
    walk_in : floats
        Expected people without one in each slot; they come by chance (Poisson).
    late_min, late_sd_min
        Mean and standard deviation of lateness against the appointment; early is negative.
    absent
        Share of appointments that nobody keeps.
    families
        Shares of arrivals that are 1, 2, 3 ... people together; sums to 1.
    buses : pairs
        Minute of arrival and people.
    kinds : pairs
        Name and share of kinds of people that lanes and ``first`` name; the rest is ordinary.
    """

    booked: tuple[float, ...] = ()
    walk_in: tuple[float, ...] = ()
    late_min: float = 0.0
    late_sd_min: float = 0.0
    absent: float = 0.0
    families: tuple[float, ...] = (1.0,)
    buses: tuple[tuple[float, int], ...] = ()
    kinds: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        for name in ("booked", "walk_in"):
            if any(not (np.isfinite(x) and x >= 0) for x in getattr(self, name)):
                raise ValueError(f"{name} must hold finite numbers that are not negative.")
        if not np.isfinite(self.late_min) or not self.late_sd_min >= 0:
            raise ValueError("Lateness must be finite, its deviation not negative.")
        if not 0 <= self.absent <= 1:
            raise ValueError(f"absent = {self.absent} is not between 0 and 1.")
        if not self.families or abs(sum(self.families) - 1) > 1e-6 or min(self.families) < 0:
            raise ValueError("families must be shares that sum to 1.")
        if any(n < 1 or not np.isfinite(at) for at, n in self.buses):
            raise ValueError("A bus needs a moment and at least one person.")
        shares = [share for _, share in self.kinds]
        if any(share < 0 for share in shares) or sum(shares) > 1 + 1e-9:
            raise ValueError("Shares of kinds must not be negative, nor over 1 together.")

    @property
    def expected(self) -> float:
        """People in a day, in the mean."""
        kept = sum(self.booked) * (1 - self.absent)
        return kept + sum(self.walk_in) + sum(n for _, n in self.buses)


@dataclass(frozen=True)
class Queue:
    """Who is at a station now: how long each has waited, and been served, so far [minutes]."""

    waited_min: tuple[float, ...] = ()
    served_min: tuple[float, ...] = ()


@dataclass(frozen=True)
class Site:
    """Stations in walking order, on a clock of minutes from opening.

    Attributes
    ----------
    stations
        At least one; lanes of one stage stand beside each other.
    slot_min
        Length of a slot of staff and arrivals.
    n_slots
        Slots in which people may come.
    """

    stations: tuple[Station, ...]
    slot_min: float = 60.0
    n_slots: int = 10

    def __post_init__(self) -> None:
        if not self.stations:
            raise ValueError("A site needs at least one station.")
        if not (np.isfinite(self.slot_min) and self.slot_min > 0 and self.n_slots >= 1):
            raise ValueError("A site needs slots of a length over 0.")
        names = [station.name for station in self.stations]
        if len(set(names)) < len(names):
            raise ValueError("Two stations have the same name.")

    @property
    def n(self) -> int:
        """Number of stations."""
        return len(self.stations)

    @property
    def names(self) -> list[str]:
        """Of the stations."""
        return [station.name for station in self.stations]

    @property
    def end_min(self) -> float:
        """When the last slot ends."""
        return self.slot_min * self.n_slots

    @property
    def staff(self) -> IntArray:
        """People (or seats) of each station and slot, (k, h)."""
        return np.array([self._of_slots(station.staff) for station in self.stations], np.int64)

    @property
    def seats(self) -> list[int]:
        """Stations that are seats."""
        return [k for k, station in enumerate(self.stations) if station.is_seats]

    def with_staff(self, staff: IntArray) -> "Site":
        """The same site with other people and seats, (k, h)."""
        if staff.shape != (self.n, self.n_slots):
            raise ValueError(f"staff has shape {staff.shape}, not {(self.n, self.n_slots)}.")
        stations = [
            replace(station, staff=tuple(int(x) for x in row))
            for station, row in zip(self.stations, staff, strict=True)
        ]
        return replace(self, stations=tuple(stations))

    def _of_slots(self, staff: Sequence[int]) -> list[int]:
        given = list(staff[: self.n_slots])
        return given + [given[-1]] * (self.n_slots - len(given))


@dataclass(frozen=True)
class Goal:
    """Share of people who wait at most so long in all, with the confidence of the proof."""

    wait_min: float = 15.0
    share: float = 0.95
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if not (np.isfinite(self.wait_min) and self.wait_min >= 0):
            raise ValueError(f"wait_min = {self.wait_min} must be finite and not negative.")
        for name in ("share", "confidence"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} = {getattr(self, name)} is not between 0 and 1.")


@dataclass(frozen=True)
class Situation:
    """A site, who comes, and who is there already (by station; empty in the morning)."""

    site: Site
    arrivals: Arrivals
    now: tuple[Queue, ...] = field(default=())

    def __post_init__(self) -> None:
        n = self.site.n_slots
        for name in ("booked", "walk_in"):
            if len(getattr(self.arrivals, name)) > n:
                raise ValueError(f"{name} has more than {n} slots.")
        if self.now and len(self.now) != self.site.n:
            raise ValueError(f"now has {len(self.now)} stations, not {self.site.n}.")
        if self.arrivals.expected > MOST_PEOPLE:
            raise ValueError(f"At most {MOST_PEOPLE:,} people a day can be simulated.")
        known = {name for name, _ in self.arrivals.kinds}
        for station in self.site.stations:
            for kind in (station.lane, *station.first):
                if kind is not None and kind not in known:
                    raise ValueError(f"{station.name}: nobody is “{kind}”.")
