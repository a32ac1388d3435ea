"""Quickest ways by plain loops: places become nodes of their own, then Dijkstra with a heap."""

import heapq
from collections import defaultdict
from itertools import pairwise

import numpy as np
import shapely

from kapok_planning.streets import Pace, Streets

WALK_MIN_PER_M = 60 / 1000


def nearest_spot(streets: Streets, xy, usable):
    """Edge, offset and distance of the nearest spot on any usable edge, one piece at a time."""
    best = (np.inf, -1, 0.0)
    for ends, edge, offset in zip(
        streets.bends.ends_m, streets.bends.edge, streets.bends.offset_m, strict=True
    ):
        if not usable[edge]:
            continue
        piece = shapely.LineString(ends.reshape(2, 2))
        away = piece.distance(shapely.Point(xy))
        if away < best[0] - 1e-9:
            best = (away, int(edge), float(offset + piece.project(shapely.Point(xy))))
    return best


def plain_minutes(streets: Streets, starts, goals, pace: Pace, usable):
    """Minutes from each start to each goal, both within reach of usable edges."""
    spots = {("s", i): nearest_spot(streets, xy, usable) for i, xy in enumerate(starts)}
    spots |= {("g", i): nearest_spot(streets, xy, usable) for i, xy in enumerate(goals)}
    on_edge = defaultdict(list)
    for name, (_, edge, offset) in spots.items():
        on_edge[edge].append((offset, name))
    graph = defaultdict(list)
    for edge in np.flatnonzero(usable).tolist():
        length = float(streets.length_m[edge])
        stops = sorted(on_edge[edge], key=lambda stop: stop[0])
        chain = [(0.0, int(streets.start[edge])), *stops, (length, int(streets.end[edge]))]
        per_m = 60 / 1000 / min(float(streets.speed_kmh[edge]), pace.most_kmh)
        for (a, one), (b, other) in pairwise(chain):
            graph[one].append((other, (b - a) * per_m))
            if not streets.oneway[edge]:
                graph[other].append((one, (b - a) * per_m))
    found = np.full((len(starts), len(goals)), np.inf)
    for i in range(len(starts)):
        known = plain_dijkstra(graph, ("s", i))
        for j in range(len(goals)):
            away = spots["s", i][0] + spots["g", j][0]
            found[i, j] = known.get(("g", j), np.inf) + away * WALK_MIN_PER_M / pace.access_kmh
    return found


def plain_dijkstra(graph, source):
    """Least minutes to every node that can be reached."""
    known, heap, turn = {}, [(0.0, 0, source)], 0
    while heap:
        minutes, _, node = heapq.heappop(heap)
        if node in known:
            continue
        known[node] = minutes
        for other, more in graph[node]:
            turn += 1
            heapq.heappush(heap, (minutes + more, turn, other))
    return known
