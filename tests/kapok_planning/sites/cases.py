"""Small sites for laws and examples, and the same days played by SimPy."""

import numpy as np
import simpy
from hypothesis import strategies as st

from kapok_planning.sites import Arrivals, Days, Law, Shape, Site, Situation, Station

LAWS = [Law(1.0, 0.5), Law(0.7, 1.0, Shape.GAMMA), Law(2.0, 0.3, Shape.GAMMA), Law(0.2, 1.5)]


def station(name="desk", staff=(1,), law=LAWS[0], **more):
    return Station(name, law, tuple(staff), **more)


def site_of(*stations, n_slots=4, slot_min=60.0):
    return Site(tuple(stations), slot_min, n_slots)


def walk_ins(site, per_hour, **more):
    return Situation(site, Arrivals(walk_in=(per_hour,) * site.n_slots, **more))


def days_of(arrival, service, ahead=None):
    """One day from plain numbers: ``service`` (k, n)."""
    service = np.array(service, float)
    n = service.shape[1]
    none = np.zeros(service.shape, np.bool_) if ahead is None else np.array(ahead, np.bool_)
    return Days(
        np.array([0, n]),
        np.array(arrival, float),
        service,
        np.zeros(n, np.int64),
        none,
        np.zeros(n, np.bool_),
    )


@st.composite
def situations(draw, rooms=False):
    """Sites of all kinds with people who come to them."""
    stations = []
    n = draw(st.integers(1, 4))
    for k in range(n):
        is_seats = draw(st.integers(0, 4)) == 0 and k > 0
        staff = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
        room = draw(st.sampled_from([None, 0, 2])) if rooms and k > 0 else None
        stations.append(
            Station(
                f"station {k}",
                draw(st.sampled_from(LAWS)),
                (draw(st.integers(2, 8)),) if is_seats else tuple(staff),
                is_seats=is_seats,
                share=draw(st.sampled_from([1.0, 1.0, 0.6])),
                leaves=draw(st.sampled_from([0.0, 0.0, 0.2])),
                room=room,
                first=("old",) if rooms and draw(st.booleans()) else (),
            )
        )
    site = Site(tuple(stations), 30.0, 3)
    arrivals = Arrivals(
        booked=(draw(st.integers(0, 20)),) * 3,
        walk_in=(draw(st.integers(1, 20)),) * 3,
        late_min=-2.0,
        late_sd_min=5.0,
        absent=0.1,
        families=(0.7, 0.3),
        buses=((20.0, draw(st.integers(1, 8))),),
        kinds=(("old", 0.3),),
    )
    return Situation(site, arrivals)


def played_by_simpy(site, days):
    """When each is served at each station, by SimPy's own resources: (k, n), of one day."""
    env = simpy.Environment()
    desks = [
        simpy.PriorityResource(env, capacity=int(s.staff[0])) if s.first else
        simpy.Resource(env, capacity=int(s.staff[0]))
        for s in site.stations
    ]  # fmt: skip
    start = np.full(days.service_min.shape, np.inf)

    def person(i):
        yield env.timeout(days.arrival_min[i])
        for k in range(site.n):
            if days.service_min[k, i] < 0:
                continue
            more = {"priority": 0 if days.ahead[k, i] else 1} if site.stations[k].first else {}
            with desks[k].request(**more) as request:
                yield request
                start[k, i] = env.now
                yield env.timeout(days.service_min[k, i])

    for i in range(len(days.arrival_min)):
        env.process(person(i))
    env.run()
    return start


def held_up_by_simpy(site, days):
    """The same where rooms can fill: a desk is let go only when the next place is had."""
    env = simpy.Environment()
    desks = [simpy.Resource(env, capacity=int(s.staff[0])) for s in site.stations]
    rooms = [
        None if s.room is None else simpy.Resource(env, capacity=s.room + int(s.staff[0]))
        for s in site.stations
    ]
    start = np.full(days.service_min.shape, np.inf)

    def person(i):
        yield env.timeout(days.arrival_min[i])
        held = []
        for k in range(site.n):
            if days.service_min[k, i] < 0:
                continue
            place = rooms[k].request() if rooms[k] is not None and held else None
            if place is not None:
                yield place
            for resource, request in held:
                resource.release(request)
            desk = desks[k].request()
            yield desk
            start[k, i] = env.now
            yield env.timeout(days.service_min[k, i])
            held = [(desks[k], desk)] + ([(rooms[k], place)] if place is not None else [])
        for resource, request in held:
            resource.release(request)

    for i in range(len(days.arrival_min)):
        env.process(person(i))
    env.run()
    return start
