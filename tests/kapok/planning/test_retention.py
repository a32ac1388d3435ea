"""Plans go when their time is over, and no sooner."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.kapok.planning.plans import asked, begun, made, put
from tests.kapok.planning.sums import BEGINS

from kapok.access import retention
from kapok.access.purposes import PURPOSES
from kapok.planning.models import Plan
from kapok.planning.operations import publishing

pytestmark = pytest.mark.django_db
KEPT = PURPOSES["running_the_service"].retention
HOUR = timedelta(hours=1)


def left(desk):
    with desk.acting():
        return set(Plan.objects.values_list("state", flat=True))


def test_plans_that_nobody_put_in_force_go_after_a_year(desk):
    now = timezone.now()
    begun(desk)
    asked(desk, begun(desk))  # and never made: its worker was lost
    put(desk, made(desk))
    retention.delete_due(at=now + timedelta(days=365) - HOUR)
    assert left(desk) == {"DRAFT", "WAITING", "IN_FORCE"}
    retention.delete_due(at=now + timedelta(days=365) + HOUR)
    assert left(desk) == {"IN_FORCE"}


def test_plans_that_ended_are_kept_as_long_as_hours_that_were_worked(desk):
    now = timezone.now()
    plan = put(desk, made(desk))
    with desk.acting():
        publishing.end(plan_id=plan.pk, version=plan.version, by=desk.account, at=now)
    retention.delete_due(at=now + KEPT - HOUR)
    assert left(desk) == {"ENDED"}
    retention.delete_due(at=now + KEPT + HOUR)
    assert left(desk) == set()


def test_a_plan_in_force_that_nobody_ends_goes_as_long_after_its_last_shift(desk):
    put(desk, made(desk))
    over = BEGINS + 8 * HOUR
    retention.delete_due(at=over + KEPT - HOUR)
    assert left(desk) == {"IN_FORCE"}
    retention.delete_due(at=over + KEPT + HOUR)
    assert left(desk) == set()
