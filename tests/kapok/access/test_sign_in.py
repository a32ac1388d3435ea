"""Signing in by password, and how it is attacked: brute force, fixation, redirects, forgery."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from tests.kapok.access.conftest import PASSWORD

from kapok.access import residents, waiting
from kapok.access.models import Alarm, CacheEntry, User
from kapok.access.scope import acting, of_watch

pytestmark = pytest.mark.django_db


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed."""

    calls = 0

    def encode(self, *args: Any) -> str:
        type(self).calls += 1
        return super().encode(*args)


@pytest.fixture
def hashed(settings: Any, chen: User) -> type[CountingHasher]:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    CountingHasher.calls = 0
    return CountingHasher


def sentence(answer: Any) -> str:
    return answer.context["form"].non_field_errors()[0]


class TestWhoMaySignIn:
    def test_name_and_password_open_the_start_page(self, sign_in, chen):
        answer = sign_in()

        assert (answer.status_code, answer["Location"]) == (302, "/")

    def test_capital_letters_of_the_name_do_not_matter(self, sign_in, chen):
        assert sign_in("Chen").status_code == 302

    def test_a_wrong_password_is_refused_with_what_to_do(self, sign_in, chen):
        answer = sign_in(password="wrong")

        assert answer.status_code == 422
        assert "do not belong together" in sentence(answer)

    def test_a_closed_account_is_told_so_only_with_the_right_password(self, sign_in, chen):
        User.objects.update(is_active=False)

        assert "do not belong together" in sentence(sign_in(password="wrong"))
        assert sign_in()["Location"] == "/sign-in/closed/"

    def test_nobody_signs_up(self, english):
        with pytest.raises(NoReverseMatch):
            reverse("account_signup")
        assert "/signup" not in english.get("/sign-in/").content.decode()


class TestBruteForce:
    def fail(self, sign_in, times: int, **more: Any) -> Any:
        for _ in range(times):
            answer = sign_in(password="wrong", **more)
        return answer

    def test_after_five_failures_the_right_password_waits_too(self, sign_in, chen):
        assert "do not belong together" in sentence(self.fail(sign_in, 5))

        answer = sign_in()

        assert answer.status_code == 422
        assert "Wait 15 minutes" in sentence(answer)

    def test_the_wait_is_counted_down_and_ends(self, sign_in, chen, monkeypatch):
        self.fail(sign_in, 5)
        now = waiting.time.time()

        monkeypatch.setattr("time.time", lambda: now + 14 * 60 + 30)
        assert "Wait 1 minute," in sentence(sign_in())
        monkeypatch.setattr("time.time", lambda: now + 15 * 60 + 1)
        assert sign_in().status_code == 302

    def test_whoever_goes_on_trying_raises_one_alarm_a_day(self, sign_in, chen):
        self.fail(sign_in, 8)
        self.fail(sign_in, 6, login="nobody")

        with acting(of_watch(at=timezone.now())):
            found = Alarm.objects.filter(kind="SIGN_IN").values_list("account", "n")
            assert set(found) == {(chen.pk, 3), (None, 1)}

    def test_other_names_do_not_wait_with_it(self, sign_in, chen):
        self.fail(sign_in, 5, login="li")

        assert sign_in().status_code == 302

    def test_a_name_that_does_not_exist_waits_in_the_same_way(self, sign_in, chen):
        self.fail(sign_in, 5, login="nobody")

        assert "Wait 15 minutes" in sentence(sign_in("nobody"))

    def test_a_name_waits_however_it_is_written_and_however_the_box_is_called(self, english, chen):
        User.objects.filter(pk=chen.pk).update(username="skchen")
        for host, name in [
            ("localhost:1", "skchen"),
            ("localhost:2", "SKCHEN"),
            ("127.0.0.1", "\u017fkchen"),  # a long s, which the database takes for an s
            ("127.0.0.1:8000", "s\u212achen"),  # the sign of Kelvin
            ("localhost", " skchen "),
        ]:
            english.post("/sign-in/", {"login": name, "password": "wrong"}, headers={"host": host})

        answer = english.post("/sign-in/", {"login": "skchen", "password": PASSWORD})

        assert "Wait 15 minutes" in sentence(answer)

    def test_an_address_waits_after_thirty_failures_over_many_names(self, sign_in, chen):
        for n in range(30):
            sign_in(f"nobody-{n}", "wrong")

        assert "from this address" in sentence(sign_in())

    def test_an_address_that_somebody_claims_to_have_is_not_believed(self, english, chen):
        for n in range(6):
            answer = english.post(
                "/sign-in/",
                {"login": "chen", "password": "wrong"},
                headers={"X-Forwarded-For": f"10.0.0.{n}"},
            )

        assert "Wait 15 minutes" in sentence(answer)

    def test_sixty_forms_in_a_minute_are_answered_with_a_page(self, sign_in, english):
        for n in range(60):
            sign_in(f"nobody-{n % 50}", "")

        answer = sign_in()

        assert answer.status_code == 429
        assert "Wait a minute" in answer.content.decode()

    def test_counters_are_rows_that_all_processes_share(self, sign_in, chen):
        self.fail(sign_in, 1)

        assert CacheEntry.objects.filter(cache_key__contains="login_failed").count() == 2
        assert not CacheEntry.objects.filter(cache_key__contains="chen").exists()


class TestTheSameWorkForNamesThatExistAndNot:
    @pytest.mark.parametrize("name", ["chen", "nobody", "no-password", "closed"])
    def test_one_password_is_hashed_whoever_is_named(self, sign_in, hashed, name):
        without = User(username="no-password")
        without.set_unusable_password()
        without.save()
        User.objects.create_user("closed", password=PASSWORD, is_active=False)
        hashed.calls = 0

        answer = sign_in(name, "wrong")

        assert hashed.calls == 1
        assert "do not belong together" in sentence(answer)


class TestSessions:
    def test_the_key_is_a_new_one_after_signing_in(self, english, sign_in, chen):
        english.session["planted"] = True
        session = english.session
        session.save()
        english.cookies["sessionid"] = before = session.session_key

        sign_in()

        assert english.session.session_key != before
        other = Client()
        other.cookies["sessionid"] = before
        assert other.get("/account/").status_code == 302

    def test_a_session_lasts_a_shift(self, english, sign_in, chen, settings):
        sign_in()

        assert english.session.get_expiry_age() == timedelta(hours=12).total_seconds()

    def test_a_resident_who_signs_in_as_worker_is_a_resident_no_more(self, english, sign_in, chen):
        session = english.session
        session[residents.RESIDENT] = "00"
        session.save()
        english.cookies["sessionid"] = session.session_key

        sign_in()

        assert residents.RESIDENT not in english.session

    def test_signing_out_needs_a_form_and_ends_the_session(self, english, sign_in, chen):
        sign_in()

        assert "Sign out?" in english.get("/sign-out/").content.decode()
        assert english.get("/account/").status_code == 200
        assert english.post("/sign-out/")["Location"] == "/"
        assert english.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)", "///x.org"],
)
class TestRedirects:
    def test_signing_in_leads_nowhere_else(self, sign_in, chen, elsewhere):
        assert sign_in(next=elsewhere)["Location"] == "/"

    def test_signing_out_leads_nowhere_else(self, english, sign_in, chen, elsewhere):
        sign_in()

        assert english.post("/sign-out/", {"next": elsewhere})["Location"] == "/"

    def test_confirming_leads_nowhere_else(self, english, sign_in, chen, elsewhere):
        sign_in()

        answer = english.post("/account/confirm/", {"password": PASSWORD, "next": elsewhere})

        assert answer["Location"] in {"/", "/account/"}


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in/",
        "/sign-in/passkey/",
        "/sign-out/",
        "/account/password/",
        "/account/sessions/end-others/",
        "/account/second-factor/app/",
        "/own/sign-in/",
        "/own/sign-out/",
    ],
)
def test_a_form_of_another_site_is_refused(path, chen):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(chen)

    assert browser.post(path, {}).status_code == 403


@pytest.mark.parametrize("path", ["/sign-in/", "/own/sign-in/", "/people/lists/new/"])
def test_nobody_can_fill_the_disk_with_a_form(english, path):
    answer = english.post(path, {"login": "x"}, CONTENT_LENGTH=str((32 << 20) + 1))

    assert answer.status_code == 413
    assert "at most 32 MB" in answer.content.decode()
    assert english.post(path, {"login": "x"}).status_code != 413


def test_the_cache_survives_what_is_written_by_nobody():
    cache.set("x", 1, 5)

    assert cache.get("x") == 1
