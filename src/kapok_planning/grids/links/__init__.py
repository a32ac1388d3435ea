"""Which buildings are neighbours."""
