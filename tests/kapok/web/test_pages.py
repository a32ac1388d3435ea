"""The frame of every page: languages, light and dark, headers, and pages that say what is wrong."""

import re

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import translation

from kapok.access import middleware, views
from kapok.access.models import User
from kapok.errors import NotAllowed, Refused

pytestmark = pytest.mark.django_db

INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)


def test_pages_are_chinese_unless_the_browser_prefers_english(client: Client):
    assert 'lang="zh-CN"' in client.get("/").content.decode()
    assert 'lang="en"' in client.get("/", headers={"Accept-Language": "en-GB"}).content.decode()
    assert 'lang="zh-CN"' in client.get("/", headers={"Accept-Language": "fr"}).content.decode()


def test_the_switch_of_language_stays(client: Client):
    client.post("/language/", {"language": "en", "next": "/"})

    page = client.get("/").content.decode()
    assert "Open the grid desk" in page
    assert ">中文</button>" in page


def test_the_switch_to_dark_stays_and_leads_back(client: Client):
    answer = client.post("/theme/", {"theme": "dark", "next": "/sign-in/"})

    assert answer["Location"] == "/sign-in/"
    assert 'data-bs-theme="dark"' in client.get("/").content.decode()
    client.post("/theme/", {"theme": "system", "next": "/"})
    assert "data-bs-theme" not in client.get("/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:1"])
def test_the_switch_leads_nowhere_else(client: Client, elsewhere: str):
    assert client.post("/theme/", {"theme": "dark", "next": elsewhere})["Location"] == "/"


def test_every_page_carries_the_headers(client: Client):
    answer = client.get("/")

    policy = dict(
        part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/nothing-here/"])
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(client: Client, path: str):
    page = client.get(path).content.decode()

    assert not INLINE.search(page)
    assert not re.search(r'(?:src|<link[^>]*href)="(?:https?:)?//', page)


class TestSigningIn:
    def test_a_wrong_password_is_said_beside_the_form(self, client: Client):
        User.objects.create_user("chen", password="right-and-long")

        answer = client.post("/sign-in/", {"login": "chen", "password": "wrong"})

        assert answer.status_code == 422
        assert 'id="sign-in-error"' in answer.content.decode()

    def test_demo_accounts_are_shown_where_there_are_any(self, client: Client):
        assert "chen" not in client.get("/sign-in/").content.decode()
        User.objects.create_user("chen", password="x", is_demo=True)
        User.objects.create_user("wong", password="x", is_demo=False)

        page = client.get("/sign-in/").content.decode()
        assert "<code>chen</code>" in page
        assert "wong" not in page

    def test_it_leads_back_to_where_somebody_wanted_to_go(self, client: Client):
        User.objects.create_user("chen", password="right-and-long")

        answer = client.post(
            "/sign-in/?next=/x",
            {"login": "chen", "password": "right-and-long", "next": "/desk/"},
        )

        assert answer["Location"] == "/desk/"


class TestPagesThatSayWhatIsWrong:
    def request(self, **headers: str) -> HttpRequest:
        request = RequestFactory().get("/", headers=headers)
        request.htmx = bool(headers)
        return request

    @pytest.mark.parametrize(
        ("view", "status"),
        [
            (views.bad_request, 400),
            (views.not_allowed, 403),
            (views.csrf_failure, 403),
            (views.not_found, 404),
            (views.too_many, 429),
            (views.server_error, 500),
        ],
    )
    def test_each_says_what_to_do_in_both_languages(
        self, view, status, settings, django_assert_num_queries
    ):
        for language, advice in (("zh-hans", "怎么办"), ("en", "What to do")):
            with translation.override(language), django_assert_num_queries(0):
                answer = view(self.request())
                assert answer.status_code == status
                assert advice in answer.content.decode()

    def test_an_unknown_address_is_a_page_of_kapok(self, client: Client):
        answer = client.get("/nothing-here/")

        assert answer.status_code == 404
        assert 'href="/"' in answer.content.decode()

    def test_a_form_without_its_token_is_told_to_load_anew(self):
        answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "x"})

        assert answer.status_code == 403
        assert "页面" in answer.content.decode()

    @pytest.mark.parametrize(
        ("error", "status"), [(Refused("Full."), 409), (NotAllowed("No."), 403)]
    )
    def test_a_refusal_that_no_view_placed_keeps_its_sentence(self, error, status):
        pages = middleware.RefusalPages(lambda request: None)

        answer = pages.process_exception(self.request(), error)

        assert answer.status_code == status
        assert str(error) in answer.content.decode()

    def test_htmx_gets_the_message_alone(self):
        answer = views.refused(self.request(**{"HX-Request": "true"}), Refused("Full."))

        assert "Full." in answer.content.decode()
        assert "<html" not in answer.content.decode()

    def test_a_bug_stays_a_bug(self):
        pages = middleware.RefusalPages(lambda request: None)

        assert pages.process_exception(self.request(), ValueError("oops")) is None


def test_health_reaches_the_database(client: Client, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert client.get("/health/").json() == {"status": "ok"}
