"""The page that a poster leads to: the same for everybody, small, true within a second."""

import gzip
from datetime import timedelta

import pytest
from django.utils import timezone
from tests import factories
from tests.kapok.portal.conftest import COMMUNITY, GRID, text_of

from kapok.packs.models import Pack
from kapok.portal import notices, rendering, standing
from kapok.portal.notices import Notice
from kapok.portal.operations import doorways
from kapok.zones.models import Zone

pytestmark = pytest.mark.django_db


def closed(name="第1网格封闭", whole=((GRID, GRID + 1),), **more):
    at = timezone.now()
    with factories.as_owner_of_rows():
        return Zone.objects.create(
            name=name, place=COMMUNITY, kind="closed_2021", pack=Pack.objects.get(code="gd-2021"),
            strictness=90, whole=whole, touches=whole, starts_at=at - timedelta(hours=1),
            ends_at=at + timedelta(days=3), review_due_at=at + timedelta(days=1), made_at=at,
            **more,
        )  # fmt: skip


class OneNotice:
    """A source as another app registers it."""

    def __init__(self):
        self.said = [
            Notice(
                "a", "核酸检测", "明早 8 点开始。", "河畔社区居委会", timezone.now(), "改到 8 点"
            ),
        ]

    def read(self, place, at):
        return self.said if place // 1000 == COMMUNITY // 1000 else []

    def stamp(self):
        return str(len(self.said))


@pytest.fixture
def source():
    found = OneNotice()
    notices.SOURCES.append(found)
    yield found
    notices.SOURCES.remove(found)


def soon():
    """The second in which a page is not asked about is over."""
    standing._KNOWN.checked_s = -1e9


class TestWhatItShows:
    def test_no_account_and_no_cookie_is_needed(self, english, town):
        answer = english.get(f"/c/{town.code}/")
        assert answer.status_code == 200
        assert not answer.cookies
        page = text_of(answer)
        assert "Riverside" in page
        assert "Ask for help" in page

    def test_chinese_is_what_comes_without_a_choice(self, client, town):
        page = text_of(client.get(f"/c/{town.code}/"))
        assert '<html lang="zh-CN">' in page
        assert "河畔社区" in page

    def test_a_poster_of_a_stairwell_says_where_it_hangs(self, english, town):
        assert "示例花园1栋 2单元" in text_of(english.get(f"/c/{town.stair}/"))

    def test_a_code_is_found_however_it_is_typed(self, english, town):
        assert english.get(f"/c/{town.code.upper()}/").status_code == 200

    def test_a_code_that_leads_nowhere_says_how_one_looks(self, english, town):
        answer = english.get("/c/zzzzzz/")
        assert answer.status_code == 404
        assert "6 letters and digits" in text_of(answer)

    def test_rules_and_zones_stand_there_in_plain_words(self, english, town):
        closed()
        page = text_of(english.get(f"/c/{town.code}/"))
        assert "Stay inside the home." in page
        assert "in a part of this community" in page
        assert "To a doctor" in page
        assert "Nobody needs a smartphone" in page

    def test_a_zone_elsewhere_is_not_told(self, english, town):
        closed()
        page = text_of(english.get(f"/c/{town.elsewhere}/"))
        assert "No part of this community is closed" in page

    def test_telephones_can_be_dialled(self, english, town):
        page = text_of(english.get(f"/c/{town.code}/"))
        assert 'href="tel:02081234567"' in page
        assert "Community desk" in page

    def test_notices_are_signed_and_dated_and_say_what_changed(self, english, town, source):
        page = text_of(english.get(f"/c/{town.code}/"))
        assert "核酸检测" in page
        assert "河畔社区居委会" in page
        assert "改到 8 点" in page
        assert "核酸检测" not in text_of(english.get(f"/c/{town.elsewhere}/"))

    def test_hostile_words_of_a_notice_are_words(self, english, town, source):
        source.said[0] = Notice(
            "x", "<script>alert(1)</script>", "<img src=x onerror=y>", "s", timezone.now()
        )
        page = text_of(english.get(f"/c/{town.code}/"))
        assert "<script>" not in page
        assert "<img" not in page


class TestPagesAreKept:
    def test_the_second_page_costs_no_query(self, english, town, django_assert_num_queries):
        english.get(f"/c/{town.code}/")
        with django_assert_num_queries(0):
            english.get(f"/c/{town.code}/")

    def test_a_change_is_shown_within_a_second(self, english, town, source):
        assert "closed or restricted" in text_of(english.get(f"/c/{town.code}/"))
        closed()
        soon()
        assert "Stay inside the home." in text_of(english.get(f"/c/{town.code}/"))
        source.said.append(Notice("b", "药品到了", "", "社区", timezone.now()))
        soon()
        assert "药品到了" in text_of(english.get(f"/c/{town.code}/"))

    def test_browsers_ask_only_whether_it_changed(self, english, town):
        etag = english.get(f"/c/{town.code}/")["ETag"]
        again = english.get(f"/c/{town.code}/", headers={"If-None-Match": etag})
        assert again.status_code == 304
        assert not again.content

    def test_it_goes_out_compressed(self, english, town):
        answer = english.get(f"/c/{town.code}/", headers={"Accept-Encoding": "gzip"})
        assert "Riverside" in gzip.decompress(answer.content).decode()
        assert "Accept-Encoding" in answer["Vary"]

    def test_languages_and_print_are_pages_of_their_own(self, english, town):
        usual = text_of(english.get(f"/c/{town.code}/"))
        english.cookies["kapok_print"] = "large"
        large = text_of(english.get(f"/c/{town.code}/"))
        assert 'class="large"' in large
        assert 'class="large"' not in usual

    def test_codes_that_lead_nowhere_fill_no_memory(self, english, town):
        for n in range(20):
            english.get(f"/c/nothing{n}/")
        assert all(asked.code == town.code for asked in rendering._PAGES)


class TestSwitches:
    def test_language_and_print_are_links_that_keep_the_page(self, client, town):
        page = text_of(client.get(f"/c/{town.code}/"))
        assert f"/c/look/?lang=en&amp;next=/c/{town.code}/" in page
        answer = client.get("/c/look/", {"lang": "en", "next": f"/c/{town.code}/"})
        assert answer["Location"] == f"/c/{town.code}/"
        assert "Ask for help" in text_of(client.get(f"/c/{town.code}/"))
        client.get("/c/look/", {"print": "large", "next": f"/c/{town.code}/"})
        assert 'class="large"' in text_of(client.get(f"/c/{town.code}/"))
        client.get("/c/look/", {"print": "usual"})
        assert 'class="large"' not in text_of(client.get(f"/c/{town.code}/"))

    @pytest.mark.parametrize("target", ["https://evil.example/c/", "//evil.example/", "/sign-in/"])
    def test_they_lead_nowhere_else(self, client, town, target):
        assert client.get("/c/look/", {"lang": "en", "next": target})["Location"] == "/c/"

    def test_a_community_is_found_by_its_name_or_by_a_code(self, english, town):
        assert town.code in text_of(english.get("/c/", {"q": "河畔"}))
        assert english.get("/c/", {"q": town.stair})["Location"] == f"/c/{town.stair}/"
        assert "No page is known" in text_of(english.get("/c/", {"q": "nowhere"}))


class TestDoorways:
    def test_a_building_gets_one_poster_and_its_stairwells_one_each(self, town):
        with factories.as_owner_of_rows():
            assert doorways.ensure_everywhere(community=COMMUNITY, by=None, at=factories.NOON) == 0
            n = doorways.name_stairwells(
                building=town.block.pk, stairwells=["1单元", "2单元"], by=None, at=factories.NOON
            )
        assert n == 1

    def test_a_poster_that_was_taken_down_leads_to_the_community(self, english, town):
        with factories.as_owner_of_rows():
            doorways.name_stairwells(
                building=town.block.pk, stairwells=["甲座"], by=None, at=factories.NOON
            )
        page = text_of(english.get(f"/c/{town.stair}/"))
        assert "Riverside" in page
        assert "2单元" not in page
