"""Columns of zones that hold encrypted values (see :mod:`kapok.access.encrypted`)."""

COLUMNS = {"zones.zonedocument.content": "attachment"}
PLAIN = frozenset({"zones.zonedocument.digest", "zones.zone.shape", "zones.zoneorder.shape"})
