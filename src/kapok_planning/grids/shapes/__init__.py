"""From a plan to polygons for the map."""
