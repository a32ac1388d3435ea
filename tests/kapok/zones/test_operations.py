"""From the order to the end of a zone, and what moves with it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import shapely
from tests import factories
from tests.kapok.zones.conftest import (
    COMMUNITY,
    FAR_GRID,
    GRID,
    NEXT_GRID,
    PDF,
    SQUARE,
    STREET,
    paper,
    photo,
)  # fmt: skip

from kapok.access import scope
from kapok.access.secrets import decrypt_bytes
from kapok.errors import NotAllowed, Refused
from kapok.matters.covers import covering
from kapok.matters.engine.facts import Spot
from kapok.zones.models import Zone, ZoneDocument, ZoneOrder, ZoneReview
from kapok.zones.operations import ordering

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DOOR = uuid4()


def cover(town, place=GRID, later=timedelta(), **more):
    with scope.acting(scope.of_intake(DOOR, at=town.noon)):
        [found] = covering([Spot(place, **more)], town.noon + later)
    return found


def breakout(town, send, later=timedelta(), **more):
    said = {"building": str(town.here.pk)} | more
    return send(DOOR, "report", kind="breakout", why="defiant", door="PORTAL", later=later, **said)


def test_without_a_zone_there_is_no_violation_and_with_one_there_is(town, desk, send):
    before = breakout(town, send)
    assert before.status == "REFUSED"
    assert "No closed area with a decision document is in force here" in before.sentence
    zone = desk.enforce()
    inside = breakout(town, send)
    assert inside.status == "TAKEN"
    assert desk.matter(inside.matter).zone == zone.pk
    assert breakout(town, send, building=str(town.next_to.pk)).status == "REFUSED"


def test_a_zone_from_eight_in_the_evening_holds_from_then_on(town, desk):
    zone = desk.enforce(starts_at=town.noon + 8 * HOUR, ends_at=town.noon + 3 * DAY)
    assert zone.phase(town.noon) == "COMING"
    assert cover(town, later=8 * HOUR - timedelta(seconds=1)) is None
    assert cover(town, later=8 * HOUR).zone == zone.pk
    assert cover(town, later=3 * DAY) is None


def test_nothing_is_in_force_before_a_second_person_confirmed(town, desk):
    order = desk.draft()
    with pytest.raises(Refused, match="Draft, to be looked at"):
        desk.confirm(order)
    desk.hand_over(order)
    assert cover(town) is None
    with pytest.raises(NotAllowed, match="Whoever ordered a zone does not confirm it"):
        desk.confirm(order, town.officer)
    zone = desk.confirm(order)
    order = desk.fresh(order)
    assert (order.state, order.zone_id) == ("CONFIRMED", zone.pk)
    assert (order.ordered_by, order.confirmed_by) == (town.officer.account, town.second.account)
    assert (order.ordered_role, order.confirmed_as) == ("district_command", town.second.pk)
    with pytest.raises(Refused, match="not possible any more"):
        desk.confirm(order)


def test_an_order_is_not_confirmed_or_withdrawn(town, desk):
    first = desk.hand_over(desk.draft())
    with desk.as_(town.second):
        said = {"order_id": first.pk, "by": town.second.account, "at": town.noon}
        ordering.reject(**said, reason="The street is too large.")
    first = desk.fresh(first)
    assert (first.state, first.answer) == ("REJECTED", "The street is too large.")
    second = desk.draft()
    with desk.as_(town.second), pytest.raises(NotAllowed, match="Only whoever wrote the order"):
        ordering.withdraw(order_id=second.pk, by=town.second.account, at=town.noon)
    with desk.as_(town.officer):
        ordering.withdraw(order_id=second.pk, by=town.officer.account, at=town.noon)
        assert not Zone.objects.exists()


def test_a_decision_is_a_pdf_or_a_photo_that_is_written_anew(town, desk):
    with pytest.raises(Refused, match="Without it there is no zone"):
        desk.draft(paper=None)
    with pytest.raises(Refused, match="The decision is a PDF or a photo"):
        desk.draft(paper=paper(data=b"MZ\x90\x00 a program"))
    with pytest.raises(Refused, match="The paper is cut off"):
        desk.draft(paper=paper(data=PDF[:-8] + b" " * 4000))
    with pytest.raises(Refused, match="Write the number of the decision"):
        desk.draft(paper=paper(number=""))
    with pytest.raises(Refused, match="a day that is still to come"):
        desk.draft(paper=paper(issued_on=date(2026, 3, 3)))
    taken = photo()
    order = desk.draft(paper=paper(data=taken))
    with desk.as_(town.officer):
        row = ZoneDocument.objects.get(pk=order.document_id)
    assert row.media_type == "image/jpeg"
    kept = decrypt_bytes(bytes(row.content), about="attachment")
    assert kept.startswith(b"\xff\xd8\xff")
    assert kept != taken


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"starts_at": -HOUR}, "Nobody is closed in backwards"),
        ({"starts_at": 61 * DAY}, "at most 60 days ahead"),
        ({"starts_at": HOUR, "ends_at": HOUR}, "would end before it begins"),
        ({"ends_at": 15 * DAY}, "One decision is good until"),
        ({"name": ""}, "Give the zone a name"),
        ({"reason": ""}, "Write why"),
        ({"kind": "unknown"}, "No pack in force here has the kind of zone"),
        ({"codes": ()}, "Pick at least one place"),
        ({"codes": (440103022009000,)}, "no longer known"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(town, desk, said, sentence):
    times = {k: town.noon + v for k, v in said.items() if isinstance(v, timedelta)}
    with pytest.raises(Refused, match=sentence):
        desk.draft(**(said | times))


def test_without_an_end_a_zone_ends_when_its_decision_does(town, desk):
    assert desk.draft(kind="calm").ends_at == town.noon + 14 * DAY


def test_a_zone_lies_in_the_places_of_whoever_orders_it(town, desk):
    with pytest.raises(Refused, match="lies outside your places"):
        desk.draft(town.elsewhere)
    with pytest.raises(NotAllowed):
        desk.draft(town.lead)
    with pytest.raises(Refused, match="lies outside your places"):
        desk.draft(town.street, codes=(FAR_GRID,))
    assert desk.draft(town.street).place == GRID


def test_areas_of_several_places_lie_in_the_smallest_area_around_them(town, desk):
    assert desk.draft(codes=(GRID, NEXT_GRID)).place == COMMUNITY
    assert desk.draft(codes=(COMMUNITY,)).place == COMMUNITY
    assert desk.draft(codes=(GRID, FAR_GRID)).place == 440103000000000
    assert desk.draft(codes=(STREET,)).place == STREET


def test_a_drawn_area_covers_its_buildings_and_the_spots_inside(town, desk):
    with factories.as_owner_of_rows():
        apart = factories.Building(place=GRID, name="示例花园2栋", lon=113.2402, lat=23.12)
    zone = desk.enforce(shape=shapely.MultiPolygon([shapely.Polygon(SQUARE)]))
    assert cover(town, building=town.here.pk).zone == zone.pk
    assert cover(town, building=apart.pk) is None
    assert cover(town) is None  # a part of the grid is free, so a grid alone is not covered
    assert cover(town, lon=113.24, lat=23.10).zone == zone.pk
    assert cover(town, lon=113.24, lat=23.12) is None
    with factories.as_owner_of_rows():
        apart.gone_at = town.noon
        apart.save()
    assert cover(town).zone == zone.pk


def test_a_zone_stays_with_its_buildings_when_grids_are_drawn_anew(town, desk):
    zone = desk.enforce(codes=(GRID,))
    with factories.as_owner_of_rows():
        town.here.place = NEXT_GRID
        town.here.save()
    assert cover(town, NEXT_GRID, building=town.here.pk).zone == zone.pk
    assert cover(town, NEXT_GRID, building=town.next_to.pk) is None


def test_matters_inside_are_moved_and_moved_back(town, desk, send):
    need = send(town.lead, "report", kind="help", building=str(town.here.pk), lon=113.24, lat=23.1)
    lamp = send(town.worker, "report", kind="lamp", building=str(town.here.pk))
    other = send(town.neighbour, "report", kind="lamp", building=str(town.next_to.pk))
    before = {key: desk.matter(key) for key in (need.matter, lamp.matter, other.matter)}
    zone = desk.enforce()
    assert desk.matter(need.matter).urgency == "RED"
    assert desk.matter(lamp.matter).state == "ON_HOLD"
    assert desk.matter(lamp.matter).hold_until == zone.ends_at
    assert desk.matter(other.matter).state == "ASSIGNED"
    [round_] = desk.matters(kind="visit")
    assert (round_.place, round_.state) == (GRID, "ASSIGNED")
    assert desk.order(zone).n_moved == 3
    desk.lift(zone, later=HOUR)
    for key, was in before.items():
        now = desk.matter(key)
        assert (now.state, now.urgency, now.assignee, now.unit, now.hold_until) == (
            was.state, was.urgency, was.assignee, was.unit, was.hold_until
        )  # fmt: skip
    first, after = desk.matters(kind="visit")
    assert (first.state, after.state) == ("WITHDRAWN", "ASSIGNED")


def test_what_somebody_worked_on_stays_as_it_is(town, desk, send):
    need = send(town.lead, "report", kind="help", building=str(town.here.pk), lon=113.24, lat=23.1)
    zone = desk.enforce()
    [round_] = desk.matters(kind="visit")
    send(town.worker, "start", round_.pk)
    send(town.worker, "note", need.matter, text="was there")
    desk.lift(zone, later=HOUR)
    assert desk.matter(need.matter).urgency == "RED"
    assert desk.matter(round_.pk).state == "IN_PROGRESS"
    kept = [task.kept for task in desk.tasks() if task.undone_at and task.kept]
    assert kept == ["Somebody worked on it meanwhile, so it stays as it is."] * 2


def test_what_comes_in_while_a_zone_holds_follows_it_too(town, desk, send):
    desk.enforce()
    lamp = send(town.worker, "report", kind="lamp", building=str(town.here.pk), later=HOUR)
    assert desk.matter(lamp.matter).state == "ASSIGNED"
    assert desk.mind(HOUR) == 1
    assert desk.matter(lamp.matter).state == "ON_HOLD"
    assert desk.mind(2 * HOUR) == 0


def test_of_two_zones_the_stricter_one_holds_and_lifting_it_reveals_the_other(town, desk, send):
    need = send(town.lead, "report", kind="help", building=str(town.here.pk), lon=113.24, lat=23.1)
    lamp = send(town.worker, "report", kind="lamp", building=str(town.here.pk))
    mild = desk.enforce(kind="sealed", codes=(COMMUNITY,))
    assert (desk.matter(need.matter).urgency, desk.matter(lamp.matter).state) == (
        "YELLOW", "RETURNED"
    )  # fmt: skip
    strict = desk.enforce(kind="closed", later=HOUR)
    assert cover(town, later=HOUR).zone == strict.pk
    assert (desk.matter(need.matter).urgency, desk.matter(lamp.matter).state) == (
        "RED", "ON_HOLD"
    )  # fmt: skip
    desk.lift(strict, later=2 * HOUR)
    assert cover(town, later=2 * HOUR).zone == mild.pk
    assert (desk.matter(need.matter).urgency, desk.matter(lamp.matter).state) == (
        "YELLOW", "RETURNED"
    )  # fmt: skip
    desk.lift(mild, later=3 * HOUR)
    assert (desk.matter(need.matter).urgency, desk.matter(lamp.matter).state) == (
        "ORDINARY", "ASSIGNED"
    )  # fmt: skip


def test_the_milder_zone_that_comes_second_changes_nothing_where_the_strict_one_is(
    town, desk, send
):
    lamp = send(town.worker, "report", kind="lamp", building=str(town.here.pk))
    desk.enforce(kind="closed")
    mild = desk.enforce(kind="sealed", codes=(COMMUNITY,))
    assert desk.matter(lamp.matter).state == "ON_HOLD"
    assert cover(town, NEXT_GRID).zone == mild.pk


def test_a_zone_begins_and_ends_by_itself_exactly_once(town, desk, send):
    lamp = send(town.worker, "report", kind="lamp", building=str(town.here.pk))
    desk.enforce(starts_at=town.noon + 8 * HOUR, ends_at=town.noon + DAY)
    assert desk.mind(7 * HOUR) == 0
    assert desk.matter(lamp.matter).state == "ASSIGNED"
    assert desk.mind(8 * HOUR) == 2
    assert desk.mind(8 * HOUR) == 0
    assert desk.matter(lamp.matter).state == "ON_HOLD"
    assert desk.mind(2 * DAY) == 3  # both are moved back, and the grid is visited after the end
    assert desk.mind(2 * DAY) == 0
    assert [each.state for each in desk.matters(kind="visit")] == ["WITHDRAWN", "ASSIGNED"]


def test_an_extension_takes_a_new_decision_and_a_second_person(town, desk):
    zone = desk.enforce(ends_at=town.noon + 3 * DAY)
    with pytest.raises(Refused, match="Without it there is no zone"):
        desk.extend(zone, town.noon + 5 * DAY, paper=None)
    with pytest.raises(Refused, match="holds until"):
        desk.extend(zone, town.noon + 2 * DAY)
    with pytest.raises(Refused, match="One decision is good until"):
        desk.extend(zone, town.noon + 30 * DAY)
    order = desk.extend(zone, town.noon + 10 * DAY)
    with pytest.raises(Refused, match="Another order about this zone waits"):
        desk.extend(zone, town.noon + 9 * DAY)
    desk.hand_over(order)
    with pytest.raises(NotAllowed):
        desk.confirm(order, town.officer)
    assert desk.confirm(order).ends_at == town.noon + 10 * DAY
    back = desk.undo(order, later=HOUR)
    assert (back.state, back.undoes_id) == ("CONFIRMED", order.pk)
    with desk.as_(town.officer):
        assert Zone.objects.get().ends_at == town.noon + 3 * DAY


def test_lifting_takes_one_person_and_taking_that_back_takes_two(town, desk, send):
    lamp = send(town.worker, "report", kind="lamp", building=str(town.here.pk))
    zone = desk.enforce()
    with pytest.raises(Refused, match="Write why"):
        desk.lift(zone, reason="")
    desk.lift(zone, later=HOUR)
    assert cover(town, later=HOUR) is None
    with pytest.raises(Refused, match="has ended already"):
        desk.lift(zone, later=HOUR)
    order = desk.undo(desk.order(zone), later=2 * HOUR)
    assert order.state == "ORDERED"
    assert cover(town, later=2 * HOUR) is None
    with pytest.raises(NotAllowed):
        desk.confirm(order, town.officer, later=2 * HOUR)
    again = desk.confirm(order, later=2 * HOUR)
    assert cover(town, later=2 * HOUR).zone == again.pk
    assert desk.matter(lamp.matter).state == "ON_HOLD"
    with pytest.raises(Refused, match="ordered anew"):
        desk.undo(order, later=3 * HOUR)


def test_taking_back_the_first_order_ends_the_zone(town, desk):
    zone = desk.enforce()
    desk.undo(desk.order(zone), later=HOUR)
    assert cover(town, later=HOUR) is None
    with desk.as_(town.officer):
        whats = list(ZoneOrder.objects.order_by("ordered_at").values_list("what", flat=True))
    assert whats == ["ENFORCE", "UNDO"]


def test_a_review_comes_due_each_day_once_and_is_done_with_a_note(town, desk):
    zone = desk.enforce()
    desk.mind(23 * HOUR)
    with desk.as_(town.officer):
        assert not ZoneReview.objects.exists()
    desk.mind(24 * HOUR)
    desk.mind(24 * HOUR)
    with desk.as_(town.officer):
        [due] = ZoneReview.objects.all()
    assert (due.due_at, due.done_at) == (town.noon + DAY, None)
    with pytest.raises(Refused, match="Write what you found"):
        desk.review(zone, 25 * HOUR, note="")
    with pytest.raises(NotAllowed):
        desk.review(zone, 25 * HOUR, town.lead)
    done = desk.review(zone, 25 * HOUR)
    assert (done.pk, done.done_by, done.note) == (due.pk, town.officer.account_id, "two new cases")
    desk.mind(48 * HOUR)
    with desk.as_(town.officer):
        assert ZoneReview.objects.count() == 1  # it counts from the review
    desk.mind(49 * HOUR)
    desk.mind(9 * DAY)  # the clock jumped: one more, not seven
    with desk.as_(town.officer):
        assert ZoneReview.objects.count() == 3


def test_strangers_see_the_zone_but_not_its_orders_and_document(town, desk):
    desk.enforce()
    with desk.as_(town.elsewhere):
        assert Zone.objects.count() == 1
        assert not ZoneOrder.objects.exists()
        assert not ZoneDocument.objects.exists()
    with desk.as_(town.worker):
        assert ZoneOrder.objects.count() == 1
    with desk.as_(town.police):
        assert not ZoneOrder.objects.exists()


def test_urgent_help_is_taken_and_goes_on_in_every_zone(town, desk, send):
    desk.enforce()
    need = send(
        DOOR, "report", kind="breakout", why="ill", door="PORTAL", building=str(town.here.pk),
        lon=113.24, lat=23.1,
    )  # fmt: skip
    assert need.status == "TAKEN"
    desk.mind(HOUR)
    row = desk.matter(need.matter)
    assert (row.kind, row.state, row.urgency) == ("help", "ASSIGNED", "RED")
    assert send(town.worker, "start", need.matter, later=HOUR).status == "TAKEN"
