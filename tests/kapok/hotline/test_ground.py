"""What is owed to a caller is owed once, and a call moves along its arrows alone."""

from datetime import timedelta

import pytest
from tests import factories

from kapok.errors import Refused
from kapok.hotline import rules
from kapok.hotline.models import Call, CallBack, CallEvent
from kapok.hotline.operations import backs, moving
from kapok.hotline.workflow import MOVES, Back, Source, State

pytestmark = pytest.mark.django_db


def ringing(town):
    return Call.objects.create(
        line=town.line, place=town.line.place, source=Source.SYSTEM, state=State.RINGING,
        rang_at=town.at,
    )  # fmt: skip


def test_what_is_owed_is_owed_once_at_the_earlier_moment(town):
    with factories.as_owner_of_rows():
        call = ringing(town)
        later, soon = town.at + timedelta(minutes=15), town.at + timedelta(minutes=1)
        first = backs.owe(call, Back.MISSED, due_at=later, at=town.at)
        second = backs.owe(call, Back.MISSED, due_at=soon, at=town.at, is_urgent=True)
        assert first.pk == second.pk
        [owed] = CallBack.objects.all()
        assert (owed.due_at, owed.next_at, owed.is_urgent) == (soon, soon, True)


@pytest.mark.parametrize("move", sorted(MOVES))
@pytest.mark.parametrize("state", State)
def test_a_call_moves_along_its_arrows_alone(town, move, state):
    with factories.as_owner_of_rows():
        call = ringing(town)
        call.state, call.answered_at, call.operator = state, town.at, town.operator.account
        if state in {State.RINGING, State.MISSED, State.ABANDONED}:
            call.answered_at = None
        call.outcome, call.closed_at = "RESOLVED", town.at
        call.save()
        if state in MOVES[move].sources:
            assert moving.held(call.pk, move) == call
        else:
            with pytest.raises(Refused, match="by now"):
                moving.held(call.pk, move)


def test_what_happened_is_written_down(town):
    with factories.as_owner_of_rows():
        call = ringing(town)
        moving.happened(call, CallEvent.What.RANG, by=None, at=town.at)
        assert list(call.events.values_list("what", flat=True)) == ["RANG"]


def test_the_pack_says_how_long_things_take_and_we_where_it_is_silent(town):
    assert rules.period("hotline.risk_screen", town.line.place, town.at) == timedelta(minutes=10)
    assert rules.follow_ups(town.line.place, town.at)["90d"] == timedelta(days=90)
    elsewhere = 110101001000000
    assert rules.period("hotline.supervision", elsewhere, town.at) == timedelta(hours=24)
    ours = rules.words_at(elsewhere, town.at)
    assert (ours.pack, ours.hotline.categories) == (None, ())
    for words in (ours.hotline, rules.words_at(town.line.place, town.at).hotline):
        assert [step.level for step in words.risk] == [0, 1, 2, 3, 4]
        assert words.least_level({"thoughts": True, "plan": True}) == 3
