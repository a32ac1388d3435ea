"""A browser at the desk of the small town; every journey fails on an error in the console."""

import os
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client, TransactionTestCase
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect
from tests.functional.pages import SIZES, follow

TRIES = 4
PATIENCE_S = 30  # of a journey, on a machine that does much else; what comes sooner is seen sooner
PASSWORD = "only-for-journeys"
HERE = ("http://localhost:", "http://127.0.0.1:", "data:", "blob:")
# Chromium notes every refusal (the page shows it beside its field), and how fast it draws.
NO_COMPLAINT = re.compile(r"status of (404|409|422)|GL Driver Message")


@pytest.fixture(scope="session", autouse=True)
def _allow_queries_beside_the_browser() -> None:
    """Playwright runs an event loop in this thread, where Django would refuse to query."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session", autouse=True)
def _wait_as_long_as_it_takes() -> None:
    """What is expected may come as late as the page it is on, for which Playwright has 30 s."""
    expect.set_options(timeout=PATIENCE_S * 1000)


@pytest.fixture(autouse=True)
def _leave_no_page_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page that was left open would go on asking, and be answered out of the next journey."""
    name = "browser"
    browser = request.getfixturevalue(name) if name in request.fixturenames else None
    yield
    for context in browser.contexts if browser else ():
        context.close()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """English pages at desk size, unless a journey says otherwise."""
    return browser_context_args | {"locale": "en-GB", "viewport": SIZES["desk"]}


@pytest.fixture(scope="session", autouse=True)
def _empty_again_after_a_deadlock() -> Iterator[None]:
    """The last request of a page that was closed may still read while its database is emptied."""
    once = TransactionTestCase._fixture_teardown

    def empty(case: TransactionTestCase) -> None:
        for left in range(TRIES, 0, -1):
            try:
                once(case)
                return
            except CommandError:
                if left == 1:
                    raise
                time.sleep(1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


@pytest.fixture
def town(transactional_db: None) -> Any:
    """The small town with grids in force and a lead who may sign in."""
    from tests import factories, small_town  # noqa: PLC0415

    from kapok.access.models import User  # noqa: PLC0415  # needs the settings

    small_town.load()
    small_town.publish(small_town.draw())
    lead = User.objects.create_user(
        "lead", password=PASSWORD, name="陈主任", place=small_town.RIVERSIDE, is_demo=True
    )
    factories.Appointment(account=lead, role="street_command", place=small_town.STREET)
    return small_town


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What consoles say, and every request that leaves the machine; none may be there."""
    heard: list[str] = []
    yield heard
    assert heard == []


@pytest.fixture
def listen(complaints: list[str]) -> Callable[[BrowserContext], None]:
    """Hear the complaints of all pages of a context."""

    def hear(said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"} and not NO_COMPLAINT.search(said.text):
            complaints.append(said.text)

    def sent(request: Request) -> None:
        if not request.url.startswith(HERE):
            complaints.append(f"left the machine: {request.url}")

    def start(context: BrowserContext) -> None:
        context.on("console", hear)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("request", sent)

    return start


@pytest.fixture
def browse(
    browser: Browser, live_server: Any, listen: Callable[[BrowserContext], None]
) -> Iterator[Callable[..., Page]]:
    """A page of somebody who holds an appointment, or of a stranger; each in a browser of its own.

    English at desk size, unless more is said, which Playwright takes for a new context.
    """
    contexts: list[BrowserContext] = []

    def start(appointment: Any = None, **more: Any) -> Page:
        usual = {"locale": "en-GB", "viewport": SIZES["desk"], "base_url": live_server.url}
        context = browser.new_context(**(usual | more))
        listen(context)
        contexts.append(context)
        if appointment is not None:
            client = Client()
            client.force_login(appointment.account)
            key = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
        return context.new_page()

    yield start
    for context in contexts:
        context.close()


@pytest.fixture
def signed_in(
    context: BrowserContext,
    page: Page,
    listen: Callable[[BrowserContext], None],
    live_server: Any,
    town: Any,
) -> Page:
    """The lead, signed in, at the desk of Riverside with its map drawn."""
    listen(context)
    page.goto(f"{live_server.url}/desk/")
    page.get_by_label("Name of the account").fill("lead")
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Sign in", exact=True))
    page.wait_for_selector("#map[data-shown]", state="attached")
    return page
