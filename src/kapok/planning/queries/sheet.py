"""A plan as a table: who is where from when to when, and how many can come."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from kapok.access import sheets
from kapok.planning.models import Plan
from kapok.planning.operations.changing import current
from kapok.planning.planner import Duty, Phase, Slot
from kapok.planning.planners import planner_of


def sheet_of(plan: Plan, form: sheets.Format) -> bytes:
    """Its duties by time, then the spans that can be booked, as a file of a spreadsheet program."""
    planner = planner_of(plan.kind)
    situation = planner.read(plan.situation)
    found = planner.load(situation, current(plan))
    duties = sorted(planner.duties(situation, found), key=lambda duty: (duty.starts_at, duty.post))
    slots = sorted(planner.slots(situation, found), key=lambda slot: (slot.starts_at, slot.post))
    heading = [_("From"), _("To"), _("Post"), _("Task"), _("Name"), _("Places to book")]
    rows = [*map(_duty, duties), *map(_slot, slots)]
    return sheets.written(form, heading=heading, rows=rows, note=plan.title)


def _duty(duty: Duty) -> list[sheets.Cell]:
    """Phases of days are whole days; whoever has no name is an open seat."""
    spell = _moment if duty.phase == Phase.DUTY else _day
    who = duty.name or _("Open seat")
    return [spell(duty.starts_at), spell(duty.ends_at), duty.post, duty.task, who, None]


def _slot(slot: Slot) -> list[sheets.Cell]:
    return [
        _moment(slot.starts_at), _moment(slot.ends_at), slot.post, _("Bookings"), "", slot.capacity,
    ]  # fmt: skip


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _day(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}"
