"""A plan is changed by hand, with its rules checked at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.planning.making import as_json, said
from kapok.planning.models import Plan
from kapok.planning.operations.situations import held, refuse_other_version
from kapok.planning.planners import planner_of
from kapok.planning.workflow import State

MOST_CHANGES = 1_000


@transaction.atomic
def change(
    *, plan_id: UUID, version: int, change: Mapping[str, str], by: User, at: datetime
) -> Plan:
    """Change a plan; what it breaks is said with it, and keeps it from being put in force."""
    plan = _changeable(plan_id, version)
    if len(plan.changes) >= MOST_CHANGES:
        raise Refused(_("A plan takes %(n)d changes at most. Plan anew.") % {"n": MOST_CHANGES})
    planner = planner_of(plan.kind)
    situation = planner.read(plan.situation)
    changed = planner.changed(situation, planner.load(situation, current(plan)), change)
    made = {"by": str(by.pk), "name": str(by), "at": at.isoformat(), "change": dict(change)}
    plan.changes = [*plan.changes, made]
    return _kept(plan, situation, changed)


@transaction.atomic
def undo(*, plan_id: UUID, version: int, by: User, at: datetime) -> Plan:
    """Take the last change back."""
    plan = _changeable(plan_id, version)
    if not plan.changes:
        raise Refused(_("Nothing was changed by hand, so there is nothing to take back."))
    planner = planner_of(plan.kind)
    situation = planner.read(plan.situation)
    found = planner.load(situation, plan.result or {})
    plan.changes = plan.changes[:-1]
    for made in plan.changes:
        found = planner.changed(situation, found, made["change"])
    return _kept(plan, situation, found)


def current(plan: Plan) -> dict[str, Any]:
    """The document of a plan with its changes by hand."""
    return dict(plan.current or plan.result or {})


def _changeable(plan_id: UUID, version: int) -> Plan:
    plan = held(plan_id)
    scope.require(Permission.PLAN_MAKE, plan.place)
    if plan.state != State.READY:
        raise Refused(
            _("Only a plan that is ready and not in force is changed. Copy or repair this one.")
        )
    refuse_other_version(plan, version)
    return plan


def _kept(plan: Plan, situation: Any, found: Any) -> Plan:
    plan.current = planner_of(plan.kind).dump(found) if plan.changes else None
    plan.said = {
        language: as_json(each) for language, each in said(plan.kind, situation, found).items()
    }
    plan.version += 1
    plan.save()
    return plan
