"""Matters, their reports, trace and clocks, units, files, and commands that came in."""

from kapok.matters.models.commands import CommandEntry
from kapok.matters.models.events import MatterEvent
from kapok.matters.models.files import Attachment, Upload
from kapok.matters.models.matter import Firing, Matter, MatterClock, Report
from kapok.matters.models.units import Likeness, ServiceArea, Tasking, Unit, UnitState

__all__ = [
    "Attachment",
    "CommandEntry",
    "Firing",
    "Likeness",
    "Matter",
    "MatterClock",
    "MatterEvent",
    "Report",
    "ServiceArea",
    "Tasking",
    "Unit",
    "UnitState",
    "Upload",
]
