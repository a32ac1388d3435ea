"""Matters, their reports, trace and clocks, units, files, and commands that came in."""

from kapok.matters.models.commands import CommandEntry
from kapok.matters.models.desk import HandOver, HandOverTaken, ReporterLook, SavedFilter
from kapok.matters.models.events import MatterEvent
from kapok.matters.models.files import Attachment, AwaitedFile, FileKind, Upload, UploadPart
from kapok.matters.models.matter import Firing, Matter, MatterClock, Report
from kapok.matters.models.units import Likeness, ServiceArea, Tasking, Unit, UnitState

__all__ = [
    "Attachment",
    "AwaitedFile",
    "CommandEntry",
    "FileKind",
    "Firing",
    "HandOver",
    "HandOverTaken",
    "Likeness",
    "Matter",
    "MatterClock",
    "MatterEvent",
    "Report",
    "ReporterLook",
    "SavedFilter",
    "ServiceArea",
    "Tasking",
    "Unit",
    "UnitState",
    "Upload",
    "UploadPart",
]
