"""Somebody new sets an account up, adds an app and a passkey, and signs in with each of them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests import authenticator, oidc_server
from tests.functional.pages import follow

PASSWORD = "three-kapoks-in-bloom"
HOME = re.compile(r"//[^/]+/$")


@pytest.fixture
def link(transactional_db: None, live_server: Any) -> str:
    """The set-up link of a new community lead."""
    from tests import factories  # noqa: PLC0415  # needs the settings

    from kapok.access import operations  # noqa: PLC0415

    chen = operations.add_account(username="chen", name="陈主任")
    factories.Appointment(account=chen, role="community_lead", place=440103022001000)
    return live_server.url + operations.set_up_path(chen)


@pytest.fixture
def phone(context: BrowserContext, page: Page) -> None:
    """A phone that keeps passkeys and knows its owner's finger."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def sign_out(page: Page) -> None:
    follow(page.get_by_role("button", name="Sign out", exact=True).first)
    expect(page).to_have_url(HOME)


def give_password(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in/")
    page.get_by_label("Name of the account").fill("chen")
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Sign in", exact=True))


def test_from_the_link_to_signing_in_without_typing(
    page: Page,
    context: BrowserContext,
    listen: Callable[[BrowserContext], None],
    live_server: Any,
    link: str,
    phone: None,
):
    listen(context)
    page.goto(link)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    follow(page.get_by_role("button", name="Keep this password"))
    expect(page.get_by_role("heading", name="Second factor", level=1)).to_be_visible()
    expect(page.get_by_text("Your role needs a second factor.")).to_be_visible()

    follow(page.get_by_role("link", name="Set up an app"))
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Confirm"))
    assert page.locator("img.qr").evaluate("(image) => image.naturalWidth") > 0
    page.get_by_text("The app cannot scan").click()
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Code from the app").fill(authenticator.code(secret))
    follow(page.get_by_role("button", name="Set up", exact=True))
    expect(page.locator(".codes li")).to_have_count(10)
    recovery = page.locator(".codes code").first.inner_text()

    sign_out(page)
    give_password(page, live_server.url)
    page.get_by_label("Code from the authenticator app").fill(authenticator.code(secret, later=1))
    follow(page.get_by_role("button", name="Sign in", exact=True))
    expect(page).to_have_url(HOME)

    page.goto(f"{live_server.url}/account/second-factor/")
    follow(page.get_by_role("link", name="Add a passkey"))
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Confirm"))
    page.get_by_label("What you call it").fill("phone")
    follow(page.get_by_role("button", name="Add", exact=True))
    expect(page.get_by_text("opens alone")).to_be_visible()

    sign_out(page)
    page.goto(f"{live_server.url}/sign-in/?next=/account/")
    follow(page.get_by_role("button", name="Sign in with a passkey"))
    expect(page).to_have_url(re.compile("/account/$"))
    expect(page.get_by_role("heading", name="陈主任")).to_be_visible()

    sign_out(page)
    give_password(page, live_server.url)
    follow(page.get_by_role("button", name="Use a passkey"))
    expect(page).to_have_url(HOME)

    sign_out(page)
    give_password(page, live_server.url)
    page.get_by_label("Code from the authenticator app").fill(recovery)
    follow(page.get_by_role("button", name="Sign in", exact=True))
    expect(page).to_have_url(HOME)
    page.goto(f"{live_server.url}/account/")
    expect(page.get_by_text("9 left")).to_be_visible()


def test_through_another_service_and_back(
    page: Page,
    context: BrowserContext,
    listen: Callable[[BrowserContext], None],
    live_server: Any,
    transactional_db: None,
    settings: Any,
):
    """The policy of the page lets its form lead to the service, and nowhere else."""
    from kapok.access import operations  # noqa: PLC0415
    from kapok.box import oidc  # noqa: PLC0415

    listen(context)
    with oidc_server.serving() as service:
        variables = oidc_server.variables(service.issuer)
        settings.SOCIALACCOUNT_PROVIDERS = oidc.providers(variables)
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        allowed = {"form-action": ["'self'", *oidc.origins(variables)]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | allowed}
        chen = operations.add_account(username="chen", name="陈主任")
        operations.link_account(account=chen, subject=service.subject)

        page.goto(f"{live_server.url}/sign-in/?next=/account/")
        page.get_by_role("button", name="Sign in through Town login").click()
        expect(page).to_have_url(re.compile("/account/$"))

    expect(page.get_by_role("heading", name="陈主任")).to_be_visible()


def test_an_address_of_digits_says_why_it_knows_no_passkeys(
    page: Page, live_server: Any, transactional_db: None
):
    page.goto(f"{live_server.url.replace('localhost', '127.0.0.1')}/sign-in/")

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(
        page.get_by_text("Passkeys work only where Kapok is opened under a name")
    ).to_be_visible()


def test_a_resident_signs_in_by_telephone(
    page: Page,
    context: BrowserContext,
    listen: Callable[[BrowserContext], None],
    live_server: Any,
    transactional_db: None,
):
    from django.utils import timezone  # noqa: PLC0415

    from kapok.access import messages, scope  # noqa: PLC0415

    listen(context)
    page.goto(f"{live_server.url}/own/sign-in/?next=/")
    page.get_by_label("Telephone number").fill("138 0013 8000")
    follow(page.get_by_role("button", name="Send me a code"))
    expect(page.get_by_text("+86********000")).to_be_visible()
    with scope.acting(scope.of_box(at=timezone.now())):
        text = messages.outbox()[0].text
    page.get_by_label("Code from the message").fill(next(w for w in text.split() if w.isdigit()))
    follow(page.get_by_role("button", name="Sign in", exact=True))
    expect(page).to_have_url(HOME)
    sign_out(page)
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
