"""Somebody without an account reports from a telephone and follows how it goes."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from tests.functional.pages import follow
from tests.kapok.matters.conftest import COMMUNITY

HERE = {"longitude": 113.2401, "latitude": 23.1001}
PHONE = {"width": 390, "height": 844}
SEND = "form.card button.btn-primary"
DONE = re.compile("/report/done/$")


@pytest.fixture
def street(transactional_db: None) -> Any:
    """A street with kinds to report."""
    from tests.kapok.doors.conftest import whole_town  # noqa: PLC0415  # needs the settings

    return whole_town()


def telephone(browser: Browser, url: str, **more: Any) -> Page:
    context = browser.new_context(
        viewport=PHONE, geolocation=HERE, permissions=["geolocation"], **more
    )
    context.add_cookies([{"name": "django_language", "value": "en", "url": url}])
    return context.new_page()


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def a_photo(folder: Path) -> Path:
    out = io.BytesIO()
    Image.new("RGB", (600, 400), "green").save(out, "JPEG")
    path = folder / "p.jpg"
    path.write_bytes(out.getvalue())
    return path


def test_a_report_from_a_telephone(browser, live_server, street, listen, tmp_path):
    page = telephone(browser, live_server.url)
    listen(page.context)
    page.goto(f"{live_server.url}/report/")
    follow(page.get_by_role("button", name="Use my position"))
    follow(page.get_by_role("link", name="rubbish"))
    expect(page.locator("[data-question=how_bad]")).to_be_hidden()
    page.check("[data-question=smells] input[value=true]")
    expect(page.locator("[data-question=how_bad]")).to_be_visible()
    page.check("[data-question=sort] input[value=bulky]")
    page.fill("[name='a.how_bad']", "9")
    page.set_input_files("#photos", a_photo(tmp_path))
    follow(page.locator(SEND))
    expect(page.get_by_role("main")).to_contain_text("Write 5 or below.")
    expect(page.get_by_role("main")).to_contain_text("1 photo is kept from before.")
    assert fits(page)
    page.fill("[name='a.how_bad']", "4")
    follow(page.locator(SEND))
    expect(page).to_have_url(DONE)
    code = page.inner_text(".door-code")
    assert fits(page)
    follow(page.get_by_role("link", name="See how it goes"))
    page.get_by_label("Code of the report").fill(code.lower())
    follow(page.locator(SEND))
    expect(page.get_by_role("main")).to_contain_text("Somebody has taken it on.")
    page.get_by_text("Withdraw the report").click()
    page.get_by_label("Reason").fill("gone")
    follow(page.get_by_role("button", name="Withdraw"))
    expect(page.get_by_role("main")).to_contain_text("It was withdrawn.")
    assert fits(page)


def test_a_report_without_javascript(browser, live_server, street):
    page = telephone(browser, live_server.url, java_script_enabled=False)
    page.goto(f"{live_server.url}/report/?q=河畔")
    follow(page.get_by_role("link", name="河畔社区"))
    follow(page.get_by_role("link", name="breakout"))
    follow(page.get_by_role("link", name="Ill"))
    page.get_by_label("In your own words").fill("他要去医院")
    page.get_by_label("Where exactly").fill("3栋2单元")
    follow(page.locator(SEND))
    expect(page).to_have_url(DONE)
    expect(page.get_by_role("main")).not_to_contain_text(str(COMMUNITY))
