"""Somebody without an account reports from a telephone and follows how it goes."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page
from tests.kapok.matters.conftest import COMMUNITY

HERE = {"longitude": 113.2401, "latitude": 23.1001}
PHONE = {"width": 390, "height": 844}
SEND = "form.card button.btn-primary"


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
    page.get_by_role("button", name="Use my position").click()
    page.get_by_role("link", name="rubbish").click()
    assert not page.is_visible("[data-question=how_bad]")
    page.check("[data-question=smells] input[value=true]")
    assert page.is_visible("[data-question=how_bad]")
    page.check("[data-question=sort] input[value=bulky]")
    page.fill("[name='a.how_bad']", "9")
    page.set_input_files("#photos", a_photo(tmp_path))
    page.click(SEND)
    assert "This is above 5." in page.inner_text("main")
    assert "1 photo is kept from before." in page.inner_text("main")
    assert fits(page)
    page.fill("[name='a.how_bad']", "4")
    page.click(SEND)
    page.wait_for_url("**/done/")
    code = page.inner_text(".door-code")
    assert fits(page)
    page.get_by_role("link", name="See how it goes").click()
    page.get_by_label("Code of the report").fill(code.lower())
    page.click(SEND)
    assert "Somebody was sent to it." in page.inner_text("main")
    page.get_by_text("Withdraw the report").click()
    page.get_by_label("Reason").fill("gone")
    page.get_by_role("button", name="Withdraw").click()
    assert "It was withdrawn." in page.inner_text("main")
    assert fits(page)


def test_a_report_without_javascript(browser, live_server, street):
    page = telephone(browser, live_server.url, java_script_enabled=False)
    page.goto(f"{live_server.url}/report/?q=河畔")
    page.get_by_role("link", name="河畔社区").click()
    page.get_by_role("link", name="breakout").click()
    page.get_by_role("link", name="Ill").click()
    page.get_by_label("In your own words").fill("他要去医院")
    page.get_by_label("Where exactly").fill("3栋2单元")
    page.click(SEND)
    page.wait_for_url("**/done/")
    assert page.url.endswith("/report/done/")
    assert str(COMMUNITY) not in page.inner_text("main")
