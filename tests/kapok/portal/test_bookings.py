"""A place is given once, never more than there are, and given back."""

import threading

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone
from tests import factories
from tests.kapok.doors.test_together import at_once
from tests.kapok.portal.conftest import (
    OTHER,
    OTHER_PHONE,
    PHONE,
    STREET,
    a_slot,
    key_in,
    make,
    prove,
    text_of,
)

from kapok.access import scope
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.planning.models import BookingSlot, Plan
from kapok.portal import codes
from kapok.portal.models import Booking
from kapok.portal.operations import bookings
from kapok.portal.queries import slots
from kapok.portal.queries.doorways import behind
from kapok.portal.taking import taking

pytestmark = pytest.mark.django_db


def book(client, town, slot):
    return client.post(f"/c/{town.code}/book/{slot.pk}/")


@pytest.fixture
def box(town):
    with scope.acting(taking(at=timezone.now())):
        yield


class TestBooking:
    def test_hours_of_the_street_are_offered_with_what_is_left(self, resident, town):
        slot = a_slot(town)
        assert "3 places left" in text_of(resident.get(f"/c/{town.code}/book/"))
        book(resident, town, slot)
        assert "2 places left" in text_of(resident.get(f"/c/{town.code}/book/"))

    def test_a_booking_has_a_code_that_shows_and_cancels_it(self, resident, client, town, box):
        shown = text_of(resident.get(book(resident, town, a_slot(town))["Location"]))
        code = codes.of_booking(Booking.objects.get().pk)
        assert code in shown
        client.cookies.clear()
        client.cookies["django_language"] = "en"
        assert code in text_of(client.post(f"/c/{town.code}/book/code/", {"code": code.lower()}))
        assert "was cancelled" in text_of(
            client.post(f"/c/{town.code}/book/cancel/", {"code": code})
        )
        assert Booking.objects.get().cancelled_at is not None
        again = client.post(f"/c/{town.code}/book/cancel/", {"code": code})
        assert "cancelled already" in text_of(again)

    def test_sent_twice_it_is_one_place_also_where_it_was_the_last(self, resident, town, box):
        slot = a_slot(town, capacity=1)
        path = f"/c/{town.code}/book/{slot.pk}/"
        key = key_in(text_of(resident.get(path)))
        answers = [resident.post(path, {"key": key}) for _turn in range(2)]
        made = Booking.objects.get()
        assert {each["Location"] for each in answers} == {f"/c/{town.code}/booked/{made.pk}/"}

    def test_another_telephone_that_sends_the_key_reads_nothing_of_it(self, resident, town, box):
        slot = a_slot(town)
        path = f"/c/{town.code}/book/{slot.pk}/"
        key = key_in(text_of(resident.get(path)))
        for phone in (PHONE, OTHER_PHONE):
            prove(resident, phone).post(path, {"key": key})
        assert Booking.objects.count() == 2

    def test_what_was_given_back_is_given_to_the_next(self, resident, town, box):
        slot = a_slot(town, capacity=1)
        book(resident, town, slot)
        full = book(prove(resident, OTHER_PHONE), town, slot)
        assert full.status_code == 409
        assert "last place" in text_of(full)
        bookings.cancel(booking=Booking.objects.get().pk, at=timezone.now())
        assert book(resident, town, slot).status_code == 302

    def test_a_full_hour_is_shown_as_full(self, resident, town):
        slot = a_slot(town, capacity=1)
        book(resident, town, slot)
        page = text_of(resident.get(f"/c/{town.code}/book/"))
        assert ">full<" in page.replace("\n", "") or "full" in page
        assert f"/book/{slot.pk}/" not in page

    def test_an_hour_of_another_place_is_refused(self, resident, town, box):
        answer = book(resident, town, a_slot(town, place=OTHER))
        assert answer.status_code == 409
        assert "people of another place" in text_of(answer)
        assert not Booking.objects.exists()

    def test_an_hour_that_has_begun_is_refused(self, resident, town):
        assert book(resident, town, a_slot(town, hours=-1)).status_code == 409

    def test_one_telephone_keeps_no_more_than_a_family_needs(self, resident, town):
        slot = a_slot(town, capacity=20)
        answers = [book(resident, town, slot) for _turn in range(bookings.MOST + 1)]
        assert [each.status_code for each in answers] == [302] * bookings.MOST + [409]
        assert "Cancel one first" in text_of(answers[-1])

    def test_it_takes_a_telephone_that_was_proven(self, english, town):
        assert "/phone/" in book(english, town, a_slot(town))["Location"]

    def test_when_the_site_is_called_off_whoever_booked_hears_it(self, resident, town):
        slot = a_slot(town)
        address = book(resident, town, slot)["Location"]
        with factories.as_owner_of_rows():
            BookingSlot.objects.filter(pk=slot.pk).delete()
        assert "plan changed" in text_of(resident.get(address))

    def test_a_site_that_is_not_in_force_offers_nothing(self, resident, town):
        slot = a_slot(town)
        with factories.as_owner_of_rows():
            Plan.objects.update(state="ENDED")
        assert str(slot.pk) not in text_of(resident.get(f"/c/{town.code}/book/"))


class TestCodes:
    def test_guessing_them_ends_with_a_sentence(self, english, town):
        tries = [
            english.post(f"/c/{town.code}/book/code/", {"code": f"BCDF-GHJK-LM{a}{b}"})
            for a in "BCDFG"
            for b in "BCDFG"
        ]
        assert [each.status_code for each in tries[:20]] == [422] * 20
        assert tries[20].status_code == 429
        assert "Retry-After" in tries[20]

    def test_a_booking_of_somebody_else_is_not_shown(self, resident, town):
        address = book(resident, town, a_slot(town))["Location"]
        prove(resident, OTHER_PHONE)
        assert resident.get(address)["Location"] == f"/c/{town.code}/own/"


class TestReviewedFunctions:
    """What runs beyond the policies shows sites that are announced, and nobody who booked."""

    def test_slots_of_other_places_never_come_out(self, town):
        a_slot(town, place=OTHER)
        a_slot(town, place=STREET)
        here = behind(town.code)
        assert len(slots.open_slots(here.community, at=timezone.now())) == 1

    def test_nobody_holds_a_slot_without_the_right(self, town):
        slot, here = a_slot(town), behind(town.code)
        who = scope.of_appointment(town.worker, at=timezone.now())
        with scope.acting(who), pytest.raises(Refused):
            bookings._held(here, slot.pk, timezone.now())

    @pytest.mark.parametrize("who", ["worker", "stranger"])
    def test_who_booked_is_not_for_whoever_plans_no_site(self, resident, town, who):
        book(resident, town, a_slot(town))
        with scope.acting(scope.of_appointment(getattr(town, who), at=timezone.now())):
            assert Booking.objects.count() == 0

    def test_who_plans_the_site_sees_them_for_that_purpose(self, resident, town):
        book(resident, town, a_slot(town))
        at = timezone.now()
        with scope.acting(scope.of_appointment(town.planner, at=at, purpose="booking")):
            assert Booking.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestRace:
    def test_no_hour_is_ever_overbooked(self, db):
        town = make()
        slot, here, at = a_slot(town, capacity=7), behind(town.code), timezone.now()
        won, lost = [], []

        def grab(n):
            try:
                won.append(
                    bookings.book(
                        key=uuid7(), here=here, slot=slot.pk, phone=f"+861380013{n:04d}", at=at
                    )
                )
            except Refused:
                lost.append(n)
            finally:
                connection.close()

        threads = [threading.Thread(target=grab, args=(n,)) for n in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert (len(won), len(lost)) == (7, 17)
        assert sorted(each.seat for each in won) == list(range(1, 8))

    def test_the_database_has_the_last_word(self, db):
        town = make()
        slot, here, at = a_slot(town, capacity=1), behind(town.code), timezone.now()
        made = bookings.book(key=uuid7(), here=here, slot=slot.pk, phone="+8613800138000", at=at)
        with scope.acting(taking(at=at)):
            row = Booking.objects.get(pk=made.pk)
            for seat in (1, 2):
                copy = Booking(**{f.attname: getattr(row, f.attname) for f in row._meta.fields})
                copy.id, copy.seat, copy.code_index = uuid7(), seat, bytes([seat]) * 16
                with pytest.raises(IntegrityError), transaction.atomic():
                    copy.save(force_insert=True)

    def test_pressed_by_many_threads_at_once_it_is_one_place(self, db):
        town, key = make(), uuid7()
        slot, here, at = a_slot(town, capacity=6), behind(town.code), timezone.now()

        def press(_n):
            return bookings.book(key=key, here=here, slot=slot.pk, phone=PHONE, at=at).pk

        assert len(set(at_once(press, 4))) == 1
        with scope.acting(taking(at=at)):
            assert Booking.objects.count() == 1
