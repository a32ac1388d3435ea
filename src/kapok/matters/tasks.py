"""Duties of the worker about matters."""

from datetime import datetime

from kapok.matters.operations import clocks


def mind_clocks(*, at: datetime) -> None:
    """Answer for the clocks that are due."""
    clocks.run(at=at)
