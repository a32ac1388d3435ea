"""My shifts, the lead's week, and what they lead to."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories
from tests.kapok.workforce import world
from tests.small_town import HILLSIDE, RIVERSIDE

from kapok.access.models import Look
from kapok.workforce.models import Shift, SwapOffer
from kapok.workforce.queries.walls import wall

pytestmark = pytest.mark.django_db


@pytest.fixture
def monday():
    """Hours from the noon of all to next Monday 0:00, so that everything is still to come."""
    now = timezone.localtime()
    day = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((day + timedelta(days=7) - factories.NOON) / world.HOUR)


def browser(who):
    client = Client()
    client.force_login(who.account)
    client.cookies["django_language"] = "en"
    return client


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def next_week(path="/workforce/shifts/"):
    return f"{path}?day={timezone.localdate() + timedelta(days=7)}"


class TestMyShifts:
    def test_the_next_duty_comes_first_and_nights_are_marked(self, keeper, monday):
        world.shift(keeper, start=monday + 22, post="西门")
        world.shift(keeper, start=monday + 60)

        page = browser(keeper).get("/my-shifts/").content.decode()

        assert page.index("shift-next-post") < page.index("西门") < page.index("东门卡口")
        assert page.count('class="badge shift-night"') == 1

    def test_without_shifts_it_says_so(self, keeper):
        assert "No duty in the next four weeks" in text(browser(keeper).get("/my-shifts/"))

    def test_a_cancelled_shift_says_why_and_is_not_next(self, keeper, monday):
        world.shift(keeper, start=monday, state="CANCELLED", reason="暴雨")

        page = text(browser(keeper).get("/my-shifts/"))

        assert "Cancelled 暴雨" in page
        assert "No duty in the next four weeks" in page

    def test_only_seats_that_one_may_take_are_offered(self, keeper, monday):
        world.shift(keeper, start=monday + 8)
        seats = {
            "可以": {"start": monday + 34},
            "太近": {"start": monday + 20},
            "警察": {"start": monday + 34, "party": "police"},
            "别处": {"start": monday + 34, "place": HILLSIDE},
        }
        for post, more in seats.items():
            world.shift(post=post, **more)

        page = text(browser(keeper).get("/my-shifts/"))

        assert [post for post in seats if post in page] == ["可以"]

    def test_a_seat_is_taken_with_one_press(self, keeper, monday):
        seat = world.shift(start=monday + 34)

        answer = browser(keeper).post(f"/my-shifts/{seat.pk}/take/", follow=True)

        assert "You are on duty at “东门卡口”" in text(answer)
        assert world.seen(seat).account_id == keeper.account_id

    def test_the_queries_do_not_grow_with_the_shifts(
        self, keeper, monday, django_assert_max_num_queries
    ):
        for n in range(8):
            world.shift(keeper, start=monday + 48 * n)
            world.shift(start=monday + 48 * n + 24)
        with django_assert_max_num_queries(40):
            browser(keeper).get("/my-shifts/")

    def test_the_address_of_the_calendar_is_shown_once(self, keeper):
        client = browser(keeper)

        page = client.post("/my-shifts/calendar/", {"do": "renew"})

        [address] = re.findall(
            r'value="(http://testserver/shifts/[\w-]+\.ics)"', page.content.decode()
        )
        assert f'href="webcal:{address[5:]}"' in page.content.decode()
        assert page["Cache-Control"] == "no-store"
        assert Client().get(address).status_code == 200
        assert address not in client.get("/my-shifts/").content.decode()
        client.post("/my-shifts/calendar/", {"do": "close"})
        assert Client().get(address).status_code == 404


class TestSwapping:
    def test_from_the_offer_to_the_approval(self, lead, keeper, monday):
        li = world.keeper("李娜")
        shift = world.shift(keeper, start=monday + 22)
        world.shift(li, start=monday + 80)

        form = browser(keeper).get(f"/my-shifts/{shift.pk}/offer/")
        assert "李娜" in text(form)
        said = browser(keeper).post(
            f"/my-shifts/{shift.pk}/offer/", {"to": str(li.account_id), "note": "发烧"}, follow=True
        )
        assert "Offered. You are still on duty then" in text(said)
        with factories.as_owner_of_rows():
            swap = SwapOffer.objects.get()
        assert "王小明 asks you to take over" in text(browser(li).get("/my-shifts/"))
        browser(li).post(f"/my-shifts/offers/{swap.pk}/", {"do": "agree", "in_return": ""})
        page = text(browser(lead).get(next_week()))
        assert "Agreed, waits for the lead 王小明 → 李娜" in page
        browser(lead).post(f"/workforce/swaps/{swap.pk}/", {"do": "approve", "reason": ""})

        assert world.seen(shift).account_id == li.account_id
        assert "Approved" in text(browser(keeper).get("/my-shifts/"))

    def test_a_shift_is_chosen_in_return(self, lead, keeper, monday):
        li = world.keeper("李娜")
        theirs = world.shift(li, start=monday + 80)
        swap = world.offer(keeper, world.shift(keeper, start=monday + 24))

        form = {"do": "agree", "in_return": str(theirs.pk)}
        answer = browser(li).post(f"/my-shifts/offers/{swap.pk}/", form, follow=True)

        assert "Agreed. It holds once the lead has approved it." in text(answer)
        assert world.seen(swap).in_return_id == theirs.pk

    def test_a_refusal_stands_beside_the_form(self, lead, keeper, monday):
        li = world.keeper("李娜")
        shift = world.shift(keeper, start=monday + 24)
        swap = world.offer(keeper, shift)
        world.shift(li, start=monday + 33)

        answer = browser(li).post(f"/my-shifts/offers/{swap.pk}/", {"do": "agree"})

        assert answer.status_code == 422
        assert "Rest: 李娜 would have 1 hours between" in text(answer)

    def test_only_whoever_offered_sees_the_button_that_takes_it_back(self, lead, keeper, monday):
        li = world.keeper("李娜")
        swap = world.offer(keeper, world.shift(keeper, start=monday + 24), to=li)

        path = f"/my-shifts/offers/{swap.pk}/withdraw/"
        assert path in browser(keeper).get("/my-shifts/").content.decode()
        assert path not in browser(li).get("/my-shifts/").content.decode()
        assert browser(li).post(path).status_code == 403
        browser(keeper).post(path)
        assert world.seen(swap).state == "WITHDRAWN"

    def test_whoever_was_asked_says_no(self, lead, keeper, monday):
        li = world.keeper("李娜")
        swap = world.offer(keeper, world.shift(keeper, start=monday + 24), to=li)

        browser(li).post(f"/my-shifts/offers/{swap.pk}/", {"do": "refuse"})

        assert world.seen(swap).state == "REFUSED"

    def test_the_shift_of_somebody_else_is_not_there(self, keeper, monday):
        shift = world.shift(world.keeper("李娜"), start=monday + 24)

        assert browser(keeper).get(f"/my-shifts/{shift.pk}/offer/").status_code == 404


class TestTheWeekOfTheLead:
    def test_posts_shifts_days_names_parties_and_empty_seats(self, lead, keeper, monday):
        world.shift(keeper, start=monday + 8, party="community")
        world.shift(start=monday + 22, party="police")
        world.shift(keeper, start=monday + 8 + 48, post="西门")

        answer = browser(lead).get(next_week())
        page = text(answer)

        assert "1 of 3 seats of this week are empty" in page
        assert "王小明 Community" in page
        assert "EMPTY Police" in page
        assert 'class="wall-seat is-empty"' in answer.content.decode()
        assert "22:00–06:00 night" in page

    def test_a_shift_stands_on_the_day_that_it_begins(self, lead, keeper, monday):
        world.shift(keeper, start=monday + 22)
        world.shift(keeper, start=monday - 1, hours=2)

        day = timezone.localdate() + timedelta(days=7)
        day -= timedelta(days=day.weekday())
        with world.as_(lead):
            [post] = wall(day, at=timezone.now()).posts

        assert [len(cell) for cell in post.rows[0].cells] == [1, 0, 0, 0, 0, 0, 0]

    def test_the_look_is_traced_with_those_who_are_on_it(self, lead, keeper, monday):
        world.shift(keeper, start=monday)

        browser(lead).get(next_week())

        with factories.as_owner_of_rows():
            assert Look.objects.filter(subjects=[keeper.account_id], action="LIST").exists()

    def test_forty_posts_take_as_many_queries_as_one(
        self, lead, keeper, monday, django_assert_max_num_queries
    ):
        with factories.as_owner_of_rows():
            Shift.objects.bulk_create(
                Shift(
                    place=RIVERSIDE, post=f"卡口{n // 3}", made_at=factories.NOON,
                    starts_at=factories.NOON + (monday + 8 * (n % 3)) * world.HOUR,
                    ends_at=factories.NOON + (monday + 8 * (n % 3) + 8) * world.HOUR,
                )
                for n in range(120)
            )  # fmt: skip
        with django_assert_max_num_queries(40):
            answer = browser(lead).get(next_week())
        assert answer.content.decode().count('class="wall-post"') == 40

    @pytest.mark.parametrize("day", ["", "x", "0001-01-01", "9999-12-31", "2026-02-30"])
    def test_an_odd_day_shows_a_week(self, lead, day):
        assert browser(lead).get(f"/workforce/shifts/?day={day}&paper=x").status_code == 200

    def test_a_seat_is_given_to_somebody_by_their_account(self, lead, keeper, monday):
        seat = world.shift(start=monday + 8)
        world.shift(keeper, start=monday + 60)
        page = text(browser(lead).get(f"/workforce/shifts/{seat.pk}/"))
        assert f"王小明 {keeper.account.username} 8 hours in that week" in page

        browser(lead).post(
            f"/workforce/shifts/{seat.pk}/", {"do": "give", "who": keeper.account.username}
        )

        assert world.seen(seat).account_id == keeper.account_id

    def test_a_broken_rule_stands_beside_the_field(self, lead, keeper, monday):
        seat = world.shift(start=monday + 8)
        world.shift(keeper, start=monday + 18)

        answer = browser(lead).post(
            f"/workforce/shifts/{seat.pk}/", {"do": "give", "who": keeper.account.username}
        )

        assert answer.status_code == 422
        assert "Rest: 王小明 would have 2 hours" in text(answer)

    def test_a_shift_is_cancelled_and_its_seat_stays(self, lead, keeper, monday):
        shift = world.shift(keeper, start=monday + 8)

        answer = browser(lead).post(
            f"/workforce/shifts/{shift.pk}/",
            {"do": "cancel", "why": "病了", "seat_stays": "on"},
            follow=True,
        )

        assert world.seen(shift).state == "CANCELLED"
        assert "EMPTY" in text(answer)

    def test_without_a_reason_nothing_is_cancelled(self, lead, keeper, monday):
        shift = world.shift(keeper, start=monday + 8)

        answer = browser(lead).post(f"/workforce/shifts/{shift.pk}/", {"do": "cancel", "why": ""})

        assert answer.status_code == 422
        assert world.seen(shift).state == "PLANNED"

    def test_a_gate_keeper_is_refused(self, keeper):
        assert browser(keeper).get("/workforce/shifts/").status_code == 403

    def test_a_dispatcher_sees_and_changes_nothing(self, lead, keeper, monday):
        shift = world.shift(keeper, start=monday + 8)
        desk = browser(world.keeper("调度", role="dispatcher"))

        assert "王小明" in text(desk.get(next_week()))
        assert "Cancel the shift" not in text(desk.get(f"/workforce/shifts/{shift.pk}/"))
        answer = desk.post(f"/workforce/shifts/{shift.pk}/", {"do": "cancel", "why": "x"})
        assert world.seen(shift).state == "PLANNED"
        assert answer.status_code in {403, 422}

    def test_a_shift_of_another_street_is_not_there(self, lead):
        shift = world.shift(place=440305001001000)

        assert browser(lead).get(f"/workforce/shifts/{shift.pk}/").status_code == 404
