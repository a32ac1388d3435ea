"""How long hours, calls, shifts and waiting lists are kept, and what falls due."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.access.purposes import PURPOSES
from kapok.access.retention import Deleted, Rule
from kapok.people.operations.deletion import forget
from kapok.workforce.models import Call, HoursEntry, Shift, WorkerList
from kapok.workforce.operations.lists import WAITS
from kapok.workforce.workflow import HoursStatus

PURPOSE = "running_the_service"
KEPT = PURPOSES[PURPOSE].retention
SHIFTS_KEPT = timedelta(days=2 * 365)  # the hours that came of them prove what was worked


def _rule(code: str, label: Promise, rows: Any, moment: str, kept: timedelta = KEPT) -> Rule:
    """A rule for rows that go so long after a moment, their former states with them."""
    model = rows.model

    def of(at: datetime) -> Any:
        return rows.filter(**{f"{moment}__lt": at - kept})

    def delete(at: datetime, at_most: int) -> Deleted | None:
        keys = list(of(at).order_by("pk").values_list("pk", flat=True)[:at_most])
        if not keys:
            return None
        n = model.objects.filter(pk__in=keys).delete()[0]
        n += forget(model, keys)
        return Deleted(tuple(keys), n, _("Kept for as long as its purpose needs it."))

    return Rule(code, label, model._meta.label, PURPOSE, kept, lambda at: of(at).count(), delete)


RULES = [
    _rule(
        "hours",
        gettext_lazy("Hours that people worked, after they were confirmed or refused"),
        HoursEntry.objects.filter(status__in=[HoursStatus.CONFIRMED, HoursStatus.REFUSED]),
        "decided_at",
    ),
    _rule("calls", gettext_lazy("Calls to posts, after their end"), Call.objects.all(), "ends_at"),
    _rule(
        "shifts",
        gettext_lazy("Shifts and what was offered of them, after their end"),
        Shift.objects.all(),
        "ends_at",
        SHIFTS_KEPT,
    ),
    _rule(
        "worker_lists",
        gettext_lazy("Spreadsheets of workers that nobody put in force"),
        WorkerList.objects.filter(status=WorkerList.Status.READ),
        "made_at",
        WAITS,
    ),
]
