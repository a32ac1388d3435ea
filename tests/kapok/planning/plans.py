"""What somebody at a desk does with plans, and what has become of them."""

from django.utils import timezone
from tests import factories

from kapok.planning.computing import compute
from kapok.planning.models import Plan
from kapok.planning.operations import asking, changing, publishing, situations

PLACE = 440103022001000


def begun(desk, **more):
    with desk.acting():
        return situations.begin(
            **{
                "kind": "hotline",
                "place": PLACE,
                "title": "Sums",
                "document": {"numbers": [3, 4, 6], "wanted": 8},
                "by": desk.account,
                "at": timezone.now(),
            }
            | more
        )


def asked(desk, plan, **more):
    with desk.acting():
        return asking.ask(
            **{"plan_id": plan.pk, "version": plan.version, "seed": 0, "budget": "normal"}
            | {"by": desk.account, "at": timezone.now()}
            | more
        )


def made(desk, **more):
    """A plan that was planned: 3 and 4 of 8."""
    plan = asked(desk, begun(desk, **more))
    compute(plan.pk, enter=desk.acting)
    return again(desk, plan)


def again(desk, plan):
    with desk.acting():
        return Plan.objects.get(pk=plan.pk)


def changed(desk, plan, pick):
    with desk.acting():
        return changing.change(
            plan_id=plan.pk,
            version=plan.version,
            change={"pick": str(pick)},
            by=desk.account,
            at=timezone.now(),
        )


def put(desk, plan, **more):
    with desk.acting():
        return publishing.put_in_force(
            **{"plan_id": plan.pk, "version": plan.version}
            | {"by": desk.account, "at": timezone.now()}
            | more
        )


def shifts():
    from kapok.workforce.models import Shift  # noqa: PLC0415

    with factories.as_owner_of_rows():
        return list(Shift.objects.order_by("post"))
