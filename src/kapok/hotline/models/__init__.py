"""Lines and who sits at them, calls and what was said in them, and whom to call back."""

from kapok.hotline.models.after import CallBack, Supervision
from kapok.hotline.models.calls import Call, CallEvent, CallRecord, Need, RiskScreen
from kapok.hotline.models.lines import Line, Seat

__all__ = [
    "Call",
    "CallBack",
    "CallEvent",
    "CallRecord",
    "Line",
    "Need",
    "RiskScreen",
    "Seat",
    "Supervision",
]
