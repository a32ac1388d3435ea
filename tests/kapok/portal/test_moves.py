"""A request of one's own is withdrawn, opened again and rated on light pages, by the one rule."""

import re

import pytest
from tests.kapok.portal.conftest import OTHER_PHONE, prove, text_of
from tests.kapok.portal.test_needs import ask

from kapok.access.scope import acting
from kapok.doors.entrances import PORTAL
from kapok.matters.models import Matter, MatterEvent

pytestmark = pytest.mark.django_db
FORM = re.compile(r'<form method="post" action="([^"]+/track/(\w+)/)">(.*?)</form>', re.S)
HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def box(town):
    from tests.factories import NOON  # noqa: PLC0415

    with acting(PORTAL.acting(at=NOON)):
        yield


@pytest.fixture
def code(english, town):
    """The tracking code of a request."""
    done = text_of(english.get(ask(english, town.code)["Location"]))
    return done.split('class="code">')[1].split("<")[0]


def forms(page):
    """What can be done, each with where it is sent and what goes along."""
    found = {name: (path, dict(HIDDEN.findall(body))) for path, name, body in FORM.findall(page)}
    for _path, fields in found.values():
        fields.pop("csrfmiddlewaretoken")
    return found


def tracked(client, town, code):
    return text_of(client.post(f"/c/{town.code}/track/", {"code": code}))


class TestByCode:
    def test_it_is_withdrawn_with_a_reason(self, english, town, code, box):
        path, fields = forms(tracked(english, town, code))["withdraw"]
        page = text_of(english.post(path, fields | {"reason": "邻居给了"}))
        assert "Your request was withdrawn." in page
        assert 'role="status"' in page
        assert Matter.objects.get().state == "WITHDRAWN"

    def test_loaded_again_it_is_done_once(self, english, town, code, box):
        path, fields = forms(tracked(english, town, code))["withdraw"]
        for _turn in range(2):
            answer = english.post(path, fields | {"reason": "邻居给了"})
            assert "Your request was withdrawn." in text_of(answer)
        assert MatterEvent.objects.filter(move="withdraw").count() == 1

    def test_it_is_opened_again_and_rated(self, english, town, code, box):
        path, fields = forms(tracked(english, town, code))["withdraw"]
        shown = text_of(english.post(path, fields | {"reason": "x"}))
        path, fields = forms(shown)["reopen"]
        page = text_of(english.post(path, fields | {"reason": "还是没有药"}))
        assert "opened again. The desk has been told." in page
        assert Matter.objects.get().state not in {"WITHDRAWN", "CLOSED"}

    def test_what_stands_against_it_is_said_beside_what_was_typed(self, english, town, code):
        path, fields = forms(tracked(english, town, code))["withdraw"]
        answer = english.post(path, fields | {"reason": " "})
        page = text_of(answer)
        assert answer.status_code == 422
        assert 'role="alert"' in page
        assert "withdraw" in forms(page)

    def test_a_rating_is_no_number_of_ones_own(self, english, town, code, box):
        answer = english.post(f"/c/{town.code}/track/rate/", {"code": code, "satisfaction": "9"})
        assert answer.status_code == 422
        assert Matter.objects.get().satisfaction is None

    def test_a_wrong_code_moves_nothing(self, english, town, code, box):
        answer = english.post(
            f"/c/{town.code}/track/withdraw/", {"code": "BCDF-GHJK-LMNP", "reason": "x"}
        )
        assert answer["Location"] == f"/c/{town.code}/track/"
        assert Matter.objects.get().state != "WITHDRAWN"

    def test_guessing_codes_here_counts_like_anywhere(self, english, town):
        tries = [
            english.post(f"/c/{town.code}/track/{name}/", {"code": f"BCDF-GHJK-LM{a}{b}"})
            for a in "BCDFG"
            for b in "BCD"
            for name in ("withdraw", "reopen")
        ]
        assert 429 in {each.status_code for each in tries}

    def test_the_page_is_light_and_all_on_it_is_the_portals(self, english, town, code):
        page = tracked(english, town, code)
        assert len(page.encode()) < 60_000
        assert "tabler" not in page
        assert "<script" not in page
        assert 'href="/track/' not in page


class TestByTelephone:
    def test_it_is_withdrawn_from_ones_own_page(self, resident, town, box):
        ask(resident, town.code)
        own = text_of(resident.get(f"/c/{town.code}/own/"))
        [link] = re.findall(rf'href="(/c/{town.code}/own/[^"]+/)"', own)
        path, fields = forms(text_of(resident.get(link)))["withdraw"]
        assert "matter" in fields
        assert "was withdrawn" in text_of(resident.post(path, fields | {"reason": "有药了"}))
        assert Matter.objects.get().state == "WITHDRAWN"

    def test_nobody_else_sees_or_moves_it(self, resident, town, box):
        ask(resident, town.code)
        matter = Matter.objects.get().pk
        prove(resident, OTHER_PHONE)
        path = f"/c/{town.code}/own/{matter}/"
        assert resident.get(path)["Location"] == f"/c/{town.code}/own/"
        resident.post(f"/c/{town.code}/track/withdraw/", {"matter": matter, "reason": "x"})
        assert Matter.objects.get().state != "WITHDRAWN"

    def test_it_takes_a_telephone_that_was_proven(self, english, town, box):
        ask(english, town.code)
        matter = Matter.objects.get().pk
        assert "/phone/" in english.get(f"/c/{town.code}/own/{matter}/")["Location"]
        english.post(f"/c/{town.code}/track/withdraw/", {"matter": matter, "reason": "x"})
        assert Matter.objects.get().state != "WITHDRAWN"
