"""Each number of the board is as long as the list that it opens, whatever the matters are."""

import itertools
import random
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone
from tests import factories

from kapok.access import scope
from kapok.ids import uuid7
from kapok.matters.models import Matter
from kapok.matters.queries.board import figures
from kapok.matters.queries.desk import filters
from kapok.matters.workflow import ENDED, State

pytestmark = pytest.mark.django_db
NUMBERS = itertools.count(900_000)
OTHER_STREET = 440103029001000


def matters(town, rng, at, n):
    """Matters of all kinds, states, places and hands, some of them not of this street."""
    places = [town.here.place, town.next_to.place, 440103022001000, 440103022000000, OTHER_STREET]
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    states = [*State, *[state for state in State if state not in ENDED]]
    for _ in range(n):
        state = rng.choice(states)
        ended = state in ENDED
        closed = midnight + timedelta(hours=rng.uniform(-30, 11))
        yield Matter(
            id=uuid7(), number=next(NUMBERS), kind=rng.choice(["lamp", "visit", "breakout"]),
            pack=town.pack, realm=rng.choice(["SERVICE", "CARE", "ORDER", "HEALTH"]),
            place=rng.choice(places), desk="COMMUNITY", door="PHONE", state=state,
            urgency="ORDINARY", received_at=midnight + timedelta(hours=rng.uniform(-30, 11)),
            state_since=at, unit=rng.choice([None, town.station.pk, town.patrols[0].pk]),
            closed_at=closed if ended else None,
            outcome="settled" if state == State.CLOSED else "",
            hold_until=at + timedelta(hours=1) if state == State.ON_HOLD else None,
            n_returned=rng.choice([0, 0, 1]), n_reopened=rng.choice([0, 0, 2]),
            due_at=None if ended else at + timedelta(hours=rng.uniform(-3, 3)),
        )  # fmt: skip


@pytest.fixture
def at(town):
    return timezone.localtime(town.noon).replace(hour=12, minute=30)


def figures_of(board):
    rows = [board.together, *board.by_kind, *board.by_place, *board.by_team, *board.by_hour]
    return [figure for row in rows for figure in row.figures]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("who", ["street", "lead", "dispatcher"])
def test_every_number_is_the_length_of_its_list(town, at, who, seed):
    rng = random.Random(seed)
    made = [each for each in matters(town, rng, at, 60) if each.state != State.DUPLICATE]
    with factories.as_owner_of_rows():
        Matter.objects.bulk_create(made)
        original = made[0]
        Matter.objects.filter(pk=made[1].pk).update(
            state=State.DUPLICATE,
            duplicate_of=original,
            closed_at=at - timedelta(hours=1),
            outcome="",
        )
    with scope.acting(scope.of_appointment(getattr(town, who), at=at, purpose="")):
        for place in (None, 440103022001000):
            wanted = filters.Filter(place=place, level="COMMUNITY" if place else "")
            found = figures_of(figures.board(wanted, at=at))
            assert any(figure.n for figure in found)
            for figure in found:
                assert figure.query
                wanted_list = filters.read(QueryDict(figure.query))
                n = filters.matching(wanted_list, at=at).count()
                assert (figure.query, n) == (figure.query, figure.n)


def test_who_may_only_count_gets_no_lists(town, at):
    only_counts = factories.Appointment(role="city_command", place=440100000000000)
    with factories.as_owner_of_rows():
        Matter.objects.bulk_create(
            each for each in matters(town, random.Random(9), at, 20) if each.state != "DUPLICATE"
        )
    with scope.acting(scope.of_appointment(only_counts, at=at, purpose="")):
        found = figures_of(figures.board(filters.Filter(), at=at))
    assert any(figure.n for figure in found)
    assert not any(figure.query for figure in found)
