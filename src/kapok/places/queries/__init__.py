"""Everything that reads places. Answers are frozen; each takes a fixed number of SQL queries."""

from kapok.places.queries.compare import Comparison, GridChange, compare
from kapok.places.queries.desk import Desk, DrawingFacts, desk
from kapok.places.queries.history import VersionFacts, history
from kapok.places.queries.map import MapLayers, map_layers
from kapok.places.queries.measures import GridLine, Panel, reason_label
from kapok.places.queries.resolve import Resolved, resolve
from kapok.places.queries.selection import BuildingCard, GridCard, building_card, grid_card
from kapok.places.queries.tree import (
    AreaNode,
    Crumb,
    breadcrumb,
    children,
    find,
    find_grid,
    node,
)

__all__ = [
    "AreaNode",
    "BuildingCard",
    "Comparison",
    "Crumb",
    "Desk",
    "DrawingFacts",
    "GridCard",
    "GridChange",
    "GridLine",
    "MapLayers",
    "Panel",
    "Resolved",
    "VersionFacts",
    "breadcrumb",
    "building_card",
    "children",
    "compare",
    "desk",
    "find",
    "find_grid",
    "grid_card",
    "history",
    "map_layers",
    "node",
    "reason_label",
    "resolve",
]
