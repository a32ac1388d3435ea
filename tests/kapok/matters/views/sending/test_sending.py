"""The pages on which matters are sent: the nearest unit for one, a plan for all."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories

from kapok.ids import uuid7
from kapok.matters.models import Matter, Tasking, UnitState

pytestmark = pytest.mark.django_db
PATH = "/matters/sending/"


@pytest.fixture
def desk(town):
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(town.dispatcher.account)
    return client


@pytest.fixture
def queued(town, send):
    """Make matters that wait at the desk."""
    town.noon = timezone.now() - timedelta(minutes=1)

    def make(n=1):
        with factories.as_owner_of_rows():
            found = []
            for i in range(n):
                answer = send(
                    town.gate, "report", kind="breakout", why="defiant", text=f"wall {i}",
                    building=str((town.here, town.next_to)[i % 2].pk),
                )  # fmt: skip
                send(town.police, "return", answer.matter, reason="no car")
                found.append(answer.matter)
        return found

    return make


def lines(answer):
    """What the form of the plan would send: the fields of all its lines."""
    pairs = answer.context["plan"].now
    return {
        "batch": str(uuid7()),
        "send": [f"{pair.matter.id}:{pair.unit}" for pair in pairs],
        **{f"seen.{pair.matter.id}": pair.matter.version for pair in pairs},
        **{f"far.{pair.matter.id}": f"{pair.metres:.1f}" for pair in pairs},
        **{f"eta.{pair.matter.id}": pair.arrives_at.isoformat() for pair in pairs},
    }


def states(ids):
    with factories.as_owner_of_rows():
        return [Matter.objects.get(pk=key).state for key in ids]


def test_all_lines_are_sent_as_one_set_with_way_and_arrival(desk, queued):
    matters = queued(2)
    form = lines(desk.get(PATH))
    answer = desk.post(PATH, form, follow=True)

    assert "Done: 2 of 2." in answer.text
    assert states(matters) == ["ASSIGNED", "ASSIGNED"]
    with factories.as_owner_of_rows():
        taskings = Tasking.objects.filter(matter__in=matters, ended_at=None)
        assert all(each.eta and each.distance_m is not None for each in taskings)
        assert UnitState.objects.filter(status="BUSY").count() == 2


def test_only_what_is_ticked_is_sent(desk, queued):
    queued(2)
    form = lines(desk.get(PATH))
    form["send"] = form["send"][:1]
    desk.post(PATH, form)
    with factories.as_owner_of_rows():
        assert Matter.objects.filter(state="ASSIGNED").count() == 1


def test_the_same_form_sent_twice_sends_once(desk, queued):
    [matter] = queued()
    form = lines(desk.get(PATH))
    assert desk.post(PATH, form).status_code == 302
    assert desk.post(PATH, form).status_code == 302
    with factories.as_owner_of_rows():
        assert Tasking.objects.filter(matter=matter, unit__in=[form["send"][0][37:]]).count() == 1


def test_what_changed_meanwhile_is_shown_and_the_rest_is_sent(desk, queued, town, send):
    queued(2)
    form = lines(desk.get(PATH))
    first, second = (UUID(said.partition(":")[0]) for said in form["send"])
    with factories.as_owner_of_rows():
        held = send(
            town.second_dispatcher, "hold", first, reason="waits for the key",
            until=(timezone.now() + timedelta(hours=2)).isoformat(),
        )  # fmt: skip
        assert held.status == "TAKEN", held
    answer = desk.post(PATH, form)

    assert answer.status_code == 409
    assert "1 line was not sent: something changed meanwhile" in answer.text
    assert "1 other was sent." in answer.text
    assert "It is “On hold” now" in answer.text
    assert states([first, second]) == ["ON_HOLD", "ASSIGNED"]


def test_of_two_dispatchers_who_send_one_unit_the_second_hears_that_it_is_taken(
    desk, queued, town, send
):
    [one, other] = queued(2)
    form = lines(desk.get(PATH))
    unit = next(said for said in form["send"] if str(one) in said).partition(":")[2]
    with factories.as_owner_of_rows():
        sent = send(town.second_dispatcher, "assign", other, to={"unit": unit})
        assert sent.status == "TAKEN", sent
    answer = desk.post(PATH, form | {"send": [f"{one}:{unit}"]})

    assert answer.status_code == 409
    assert "is with another matter. Choose a free one" in answer.text
    assert states([one]) == ["RETURNED"]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Tick at least one line of the plan."),
        ({"send": "nonsense"}, "This plan cannot be read. Load the page anew."),
    ],
)
def test_nothing_ticked_or_nonsense_is_refused_with_the_plan_below(desk, queued, sent, sentence):
    queued()
    answer = desk.post(PATH, sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert len(answer.context["plan"].now) == 1


@pytest.mark.parametrize("far", ["nan", "-1", "inf", "far"])
def test_a_distance_that_is_none_is_left_out(desk, queued, far):
    [matter] = queued()
    form = lines(desk.get(PATH)) | {f"far.{matter}": far}
    assert desk.post(PATH, form).status_code == 302
    with factories.as_owner_of_rows():
        assert Tasking.objects.get(matter=matter, ended_at=None).distance_m is None


def test_without_streets_the_page_says_so(desk, queued):
    queued()
    assert "The streets of this town are not here" in desk.get(PATH).text


def test_one_matter_is_sent_to_the_nearest_with_its_way(desk, queued, town):
    [matter] = queued()
    page = desk.get(f"/matters/{matter}/send/")
    assert "Somebody should be there by" in page.text
    assert "in time" in page.text
    best = next(each for each in page.context["nearest"].free if each.kind == "patrol")
    answer = desk.post(
        f"/matters/{matter}/send/",
        {"to": f"unit:{best.id}", "id": str(uuid7()), "seen": page.context["card"].facts.version},
    )
    assert answer.status_code == 302
    with factories.as_owner_of_rows():
        tasking = Tasking.objects.get(matter=matter, ended_at=None)
        assert tasking.unit == best.id
        assert tasking.distance_m == pytest.approx(best.metres)


def test_a_busy_unit_is_shown_with_when_it_is_free(desk, queued, town, send):
    one, other = queued(2)
    with factories.as_owner_of_rows():
        send(town.dispatcher, "assign", other, to={"unit": str(town.patrols[0].pk)})
    page = desk.get(f"/matters/{one}/send/")
    assert "1 unit that may go is busy" in page.text
    assert "free at about" in page.text
