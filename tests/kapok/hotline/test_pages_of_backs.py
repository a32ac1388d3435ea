"""Pages of call-backs: the list, and one of them from taking it to its end."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.calls import sit
from tests.kapok.hotline.conftest import CITY, PHONE
from tests.kapok.hotline.done import a_back, a_call, again, browser, hung_up
from tests.kapok.portal.conftest import text_of

from kapok.hotline.models import Call
from kapok.hotline.workflow import Due

HOUR = timedelta(hours=1)


@pytest.mark.django_db
class TestPages:
    def test_the_list_has_the_urgent_first_and_no_number(self, town, client):
        now = timezone.now()
        late = a_back(a_call(town, now - HOUR), now - timedelta(minutes=30))
        urgent = a_back(a_call(town, now), now + timedelta(minutes=5), is_urgent=True)
        later = a_back(a_call(town, now), now + timedelta(hours=20), is_urgent=True)
        a_back(a_call(town, now), now + timedelta(days=7), why="FOLLOW_UP", step="7d")
        page = text_of(browser(town.operator).get("/hotline/backs/"))
        assert "1 is late" in page
        assert "late by 30 min" in page
        order = [page.index(str(each.pk)) for each in (urgent, late, later)]
        assert order == sorted(order), "what is urgent and due tomorrow does not hold up the late"
        assert "Due within a day 3" in page
        assert "Follow-up 1" in page
        assert "after 7 days" not in page
        assert PHONE not in page
        assert PHONE[3:] not in page

    def test_follow_ups_are_listed_by_day(self, town):
        now = timezone.now()
        for step, days in (("7d", 7), ("30d", 30)):
            back = a_back(a_call(town, now), now + timedelta(days=days), why="FOLLOW_UP", step=step)
        page = text_of(browser(town.operator).get("/hotline/backs/?why=FOLLOW_UP"))
        assert page.count("hotline-day") == 2
        assert f"{timezone.localtime(back.next_at):%Y-%m-%d}" in page

    def test_from_taking_it_to_the_page_of_the_call(self, town, owed):
        operator = browser(town.operator)
        sit(town, town.operator, town.line)
        page = f"/hotline/backs/{owed.pk}/"
        before = text_of(operator.get(page))
        assert "I take it" in before
        assert PHONE not in before
        assert operator.post(f"{page}take/")["Location"] == page
        shown = text_of(operator.get(page))
        assert PHONE in shown
        assert "缺药" in shown
        assert "watermark" in shown
        answer = operator.post(f"{page}call/")
        call = again(owed).answer_id
        assert answer["Location"] == f"/hotline/calls/{call}/"
        with factories.as_owner_of_rows():
            hung_up(Call.objects.get(pk=call))
        assert "Nobody answered" in text_of(operator.get(page))
        said = text_of(operator.post(f"{page}missed/", follow=True))
        assert "Somebody tries again at" in said

    def test_others_are_told_who_calls_and_see_no_number(self, town, owed):
        browser(town.operator).post(f"/hotline/backs/{owed.pk}/take/")
        for who in (town.second, town.hotline_lead):
            page = text_of(browser(who).get(f"/hotline/backs/{owed.pk}/"))
            assert PHONE not in page
            assert f"{town.operator.account} is calling" in page
        answer = browser(town.second).post(f"/hotline/backs/{owed.pk}/take/")
        assert answer.status_code == 409
        assert "has taken this call-back already" in text_of(answer)

    def test_a_discreet_caller_is_marked(self, town):
        owed = a_back(a_call(town, town.at, is_discreet=True), town.at)
        operator = browser(town.operator)
        operator.post(f"/hotline/backs/{owed.pk}/take/")
        page = text_of(operator.get(f"/hotline/backs/{owed.pk}/"))
        assert "They could not speak freely." in page

    def test_the_lead_cancels_it_on_the_page(self, town, owed):
        lead = browser(town.hotline_lead)
        answer = lead.post(f"/hotline/backs/{owed.pk}/cancel/", {"reason": " "})
        assert answer.status_code == 409
        assert (
            lead.post(f"/hotline/backs/{owed.pk}/cancel/", {"reason": "Moved"}).status_code == 302
        )
        assert again(owed).state == Due.CANCELLED
        assert lead.post(f"/hotline/backs/{owed.pk}/nothing/").status_code == 404

    @pytest.mark.parametrize(
        ("who", "status"),
        [("other_operator", 404), ("lead", 403), ("worker", 403), ("planner", 403)],
    )
    def test_strangers_find_nothing(self, town, owed, who, status):
        stranger = browser(getattr(town, who))
        assert stranger.get(f"/hotline/backs/{owed.pk}/").status_code == status
        assert stranger.post(f"/hotline/backs/{owed.pk}/take/").status_code == status
        assert again(owed).state == Due.WAITING

    def test_who_counts_calls_alone_opens_no_call_back(self, town, owed):
        command = factories.Appointment(role="city_command", place=CITY)
        assert browser(command).get(f"/hotline/backs/{owed.pk}/").status_code == 403

    @pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "2"])
    def test_a_page_that_is_not_there_is_empty_or_the_first(self, town, owed, page):
        answer = browser(town.operator).get(f"/hotline/backs/?page={page}&why=NONSENSE")
        assert answer.status_code == 200
