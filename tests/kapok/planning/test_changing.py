"""A plan is changed by hand, and says what that breaks."""

import pytest
from django.utils import timezone
from tests.kapok.planning.plans import again, changed, made, put

from kapok.errors import Refused
from kapok.planning.operations import changing

pytestmark = pytest.mark.django_db


def test_a_change_by_hand_says_at_once_what_it_breaks_and_is_taken_back(desk):
    plan = again(desk, changed(desk, made(desk), 2))
    assert plan.said["en"]["broken"] == ["13 is over 8."]
    with pytest.raises(Refused, match="breaks a rule"):
        put(desk, plan)
    with desk.acting():
        changing.undo(plan_id=plan.pk, version=plan.version, by=desk.account, at=timezone.now())
    back = again(desk, plan)
    assert back.said["en"]["broken"] == []
    assert (back.current, back.changes) == (None, [])


def test_two_who_change_the_same_plan_do_not_overwrite_each_other(desk):
    plan = made(desk)
    changed(desk, plan, 0)
    with pytest.raises(Refused, match="Somebody else changed"):
        changed(desk, plan, 1)
