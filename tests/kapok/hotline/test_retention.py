"""Calls go after three years with all that hangs on them; the deleted are nameless in them."""

from datetime import timedelta

import pytest
from tests import factories
from tests.kapok.hotline.conftest import COMMUNITY, PHONE
from tests.kapok.hotline.done import a_back, a_call, again
from tests.kapok.portal.conftest import GRID

from kapok.access import secrets
from kapok.access.models import Certificate
from kapok.access.phones import phone_index
from kapok.access.retention import delete_due, due
from kapok.hotline.models import (
    Call,
    CallBack,
    CallEvent,
    CallRecord,
    Need,
    RiskScreen,
    Seat,
    Supervision,
)
from kapok.hotline.workflow import Due
from kapok.packs.models import Pack
from kapok.people.models import Contact
from kapok.people.operations import deletion

pytestmark = pytest.mark.django_db
YEARS = timedelta(days=3 * 365)
DAY = timedelta(days=1)
ALL = (Call, CallRecord, CallEvent, Need, RiskScreen, CallBack, Supervision)


def whole(town, at):
    """A call with everything that may hang on one."""
    call = a_call(town, at, by=town.operator, notes="缺药")
    a_back(call, at, state=Due.DONE, ended_at=at)
    with factories.as_owner_of_rows():
        CallEvent.objects.create(call=call, what="RANG", at=at)
        Need.objects.create(call=call, category="medicine", at=at)
        RiskScreen.objects.create(
            call=call, place=call.place, level=3, answers=b"", by=town.operator.account,
            pack=Pack.objects.get(), at=at,
        )  # fmt: skip
        Supervision.objects.create(
            call=call, place=call.place, account=town.operator.account, due_at=at, made_at=at
        )
    return call


def counts():
    with factories.as_owner_of_rows():
        return [model.objects.count() for model in ALL]


def test_a_call_goes_after_three_years_with_all_that_hangs_on_it(town):
    whole(town, town.at - YEARS - DAY)
    young = whole(town, town.at - YEARS + DAY)
    codes = {each.rule.code: each.n_now for each in due(at=town.at)}
    assert codes["hotline_calls"] == 1
    delete_due(at=town.at, batch=3)
    assert counts() == [1] * len(ALL)
    assert again(young)
    with factories.as_owner_of_rows():
        [certificate] = Certificate.objects.filter(what="hotline.Call")
    assert certificate.n_rows == len(ALL)
    delete_due(at=town.at)
    assert counts() == [1] * len(ALL)


def test_a_call_to_whose_caller_something_is_owed_waits_for_it(town):
    call = a_call(town, town.at - YEARS - DAY)
    back = a_back(call, town.at + DAY)
    delete_due(at=town.at)
    assert again(call)
    with factories.as_owner_of_rows():
        CallBack.objects.filter(pk=back.pk).update(state=Due.DONE, ended_at=town.at)
    delete_due(at=town.at)
    assert counts()[0] == 0


def test_our_call_back_goes_without_the_one_that_it_answered(town):
    ours = a_call(town, town.at - YEARS - DAY, by=town.operator)
    back = a_back(a_call(town, town.at), town.at, state=Due.DONE, ended_at=town.at, answer=ours)
    delete_due(at=town.at)
    assert again(back).answer is None


def test_seats_and_groups_go_as_well(town):
    old = town.at - YEARS - DAY
    with factories.as_owner_of_rows():
        Seat.objects.create(
            line=town.line, place=town.line.place, account=town.operator.account, state_since=old,
            phones_since=old, sat_at=old, left_at=old,
        )  # fmt: skip
        Supervision.objects.create(
            place=COMMUNITY, account=town.operator.account, due_at=old, made_at=old, held_at=old
        )
    delete_due(at=town.at)
    with factories.as_owner_of_rows():
        assert not Seat.objects.exists()
        assert not Supervision.objects.exists()


class TestDeletion:
    @pytest.fixture
    def person(self, town):
        with factories.as_owner_of_rows():
            found = factories.Person(place=GRID)
            Contact.objects.create(
                place=GRID, person=found, value=secrets.encrypt(PHONE, about="phone"),
                value_index=phone_index(PHONE), tail_index=b"t",
            )  # fmt: skip
        return found

    @pytest.fixture
    def officer(self, town):
        return factories.Appointment(role="data_protection_officer", place=440103000000000)

    def delete(self, person, officer, at):
        from kapok.access.scope import acting, of_appointment  # noqa: PLC0415

        with acting(of_appointment(officer, at=at, purpose="")):
            deletion.delete_person(person_id=person.pk, by=officer.account, at=at, why="Asked.")

    def test_what_says_whose_a_call_was_goes_by_an_officers_decision(self, town, person, officer):
        by_file = a_call(town, town.at, phone="+8613900139000", household=person.household_id)
        by_phone = a_call(town, town.at, notes="缺药", caller="陈女士", address="3栋501")
        back = a_back(by_phone, town.at)
        other = a_call(town, town.at, phone="+8613700137000", notes="别人")
        self.delete(person, officer, town.at)
        with factories.as_owner_of_rows():
            for call in (by_file, by_phone):
                record = CallRecord.objects.get(pk=call.pk)
                assert not any(
                    getattr(record, name)
                    for name in ("phone", "phone_index", "caller", "address", "household", "notes")
                )
            assert CallRecord.objects.get(pk=other.pk).notes
        assert again(back).state == Due.CANCELLED
        assert again(by_phone).outcome == by_phone.outcome, "the call itself still counts"

    def test_a_telephone_that_others_have_stays_theirs(self, town, person, officer):
        with factories.as_owner_of_rows():
            neighbour = factories.Person(place=GRID)
            Contact.objects.create(
                place=GRID, person=neighbour, value=b"", value_index=phone_index(PHONE),
                tail_index=b"t",
            )  # fmt: skip
        call = a_call(town, town.at)
        self.delete(person, officer, town.at)
        with factories.as_owner_of_rows():
            assert CallRecord.objects.get(pk=call.pk).phone

    def test_whoever_only_left_has_their_calls_kept_for_their_own_three_years(self, town, person):
        from kapok.access.scope import acting, of_deletion  # noqa: PLC0415

        call = a_call(town, town.at, household=person.household_id)
        with acting(of_deletion(at=town.at)):
            deletion.delete_people([person.pk])
        with factories.as_owner_of_rows():
            record = CallRecord.objects.get(pk=call.pk)
        assert record.phone
        assert record.household is None
