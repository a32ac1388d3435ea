"""Who reports symptoms is called at their own telephone, whatever others write for their home."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.kapok.portal.test_rush import ILL, told

from kapok.access import scope
from kapok.access.phones import phone_index
from kapok.ids import uuid7
from kapok.matters.models import Matter, Report
from kapok.portal.operations import screening
from kapok.portal.operations.self_reports import Outcome
from kapok.portal.taking import taking

pytestmark = pytest.mark.django_db
WORSE = ILL | {"hard_to_breathe": True}
FINE = {key: value for key, value in ILL.items() if key != "signs"}


@pytest.fixture
def box(town):
    with scope.acting(taking(at=timezone.now())):
        yield


def said(town, n=1, *, home="3-2-501", values=ILL, hours=0.0):
    """A report of telephone ``n``, some hours from now."""
    made = told(town, n, uuid7())
    return replace(made, home=home, values=values, at=made.at + timedelta(hours=hours))


def store(*reports):
    """Each in a set of its own."""
    return [screening.store([each])[0] for each in reports]


class TestTwoHouseholdsThatWriteTheSameHome:
    def test_both_are_called_each_at_its_own_telephone(self, town, box):
        answers = store(said(town, 1), said(town, 2))
        assert len({each.number for each in answers}) == 2
        called = {bytes(index) for index in Report.objects.values_list("phone_index", flat=True)}
        assert called == {phone_index(f"+861380013{n:04d}") for n in (1, 2)}

    def test_both_are_called_when_they_report_in_the_same_moment(self, town, box):
        answers = screening.store([said(town, 1), said(town, 2), said(town, 1)])
        assert len({each.number for each in answers[:2]}) == 2
        assert answers[2].is_called
        assert Matter.objects.count() == 2  # of the same telephone it is one call

    def test_one_that_was_called_often_takes_no_call_from_the_other(self, town, box):
        often = [said(town, 1, values=ILL | {"n_people": n + 1}) for n in range(5)]
        store(*often)
        [answer] = store(said(town, 2, values=WORSE))
        assert answer.is_called
        assert Matter.objects.get(number=answer.number).urgency == "RED"


class TestTheSameTelephone:
    def test_what_it_says_again_uses_up_none_of_its_calls(self, town, box):
        store(*[said(town) for _turn in range(4)])
        [worse] = store(said(town, values=WORSE))
        assert worse.number is not None
        assert Matter.objects.count() == 2

    def test_what_it_says_again_puts_no_call_off(self, town, box):
        """Two hours count from the call, not from what was said last."""
        _first, second, third = store(said(town), said(town, hours=1.5), said(town, hours=2.5))
        assert second.is_called
        assert second.number is None
        assert third.number is not None

    def test_called_too_often_it_is_not_told_that_somebody_calls(self, town, box):
        store(*[said(town, values=ILL | {"n_people": n + 1}) for n in range(screening.MOST_CALLS)])
        soon, late = store(
            said(town, values=ILL | {"n_people": 8}, hours=1),
            said(town, values=ILL | {"n_people": 8}, hours=3),
        )
        assert soon.is_called  # the call before is still to come
        assert late.has_symptoms
        assert not late.is_called
        assert Matter.objects.count() == screening.MOST_CALLS


class TestWhoIsRefused:
    def test_nobody_else_uses_up_what_a_household_may_report(self, town, box):
        store(*[said(town, 1, values=FINE) for _turn in range(screening.MOST_REPORTS)])
        [theirs, stranger] = store(said(town, 2, values=FINE), said(town, 1, values=FINE))
        assert theirs.outcome is Outcome.STORED
        assert stranger.outcome is Outcome.TOO_OFTEN

    def test_the_first_report_of_symptoms_is_heard_however_often_it_reported(self, town, box):
        store(*[said(town, values=FINE) for _turn in range(screening.MOST_REPORTS)])
        [ill, again] = store(said(town, values=WORSE), said(town, values=WORSE))
        assert ill.is_called
        assert again.outcome is Outcome.TOO_OFTEN

    def test_the_first_report_of_symptoms_is_heard_for_a_fourth_home_too(self, town, box):
        store(*[said(town, home=f"{n}-1", values=FINE) for n in range(screening.MOST_HOMES)])
        fine, ill = store(
            said(town, home="8-1", values=FINE),
            said(town, home="8-1"),
        )
        assert fine.outcome is Outcome.OTHER_HOMES
        assert ill.is_called

    def test_a_set_is_looked_up_with_no_more_questions_than_one_report(self, town, box):
        counts = []
        for first, many in ((1, 1), (10, 8)):
            reports = [said(town, first + n) for n in range(many)]
            with CaptureQueriesContext(connection) as asked:
                screening.store(reports)
            counts.append(sum("portal_selfreport" in (query["sql"] or "") for query in asked))
        assert counts == [2, 2]
