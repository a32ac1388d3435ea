"""Plans are asked for, made by the worker beside, and stopped."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.planning import workflow
from kapok.planning.making import Made, Order, as_json
from kapok.planning.models import Plan
from kapok.planning.operations.situations import held, refuse_other_version, wrong_with
from kapok.planning.planners import planner_of

MOST_SEED = 2**31 - 1
LOST_AFTER = timedelta(minutes=2)  # a program that plans is heard of every second


@transaction.atomic
def ask(*, plan_id: UUID, version: int, seed: int, budget: str, by: User, at: datetime) -> Plan:
    """Ask for a plan; the job that makes it is left by the caller, in this transaction."""
    plan = held(plan_id)
    scope.require(Permission.PLAN_MAKE, plan.place)
    refuse_other_version(plan, version)
    plan.state = workflow.after(plan.state, "ask")
    if budget not in planner_of(plan.kind).budgets:
        raise Refused(_("There is no such budget. Choose one of the list."))
    if not 0 <= seed <= MOST_SEED:
        raise Refused(_("The seed is a whole number from 0 to %(most)d.") % {"most": MOST_SEED})
    if problem := wrong_with(plan):
        raise Refused(problem)
    plan.seed, plan.budget, plan.language = seed, budget, get_language() or "zh-hans"
    plan.done, plan.total, plan.is_to_stop, plan.problem = 0, 0, False, ""
    plan.beat_at, plan.version = at, plan.version + 1
    plan.save()
    return plan


@transaction.atomic
def stop(*, plan_id: UUID, by: User, at: datetime) -> Plan:
    """Stop planning: what waits goes back to its situation, what is made ends with its best.

    What nobody has heard of for a while (whoever asked may plan no more, say, so that the job is
    not let in) is given up, so that it does not stand as being made for ever.
    """
    plan = held(plan_id)
    scope.require(Permission.PLAN_MAKE, plan.place)
    if plan.state == workflow.State.WAITING:
        plan.state = workflow.after(plan.state, "take_back")
    elif plan.state == workflow.State.MAKING:
        if plan.beat_at is None or at - plan.beat_at > LOST_AFTER:
            _fail(plan, _("The program that planned was lost. Ask again."), at)
            return plan
        plan.is_to_stop = True
    else:
        raise Refused(_("This plan is not being made, so there is nothing to stop."))
    plan.save(update_fields=["state", "is_to_stop"])
    return plan


@transaction.atomic
def begin_making(*, plan_id: UUID, at: datetime) -> Order | None:
    """What is to be made; nothing where it was taken back or made meanwhile."""
    plan = _found(plan_id)
    if plan is None or plan.state not in workflow.MOVES["begin"].sources:
        return None
    plan.state, plan.beat_at = workflow.after(plan.state, "begin"), at
    plan.save(update_fields=["state", "beat_at"])
    return Order(plan.kind, plan.situation, plan.seed, plan.budget, plan.language)


@transaction.atomic
def note_progress(*, plan_id: UUID, done: int, total: int, at: datetime) -> bool:
    """Note how far it is; whether it is to stop, or is wanted no more."""
    plan = _found(plan_id)
    if plan is None or plan.state != workflow.State.MAKING:
        return True
    plan.done, plan.total, plan.beat_at = done, total, at
    plan.save(update_fields=["done", "total", "beat_at"])
    return plan.is_to_stop


@transaction.atomic
def finish(*, plan_id: UUID, made: Made, at: datetime) -> None:
    """Keep the plan that was made; one that breaks a rule is never shown."""
    plan = _found(plan_id)
    if plan is None or plan.state != workflow.State.MAKING:
        return
    if broken := made.said[plan.language if plan.language in made.said else "en"].broken:
        with override(plan.language):
            problem = _("The checker refused the plan that was made, which is a fault: %(rule)s")
        _fail(plan, problem % {"rule": broken[0]}, at)
        return
    plan.state = workflow.after(plan.state, "finish")
    plan.result, plan.result_sha256 = made.result, made.result_sha256
    plan.said = {language: as_json(said) for language, said in made.said.items()}
    plan.is_finished, plan.versions, plan.planned_at = made.finished, made.versions, at
    plan.version += 1
    plan.save()


@transaction.atomic
def fail(*, plan_id: UUID, problem: str, at: datetime) -> None:
    """Keep why there is no plan."""
    plan = _found(plan_id)
    if plan is not None and plan.state in workflow.MOVES["fail"].sources:
        _fail(plan, problem, at)


def _fail(plan: Plan, problem: str, at: datetime) -> None:
    plan.state, plan.problem = workflow.after(plan.state, "fail"), problem
    plan.planned_at, plan.version = at, plan.version + 1
    plan.save()


def _found(plan_id: UUID) -> Plan | None:
    return Plan.objects.select_for_update().filter(pk=plan_id).first()
