"""A dispatcher's day: keys, a plan, the board's pictures, a table, the hand-over."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from tests import factories
from tests.functional.conftest import PASSWORD
from tests.functional.pages import arriving, follow
from tests.kapok.matters.conftest import build, sender

from kapok.matters.models import Matter, Tasking


@pytest.fixture
def street(transactional_db: None) -> Any:
    """The street of the matters' tests, now, with two break-outs and two lamps at its desk."""
    street = SimpleNamespace(**build(factories))
    street.noon = timezone.now() - timedelta(minutes=1)
    account = street.dispatcher.account
    account.set_password(PASSWORD)
    account.username, account.is_demo = "dispatcher", True
    account.save()
    send = sender(street)
    for place in (street.here, street.next_to):
        where = str(place.pk)
        send(street.gate, "report", kind="breakout", why="defiant", building=where, text="out")
        send(street.worker, "report", kind="lamp", building=where, text="dark")
    with factories.as_owner_of_rows():
        Tasking.objects.all().delete()
        Matter.objects.filter(closed_at=None).update(state="REPORTED", assignee=None, unit=None)
    return street


@pytest.fixture
def desk(
    context: BrowserContext,
    page: Page,
    listen: Callable[[BrowserContext], None],
    live_server: Any,
    street: Any,
) -> Page:
    """The dispatcher, signed in, at the queue with its map."""
    listen(context)
    page.goto(f"{live_server.url}/matters/")
    page.get_by_label("Name of the account").fill("dispatcher")
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Sign in", exact=True))
    page.wait_for_selector("#matters-map[data-shown]", state="attached")
    return page


def test_a_dispatcher_accepts_holds_plans_counts_and_hands_over(desk: Page, live_server: Any):
    page = desk
    expect(page.locator(".line")).to_have_count(4)
    page.keyboard.press("j")
    with arriving(page):
        page.keyboard.press("a")
    expect(page.get_by_text("Done.")).to_be_visible()

    # the lamps, due last, are chosen and held, with one reason
    page.locator(".line").nth(2).wait_for()
    for lamp in page.locator(".line", has_text="lamp").get_by_role("checkbox").all():
        lamp.check()
    with arriving(page):
        page.keyboard.press("h")
    page.get_by_label("Reason").fill("waits for parts")
    follow(page.get_by_role("button", name="Put on hold"))
    expect(page.get_by_text("Done: 2 of 2.")).to_be_visible()

    # the plan sends what is left to the two patrols, each line with its reason
    follow(page.get_by_role("link", name="Send by a plan"))
    expect(page.locator(".plan-table tbody tr")).to_have_count(2)
    expect(page.get_by_text("There before all others that may go.").first).to_be_visible()
    follow(page.get_by_role("button", name="Send what is ticked"))
    expect(page.get_by_text("Done: 2 of 2.")).to_be_visible()

    # the board draws its tables, and a number opens its list
    follow(page.get_by_role("link", name="Board", exact=True))
    expect(page.locator(".board-picture canvas").first).to_be_visible()
    follow(page.locator("dl.figures").get_by_role("link", name="4", exact=True))
    expect(page.locator(".line")).to_have_count(4)

    with page.expect_download() as table:
        page.get_by_role("link", name="As a table (Excel)").click()
    assert re.fullmatch(r"kapok-matters-\d{8}-\d{4}\.xlsx", table.value.suggested_filename)

    follow(page.get_by_role("link", name="Hand-over"))
    expect(page.get_by_text("held until").first).to_be_visible()
    follow(page.get_by_role("button", name="Sign as the one who goes"))
    expect(page.get_by_text("On hold").first).to_be_visible()


def test_the_board_says_the_same_without_scripts(
    browser: Any, live_server: Any, street: Any, desk: Page
):
    without = browser.new_context(java_script_enabled=False, locale="en-GB")
    without.add_cookies(desk.context.cookies())
    page = without.new_page()
    page.goto(f"{live_server.url}/matters/board/")
    expect(page.get_by_role("heading", name="By kind")).to_be_visible()
    expect(page.locator(".board-picture")).to_have_count(0)
    row = page.get_by_role("row", name=re.compile("^breakout"))
    expect(row.get_by_role("link", name="2", exact=True).first).to_be_visible()
    without.close()


def test_a_place_is_corrected_by_looking_a_building_up(desk: Page, street: Any):
    page = desk
    follow(page.locator(".line a").first)
    follow(page.get_by_role("link", name="Correct place, kind or urgency"))
    page.get_by_placeholder("Building, as people say it").fill("示例花园9栋")
    follow(page.get_by_role("button", name="Find"))
    expect(page.get_by_role("radio", name="示例花园9栋")).to_be_checked()
    page.get_by_label("Reason").fill("misheard")
    follow(page.get_by_role("button", name="Correct place, kind or urgency"))
    expect(page.get_by_text("Done.")).to_be_visible()
    expect(page.get_by_text("示例花园9栋").first).to_be_visible()
