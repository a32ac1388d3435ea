"""Streets as a network: how long and how far it is from some places to others.

The usual way::

    streets = make_streets(lines, road_class=classes, oneway=oneway)
    way = travel_between(streets, units_xy_m, matters_xy_m, pace=Pace(most_kmh=20))
"""

from kapok_planning.streets.making import largest_part, make_streets
from kapok_planning.streets.network import USUAL_KMH, Bends, RoadClass, Streets
from kapok_planning.streets.snapping import Snaps, snap
from kapok_planning.streets.travel import Pace, Travel, straight_between, travel_between

__all__ = [
    "USUAL_KMH",
    "Bends",
    "Pace",
    "RoadClass",
    "Snaps",
    "Streets",
    "Travel",
    "largest_part",
    "make_streets",
    "snap",
    "straight_between",
    "travel_between",
]
