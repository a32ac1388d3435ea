"""How long calls are kept: three years, with all that hangs on them; then they are deleted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.access.purposes import PURPOSES
from kapok.access.retention import Deleted, Rule
from kapok.hotline.models import (
    Call,
    CallBack,
    CallEvent,
    CallRecord,
    Need,
    RiskScreen,
    Seat,
    Supervision,
)
from kapok.hotline.workflow import OPEN_BACKS

PURPOSE = "urgent_help"
KEPT = PURPOSES[PURPOSE].retention  # the guide of 2021 asks for three years
HANGS_ON = (CallEvent, Need, RiskScreen, CallBack, Supervision, CallRecord)


def old_calls(at: datetime) -> QuerySet[Call]:
    """Calls that ended long enough ago, to whose callers nothing is owed any more."""
    owed = CallBack.objects.filter(state__in=OPEN_BACKS).values("call")
    ended = Coalesce(F("closed_at"), F("ended_at"), F("rang_at"))
    # what rang later than that has not ended by then: the index on the moment of ringing serves
    late_enough = Q(rang_at__lt=at - KEPT)
    return (
        Call.objects.filter(late_enough)
        .annotate(ended=ended)
        .filter(ended__lt=at - KEPT)
        .exclude(pk__in=owed)
    )


def _delete_calls(at: datetime, at_most: int) -> Deleted | None:
    keys = list(old_calls(at).order_by("rang_at").values_list("pk", flat=True)[:at_most])
    if not keys:
        return None
    n = sum(_of(model, keys).delete()[0] for model in HANGS_ON)
    CallBack.objects.filter(answer__in=keys).update(answer=None)
    n += Call.objects.filter(pk__in=keys).delete()[0]
    return Deleted(tuple(keys), n, _("Calls are kept for three years."))


def _of(model: Any, keys: Iterable[UUID]) -> QuerySet[Any]:
    return model.objects.filter(call__in=keys)


def old_seats(at: datetime) -> QuerySet[Seat]:
    """Who sat where, long ago."""
    return Seat.objects.filter(left_at__lt=at - KEPT)


def _delete_seats(at: datetime, at_most: int) -> Deleted | None:
    return _delete(Seat, old_seats(at), at_most, _("Seats are kept as long as calls."))


def old_groups(at: datetime) -> QuerySet[Supervision]:
    """Who came to the talks of the group, long ago."""
    return Supervision.objects.filter(call=None, held_at__lt=at - KEPT)


def _delete_groups(at: datetime, at_most: int) -> Deleted | None:
    return _delete(Supervision, old_groups(at), at_most, _("Talks are kept as long as calls."))


def _delete(model: Any, rows: QuerySet[Any], at_most: int, why: str) -> Deleted | None:
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:at_most])
    if not keys:
        return None
    model.objects.filter(pk__in=keys).delete()
    return Deleted(tuple(keys), len(keys), why)


RULES = [
    Rule(
        "hotline_calls",
        gettext_lazy("Calls with all that was noted of them, after they ended"),
        Call._meta.label,
        PURPOSE,
        KEPT,
        lambda at: old_calls(at).count(),
        _delete_calls,
    ),
    Rule(
        "hotline_seats",
        gettext_lazy("Who sat at which line, after they got up"),
        Seat._meta.label,
        "running_the_service",
        KEPT,
        lambda at: old_seats(at).count(),
        _delete_seats,
    ),
    Rule(
        "hotline_groups",
        gettext_lazy("Who came to the talks of a hotline's group"),
        Supervision._meta.label,
        "running_the_service",
        KEPT,
        lambda at: old_groups(at).count(),
        _delete_groups,
    ),
]
