"""Sending matters, and the units that they are sent to."""
