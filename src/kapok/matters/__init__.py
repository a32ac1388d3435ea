"""Matters: everything that comes in, and the one life that all of it has."""
