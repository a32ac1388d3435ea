"""Draw the grids of a town: who is neighbour of whom, drawing, measuring, polygons.

The usual way::

    links = link_buildings(town, barriers=rivers)
    plan = draw_grids(town, links, bounds=Bounds(300, 500), budget=Budget.NORMAL, seed=1)
    measures = measure_grids(town, links, plan.grid, bounds=Bounds(300, 500))
    shapes = grid_polygons(town, plan.grid, barriers=rivers)
"""

from .contiguity import link_buildings
from .town import Stopped

__all__ = ["Stopped", "link_buildings"]
