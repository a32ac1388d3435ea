"""Moves from the desk's pages: the questions that they ask, and what comes of the answers."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories

from kapok.ids import uuid7
from kapok.matters.models import Matter, MatterEvent, Tasking

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(town):
    town.noon = timezone.now() - timedelta(minutes=1)
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(town.dispatcher.account)
    return client


@pytest.fixture
def reported(town, send, desk):
    """Make a matter that waits at the desk: the grid's worker has given it back."""

    def make(**more):
        key = send(
            town.worker, "report", kind="lamp", building=str(town.here.pk), text="dark", **more
        ).matter
        with factories.as_owner_of_rows():
            Tasking.objects.filter(matter=key).delete()
            Matter.objects.filter(pk=key).update(state="REPORTED", assignee=None, unit=None)
        return key

    return make


@pytest.fixture
def lamp(reported):
    return reported()


def now(matter):
    with factories.as_owner_of_rows():
        return Matter.objects.get(pk=matter)


def correct(desk, matter, **said):
    form = {"id": str(uuid7()), "seen": str(now(matter).version)} | said
    return desk.post(f"/matters/{matter}/moves/correct/", form)


def test_a_wrong_place_is_corrected_by_looking_the_building_up(desk, lamp, town):
    page = correct(desk, lamp, look="1", where="示例花园9栋", reason="misheard")
    assert page.status_code == 200
    assert f'value="{town.next_to.pk}" data-lon="113.25" data-lat="23.1" checked' in page.text
    assert 'value="misheard"' in page.text
    assert now(lamp).place == town.here.place  # nothing was done yet

    answer = correct(desk, lamp, building=str(town.next_to.pk), reason="misheard")
    assert answer.status_code == 302
    matter = now(lamp)
    assert (matter.place, matter.building_id) == (town.next_to.place, town.next_to.pk)


def test_a_building_that_is_not_of_ones_places_is_not_found(desk, lamp):
    page = correct(desk, lamp, look="1", where="远处1栋")
    assert "No building of your places is called so." in page.text


def test_a_correction_needs_its_reason_and_keeps_what_was_chosen(desk, lamp, town):
    page = correct(desk, lamp, where="示例花园9栋", building=str(town.next_to.pk), kind="breakout")
    assert page.status_code == 422
    assert f'value="{town.next_to.pk}"' in page.text
    assert '<option value="breakout" selected>' in page.text


@pytest.mark.parametrize(
    ("move", "said", "state"),
    [
        ("accept", {}, "ACCEPTED"),
        ("hold", {"reason": "no key", "until": "2099-01-01T10:00"}, "ON_HOLD"),
        ("escalate", {"reason": "too large"}, "REPORTED"),
        ("reject", {"reason": "a joke"}, "REJECTED"),
    ],
)
def test_one_move_is_made_of_many_matters_at_once(desk, reported, move, said, state):
    both = [reported(), reported()]
    form = {"move": move, "matter": [str(key) for key in both], "batch": str(uuid7())}
    if said:
        asked = desk.post("/matters/together/", form)
        assert asked.status_code == 200
        assert "Reason" in asked.text
    answer = desk.post("/matters/together/", form | said, follow=True)
    assert "Done: 2 of 2." in answer.text
    assert {now(key).state for key in both} == {state}


def test_merged_matters_join_the_one_that_came_first(desk, reported):
    first, second = (reported(later=timedelta(seconds=n)) for n in range(2))
    form = {"move": "join", "matter": [str(second), str(first)], "batch": str(uuid7())}
    desk.post("/matters/together/", form)
    assert now(second).duplicate_of_id == first
    assert now(first).state == "REPORTED"


@pytest.mark.parametrize("move", ["finish", "nonsense", ""])
def test_what_cannot_be_done_with_many_is_refused(desk, lamp, move):
    answer = desk.post("/matters/together/", {"move": move, "matter": [str(lamp)]})
    assert answer.status_code >= 400
    assert "Open them one by one." in answer.text


def test_what_somebody_changed_meanwhile_is_shown_before_it_is_done_all_the_same(
    desk, lamp, town, send
):
    seen = now(lamp).version
    with factories.as_owner_of_rows():
        held = send(
            town.second_dispatcher, "hold", lamp, reason="waits",
            until=(timezone.now() + timedelta(hours=1)).isoformat(),
        )  # fmt: skip
    assert held.status == "TAKEN"
    form = {"id": str(uuid7()), "seen": str(seen), "reason": "too large"}
    answer = desk.post(f"/matters/{lamp}/moves/escalate/", form)
    assert answer.status_code in (409, 422)
    with factories.as_owner_of_rows():
        assert not MatterEvent.objects.filter(matter=lamp, move="escalate").exists()
