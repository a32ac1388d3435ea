"""Signing in through another service: linked accounts alone, and only with a signed answer."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from tests import authenticator, oidc_server
from tests.kapok.access.conftest import PASSWORD

from kapok.access import operations
from kapok.access.models import User
from kapok.box import oidc
from kapok.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Any) -> Iterator[oidc_server.Service]:
    with oidc_server.serving() as service:
        settings.SOCIALACCOUNT_PROVIDERS = oidc.providers(oidc_server.variables(service.issuer))
        yield service


@pytest.fixture
def linked(chen: User, service: oidc_server.Service) -> User:
    operations.link_account(account=chen, subject=service.subject)
    return chen


def path(service: oidc_server.Service) -> str:
    return f"/sign-in/service/{oidc.provider_id(service.issuer)}/"


def there_and_back(browser: Client, service: oidc_server.Service, query: str = "") -> Any:
    """The whole way: off to the service, signed in there, and back."""
    led_to = browser.post(path(service) + query)["Location"]
    assert led_to.startswith(service.issuer + "/authorize?")
    return browser.get(service.authorize(led_to))


def signed_in(browser: Client) -> bool:
    return browser.get("/account/").status_code == 200


class TestALinkedAccount:
    def test_is_opened(self, english, service, linked):
        answer = there_and_back(english, service)

        assert answer["Location"] == "/"
        assert signed_in(english)

    def test_is_offered_on_the_sign_in_page(self, english, service):
        assert "Sign in through Town login" in english.get("/sign-in/").content.decode()

    def test_leads_to_where_somebody_wanted_to_go_and_nowhere_else(self, english, service, linked):
        assert there_and_back(english, service, "?next=/account/")["Location"] == "/account/"
        english.post("/sign-out/")
        assert there_and_back(english, service, "?next=https://example.org/")["Location"] == "/"

    def test_needs_kapoks_own_second_factor_all_the_same(self, english, service, linked):
        english.post("/sign-in/", {"login": "chen", "password": PASSWORD})
        english.post("/account/confirm/", {"password": PASSWORD})
        page = english.get("/account/second-factor/app/")
        code = authenticator.code(page.context["form"].secret)
        english.post("/account/second-factor/app/", {"code": code})
        english.post("/sign-out/")

        assert there_and_back(english, service)["Location"] == "/sign-in/second-factor/"
        assert not signed_in(english)

    def test_that_is_closed_stays_closed(self, english, service, linked):
        operations.close_account(account=linked)

        there_and_back(english, service)

        assert not signed_in(english)

    def test_is_linked_by_its_holder_after_confirming(self, confirmed, service, chen):
        assert "Not linked" in confirmed.get("/account/").content.decode()

        there_and_back(confirmed, service, "?process=connect")

        assert SocialAccount.objects.get().user == chen
        confirmed.post("/sign-out/")
        there_and_back(confirmed, service)
        assert signed_in(confirmed)

    def test_is_unlinked_by_its_holder(self, confirmed, service, linked):
        link = SocialAccount.objects.get()

        confirmed.post("/account/service/", {"account": link.pk})

        assert not SocialAccount.objects.exists()

    def test_is_linked_to_one_account(self, service, linked):
        li = User.objects.create_user("li")

        with pytest.raises(Refused, match="opens the account “chen” already"):
            operations.link_account(account=li, subject=service.subject)


class TestAnAccountThatNobodyLinked:
    def test_opens_nothing_and_makes_nothing(self, english, service, chen):
        answer = there_and_back(english, service)

        assert "No account is linked" in answer.content.decode()
        assert not signed_in(english)
        assert User.objects.count() == 1

    @pytest.mark.parametrize(
        "claims",
        [
            {"email": "chen@example.org", "email_verified": True},
            {"preferred_username": "chen", "name": "陈主任"},
        ],
    )
    def test_is_not_matched_by_e_mail_or_name(self, english, service, chen, claims):
        User.objects.update(email="chen@example.org")
        service.claims = claims

        there_and_back(english, service)

        assert not signed_in(english)

    def test_of_another_issuer_with_the_same_subject_is_another(self, english, service, chen):
        SocialAccount.objects.create(
            user=chen, provider=oidc.provider_id("https://old.example.org"), uid=service.subject
        )

        there_and_back(english, service)

        assert not signed_in(english)


class TestAnAnswerThatIsNotRight:
    @pytest.mark.parametrize(
        "claims",
        [
            {"aud": "another"},
            {"iss": "https://example.org"},
            {"exp": int(time.time()) - 60},
        ],
    )
    def test_is_refused_with_a_page(self, english, service, linked, claims):
        service.claims = claims

        answer = there_and_back(english, service)

        assert "did not say who you are" in answer.content.decode()
        assert not signed_in(english)

    def test_with_the_signature_of_somebody_else_is_refused(self, english, service, linked):
        service.signed_by = rsa.generate_private_key(65537, 2048)

        there_and_back(english, service)

        assert not signed_in(english)

    def test_that_another_browser_asked_for_is_refused(self, english, service, linked):
        """Nobody is signed in as somebody else by following a prepared address."""
        elsewhere = Client()
        prepared = service.authorize(elsewhere.post(path(service))["Location"])

        english.get(prepared)

        assert not signed_in(english)

    def test_that_cancels_says_so(self, english, service):
        english.post(path(service))
        [state] = english.session["socialaccount_states"]

        answer = english.get(
            path(service) + "back/", {"error": "access_denied", "state": state}, follow=True
        )

        assert "You did not sign in" in answer.content.decode()


def test_a_link_that_is_only_followed_asks_first(english, service):
    answer = english.get(path(service))

    assert answer.status_code == 200
    assert "leads you to the other service" in answer.content.decode()


class TestTheVariables:
    WHOLE = {
        "KAPOK_OIDC_ISSUER": "https://login.example.org/town",
        "KAPOK_OIDC_CLIENT_ID": "kapok",
        "KAPOK_OIDC_CLIENT_SECRET": "x",
    }

    def test_nothing_is_set_up_without_them(self):
        assert oidc.providers({}) == {}
        assert oidc.origins({}) == []

    def test_all_of_them_set_one_up(self):
        [app] = oidc.providers(self.WHOLE)["openid_connect"]["APPS"]

        assert app["name"] == "login.example.org"
        assert oidc.origins(self.WHOLE) == ["https://login.example.org"]

    @pytest.mark.parametrize("missing", sorted(WHOLE))
    def test_some_of_them_are_refused(self, missing):
        with pytest.raises(Refused, match="Set all of"):
            oidc.providers({k: v for k, v in self.WHOLE.items() if k != missing})

    def test_a_service_without_tls_is_refused(self):
        with pytest.raises(Refused, match="https"):
            oidc.providers(self.WHOLE | {"KAPOK_OIDC_ISSUER": "http://login.example.org"})
