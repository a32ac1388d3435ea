"""Doors: the ways by which reports come in and news of matters goes out."""
