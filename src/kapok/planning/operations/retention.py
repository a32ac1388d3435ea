"""How long plans are kept, and what falls due."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.access.purposes import PURPOSES
from kapok.access.retention import Deleted, Rule
from kapok.planning.models import PUT, Plan
from kapok.planning.workflow import State

PURPOSE = "running_the_service"
KEPT = PURPOSES[PURPOSE].retention
NEVER_IN_FORCE = timedelta(days=365)


def _rule(code: str, label: Promise, of: Callable[[datetime], Any], kept: timedelta) -> Rule:
    def delete(at: datetime, at_most: int) -> Deleted | None:
        keys = list(of(at).order_by("pk").values_list("pk", flat=True)[:at_most])
        if not keys:
            return None
        n = Plan.objects.filter(pk__in=keys).delete()[0]
        return Deleted(tuple(keys), n, _("Kept for as long as its purpose needs it."))

    return Rule(code, label, Plan._meta.label, PURPOSE, kept, lambda at: of(at).count(), delete)


RULES = [
    _rule(
        "plans_ended",
        gettext_lazy("Plans, after they were ended"),
        lambda at: Plan.objects.filter(state=State.ENDED, ended_at__lt=at - KEPT),
        KEPT,
    ),
    _rule(
        "plans_over",
        gettext_lazy("Plans in force, after the last of their shifts"),
        lambda at: Plan.objects.filter(state=State.IN_FORCE, holds_until__lt=at - KEPT),
        KEPT,
    ),
    _rule(
        "plans_never_in_force",
        gettext_lazy("Plans that nobody put in force"),
        lambda at: Plan.objects.exclude(state__in=PUT).filter(made_at__lt=at - NEVER_IN_FORCE),
        NEVER_IN_FORCE,
    ),
]
