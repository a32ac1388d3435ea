"""Two people at the same moment, on PostgreSQL. Each test was seen to fail without its lock."""

import importlib
import threading
import time

import pytest
from django.db import connection, transaction
from tests import factories, small_town
from tests.small_town import HILLSIDE, NOON, RIVERSIDE, STREET

from kapok.errors import Refused
from kapok.places import adapter, areas, drawn, operations
from kapok.places.models import Drawing, DrawnGrid, GridVersion
from kapok.places.workflow import IllegalMove, Status

drawing_anew = importlib.import_module("kapok.places.operations.draw")
publishing = importlib.import_module("kapok.places.operations.publish")
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run calls at the same moment; what each gave, or the class of its refusal."""
    answers, start = [None] * len(calls), threading.Barrier(len(calls))

    def run(index, call):
        try:
            start.wait(timeout=20)
            with factories.as_box():
                answers[index] = call()
        except Refused as refusal:
            answers[index] = type(refusal)
        except Exception as error:  # shown by the assertion on the answers
            answers[index] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=[index, call], daemon=True)
        for index, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def boxed(operation):
    """The operation, done as the box in a transaction of its own."""

    def done(**asked):
        with factories.as_box():
            return operation(**asked, by=None, at=NOON)

    return done


start_by_hand = boxed(operations.start_by_hand)
move_building = boxed(operations.move_building)
lock_grids = boxed(operations.lock_grids)


def draw(code, **asked):
    return boxed(operations.draw_grids)(area_code=code, **({"budget": "fast"} | asked))


def publish(drawing):
    return lambda: bool(operations.publish(drawing_id=drawing.pk, by=None, at=NOON))


@pytest.fixture
def town(transactional_db):
    small_town.load()
    small_town.draw()  # everything is compiled before two threads ask for it
    small_town.publish(Drawing.objects.get())
    return small_town


@pytest.fixture
def slowly(monkeypatch):
    """Stretch a step, so that whoever is not held up surely comes in between."""

    def stretch(where, name):
        step = getattr(where, name)

        def stretched(*args, **kwargs):
            time.sleep(0.5)
            return step(*args, **kwargs)

        monkeypatch.setattr(where, name, stretched)

    return stretch


def test_one_proposal_is_published_once(town):
    drawing = draw(HILLSIDE, low=50, high=90, keep_previous=False)

    answers = at_once(publish(drawing), publish(drawing))

    assert sorted(map(str, answers)) == sorted(map(str, [True, IllegalMove]))
    assert GridVersion.objects.filter(community=HILLSIDE).count() == 2


def test_what_is_published_while_it_is_drawn_anew_is_whole(town, slowly):
    """Either the old proposal is in force, or it was replaced before it could be."""
    slowly(publishing, "give_new_codes")
    drawing = draw(HILLSIDE, low=50, high=90, keep_previous=False)

    answers = at_once(publish(drawing), lambda: bool(draw(HILLSIDE, seed=5)))

    assert answers in ([True, True], [IllegalMove, True])
    versions = GridVersion.objects.filter(community=HILLSIDE)
    assert versions.count() == (2 if answers[0] is True else 1)
    in_force = DrawnGrid.objects.in_force().filter(community=HILLSIDE)
    placed = in_force.values_list("code", "placements__building__place")
    assert len(placed) == 120
    assert all(code == place for code, place in placed)


def test_a_move_comes_before_publishing_or_is_refused(town):
    """The published places must be those of the published grids."""
    drawing = start_by_hand(area_code=HILLSIDE)
    moves = possible_moves(drawing)
    first = moves.pop(0)
    move_building(drawing_id=drawing.pk, **first)

    def move():
        done = 0
        for each in moves[:20]:
            try:
                move_building(drawing_id=drawing.pk, **each)
                done += 1
            except operations.MoveRefused:
                continue
        return done

    answers = at_once(move, publish(drawing))

    assert answers[1] is True
    placed = drawing.placements.values_list("building__place", "grid__code")
    assert all(place == code for place, code in placed)


def possible_moves(drawing):
    """Moves that are allowed in the beginning."""
    moves = []
    for placement in drawing.placements.select_related("grid").order_by("building"):
        for grid in drawing.grids.exclude(pk=placement.grid_id):
            moves.append({"building_id": placement.building_id, "to_grid_id": grid.pk})
    return [each for each in moves if is_allowed(drawing, each)]


def is_allowed(drawing, each):
    try:
        with factories.as_box():
            move_building(drawing_id=drawing.pk, **each)
            transaction.set_rollback(True)
    except operations.MoveRefused:
        return False
    return True


def test_two_draws_leave_one_open_proposal(town, slowly):
    slowly(drawn, "store")
    answers = at_once(
        lambda: bool(draw(HILLSIDE, seed=1)),
        lambda: bool(draw(HILLSIDE, seed=2)),
    )

    assert answers == [True, True]
    (left,) = Drawing.objects.filter(status=Status.OPEN)
    assert left.placements.count() == 120
    assert DrawnGrid.objects.filter(drawing__status=Status.DISCARDED).count() == 0


def test_a_street_and_its_community_are_not_both_proposed(town, slowly):
    slowly(drawing_anew, "discard_open")
    answers = at_once(
        lambda: bool(draw(STREET, seed=1)),
        lambda: bool(draw(RIVERSIDE, seed=2)),
    )

    assert sorted(map(str, answers)) == sorted(map(str, [True, operations.OpenProposalOverlaps]))
    assert Drawing.objects.filter(status=Status.OPEN).count() == 1


def test_linking_for_a_copy_holds_nobody_up(town, monkeypatch):
    link_town, answers = adapter.link_town, []

    def lock():
        areas.lock_these([HILLSIDE])
        return True

    def linked(rows):
        answers.extend(at_once(lock))
        return link_town(rows)

    monkeypatch.setattr(adapter, "link_town", linked)
    start_by_hand(area_code=STREET)

    assert answers == [True]


def test_a_grid_locked_while_its_copy_is_made_is_locked_in_it(town, monkeypatch):
    describe = drawn.describe
    code = DrawnGrid.objects.in_force().filter(community=HILLSIDE).first().code

    def described(*args, **kwargs):
        lock_grids(codes=[code])
        return describe(*args, **kwargs)

    monkeypatch.setattr(drawn, "describe", described)
    drawing = start_by_hand(area_code=HILLSIDE)

    assert list(drawing.grids.filter(locked=True).values_list("code", flat=True)) == [code]


@pytest.mark.parametrize("asked", ["draw", "move"])
def test_locks_of_communities_are_taken_one_after_the_other(town, asked):
    """Who holds a community holds up everybody else who wants it."""
    order, held, release = [], threading.Event(), threading.Event()
    drawing = start_by_hand(area_code=HILLSIDE)
    step = possible_moves(drawing)[0]

    def holder():
        with transaction.atomic():
            areas.lock_these([HILLSIDE])
            held.set()
            release.wait(timeout=20)
            order.append("holder")
        return True

    def second():
        held.wait(timeout=20)
        threading.Timer(0.5, release.set).start()
        if asked == "draw":
            draw(HILLSIDE)
        else:
            move_building(drawing_id=drawing.pk, **step)
        order.append("second")
        return True

    assert at_once(holder, second) == [True, True]
    assert order == ["holder", "second"]
