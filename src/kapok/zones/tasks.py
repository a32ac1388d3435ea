"""Duties of the worker about zones."""

from datetime import datetime

from kapok.zones.operations import reviewing


def mind_zones(*, at: datetime) -> None:
    """Begin and end zones at their time, and say which reviews are due."""
    reviewing.mind(at=at)
