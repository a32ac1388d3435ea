"""One's own account: sessions that can be ended, the password, and what is asked once more."""

import json
import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone
from tests.kapok.access.conftest import PASSWORD

from kapok.access import operations
from kapok.access.models import User
from kapok.access.queries import device
from kapok.errors import Refused

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; V2307A) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160065 MicroMessenger/8.0.47"
)


def browser_of(user: User, user_agent: str) -> Client:
    """Another browser in which somebody has signed in."""
    client = Client(headers={"user-agent": user_agent})
    client.cookies["django_language"] = "en"
    client.post("/sign-in/", {"login": user.username, "password": PASSWORD})
    return client


class TestSessions:
    @pytest.fixture
    def desk(self, chen: User) -> Client:
        return browser_of(chen, FIREFOX)

    @pytest.fixture
    def phone(self, chen: User) -> Client:
        return browser_of(chen, WECHAT)

    def sessions(self, browser: Client) -> list[tuple[str, bool]]:
        shown = browser.get("/account/").context["account"].sessions
        return [(each.device, each.is_this) for each in shown]

    def test_are_listed_with_device_and_this_one_first(self, phone, desk):
        assert self.sessions(desk) == [("Firefox, Linux", True), ("WeChat, Android", False)]
        assert "127.0.0.1" in desk.get("/account/").content.decode()

    def test_one_is_ended_from_another(self, phone, desk):
        other = desk.get("/account/").context["account"].sessions[1]

        desk.post(f"/account/sessions/{other.pk}/end/")

        assert phone.get("/account/").status_code == 302
        assert self.sessions(desk) == [("Firefox, Linux", True)]

    def test_all_others_are_ended_at_once(self, phone, desk):
        desk.post("/account/sessions/end-others/")

        assert phone.get("/account/").status_code == 302
        assert desk.get("/account/").status_code == 200

    def test_those_of_somebody_else_stay(self, phone, desk):
        User.objects.create_user("li", password=PASSWORD)
        li = browser_of(User.objects.get(username="li"), FIREFOX)
        theirs = desk.get("/account/").context["account"].sessions

        for each in theirs:
            li.post(f"/account/sessions/{each.pk}/end/")

        assert desk.get("/account/").status_code == 200
        assert phone.get("/account/").status_code == 200


def test_sessions_that_have_run_out_are_forgotten(chen):
    browser_of(chen, FIREFOX)

    assert operations.forget_sessions(at=timezone.now() + timedelta(hours=11)) == 0
    assert operations.forget_sessions(at=timezone.now() + timedelta(hours=13)) == 1
    assert not UserSession.objects.exists()


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        (WECHAT, "WeChat, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("curl/8.0", "Unknown device"),
        ("", "Unknown device"),
    ],
)  # fmt: skip
def test_a_device_is_told_in_words(user_agent, words, settings):
    settings.LANGUAGE_CODE = "en"
    assert device(user_agent) == words


class TestThePassword:
    def test_is_changed_with_the_old_one_and_ends_other_sessions(self, english, sign_in, chen):
        other = browser_of(chen, WECHAT)
        sign_in()

        new = {"password1": "four-more-kapoks", "password2": "four-more-kapoks"}
        answer = english.post("/account/password/", {"oldpassword": PASSWORD} | new)

        assert answer["Location"] == "/account/"
        assert english.get("/account/").status_code == 200
        assert other.get("/account/").status_code == 302
        chen.refresh_from_db()
        assert chen.check_password("four-more-kapoks")

    @pytest.mark.parametrize("weak", ["short", "password1234", "chen-chen-chen"])
    def test_may_not_be_weak(self, english, sign_in, chen, weak):
        User.objects.update(username="chen-chen")
        sign_in("chen-chen")

        answer = english.post(
            "/account/password/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
        )

        assert answer.context["form"].errors["password1"]

    def test_what_changes_the_second_factor_asks_for_it_once_more(self, english, sign_in, chen):
        sign_in()

        answer = english.get("/account/second-factor/passkeys/add/")
        page = english.get(answer["Location"]).content.decode()

        assert "Confirm that it is you" in page
        answer = english.post("/account/confirm/", {"password": "wrong"})
        assert "This is not your password" in answer.content.decode()


NOTHING = dict.fromkeys(
    ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"), "AAAA"
)
NO_PASSKEYS = [
    "x",
    *map(
        json.dumps,
        [
            None,
            7,
            [],
            {},
            {"id": 7},
            {"id": "x", "rawId": "x", "response": {}},
            {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": NOTHING},
        ],
    ),
]


@pytest.mark.parametrize("nonsense", NO_PASSKEYS)
class TestAPasskeyThatNoDeviceMade:
    def test_is_not_added(self, confirmed, nonsense):
        answer = confirmed.post(
            "/account/second-factor/passkeys/add/", {"name": "x", "credential": nonsense}
        )

        assert answer.status_code == 200
        assert answer.context["form"].errors

    def test_opens_nothing(self, english, nonsense):
        answer = english.post("/sign-in/passkey/", {"credential": nonsense})

        assert answer["Location"] == "/sign-in/"
        assert english.get("/account/").status_code == 302

    def test_confirms_nothing(self, english, sign_in, chen, nonsense):
        sign_in()

        english.post("/account/confirm/passkey/", {"credential": nonsense})

        answer = english.get("/account/second-factor/passkeys/add/")
        assert answer["Location"].startswith("/account/confirm/")


class TestAccountsByHand:
    @pytest.fixture
    def li(self) -> User:
        return operations.add_account(username="li", name="李主任")

    def test_a_new_account_opens_with_its_link_once(self, english, li):
        path = operations.set_up_path(li)
        page = english.get(path, follow=True)
        assert "Set up your account" in page.content.decode()
        form = page.request["PATH_INFO"]
        new = {"password1": "seven-red-lanterns", "password2": "seven-red-lanterns"}

        answer = english.post(form, new)

        assert answer["Location"] == "/"
        assert english.get("/account/").status_code == 200
        again = Client(headers={"Accept-Language": "en"}).get(path)
        assert "was used already" in again.content.decode()

    def test_its_link_runs_out_after_three_days(self, english, li, monkeypatch):
        path = operations.set_up_path(li)
        later = timezone.localtime() + timedelta(days=3, seconds=2)

        monkeypatch.setattr(
            "django.contrib.auth.tokens.PasswordResetTokenGenerator._now",
            lambda _self: later.replace(tzinfo=None),
        )

        assert "was used already, or is older" in english.get(path).content.decode()

    def test_it_cannot_sign_in_before(self, sign_in, li):
        assert sign_in("li", "").status_code == 422
        assert not li.has_usable_password()

    @pytest.mark.parametrize("name", ["chen", "CHEN"])
    def test_a_name_is_given_once_whatever_its_capitals(self, chen, name):
        with pytest.raises(Refused, match="already"):
            operations.add_account(username=name, name="")

    @pytest.mark.parametrize("name", ["", "a b", "x" * 151, "<b>"])
    def test_what_cannot_be_a_name_is_refused(self, name):
        with pytest.raises(Refused, match="cannot be the name of an account"):
            operations.add_account(username=name, name="")

    def test_a_closed_account_is_signed_out_at_once(self, english, sign_in, chen):
        sign_in()

        operations.close_account(account=chen)

        assert english.get("/account/").status_code == 302
        assert sign_in()["Location"] == "/sign-in/closed/"


def test_nothing_on_the_account_page_is_inline(confirmed):
    html = confirmed.get("/account/").content.decode()

    assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", html)
