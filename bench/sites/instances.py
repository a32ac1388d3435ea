"""A day of 5,000 people at four stages, and the site whose least staff is looked for."""

import numpy as np
from numpy.typing import NDArray

from kapok_planning.sites import Arrivals, Days, Law, Shape, Site, Situation, Station

FloatArray = NDArray[np.float64]
N_PEOPLE = 5_000
HOURS = 10
STAFF = (3, 6, 16, 15)
MEANS_MIN = (0.2, 0.6, 1.75, 1.6)
NAMES = ("code check", "pre-check", "registration", "vaccination")


def four_stages() -> Site:
    """Four stages of desks, staffed as in a large site."""
    laws = [Law(mean, 0.5) for mean in MEANS_MIN]
    return Site(
        tuple(
            Station(name, law, (staff,))
            for name, law, staff in zip(NAMES, laws, STAFF, strict=True)
        ),
        60.0,
        HOURS,
    )


def days(seed: int, n_days: int) -> Days:
    """Days of exactly 5,000 people who come at any moment, each with its own times."""
    rng = np.random.default_rng(seed)
    arrival = np.sort(rng.random((n_days, N_PEOPLE)) * HOURS * 60.0, axis=1)
    service = np.stack([Law(mean, 0.5).draw(rng, n_days * N_PEOPLE) for mean in MEANS_MIN])
    n = n_days * N_PEOPLE
    return Days(
        first=np.arange(n_days + 1) * N_PEOPLE,
        arrival_min=arrival.ravel(),
        service_min=service,
        kind=np.zeros(n, np.int64),
        ahead=np.zeros(service.shape, np.bool_),
        begun=np.zeros(n, np.bool_),
    )


def to_size() -> Situation:
    """5,000 a day by appointment, walk-ins and families, seats that hold desks up when full."""
    stations = (
        Station("code check", Law(10 / 60, 0.5), (1,)),
        Station("pre-check", Law(0.5, 0.6), (1,), leaves=0.02),
        Station("registration", Law(1.75, 0.5), (1,)),
        Station("vaccination", Law(95 / 60, 0.4), (1,)),
        Station("observation", Law(30.0, 0.0, Shape.CONSTANT), (1,), is_seats=True, room=0),
    )
    arrivals = Arrivals(
        booked=(420.0,) * HOURS,
        walk_in=(180.0, 160.0, 120.0, 80.0, 40.0, 60.0, 90.0, 120.0, 100.0, 60.0),
        late_min=-5.0,
        late_sd_min=12.0,
        absent=0.05,
        families=(0.75, 0.2, 0.05),
    )
    return Situation(Site(stations, 60.0, HOURS), arrivals)
