"""Who must have a second factor is led to set one up, and signs in with it from then on."""

import base64
import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from tests import authenticator, factories
from tests.factories import NOON
from tests.kapok.access.conftest import PASSWORD

from kapok.access import operations
from kapok.access.models import Alarm, User
from kapok.access.roles import ROLES
from kapok.access.scope import acting, of_watch
from kapok.access.second_factor import has_second_factor, second_factor_is_required

pytestmark = pytest.mark.django_db
SET_UP = "/account/second-factor/"


@pytest.fixture
def lead(chen: User) -> User:
    """Chen leads a community, for which a password alone is not enough."""
    factories.Appointment(account=chen, role="community_lead", place=440103022001000)
    return chen


def set_up_app(browser: Client) -> str:
    """Set up an authenticator app on its page; the secret."""
    page = browser.get(SET_UP + "app/")
    secret = page.context["form"].secret
    answer = browser.post(SET_UP + "app/", {"code": authenticator.code(secret)})
    assert answer["Location"] == SET_UP + "codes/", answer.content.decode()
    return secret


@pytest.fixture
def secret(confirmed: Client, lead: User) -> str:
    """The secret of the app that Chen has set up; she has signed out since."""
    secret = set_up_app(confirmed)
    confirmed.post("/sign-out/")
    return secret


class TestWhoNeedsOne:
    @pytest.mark.parametrize("role", sorted(ROLES))
    def test_every_role_above_grid_worker(self, chen, role):
        factories.Appointment(account=chen, role=role)

        needed = role not in {"resident", "representative", "grid_worker"}
        assert second_factor_is_required(chen, at=NOON) is needed

    def test_nobody_without_an_appointment(self, chen):
        assert not second_factor_is_required(chen, at=NOON)

    def test_not_for_an_appointment_that_begins_later(self, chen):
        factories.Appointment(
            account=chen, role="auditor", place=440103000000000, starts_at=NOON.replace(year=2027)
        )

        assert not second_factor_is_required(chen, at=NOON)

    def test_a_demo_account_only_while_the_box_is_one_for_trying(self, lead, settings):
        lead.is_demo = True

        assert not second_factor_is_required(lead, at=NOON)
        settings.DEMO = False
        assert second_factor_is_required(lead, at=NOON)

    def test_an_account_that_is_no_demo_on_a_demo_box_too(self, lead, settings):
        settings.DEMO = True

        assert second_factor_is_required(lead, at=NOON)


class TestWithoutOne:
    @pytest.mark.parametrize("path", ["/", "/desk/", "/account/", "/account/password/", "/outbox/"])
    def test_every_page_leads_to_set_one_up(self, english, sign_in, lead, path):
        sign_in()

        assert english.get(path)["Location"] == SET_UP

    def test_that_page_says_why_and_offers_both_kinds(self, english, sign_in, lead):
        sign_in()

        page = english.get(SET_UP).content.decode()
        assert "Your role needs a second factor" in page
        assert SET_UP + "app/" in page
        assert SET_UP + "passkeys/add/" in page

    def test_a_fragment_leads_the_whole_page_there(self, english, sign_in, lead):
        sign_in()

        answer = english.get("/desk/", headers={"HX-Request": "true"})

        assert answer["HX-Redirect"] == SET_UP

    def test_a_program_gets_a_sentence(self, english, sign_in, lead):
        sign_in()

        answer = english.get("/api/places/440103022001000")

        assert answer.status_code == 403
        assert answer["Content-Type"] == "application/problem+json"
        assert "Set one up" in json.loads(answer.content)["detail"]

    def test_language_look_and_leaving_still_work(self, english, sign_in, lead):
        sign_in()

        assert english.post("/language/", {"language": "en", "next": SET_UP}).status_code == 302
        assert english.post("/theme/", {"theme": "dark", "next": SET_UP})["Location"] == SET_UP
        assert english.post("/sign-out/")["Location"] == "/"

    def test_a_grid_worker_goes_on_with_the_password(self, english, sign_in, chen):
        factories.Appointment(account=chen, role="grid_worker")
        sign_in()

        assert english.get("/account/").status_code == 200


class TestDemoAccounts:
    def test_say_on_each_page_that_they_have_no_second_factor(self, english, sign_in, lead):
        User.objects.update(is_demo=True)
        sign_in()

        assert "Demo account without second factor" in english.get("/account/").content.decode()

    def test_are_accounts_like_others_where_data_is_real(self, english, sign_in, lead, settings):
        User.objects.update(is_demo=True)
        settings.DEMO = False
        sign_in()

        page = english.get("/account/", follow=True)
        assert page.redirect_chain == [(SET_UP, 302)]
        assert "Demo account" not in page.content.decode()


class TestAnApp:
    def test_setting_one_up_needs_the_password_once_more(self, english, sign_in, lead):
        sign_in()

        answer = english.get(SET_UP + "app/")

        assert answer["Location"].startswith("/account/confirm/?next=")

    def test_opens_everything_and_leaves_recovery_codes(self, confirmed, lead):
        set_up_app(confirmed)

        assert has_second_factor(lead)
        assert len(re.findall(r"<li><code>\d{8}</code>", self.codes_page(confirmed))) == 10
        assert confirmed.get("/account/").status_code == 200

    def codes_page(self, browser: Client) -> str:
        return browser.get(SET_UP + "codes/").content.decode()

    def test_its_secret_is_encrypted_where_it_is_stored(self, confirmed, lead):
        secret = set_up_app(confirmed)

        stored = Authenticator.objects.get(type="totp").data["secret"]
        assert secret not in stored
        assert len(stored) > 60

    def test_is_shown_as_a_picture_that_browsers_draw(self, confirmed, lead):
        page = confirmed.get(SET_UP + "app/")

        picture = page.context["totp_svg_data_uri"].removeprefix("data:image/svg+xml;base64,")
        assert b'xmlns="http://www.w3.org/2000/svg"' in base64.b64decode(picture)

    def test_is_asked_for_after_a_new_set_up_link_too(self, english, lead, secret):
        lead.refresh_from_db()
        page = english.get(operations.set_up_path(lead), follow=True)
        new = {"password1": "seven-red-lanterns", "password2": "seven-red-lanterns"}

        answer = english.post(page.request["PATH_INFO"], new)

        assert answer["Location"] == "/sign-in/second-factor/"

    def test_a_wrong_code_sets_nothing_up(self, confirmed, lead):
        confirmed.get(SET_UP + "app/")

        answer = confirmed.post(SET_UP + "app/", {"code": "000000"})

        assert "This code is not right" in answer.content.decode()
        assert not has_second_factor(lead)

    def test_the_password_alone_opens_nothing_any_more(self, english, sign_in, secret):
        assert sign_in()["Location"] == "/sign-in/second-factor/"
        assert english.get("/account/")["Location"].startswith("/sign-in/")

        answer = english.post(
            "/sign-in/second-factor/", {"code": authenticator.code(secret, later=1)}
        )

        assert answer["Location"] == "/"
        assert english.get("/account/").status_code == 200

    def test_where_somebody_wanted_to_go_is_kept_over_both_steps(self, english, sign_in, secret):
        sign_in(next="/account/")

        answer = english.post(
            "/sign-in/second-factor/", {"code": authenticator.code(secret, later=1)}
        )

        assert answer["Location"] == "/account/"

    def test_a_code_opens_once(self, english, sign_in, secret):
        code = authenticator.code(secret, later=1)
        sign_in()
        english.post("/sign-in/second-factor/", {"code": code})
        english.post("/sign-out/")
        sign_in()

        answer = english.post("/sign-in/second-factor/", {"code": code})

        assert "it was used already" in answer.content.decode()

    def test_codes_cannot_be_tried_out_and_whoever_goes_on_raises_an_alarm(
        self, english, sign_in, secret, lead
    ):
        sign_in()
        for n in range(5):
            english.post("/sign-in/second-factor/", {"code": f"00000{n}"})

        answer = english.post(
            "/sign-in/second-factor/", {"code": authenticator.code(secret, later=1)}
        )

        assert "Wait 15 minutes" in answer.content.decode()
        assert english.get("/account/").status_code == 302
        with acting(of_watch(at=timezone.now())):
            alarm = Alarm.objects.get(kind="SIGN_IN")  # the password is known to somebody
        assert (alarm.account, alarm.n) == (lead.pk, 1)

    def test_a_recovery_code_opens_once(self, english, sign_in, confirmed, lead):
        set_up_app(confirmed)
        code = re.findall(r"<code>(\d{8})</code>", self.codes_page(confirmed))[0]
        confirmed.post("/sign-out/")
        for opened in (True, False):
            sign_in()
            english.post("/sign-in/second-factor/", {"code": code})
            assert (english.get("/account/").status_code == 200) is opened
            english.post("/sign-out/")

    def test_sessions_from_before_it_was_set_up_end(
        self, confirmed, lead, django_capture_on_commit_callbacks
    ):
        thief = Client()
        thief.post("/sign-in/", {"login": "chen", "password": PASSWORD})
        assert thief.get(SET_UP).status_code == 200

        with django_capture_on_commit_callbacks(execute=True):
            set_up_app(confirmed)

        assert thief.get(SET_UP)["Location"].startswith("/sign-in/")
        assert confirmed.get("/account/").status_code == 200

    def test_whoever_removes_the_last_one_sets_up_another(self, confirmed, lead):
        set_up_app(confirmed)

        confirmed.post(SET_UP + "app/remove/")

        assert not has_second_factor(lead)
        assert confirmed.get("/account/")["Location"] == SET_UP

    def test_the_file_of_codes_is_text(self, confirmed, lead):
        set_up_app(confirmed)

        answer = confirmed.get(SET_UP + "codes/file/")

        assert answer["Content-Type"].startswith("text/plain")
        assert len(re.findall(r"^\d{8}$", answer.content.decode(), re.M)) == 10


@pytest.mark.parametrize("page", ["app/", "codes/", "codes/new/", "passkeys/add/", "app/remove/"])
def test_no_page_about_factors_has_anything_inline(confirmed, lead, page):
    if page != "app/":
        set_up_app(confirmed)
    html = confirmed.get(SET_UP + page).content.decode()

    assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", html)


def test_pages_are_chinese_where_the_language_is(confirmed: Client, lead: Any):
    confirmed.cookies["django_language"] = "zh-hans"
    set_up_app(confirmed)

    assert 'lang="zh-CN"' in confirmed.get(SET_UP).content.decode()
