"""Open311 GeoReport v2: services, requests read and written, in JSON and XML.

What others may read holds no words and no photos, and only matters that came in through this door:
of services their place, of order only their state, of care and health nothing at all.
"""
