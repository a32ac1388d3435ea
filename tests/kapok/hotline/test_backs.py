"""Call-backs: one takes each, calls, and says what became of it; nobody is given up silently."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.http import Http404
from django.utils import translation
from tests import factories
from tests.kapok.hotline import conftest
from tests.kapok.hotline.calls import acting_as, sit
from tests.kapok.hotline.conftest import STREET
from tests.kapok.hotline.done import QUARTER, a_back, a_call, again, hung_up

from kapok.access.models import Look
from kapok.errors import NotAllowed, Refused
from kapok.hotline.models import Call, CallRecord, Need
from kapok.hotline.operations import calling
from kapok.hotline.workflow import Due, Outcome, State, Way
from kapok.matters import notes
from kapok.matters.models import Matter, Report

HOUR = timedelta(hours=1)


@pytest.fixture
def do(town):
    """Do something about a call-back as somebody, some minutes after noon."""

    def of(what, back, who="operator", *, minutes=0, **more):
        held = getattr(town, who)
        at = town.at + timedelta(minutes=minutes)
        with acting_as(held, at):
            return what(back_id=back.pk, by=held.account_id, at=at, **more)

    return of


def closed(call, outcome):
    """Our call is over."""
    with factories.as_owner_of_rows():
        Call.objects.filter(pk=call.pk).update(
            state=State.CLOSED, outcome=outcome, ended_at=factories.NOON, closed_at=factories.NOON
        )


@pytest.fixture
def tried(town, do):
    """Somebody took a call-back, called, and nobody answered."""
    sit(town, town.operator, town.line)

    def of(back, *, minutes=0, outcome=Outcome.NOT_REACHED):
        do(calling.take, back, minutes=minutes)
        made = do(calling.call, back, minutes=minutes)
        closed(made, outcome)
        with factories.as_owner_of_rows():
            town.line.seats.update(state="FREE")
        do(calling.miss, back, minutes=minutes)
        return again(back)

    return of


@pytest.mark.django_db
class TestTaking:
    def test_one_has_it_and_the_other_is_told_who(self, town, owed, do):
        do(calling.take, owed)
        assert again(owed).taken_by == town.operator.account
        with pytest.raises(Refused, match=f"{town.operator.account} has taken"):
            do(calling.take, owed, "second")
        do(calling.take, owed)  # pressed twice is once

    @pytest.mark.parametrize("who", ["other_operator", "lead", "worker"])
    def test_who_does_not_work_at_its_line_does_not_see_it(self, do, owed, who):
        with pytest.raises((Http404, NotAllowed)):
            do(calling.take, owed, who)

    def test_whoever_works_for_the_district_helps_its_streets(self, do, owed):
        do(calling.take, owed, "district_operator")
        assert again(owed).state == Due.TAKEN

    def test_what_was_taken_and_not_called_for_half_an_hour_waits_again(self, town, owed, do):
        do(calling.take, owed)
        assert calling.fall_back(at=town.at + timedelta(minutes=29)) == 0
        assert calling.fall_back(at=town.at + timedelta(minutes=31)) == 1
        back = again(owed)
        assert (back.state, back.taken_by, back.n_tries) == (Due.WAITING, None, 0)
        with pytest.raises(NotAllowed, match="Take this call-back first"):
            do(calling.call, owed, minutes=32)

    def test_a_long_call_does_not_fall_back(self, town, owed, do):
        sit(town, town.operator, town.line)
        do(calling.take, owed)
        do(calling.call, owed)
        assert calling.fall_back(at=town.at + 2 * HOUR) == 0

    def test_it_can_be_put_back_by_whoever_has_it_and_by_the_lead(self, do, owed):
        do(calling.take, owed)
        with pytest.raises(NotAllowed):
            do(calling.put_back, owed, "second")
        do(calling.put_back, owed)
        do(calling.take, owed, "second")
        do(calling.put_back, owed, "hotline_lead")
        assert again(owed).state == Due.WAITING

    def test_the_lead_alone_cancels_it_with_a_reason(self, do, owed):
        with pytest.raises(NotAllowed):
            do(calling.cancel, owed, reason="They came by.")
        with pytest.raises(Refused, match="Write why"):
            do(calling.cancel, owed, "hotline_lead", reason=" ")
        do(calling.cancel, owed, "hotline_lead", reason="They came by.")
        back = again(owed)
        assert (back.state, back.ended_why) == (Due.CANCELLED, "They came by.")
        with pytest.raises(Refused, match="by now"):
            do(calling.take, owed)


@pytest.mark.django_db
class TestCalling:
    def test_a_call_of_ours_begins_with_all_that_is_known_of_theirs(self, town, owed, do):
        sit(town, town.operator, town.line)
        do(calling.take, owed)
        made = do(calling.call, owed)
        with factories.as_owner_of_rows():
            call = Call.objects.get(pk=made.pk)
            ours, theirs = call.record, owed.call.record
        assert (call.way, call.state, call.operator) == (
            Way.OUT, State.TALKING, town.operator.account
        )  # fmt: skip
        assert (ours.phone_index, ours.address) == (theirs.phone_index, theirs.address)
        assert not ours.notes
        assert do(calling.call, owed).pk == made.pk  # pressed twice is one call

    def test_the_number_is_traced_as_unmasked(self, town, owed, do):
        sit(town, town.operator, town.line)
        do(calling.take, owed)
        do(calling.call, owed)
        with factories.as_owner_of_rows():
            looked = Look.objects.filter(action=Look.Action.REVEAL)
            assert [each.subjects for each in looked] == [[owed.call.pk]]

    def test_it_needs_a_seat(self, owed, do):
        do(calling.take, owed)
        with pytest.raises(Refused, match="Sit down first"):
            do(calling.call, owed)
        assert again(owed).answer is None

    def test_without_a_number_nobody_can_be_called(self, town, do):
        owed = a_back(a_call(town, town.at, phone=""), town.at)
        do(calling.take, owed)
        with pytest.raises(Refused, match="No number is known"):
            do(calling.call, owed)

    def test_nobody_is_reached_before_they_were_called(self, town, owed, do):
        do(calling.take, owed)
        for what in (calling.reach, calling.miss):
            with pytest.raises(Refused, match="not called yet"):
                do(what, owed)
        sit(town, town.operator, town.line)
        do(calling.call, owed)
        with pytest.raises(Refused, match="still talking"):
            do(calling.reach, owed)
        with pytest.raises(Refused, match="being called now"):
            do(calling.put_back, owed)

    def test_reached_is_done(self, town, owed, do):
        sit(town, town.operator, town.line)
        do(calling.take, owed)
        hung_up(do(calling.call, owed))
        do(calling.reach, owed, minutes=9)
        back = again(owed)
        assert (back.state, back.n_tries) == (Due.DONE, 1)
        assert back.ended_at == town.at + timedelta(minutes=9)

    @pytest.mark.parametrize(
        ("outcome", "state"), [("RESOLVED", Due.DONE), ("NOT_REACHED", Due.WAITING)]
    )
    def test_the_outcome_of_the_call_says_it_as_well(self, town, owed, do, outcome, state):
        sit(town, town.operator, town.line)
        do(calling.take, owed)
        closed(do(calling.call, owed), outcome)
        calling.fall_back(at=town.at + timedelta(minutes=5))
        back = again(owed)
        assert (back.state, back.n_tries) == (state, 1)


@pytest.mark.django_db
class TestNotReached:
    def test_it_is_tried_after_a_quarter_of_an_hour_and_after_an_hour(self, town, owed, tried):
        back = tried(owed)
        assert (back.state, back.next_at) == (Due.WAITING, town.at + QUARTER)
        back = tried(owed, minutes=20)
        assert back.next_at == town.at + timedelta(minutes=80)
        back = tried(owed, minutes=90)
        assert (back.state, back.ended_why) == (Due.GIVEN_UP, "Not reached in 3 tries.")
        assert not Matter.objects.exists()

    @pytest.mark.parametrize("more", [{"why": "FOLLOW_UP", "step": "24h"}, {"is_urgent": True}])
    def test_whoever_was_in_danger_is_visited(self, town, tried, more):
        call = a_call(town, town.at, address="1栋501", caller="陈女士", building=town.block.pk)
        owed = a_back(call, town.at, **more)
        for minutes in (0, 20, 90):
            back = tried(owed, minutes=minutes)
        with factories.as_owner_of_rows():
            matter = Matter.objects.get()
            report = Report.objects.get(matter=matter)
            need = Need.objects.get()
        assert back.state == Due.GIVEN_UP
        assert f"matter {matter.number} visits them" in back.ended_why
        assert (matter.kind, matter.realm, matter.building_id) == (
            "urgent_help", "CARE", town.block.pk
        )  # fmt: skip
        said = [note["en"] for note in notes.in_both(report.notes)]
        assert "called three times and reached nobody" in said[0]
        assert "suicid" not in f"{said}{report.text}{report.answers}", "nobody reads why"
        assert (need.call_id, need.matter) == (owed.call_id, matter.pk)

    def test_of_whom_nobody_knows_where_they_live_it_is_tried_on_ahead_of_all(self, town, tried):
        owed = a_back(a_call(town, town.at), town.at, why="FOLLOW_UP", step="7d")
        for minutes in (0, 20, 90):
            back = tried(owed, minutes=minutes)
        assert (back.state, back.is_urgent, back.n_tries) == (Due.WAITING, True, 3)
        assert back.next_at == town.at + timedelta(minutes=90) + 4 * HOUR
        assert not Matter.objects.exists()

    def test_of_somebody_who_could_not_speak_freely_nobody_is_texted(self, town, tried):
        call = a_call(town, town.at, building=town.block.pk, is_discreet=True)
        owed = a_back(call, town.at, why="FOLLOW_UP", step="24h")
        for minutes in (0, 20, 90):
            tried(owed, minutes=minutes)
        with factories.as_owner_of_rows():
            report = Report.objects.get()
        assert report.phone_index is None
        said = [note["en"] for note in notes.in_both(report.notes)]
        assert "say to nobody else why you come" in said[1]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_has_it():
    """Without the lock of ``calling._held`` both were told that it was theirs."""
    town = conftest.make()
    owed = a_back(a_call(town, town.at), town.at)
    people, start, answers = (town.operator, town.second), threading.Barrier(2), []

    def take(held):
        try:
            start.wait(timeout=20)
            with translation.override("en"), acting_as(held, town.at):
                calling.take(back_id=owed.pk, by=held.account_id, at=town.at)
            answers.append("taken")
        except Refused as refusal:
            answers.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[held], daemon=True) for held in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert answers.count("taken") == 1
    [other] = [answer for answer in answers if answer != "taken"]
    assert f"{again(owed).taken_by} has taken this call-back already." == other


@pytest.mark.django_db
def test_the_record_of_our_call_is_seen_as_theirs(town, owed, do):
    sit(town, town.operator, town.line)
    do(calling.take, owed)
    made = do(calling.call, owed)
    for who, seen in ((town.second, True), (town.other_operator, False)):
        with acting_as(who, town.at):
            assert CallRecord.objects.filter(pk=made.pk).exists() is seen
    with acting_as(town.second, town.at, purpose=""):
        assert not CallRecord.objects.exists(), "without a purpose nobody sees a number"
    assert town.line.place == STREET
