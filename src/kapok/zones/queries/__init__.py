"""Reading zones: what lies over a spot, what an order would change, lists and pages."""
