"""A helper acts for a household without a telephone: with consent, for that home, for a time."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import OperationalError
from django.utils import timezone
from tests import factories
from tests.kapok.portal.conftest import (
    GRID,
    OTHER_PHONE,
    PHONE,
    a_slot,
    consent,
    key_in,
    prove,
    text_of,
)
from tests.kapok.portal.test_screening import ILL

from kapok.access import retention, scope, secrets
from kapok.matters import notes
from kapok.matters.models import Matter, Report
from kapok.places.models import Building
from kapok.portal.models import Booking, Deed, Mandate, SelfReport
from kapok.portal.operations import mandates
from kapok.portal.taking import taking

pytestmark = pytest.mark.django_db


def agree(client, town, code="", **more):
    return client.post(f"/c/{code or town.stair}/for/", consent(**more))


@pytest.fixture
def box(town):
    with scope.acting(taking(at=timezone.now())):
        yield


@pytest.fixture
def mandate(resident, town, box):
    assert agree(resident, town).status_code == 302
    return Mandate.objects.get()


def aged(mandate, days):
    with factories.as_owner_of_rows():
        Mandate.objects.filter(pk=mandate.pk).update(
            given_at=mandate.given_at - timedelta(days=days),
            made_at=mandate.made_at - timedelta(days=days),
            ends_at=mandate.ends_at - timedelta(days=days),
        )


class TestConsent:
    def test_who_agreed_how_and_when_is_on_record(self, mandate):
        assert secrets.decrypt(bytes(mandate.given_by), about="name") == "王奶奶"
        assert secrets.decrypt(bytes(mandate.home), about="home") == "示例花园1栋2单元501"
        assert (mandate.how, mandate.place) == ("IN_PERSON", GRID)
        assert mandate.ends_at - mandate.made_at == timedelta(days=7)

    @pytest.mark.parametrize(
        ("missing", "sentence"),
        [
            ({"given_by": ""}, "who of the household agreed"),
            ({"how": "GUESSED"}, "how they agreed"),
            ({"uses": []}, "what you may do"),
            ({"home": " "}, "which home"),
            ({"helper": ""}, "your own name"),
            ({"days": "900"}, "at most 14 days"),
            ({"days": "-1"}, "at most 14 days"),
            ({"given_on": "2999-01-01"}, "when they agreed"),
            ({"given_on": "0001-01-01"}, "when they agreed"),
            ({"given_on": "tomorrow"}, "when they agreed"),
        ],
    )
    def test_what_is_missing_is_said(self, resident, town, box, missing, sentence):
        answer = agree(resident, town, **missing)
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        assert not Mandate.objects.exists()

    def test_one_telephone_acts_for_three_households_at_a_time(self, resident, town, box):
        answers = [agree(resident, town, home=f"示例花园1栋{n}01") for n in range(12)]
        assert [each.status_code for each in answers] == [302] * 3 + [422] * 9
        assert "at most 3 households" in text_of(answers[-1])

    def test_for_the_same_home_it_is_written_down_once(self, mandate, resident, town):
        assert "already" in text_of(agree(resident, town, home="示例花园1栋 2-501"))

    def test_a_home_that_names_no_building_is_refused_and_the_building_may_be_chosen(
        self, resident, town, box
    ):
        answer = agree(resident, town, home="nowhere 99", days="14")
        page = text_of(answer)
        assert answer.status_code == 422
        assert "No building of this community is called so." in page
        assert f'<option value="{town.block.pk}">示例花园1栋</option>' in page
        assert str(town.away.pk) not in page
        assert '<option value="14" selected>' in page
        assert not Mandate.objects.exists()
        chosen = agree(resident, town, home="2单元501", building=str(town.block.pk))
        assert chosen.status_code == 302
        made = Mandate.objects.get()
        assert secrets.decrypt(bytes(made.home), about="home") == "示例花园1栋 2单元501"
        assert made.place == GRID

    @pytest.mark.parametrize("building", ["", "x", "away"])
    def test_a_building_of_another_community_is_none(self, resident, town, box, building):
        chosen = str(town.away.pk) if building == "away" else building
        answer = agree(resident, town, home="2单元501", building=chosen)
        assert answer.status_code == 422
        assert not Mandate.objects.exists()

    def test_where_no_building_is_known_every_home_counts_and_that_is_said(
        self, resident, town, box
    ):
        with factories.as_owner_of_rows():
            Building.objects.filter(pk=town.block.pk).update(gone_at=timezone.now())
        assert agree(resident, town, town.code, home="nowhere 99").status_code == 302
        page = text_of(resident.get(f"/c/{town.code}/for/"))
        assert "No building of this community is called so." in page

    def test_a_home_that_names_a_building_lies_there_whatever_poster_was_read(
        self, resident, town, box
    ):
        with factories.as_owner_of_rows():
            block = factories.Building(place=GRID + 1, name="示例村14巷13号", lon=113.2, lat=23.1)
        agree(resident, town, home="示例村１４巷13号 302")
        assert "is called so" not in text_of(resident.get(f"/c/{town.stair}/for/"))
        made = Mandate.objects.get()
        assert made.place == block.place
        for page, said in (("help/food", {"phone": PHONE, "text": "米没了"}), ("check", ILL)):
            path = f"/c/{town.stair}/{page}/?for={made.pk}"
            resident.post(path, said | {"key": key_in(text_of(resident.get(path)))})
        assert {each.building_id for each in Matter.objects.all()} == {block.pk}
        assert {each.place for each in SelfReport.objects.all()} == {block.place}
        assert Matter.objects.count() == 2


class TestActing:
    def test_a_request_is_for_their_home_and_says_who_asks(self, mandate, resident, town):
        path = f"/c/{town.stair}/help/food/?for={mandate.pk}"
        page = text_of(resident.get(path))
        assert "You act for 示例花园1栋2单元501; 王奶奶 agreed." in page
        assert 'name="address"' not in page
        resident.post(
            path, {"key": key_in(page), "phone": PHONE, "text": "米没了", "address": "elsewhere"}
        )
        report = Report.objects.get()
        assert report.address == "示例花园1栋2单元501"
        assert report.text == "米没了"
        assert notes.in_both(report.notes) == [
            {
                "zh": "李邻居 替这一户求助，王奶奶 已同意。",
                "en": "李邻居 asks for this household; 王奶奶 agreed.",
            }
        ]
        deed = Deed.objects.get()
        assert (deed.what, deed.subject) == ("HELP", report.matter_id)

    def test_what_is_sent_twice_leaves_one_trace(self, mandate, resident, town):
        path = f"/c/{town.stair}/help/food/?for={mandate.pk}"
        said = {"key": key_in(text_of(resident.get(path))), "phone": PHONE, "text": "米没了"}
        for _turn in range(2):
            assert resident.post(path, said).status_code == 302
        assert Deed.objects.get().subject == Matter.objects.get().pk

    def test_what_cannot_be_written_down_is_not_done(self, mandate, resident, town, monkeypatch):
        def away(**_given):
            raise OperationalError("it restarts")

        path = f"/c/{town.stair}/help/food/?for={mandate.pk}"
        said = {"key": key_in(text_of(resident.get(path))), "phone": PHONE, "text": "米没了"}
        monkeypatch.setattr(mandates, "note", away)
        resident.raise_request_exception = False
        assert resident.post(path, said).status_code == 500
        assert not Matter.objects.exists()

    def test_what_is_refused_leaves_no_trace(self, mandate, resident, town):
        path = f"/c/{town.stair}/help/food/?for={mandate.pk}"
        said = {"key": key_in(text_of(resident.get(path))), "phone": "12", "text": "米没了"}
        assert resident.post(path, said).status_code == 422
        assert not Deed.objects.exists()

    def test_the_helper_sees_what_became_of_it_and_for_whom(self, mandate, resident, town):
        for asked in ("", f"?for={mandate.pk}"):
            path = f"/c/{town.stair}/help/food/{asked}"
            key = key_in(text_of(resident.get(path)))
            resident.post(path, {"key": key, "phone": PHONE, "text": "米没了", "address": "2-101"})
        assert f'href="/c/{town.stair}/own/"' in text_of(resident.get(f"/c/{town.stair}/for/"))
        page = text_of(resident.get(f"/c/{town.stair}/own/"))
        assert page.count("<h3>Request for help: Food and daily goods</h3>") == 2
        assert page.count("<p>For 示例花园1栋2单元501</p>") == 1

    def test_of_a_self_report_as_well(self, mandate, resident, town):
        path = f"/c/{town.stair}/check/?for={mandate.pk}"
        resident.post(path, ILL | {"key": key_in(text_of(resident.get(path)))})
        page = text_of(resident.get(f"/c/{town.stair}/own/"))
        assert page.count("<p>For 示例花园1栋2单元501</p>") == 1

    def test_a_self_report_and_a_booking_leave_their_trace(self, mandate, resident, town):
        path = f"/c/{town.stair}/check/?for={mandate.pk}"
        key = key_in(text_of(resident.get(path)))
        resident.post(path, ILL | {"key": key, "home": "my own"})
        home = secrets.decrypt(bytes(SelfReport.objects.get().home), about="home")
        assert home == "示例花园1栋2单元501"
        slot = a_slot(town)
        resident.post(f"/c/{town.stair}/book/{slot.pk}/", {"for": str(mandate.pk)})
        assert Booking.objects.get().mandate == mandate.pk
        assert [deed.what for deed in Deed.objects.all()] == ["SCREENING", "BOOKING"]
        assert "Used 2 times." in text_of(resident.get(f"/c/{town.code}/for/"))

    def test_homes_with_consent_do_not_count_as_homes_of_the_telephone(
        self, mandate, resident, town
    ):
        for home in ("1栋1", "1栋2", "1栋3"):
            key = key_in(text_of(resident.get(f"/c/{town.code}/check/")))
            resident.post(f"/c/{town.code}/check/", ILL | {"key": key, "home": home})
        path = f"/c/{town.code}/check/?for={mandate.pk}"
        key = key_in(text_of(resident.get(path)))
        assert "stored" in text_of(resident.post(path, ILL | {"key": key}, follow=True))

    @pytest.mark.parametrize("page", ["help/", "help/food/", "check/", "book/"])
    def test_another_language_or_print_is_for_the_same_household(
        self, mandate, resident, town, page
    ):
        path = f"/c/{town.stair}/{page}?for={mandate.pk}"
        for answer in (resident.get(path), resident.post(path, {"key": ""})):
            if answer.status_code == 405:
                continue
            assert f"lang=zh&amp;next={quote(path)}" in text_of(answer)
            assert f"print=large&amp;next={quote(path)}" in text_of(answer)
        other = resident.get(f"/c/look/?lang=zh&next={quote(path)}", follow=True)
        assert "示例花园1栋2单元501" in text_of(other)

    def test_the_urgent_page_does_not_know_them_and_that_is_said(self, mandate, resident, town):
        page = text_of(resident.get(f"/c/{town.stair}/help/?for={mandate.pk}"))
        assert "does not know for whom you act: write 示例花园1栋2单元501 there" in page

    def test_it_ends_by_itself(self, mandate, resident, town):
        aged(mandate, 8)
        answer = resident.get(f"/c/{town.code}/help/food/?for={mandate.pk}")
        assert answer.status_code == 409
        assert "That consent has ended" in text_of(answer)

    def test_the_helper_ends_it(self, mandate, resident, town):
        resident.post(f"/c/{town.code}/for/{mandate.pk}/end/")
        mandate.refresh_from_db()
        assert mandate.ended_as == "HELPER"
        assert resident.get(f"/c/{town.code}/help/?for={mandate.pk}").status_code == 409

    def test_only_for_what_was_agreed(self, resident, town, box):
        agree(resident, town, uses=["HELP"])
        key = Mandate.objects.get().pk
        assert resident.get(f"/c/{town.code}/help/food/?for={key}").status_code == 200
        answer = resident.get(f"/c/{town.code}/check/?for={key}")
        assert "did not agree to this" in text_of(answer)

    def test_only_with_the_telephone_that_wrote_it_down(self, mandate, resident, town):
        prove(resident, OTHER_PHONE)
        answer = resident.get(f"/c/{town.code}/help/food/?for={mandate.pk}")
        assert "acts for no such household" in text_of(answer)
        resident.post(f"/c/{town.code}/for/{mandate.pk}/end/")
        mandate.refresh_from_db()
        assert mandate.ended_at is None

    def test_only_on_the_page_of_their_community(self, mandate, resident, town):
        answer = resident.get(f"/c/{town.elsewhere}/help/food/?for={mandate.pk}")
        assert "lives elsewhere" in text_of(answer)

    def test_without_a_telephone_nobody_acts_for_anybody(self, mandate, english, town):
        english.cookies.pop("sessionid", None)
        answer = english.get(f"/c/{town.code}/help/food/?for={mandate.pk}")
        assert "Prove your telephone first" in text_of(answer)
        assert not Matter.objects.exists()


class TestTheCommunity:
    def test_the_lead_sees_who_acts_and_ends_it(self, mandate, client, town):
        client.force_login(town.lead.account)
        client.cookies["django_language"] = "en"
        page = text_of(client.get("/portal/440103022001000/"))
        assert "李邻居" in page
        client.post(f"/portal/440103022001000/helpers/{mandate.pk}/end/")
        mandate.refresh_from_db()
        assert mandate.ended_as == "COMMUNITY"

    def test_whoever_plans_sites_does_not_see_them(self, mandate, client, town):
        client.force_login(town.planner.account)
        assert "李邻居" not in text_of(client.get("/portal/440103022001000/"))

    def test_the_record_goes_after_a_year(self, mandate, town):
        retention.delete_due(at=timezone.now() + timedelta(days=380))
        assert not Mandate.objects.exists()
        assert not Deed.objects.exists()
