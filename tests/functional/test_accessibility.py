"""No page has a fault that axe-core knows, in either language, light or dark, wide or narrow."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext
from tests.functional.pages import SIZES, faults, follow


@pytest.fixture(params=[("zh-CN", "light", "desk"), ("en-GB", "dark", "phone")])
def reader(
    request: pytest.FixtureRequest, browser: Browser, listen: Callable[[BrowserContext], None]
) -> Iterator[BrowserContext]:
    """Somebody who reads in one language, light or dark, on a desk or a phone."""
    language, scheme, size = request.param
    context = browser.new_context(locale=language, color_scheme=scheme, viewport=SIZES[size])
    listen(context)
    yield context
    context.close()


def test_pages_that_everybody_sees(reader: BrowserContext, live_server: Any, town: Any):
    page = reader.new_page()
    for path in ("/", "/sign-in/", "/own/sign-in/", "/account/set-up/7/x/", "/nothing-here/"):
        page.goto(live_server.url + path)
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_pages_of_the_desk(reader: BrowserContext, live_server: Any, town: Any):
    page = reader.new_page()
    page.goto(f"{live_server.url}/sign-in/")
    page.locator("input[name=login]").fill("lead")
    page.locator("input[name=password]").fill("only-for-journeys")
    follow(page.locator("main form button").first)
    drawing = town.draw(town.RIVERSIDE, seed=1, low=200, high=400)
    building = drawing.placements.order_by("building__source_id").first().building_id
    grid = drawing.grids.first().pk
    for path in (
        f"/desk/{town.STREET}/",
        f"/desk/{town.MEADOW}/",
        f"/desk/{town.RIVERSIDE}/?drawing={drawing.pk}",
        f"/desk/grids/{grid}/",
        f"/desk/buildings/{building}/?drawing={drawing.pk}",
        f"/desk/drawings/{drawing.pk}/publish/",
        f"/desk/drawings/{drawing.pk}/discard/",
        "/desk/search/?q=Hill",
    ):
        page.goto(live_server.url + path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_pages_of_an_account(reader: BrowserContext, live_server: Any, town: Any):
    page = reader.new_page()
    page.goto(f"{live_server.url}/sign-in/")
    page.locator("input[name=login]").fill("lead")
    page.locator("input[name=password]").fill("only-for-journeys")
    follow(page.locator("main form button").first)
    page.goto(f"{live_server.url}/account/confirm/?next=/account/second-factor/app/")
    assert faults(page) == [], "confirm"
    page.locator("input[name=password]").fill("only-for-journeys")
    follow(page.locator("main form button").first)
    page.locator(".qr").wait_for()
    for path in (
        "/account/",
        "/account/password/",
        "/account/second-factor/",
        "/account/second-factor/app/",
        "/account/second-factor/passkeys/add/",
        "/sign-out/",
    ):
        page.goto(live_server.url + path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
