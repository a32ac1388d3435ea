"""How long messages, receipts and representatives are kept, and what falls due."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.access.purposes import PURPOSES
from kapok.access.retention import Deleted, Rule
from kapok.outreach.models import Message, Posted, Receipt, Representative

NOTICES, SERVICE = "notices", "running_the_service"


def _rule(
    code: str, label: Promise, rows: Any, moment: str, purpose: str, kept: timedelta | None = None
) -> Rule:
    """A rule for rows that go so long after a moment."""
    model, kept = rows.model, kept or PURPOSES[purpose].retention

    def of(at: datetime) -> Any:
        return rows.filter(**{f"{moment}__lt": at - kept})

    def delete(at: datetime, at_most: int) -> Deleted | None:
        keys = list(of(at).order_by("pk").values_list("pk", flat=True)[:at_most])
        if not keys:
            return None
        n = model.objects.filter(pk__in=keys).delete()[0]
        return Deleted(tuple(keys), n, _("Kept for as long as its purpose needs it."))

    return Rule(code, label, model._meta.label, purpose, kept, lambda at: of(at).count(), delete)


RULES = [
    _rule(
        "notice_messages",
        gettext_lazy("Messages of notices, after they were due"),
        Message.objects.all(),
        "due_at",
        NOTICES,
    ),
    _rule(
        "notice_receipts",
        gettext_lazy("Which households have a notice, after it was noted"),
        Receipt.objects.all(),
        "at",
        NOTICES,
    ),
    _rule(
        "posted_texts",
        gettext_lazy("That texts of the box were given to a provider"),
        Posted.objects.all(),
        "at",
        NOTICES,
        timedelta(days=8),
    ),
    _rule(
        "representatives",
        gettext_lazy("Who stood for a stairwell, after they stepped down"),
        Representative.objects.exclude(ended_at=None),
        "ended_at",
        SERVICE,
    ),
]
