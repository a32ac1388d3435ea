"""The same days by SimPy, and days of the same kind by Ciw, each as its own books write it."""

import time

import numpy as np
from numpy.typing import NDArray

from bench.sites.instances import HOURS, MEANS_MIN, N_PEOPLE
from kapok_planning.sites import Days, Site

FloatArray = NDArray[np.float64]


def simpy_starts(site: Site, days: Days) -> tuple[FloatArray, float]:
    """When each person of one day is served at each station, (k, n), and seconds of processor."""
    import simpy  # noqa: PLC0415  # a peer

    start = np.empty(days.service_min.shape)
    arrival, service = days.arrival_min.tolist(), days.service_min.T.tolist()
    begun = time.process_time()
    env = simpy.Environment()
    desks = [simpy.Resource(env, capacity=s.staff[0]) for s in site.stations]
    rows = [[0.0] * site.n for _ in arrival]

    def person(i):  # type: ignore[no-untyped-def]
        yield env.timeout(arrival[i])
        for k, desk in enumerate(desks):
            with desk.request() as request:
                yield request
                rows[i][k] = env.now
                yield env.timeout(service[i][k])

    for i in range(len(arrival)):
        env.process(person(i))
    env.run()
    took = time.process_time() - begun
    start[:] = np.array(rows).T
    return start, took


def ciw_wait(site: Site, seed: int) -> tuple[float, float]:
    """Mean wait of a person of one day by Ciw, which draws for itself, and seconds of processor."""
    import ciw  # noqa: PLC0415  # a peer

    sigma = float(np.sqrt(np.log1p(0.25)))
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(N_PEOPLE / HOURS / 60.0), None, None, None],
        service_distributions=[
            ciw.dists.Lognormal(float(np.log(mean) - sigma**2 / 2), sigma) for mean in MEANS_MIN
        ],
        number_of_servers=[s.staff[0] for s in site.stations],
        routing=[[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0] * 4],
    )
    begun = time.process_time()
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(N_PEOPLE, method="Finish")
    took = time.process_time() - begun
    waits: dict[int, float] = {}
    for record in simulation.get_all_records():
        waits[record.id_number] = waits.get(record.id_number, 0.0) + record.waiting_time
    return float(np.mean(list(waits.values()))), took
