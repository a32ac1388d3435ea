"""When somebody's data is deleted: their calls stay as numbers of a day, and nameless."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.hotline.models import CallBack, CallRecord
from kapok.hotline.workflow import OPEN_BACKS, Due
from kapok.people.operations.deletion import Gone


def hear(gone: Gone) -> int:
    """Forget who called, where an officer decided it; how many records were changed.

    Who only left Kapok's places has their calls kept for their own three years; the key of the
    household goes in any case, since it leads nowhere. Whoever acts reaches all rows.
    """
    at = scope.current().at
    n = _nameless(gone, at) if gone.decided else 0
    return n + CallRecord.objects.filter(household__in=gone.households).update(household=None)


def _nameless(gone: Gone, at: datetime) -> int:
    """Of the calls of these households and telephones nothing stays that says whose they were."""
    theirs = CallRecord.objects.filter(
        Q(household__in=gone.households) | Q(phone_index__in=gone.phones)
    )
    calls = list(theirs.values_list("pk", flat=True))
    empty = {
        field.attname: None
        for field in CallRecord._meta.concrete_fields
        if field.null and not field.primary_key
    }
    CallBack.objects.filter(call__in=calls, state__in=OPEN_BACKS).update(
        state=Due.CANCELLED,
        ended_at=at,
        ended_why=_("Their data was deleted."),
        taken_by=None,
        taken_at=None,
    )
    return CallRecord.objects.filter(pk__in=calls).update(**empty)
