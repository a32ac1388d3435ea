"""The job that makes a plan. It carries keys and the pass of whoever asked, never values."""

from uuid import UUID

from kapok.access.jobs import PLANS, Pass, app
from kapok.planning.computing import compute


@app.task(name="planning.make_plan", queue=PLANS)
def make_plan(plan_id: str, **carried: str) -> None:
    """Make a plan that was asked for."""
    compute(UUID(plan_id), enter=Pass(**carried).enter)


def leave_plan(plan_id: UUID) -> None:
    """Leave a plan to be made, in the transaction of whoever asks for it."""
    make_plan.defer(plan_id=str(plan_id), **Pass.of_current().carried())
