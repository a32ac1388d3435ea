"""When the plan of a site ends or is mended, whoever booked is told, or goes on without a word."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from tests import factories
from tests.kapok.planning.conftest import Desk, sums_in_place_of_hotlines
from tests.kapok.planning.plans import again, asked, begun, made, put
from tests.kapok.portal.conftest import OTHER_PHONE, PHONE, text_of

from kapok.access import scope, secrets
from kapok.access.messages import PHONE as ABOUT_PHONE
from kapok.access.messages import TEXT
from kapok.access.models import OutboxMessage
from kapok.access.phones import phone_index
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.planning.booked import Kept
from kapok.planning.computing import compute
from kapok.planning.documents import fingerprint
from kapok.planning.models import BookingSlot, Plan
from kapok.planning.operations import publishing, situations
from kapok.planning.planner import Sent
from kapok.portal import codes
from kapok.portal.models import Booking
from kapok.portal.operations import bookings
from kapok.portal.operations.called_off import settle
from kapok.portal.queries import slots
from kapok.portal.queries.doorways import behind
from kapok.portal.taking import taking

pytestmark = pytest.mark.django_db
SEVEN = {"numbers": [3, 4, 1], "wanted": 7}  # places in one span of a site


@pytest.fixture
def sums(monkeypatch):
    """Sites whose places are sums, reckoned in this process."""
    yield from sums_in_place_of_hotlines(monkeypatch)


@pytest.fixture
def desk(town, sums):
    return Desk(town.lead)


@pytest.fixture
def plan(desk):
    return put(desk, made(desk, document=SEVEN))


def book(town, phone=PHONE):
    with factories.as_owner_of_rows():
        slot = BookingSlot.objects.get()
    return bookings.book(
        key=uuid7(), here=behind(town.code), slot=slot.pk, phone=phone, at=timezone.now()
    )


def end(desk, plan):
    with desk.acting():
        publishing.end(plan_id=plan.pk, version=plan.version, by=desk.account, at=timezone.now())


def mend(desk, plan, numbers):
    """Plan anew from the plan in force, with other numbers, and put that in force."""
    document = {"numbers": numbers, "wanted": 7}
    with desk.acting():
        mended = situations.mend(
            plan_id=plan.pk, sent=Sent({"lost": ("4",)}, {}), by=desk.account, at=timezone.now()
        )
        Plan.objects.filter(pk=mended.pk).update(
            situation=document, situation_sha256=fingerprint("hotline", document)
        )
    mended = asked(desk, again(desk, mended))
    compute(mended.pk, enter=desk.acting)
    return put(desk, again(desk, mended))


def rows():
    with scope.acting(taking(at=timezone.now())):
        return list(Booking.objects.order_by("made_at"))


def letters():
    """Telephones and texts of the outbox, but for the codes."""
    with factories.as_owner_of_rows():
        return [
            (
                secrets.decrypt(bytes(each.phone), about=ABOUT_PHONE),
                secrets.decrypt(bytes(each.text), about=TEXT),
            )
            for each in OutboxMessage.objects.filter(holds_code=False)
        ]


class TestAPlanThatEnds:
    def test_whoever_booked_gets_a_message_and_sees_it_on_their_pages(
        self, resident, town, desk, plan
    ):
        made_now = book(town)
        end(desk, plan)
        [(phone, text)] = letters()
        assert phone == PHONE
        assert "sum" in text
        assert "2031-01-06 08:00" in text
        code = codes.of_booking(made_now.pk)
        for answer in (
            resident.get(f"/c/{town.code}/own/"),
            resident.get(f"/c/{town.code}/booked/{made_now.pk}/"),
            resident.post(f"/c/{town.code}/book/code/", {"code": code}),
        ):
            page = text_of(answer).replace("&#x27;", "'")
            assert (
                "Your appointment of 2031-01-06 08:00 at sum was cancelled because the site's "
                "plan changed." in page
            )
            assert f'href="/c/{town.code}/book/"' in page
            assert f'value="{code}"' not in page  # there is nothing left to cancel

    def test_it_counts_no_more(self, town, desk, plan):
        for _turn in range(bookings.MOST):
            book(town)
        with pytest.raises(Refused, match="Cancel one first"):
            book(town)
        end(desk, plan)
        put(desk, made(desk, document=SEVEN))
        assert book(town).seat == 1
        [slot] = slots.open_slots(behind(town.code).community, at=timezone.now())
        assert slot.n_left == 6

    def test_a_family_gets_one_message_and_others_their_own(self, town, desk, plan):
        for phone in (PHONE, PHONE, PHONE, OTHER_PHONE):
            book(town, phone)
        end(desk, plan)
        assert sorted(phone for phone, _text in letters()) == [PHONE, OTHER_PHONE]
        assert all(each.is_called_off and each.cancelled_at for each in rows())

    def test_what_was_cancelled_before_is_not_called_off(self, resident, town, desk, plan):
        made_now = book(town)
        bookings.cancel(booking=made_now.pk, at=timezone.now())
        end(desk, plan)
        assert letters() == []
        page = text_of(resident.get(f"/c/{town.code}/own/"))
        assert "It was cancelled." in page
        assert "plan changed" not in page

    def test_what_was_called_off_is_not_cancelled_once_more(self, town, desk, plan):
        made_now = book(town)
        end(desk, plan)
        with pytest.raises(Refused, match="cancelled already"):
            bookings.cancel(booking=made_now.pk, at=timezone.now())

    def test_who_plans_reads_no_booking_by_ending_a_plan(self, town, desk, plan):
        book(town)
        end(desk, plan)
        with desk.acting():
            assert not Booking.objects.exists()

    def test_where_the_plan_stays_in_force_after_all_nobody_is_told(self, town, desk, plan):
        book(town)
        with desk.acting(), pytest.raises(Refused):
            publishing.end(plan_id=plan.pk, version=99, by=desk.account, at=timezone.now())
        assert letters() == []
        assert not rows()[0].is_called_off

    def test_an_hour_that_has_begun_goes_on(self, resident, town, desk, plan):
        made_now = book(town)
        at = timezone.now()
        began = {"starts_at": at - timedelta(minutes=5), "ends_at": at + timedelta(minutes=55)}
        with factories.as_owner_of_rows():
            BookingSlot.objects.update(**began)
            Booking.objects.update(**began)
        end(desk, plan)
        assert letters() == []
        page = text_of(resident.get(f"/c/{town.code}/booked/{made_now.pk}/"))
        assert codes.of_booking(made_now.pk) in page


class TestAPlanThatIsMended:
    def test_the_same_hour_with_the_same_places_goes_on_without_a_word(
        self, resident, town, desk, plan
    ):
        made_now = book(town)
        mended = mend(desk, plan, [3, 0, 4])
        [row] = rows()
        assert row.cancelled_at is None
        with factories.as_owner_of_rows():
            assert BookingSlot.objects.get(pk=row.slot).plan_id == mended.pk
        assert letters() == []
        page = text_of(resident.get(f"/c/{town.code}/own/"))
        assert codes.of_booking(made_now.pk) in page

    def test_an_hour_that_the_mended_plan_does_not_have_is_called_off(
        self, town, desk, plan, sums, monkeypatch
    ):
        book(town)
        plain = sums.slots

        def later(situation, found):
            [slot] = plain(situation, found)
            return (
                type(slot)(
                    slot.post, slot.starts_at + timedelta(hours=3),
                    slot.ends_at + timedelta(hours=3), slot.capacity,
                ),
            )  # fmt: skip

        monkeypatch.setattr(sums, "slots", later)
        mend(desk, plan, [3, 0, 4])
        assert len(letters()) == 1
        assert rows()[0].is_called_off
        assert book(town).starts_at.hour == rows()[0].starts_at.hour + 3

    def test_with_fewer_places_who_booked_last_is_called_off(self, town, desk, plan):
        phones = [f"+861380013800{n}" for n in range(6)]
        for phone in phones:
            book(town, phone)
        mend(desk, plan, [3, 1])  # four places
        assert [row.is_called_off for row in rows()] == [False] * 4 + [True] * 2
        assert sorted(phone for phone, _text in letters()) == phones[4:]
        with pytest.raises(Refused, match="last place"):
            book(town)

    def test_seats_that_are_no_more_are_exchanged_for_free_ones(self, town, desk, plan):
        phones = [f"+861380013800{n}" for n in range(6)]
        booked = [book(town, phone) for phone in phones]
        for each in booked[:3]:
            bookings.cancel(booking=each.pk, at=timezone.now())
        mend(desk, plan, [3, 1])
        going = [row for row in rows() if row.cancelled_at is None]
        assert [bytes(row.phone_index) for row in going] == [phone_index(p) for p in phones[3:]]
        assert sorted(row.seat for row in going) == [1, 2, 4]
        assert {row.capacity for row in going} == {4}
        assert letters() == []
        assert book(town).seat == 3


def test_seats_are_given_once_whatever_was_booked():
    kept = Kept(UUID(int=1), timezone.now(), 3)
    rows = [Booking(seat=seat, capacity=9) for seat in (7, 2, 9, 1)]
    found = settle(rows, kept)
    assert [row.seat for row in found.staying] == [1, 2, 3]
    assert [row.seat for row in found.leaving] == [1]


def test_a_plan_that_nobody_booked_ends_as_before(desk, plan):
    end(desk, plan)
    assert rows() == []
    assert begun(desk).pk
