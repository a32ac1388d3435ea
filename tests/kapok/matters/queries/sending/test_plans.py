"""The plan and the nearest units as a dispatcher is shown them."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from tests import factories

from kapok.access import scope
from kapok.matters.models import Matter, Unit, UnitState
from kapok.matters.queries import loading
from kapok.matters.queries.sending import duty, nearest, plans

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=1)


def reported(town, send, building=None, kind="breakout"):
    building = building or town.here
    answer = send(
        town.gate,
        "report",
        kind=kind,
        why="defiant",
        building=str(building.pk),
        text="over the wall",
    )
    assert answer.status == "TAKEN", answer
    return answer.matter


def queued(town, send, **more):
    """A matter that waits: its station gives it back to the desk."""
    matter = reported(town, send, **more)
    if Matter.objects.filter(pk=matter, state="ASSIGNED").exists():
        assert send(town.police, "return", matter, reason="no car").status == "TAKEN"
    return matter


def facts_of(matter: UUID):
    found, _numbers = loading.facts([matter], lock=False)
    return found[matter]


def move_unit(unit, **where):
    with factories.as_owner_of_rows():
        Unit.objects.filter(pk=unit.pk).update(**where)


def test_the_plan_sends_each_free_unit_to_one_matter_with_a_reason(town, send, box):
    with factories.as_owner_of_rows():
        one = queued(town, send)
        other = queued(town, send, building=town.next_to)
    move_unit(town.patrols[1], lon=113.25)
    with scope.acting(scope.of_appointment(town.dispatcher, at=town.noon + SOON, purpose="")):
        plan = plans.plan(at=town.noon + SOON)

    assert {(pair.matter.id, pair.unit) for pair in plan.now} == {
        (one, town.patrols[0].pk), (other, town.patrols[1].pk)
    }  # fmt: skip
    assert {pair.reason for pair in plan.now} == {"There before all others that may go."}
    assert (plan.n_free, plan.n_busy, plan.left, plan.n_beyond) == (2, 0, (), 0)
    assert not plan.by_streets


def test_with_units_out_the_rest_is_planned_for_later(town, send, box):
    with factories.as_owner_of_rows():
        first = queued(town, send)
        assert send(
            town.dispatcher, "assign", first, to={"unit": str(town.patrols[0].pk)}
        ).status == "TAKEN"  # fmt: skip
        UnitState.objects.update_or_create(
            unit=town.patrols[1],
            defaults={"place": town.patrols[1].place, "status": "OFF", "since": town.noon},
        )
        other = queued(town, send, building=town.next_to)
    with scope.acting(scope.of_appointment(town.dispatcher, at=town.noon + SOON, purpose="")):
        plan = plans.plan(at=town.noon + SOON)

    assert plan.now == ()
    assert (plan.n_free, plan.n_busy) == (0, 1)
    [pair] = plan.later
    assert (pair.matter.id, pair.unit) == (other, town.patrols[0].pk)
    assert pair.arrives_at > town.noon + timedelta(minutes=20)


def test_the_nearest_unit_is_shown_with_whether_it_is_in_time(town, send, box):
    with factories.as_owner_of_rows():
        matter = queued(town, send)
    move_unit(town.patrols[0], lon=113.25)
    with scope.acting(scope.of_appointment(town.dispatcher, at=town.noon + SOON, purpose="")):
        found = nearest.nearest(facts_of(matter), at=town.noon + SOON)

    units = [each for each in found.free if each.kind == "patrol"]
    assert [each.id for each in units] == [town.patrols[1].pk, town.patrols[0].pk]
    assert units[0].metres < units[1].metres
    assert all(each.answers for each in units)
    assert found.arrive_by is not None
    assert units[0].late == ""


def test_who_should_be_there_follows_the_clock_that_arriving_stops(town, send, box):
    with factories.as_owner_of_rows():
        facts = facts_of(queued(town, send))
    row = {"pack_id": facts.pack, "kind": facts.kind}
    settle = next(clock for clock in facts.clocks if clock.code == "settle")
    by = duty.arrive_by(row, facts.clocks)

    assert by is not None
    assert by.at == settle.due_at - duty.WORK  # none is stopped by arriving here
    assert duty.arrive_by(row, ()) is None


def test_a_matter_without_a_point_lies_at_its_building_or_in_its_place(town, box):
    base = {"lon": None, "lat": None, "building_id": None, "place": town.here.place}
    rows = [
        base | {"id": 1, "building_id": town.next_to.pk},
        base | {"id": 2},
        base | {"id": 3, "lon": 113.0, "lat": 23.0},
        base | {"id": 4, "place": 440103022009000},
    ]
    assert duty.spots_of(rows) == {
        1: (113.25, 23.10), 2: (113.24, 23.10), 3: (113.0, 23.0)
    }  # fmt: skip


def test_units_go_only_where_their_people_may_see_the_matter(town, box):
    with scope.acting(scope.of_appointment(town.dispatcher, at=town.noon, purpose="")):
        known = {each.unit.id: each.unit for each in duty.units(at=town.noon)}
    patrol = known[town.patrols[0].pk]  # of the station, whose police see order alone
    assert patrol.realms is not None
    assert "CARE" not in patrol.realms
    assert patrol.goes(town.here.place, "breakout", "ORDER")
    assert not patrol.goes(town.here.place, "visit", "CARE")


def test_roles_of_units_are_told_to_who_sends_and_nobody_else(town):
    for who, told in ((town.dispatcher, [("police_member",)]), (town.worker, [])):
        with (
            scope.acting(scope.of_appointment(who, at=town.noon, purpose="")),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "SELECT role FROM matters_roles_of(%s, %s)", [[town.station.pk], town.noon]
            )
            assert cursor.fetchall() == told


@pytest.mark.parametrize(
    ("minutes", "said"), [(-3, ""), (0.4, ""), (5.2, "5 min late"), (150, "2 h late")]
)
def test_lateness_is_said_in_minutes_and_then_in_hours(minutes, said):
    assert nearest.lateness(minutes) == said


def test_what_one_may_see_but_not_send_is_not_planned(town, send, box):
    with factories.as_owner_of_rows():
        mine = send(
            town.dispatcher, "report", kind="help", building=str(town.here.pk), text="fell",
            door="PHONE",
        )  # fmt: skip
        assert mine.status == "TAKEN", mine
        Matter.objects.filter(pk=mine.matter).update(state="REPORTED", assignee=None, unit=None)
    with scope.acting(scope.of_appointment(town.dispatcher, at=town.noon + SOON, purpose="")):
        assert Matter.objects.filter(pk=mine.matter).exists()
        plan = plans.plan(at=town.noon + SOON)
    assert (plan.now, plan.later, plan.left) == ((), (), ())
