"""Duties of the worker for the hotline."""

from datetime import datetime

from kapok.hotline.operations import sweeping


def sweep_calls(*, at: datetime) -> None:
    """End what rings or talks for too long, take offers back, end seats that were left over."""
    sweeping.sweep(at=at)
