"""The pages of a site: set, planned, changed, mended, put in force."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.kapok.planning.plans import asked, begun
from tests.kapok.planning.test_site_planner import hall

from kapok.planning.computing import compute
from kapok.planning.models import BookingSlot, Plan

pytestmark = pytest.mark.django_db


def version(page):
    return re.search(r'name="version" value="(\d+)"', page.content.decode())[1]


@pytest.fixture
def path(desk):
    """The page of a plan for tomorrow in a small hall."""
    tomorrow = (timezone.now() + timedelta(days=1)).date().isoformat()
    plan = begun(desk, kind="site", document=hall(date=tomorrow))
    compute(asked(desk, plan, budget="first").pk, enter=desk.acting)
    return f"/plans/{plan.pk}/"


def test_the_situation_is_a_form_that_says_what_is_wrong(desk):
    plan = begun(desk, kind="site", document=None)
    page = desk.client.get(f"/plans/{plan.pk}/")
    assert 'name="station_name" value="observation"' in page.content.decode()
    sent = {"title": "Gym", "opens": "10:00", "closes": "09:00", "version": version(page)}
    kept = desk.client.post(f"/plans/{plan.pk}/situation/", sent, follow=True)
    assert "the site closes before it opens" in kept.content.decode()


def test_a_plan_is_seen_changed_and_put_in_force(desk, path):
    page = desk.client.get(path)
    text = page.content.decode()
    assert "Who works where, by the clock" in text
    assert 'aria-label="A small hall, drawn to scale"' in text
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
    change = {"station": "dose", "slot": "all", "staff": "4", "version": version(page)}
    changed = desk.client.post(f"{path}change/", change, follow=True)
    assert "<strong>4</strong>" in changed.content.decode()
    desk.client.post(f"{path}put-in-force/", {"version": version(changed)})
    with desk.acting():
        [plan] = Plan.objects.filter(state="IN_FORCE")
        assert [slot.capacity for slot in BookingSlot.objects.filter(plan=plan)] == [40, 40]


def test_the_rest_of_the_day_is_planned_from_the_queue(desk, path):
    sent = {"at": "09:00", "waiting": ["", "30", "", ""], "longest": ["", "20", "", ""]}
    sent["served"] = ["", "2", "", "18"]
    page = desk.client.post(f"{path}mend/", sent, follow=True)
    assert page.status_code == 200
    with desk.acting():
        newest = Plan.objects.order_by("-made_at", "-id").first()
        assert newest.situation["now"]["at"] == "09:00"
