"""Draw the grids of a town: who is neighbour of whom, drawing, measuring, polygons.

The usual way::

    links = link_buildings(town, barriers=rivers)
    plan = draw_grids(town, links, bounds=Bounds(300, 500), budget=Budget.NORMAL, seed=1)
    measures = measure_grids(town, links, plan.grid, bounds=Bounds(300, 500))
    shapes = grid_polygons(town, plan.grid, barriers=rivers)
"""

from kapok_planning.grids.drawing.draw import draw_grids
from kapok_planning.grids.links.contiguity import link_buildings
from kapok_planning.grids.matching import match_grids
from kapok_planning.grids.measure import Measures, measure_grids
from kapok_planning.grids.numbering import number_grids
from kapok_planning.grids.shapes.polygons import grid_polygons
from kapok_planning.grids.town import (
    Bounds,
    Budget,
    GridException,
    GridPlan,
    Links,
    Reason,
    Stopped,
    Town,
)

__all__ = [
    "Bounds",
    "Budget",
    "GridException",
    "GridPlan",
    "Links",
    "Measures",
    "Reason",
    "Stopped",
    "Town",
    "draw_grids",
    "grid_polygons",
    "link_buildings",
    "match_grids",
    "measure_grids",
    "number_grids",
]
