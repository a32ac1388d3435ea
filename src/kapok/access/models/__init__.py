"""Who uses Kapok, as what and where; what was looked at and why; what must end when."""

from kapok.access.models.accounts import (
    EXPORT_ALONE,
    NO_UNIT,
    Appointment,
    AppointmentQuerySet,
    BreakGlass,
    Period,
    Share,
    Unindexed,
    User,
)
from kapok.access.models.messages import CacheEntry, OutboxMessage, PhoneCode
from kapok.access.models.trace import Look, TraceBlock, TraceCheck
from kapok.access.models.watch import Alarm, Certificate, Emergency, ExportRequest

__all__ = [
    "EXPORT_ALONE",
    "NO_UNIT",
    "Alarm",
    "Appointment",
    "AppointmentQuerySet",
    "BreakGlass",
    "CacheEntry",
    "Certificate",
    "Emergency",
    "ExportRequest",
    "Look",
    "OutboxMessage",
    "Period",
    "PhoneCode",
    "Share",
    "TraceBlock",
    "TraceCheck",
    "Unindexed",
    "User",
]
