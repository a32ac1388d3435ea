"""OR-Tools' routing solver on the same rush, with the same prices, skills and shifts."""

import numpy as np
from numpy.typing import NDArray

from bench.dispatch.instances import Rush
from kapok_planning.dispatch import Prices

Labels = NDArray[np.int32]

IN_A_MINUTE = 60  # whole numbers only: seconds
IN_PRICE = 100  # hundredths of a price
HORIZON = 24 * 60 * IN_A_MINUTE


def or_tools(rush: Rush, *, prices: Prices, limit_s: float) -> tuple[Labels, Labels] | None:
    """Unit and position of each matter, or None where nothing was found in time.

    Guided local search from the cheapest insertions. Lateness is a soft upper bound on arrivals;
    a dropped matter costs what leaving it out does. That urgent matters are not late behind others
    is not asked of it, which makes its task easier than ours.
    """
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2  # noqa: PLC0415  # bench only

    matters, units = rush.matters, rush.units
    m, u = matters.n, units.n
    minutes, metres = _all_ways(rush)
    travel = np.ceil(minutes * IN_A_MINUTE).astype(np.int64)
    cost = np.rint(metres / 1000 * prices.km * IN_PRICE).astype(np.int64)
    service = np.concatenate([np.ceil(matters.service_min * IN_A_MINUTE), np.zeros(u + 1)])
    spent = (travel + service.astype(np.int64)[:, None]).tolist()
    nodes = pywrapcp.RoutingIndexManager(m + u + 1, u, list(range(m, m + u)), [m + u] * u)
    routing = pywrapcp.RoutingModel(nodes)
    way = routing.RegisterTransitMatrix(cost.tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(way)
    routing.AddDimension(routing.RegisterTransitMatrix(spent), 0, HORIZON, False, "time")
    time = routing.GetDimensionOrDie("time")
    ones = routing.RegisterUnaryTransitVector([1] * m + [0] * (u + 1))
    routing.AddDimensionWithVehicleCapacity(ones, 0, units.capacity.tolist(), True, "load")
    for v in range(u):
        begin = round(max(units.free_min[v], 0.0) * IN_A_MINUTE)
        time.CumulVar(routing.Start(v)).SetRange(begin, begin)
        time.CumulVar(routing.End(v)).SetMax(int(units.shift_end_min[v] * IN_A_MINUTE))
    able = (matters.skills[None, :] & ~units.skills[:, None]) == 0
    lost = np.maximum(matters.weight, 1) * prices.left_out_min + matters.weight.max() * 1440
    for i in range(m):
        index = nodes.NodeToIndex(i)
        due, per_s = round(matters.due_min[i] * IN_A_MINUTE), matters.weight[i] / IN_A_MINUTE
        time.SetCumulVarSoftUpperBound(index, max(due, 0), round(per_s * IN_PRICE))
        routing.VehicleVar(index).SetValues([-1, *np.flatnonzero(able[:, i]).tolist()])
        routing.AddDisjunction([index], int(lost[i] * IN_PRICE))
    asked = pywrapcp.DefaultRoutingSearchParameters()
    asked.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    asked.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    asked.time_limit.FromMilliseconds(int(limit_s * 1000))
    found = routing.SolveWithParameters(asked)
    return None if found is None else _plan(nodes, routing, found, m, u)


def _all_ways(rush: Rush) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ways between all matters, then the units, then an end that is everywhere."""
    m, u = rush.matters.n, rush.units.n
    ways = []
    for name in ("minutes", "metres"):
        table = np.zeros((m + u + 1, m + u + 1))
        table[:m, :m] = getattr(rush.times.between, name)
        table[m : m + u, :m] = getattr(rush.times.first, name)
        ways.append(table)
    return ways[0], ways[1]


def _plan(nodes, routing, found, m: int, u: int) -> tuple[Labels, Labels]:  # type: ignore[no-untyped-def]
    unit, position = np.full(m, -1, np.int32), np.full(m, -1, np.int32)
    for v in range(u):
        at, index = 0, found.Value(routing.NextVar(routing.Start(v)))
        while not routing.IsEnd(index):
            node = nodes.IndexToNode(index)
            unit[node], position[node] = v, at
            at, index = at + 1, found.Value(routing.NextVar(index))
    return unit, position
