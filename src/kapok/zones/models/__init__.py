"""Zones, the orders that made and changed them, their documents, reviews, and what they moved."""

from kapok.zones.models.orders import ZoneDocument, ZoneOrder
from kapok.zones.models.tasks import ZoneTask
from kapok.zones.models.zones import Zone, ZoneBuilding, ZoneReview

__all__ = ["Zone", "ZoneBuilding", "ZoneDocument", "ZoneOrder", "ZoneReview", "ZoneTask"]
