"""Duties of the worker for the hotline."""

from datetime import datetime

from kapok.hotline.operations import calling, sweeping


def sweep_calls(*, at: datetime) -> None:
    """End what rings or talks for too long, take offers back, end seats that were left over."""
    sweeping.sweep(at=at)


def mind_backs(*, at: datetime) -> None:
    """Let call-backs that were taken and not called wait again; settle those whose call closed."""
    calling.fall_back(at=at)
