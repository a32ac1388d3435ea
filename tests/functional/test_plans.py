"""A street lead plans her hotline from the example, changes it, and puts it in force."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, expect
from tests import small_town
from tests.functional.beside import work_off
from tests.functional.pages import SIZES, faults, follow
from tests.kapok.workforce import world

from kapok.workforce.models import Shift


@pytest.fixture
def lead(transactional_db: None) -> Any:
    small_town.load()
    return world.lead("street_command", small_town.STREET)


def test_a_hotline_is_planned_changed_and_put_in_force(
    browser: Browser, live_server: Any, listen: Any, lead: Any
) -> None:
    client = Client()
    client.force_login(lead.account)
    context: BrowserContext = browser.new_context(
        locale="en-GB", viewport=SIZES["desk"], base_url=live_server.url
    )
    listen(context)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto("/plans/")
    assert faults(page) == []
    follow(page.get_by_role("link", name="Hotline How many"))
    page.get_by_label("Title by which others will know it").fill("夜间热线")
    page.get_by_label("An example").check()
    follow(page.get_by_role("button", name="Set the situation"))
    expect(page.get_by_role("heading", name="夜间热线")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Work to spend").select_option(index=0)
    follow(page.get_by_role("button", name="Plan", exact=True))
    expect(page.get_by_text("waits for its turn")).to_be_visible()
    work_off()
    expect(page.get_by_text("What would help most")).to_be_visible(timeout=60_000)
    assert faults(page) == []
    page.set_viewport_size(SIZES["phone"])
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"]["width"]
    page.set_viewport_size(SIZES["desk"])
    follow(page.get_by_role("button", name="Put it in force"))
    expect(page.get_by_text("In force. Those who are on duty")).to_be_visible()
    page.get_by_text("End it", exact=True).click()
    page.get_by_label("Cancel what has not begun").check()
    follow(page.get_by_role("button", name="End it now"))
    expect(page.get_by_text("What had not begun was cancelled.")).to_be_visible()
    context.close()
    with world.factories.as_owner_of_rows():
        states = set(Shift.objects.filter(starts_at__gt=timezone.now()).values_list("state"))
    assert states == {("CANCELLED",)}
