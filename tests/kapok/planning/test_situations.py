"""A plan is begun with a situation that can be, by who may plan there, and may be mended later."""

import pytest
from django.http import Http404
from django.utils import timezone
from tests import factories
from tests.kapok.planning.plans import PLACE, again, asked, begun, made, put

from kapok.errors import NotAllowed, Refused
from kapok.planning.computing import compute
from kapok.planning.operations import situations
from kapok.planning.planner import Sent
from kapok.planning.workflow import Origin

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"kind": "bridge"}, "no such kind"),
        ({"title": ""}, "Give the plan a title"),
        ({"document": {"numbers": [float("inf")]}}, "infinite"),
    ],
)
def test_what_is_begun_must_make_sense(desk, more, sentence):
    with pytest.raises(Refused, match=sentence):
        begun(desk, **more)


def test_nobody_plans_for_another_place(desk, desk_of):
    with pytest.raises(NotAllowed):
        begun(desk, place=440305001001000)
    plan = begun(desk)
    stranger = desk_of(place=440305001001000)
    with pytest.raises(Http404):
        asked(stranger, plan)
    assert stranger.client.get(f"/plans/{plan.pk}/").status_code == 404


def test_whoever_does_not_plan_sees_no_plan(desk, desk_of):
    plan = begun(desk)
    worker = desk_of("grid_worker", PLACE + 1)
    assert worker.client.get("/plans/").status_code == 403
    assert worker.client.get(f"/plans/{plan.pk}/").status_code == 403


def test_computed_again_it_comes_out_the_same(desk):
    plan = made(desk)
    with desk.acting():
        copy = situations.copy(
            plan_id=plan.pk, origin=Origin.AGAIN, title="", by=desk.account, at=timezone.now()
        )
    copy = asked(desk, copy, seed=copy.seed, budget=copy.budget)
    compute(copy.pk, enter=desk.acting)
    assert again(desk, copy).result_sha256 == plan.result_sha256


def test_a_plan_is_mended_after_something_happened(desk):
    plan = made(desk)
    with desk.acting():
        mended = situations.mend(
            plan_id=plan.pk, sent=Sent({"lost": ("4",)}, {}), by=desk.account, at=timezone.now()
        )
    assert mended.situation["numbers"] == [3, 6]
    assert (mended.origin, mended.made_from_id) == (Origin.REPAIR, plan.pk)


def test_only_what_was_never_in_force_is_discarded(desk):
    plan = put(desk, made(desk))
    with desk.acting(), pytest.raises(Refused, match="never in force"):
        situations.discard(plan_id=plan.pk, by=desk.account, at=timezone.now())


def test_those_who_work_in_the_place_are_brought_into_the_situation(desk, desk_of):
    for username, name, role, place in [
        ("li", "李明", "police_member", PLACE),
        ("li-2", "李明", "health_member", PLACE + 1),
        ("wang", "王红", "representative", PLACE + 2),
        ("far", "远方", "grid_worker", 440305001001000),
    ]:
        account = factories.User(username=username, name=name)
        factories.Appointment(account=account, role=role, place=place)
    plan = begun(desk)
    with desk.acting():
        n = situations.bring_staff(
            plan_id=plan.pk,
            version=plan.version,
            sent=Sent({}, {}),
            by=desk.account,
            at=timezone.now(),
        )
    people = [person[1:] for person in again(desk, plan).situation["people"]]
    assert people == [
        [str(desk.account), "community"],
        ["李明 li", "police"],
        ["李明 li-2", "health"],
        ["王红", "volunteers"],
    ]
    assert n == 4


def test_a_situation_with_signs_that_the_database_does_not_keep_is_refused(desk):
    for text in ("a\x00b", "a\ud800b"):
        with pytest.raises(Refused, match="sign"):
            begun(desk, document={"numbers": [3], "wanted": 3, "name": text})
