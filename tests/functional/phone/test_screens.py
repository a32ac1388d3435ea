"""The screens of the phone: every field, no fault, by keyboard, light enough for a slow network."""

import gzip
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.functional.pages import faults
from tests.functional.phone import server as phone_server
from tests.functional.phone.acts import PICTURE, eventually, given, open_matter
from tests.functional.phone.phones import PIN, Phone


def test_every_type_of_field_is_filled_in_and_sent(phone: Phone, server: Any):
    phone.start()
    page = phone.set_up()
    phone.tab("Found")
    page.get_by_role("link", name="Every field").click()
    page.get_by_label("Name", exact=False).first.fill("  桥头  ")
    page.get_by_label("How many").fill("4.5")
    page.get_by_label("Temperature").fill("37.5")
    page.get_by_label("Red").check()
    page.get_by_label("Day").fill("2026-03-02")
    page.get_by_label("Hour").fill("21:05")
    page.get_by_label("Moment").fill("2026-03-02T21:05")
    page.get_by_label("Telephone").fill("13800138000")
    page.get_by_label("Area").select_option("440103022001001")
    page.get_by_label("Code", exact=False).first.fill("ab1")
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_text("A whole number is expected here.")).to_be_visible()
    expect(page.get_by_text("This does not look as it should. Such as AB123")).to_be_visible()
    page.get_by_label("How many").fill("4")
    page.get_by_label("Code", exact=False).first.fill("AB123")
    page.set_input_files("#f-photo", PICTURE)
    page.locator(".thumb img").wait_for()
    pad = page.get_by_role("img", name="Sign here with the finger")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Keep the signature").click()
    page.locator(".thumb img").nth(1).wait_for()
    page.get_by_role("button", name="Report it").click()
    eventually(phone, lambda: server.commands)

    answers = server.commands[0]["data"]["answers"]
    files = server.commands[0]["data"]["files"]
    assert answers.pop("photo") + answers.pop("sign") == files
    eventually(phone, lambda: server.sizes and phone.stored("files") == [])
    assert set(files) == set(server.uploads)
    assert answers.pop("moment").endswith("Z")
    assert answers == {
        "name": "桥头", "n": 4, "t": 37.5, "one": "red", "day": "2026-03-02", "hour": "21:05",
        "tel": "13800138000", "area": "440103022001001", "code": "AB123",
    }  # fmt: skip


def test_the_card_says_what_is_needed_and_the_screen_what_kapok_adds(phone: Phone, server: Any):
    asks = {"zh": "李邻居 替这一户求助。", "en": "李邻居 asks for this household."}
    phone_server.made(
        str(uuid.uuid4()), "rubbish", address="1", answers={"size": "heap"}, notes=[asks]
    )
    phone.start()
    page = phone.set_up()
    expect(page.locator(".card-title")).to_have_text("Rubbish · A heap")
    open_matter(phone)
    expect(page.get_by_text(asks["en"])).to_be_visible()
    expect(page.get_by_text(asks["zh"])).to_have_count(0)


def test_a_number_that_was_answered_can_be_dialled(phone: Phone, server: Any):
    phone_server.made(str(uuid.uuid4()), "all", address="1", answers={"tel": "+8613800138000"})
    phone.start()
    page = phone.set_up()
    expect(page.locator(".card-title")).to_have_text("Every field")
    open_matter(phone)
    dial = page.get_by_role("link", name="+8613800138000")
    expect(dial).to_have_attribute("href", "tel:+8613800138000")


# Resolves with the first change of the frame after the address has changed: that is the new screen.
GO_TO = """(path) => new Promise((resolve) => {
  addEventListener("hashchange", () => {
    new MutationObserver((_changes, seen) => { seen.disconnect(); resolve(); })
      .observe(document.getElementById("app"), { childList: true });
  }, { once: true });
  location.hash = `#/${path}`;
})"""


def wrong_with(page: Page) -> list[str]:
    """Faults of a screen: rules of axe that it breaks, and what is beyond its edge."""
    is_whole = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return faults(page) + ([] if is_whole else ["wider than the screen"])


@pytest.mark.parametrize(
    ("language", "scheme", "width"), [("zh-CN", "light", 360), ("en-GB", "dark", 390)]
)
def test_no_screen_has_a_fault_that_axe_knows(
    phone: Phone, server: Any, language: str, scheme: str, width: int
):
    given(2, urgency="YELLOW", due_at=datetime.now(UTC).isoformat())
    viewport = {"width": width, "height": 800}
    page = phone.start(locale=language, color_scheme=scheme, viewport=viewport)

    page.locator("#pin").wait_for()
    wrong = {"set up": wrong_with(page)}
    page.locator("#pin").fill(PIN)
    page.locator("#again").fill(PIN)
    page.locator("button.main").click()
    page.locator(".cards .card").first.wait_for()
    [matter, _other] = server.matters
    of_matter = (f"matter/{matter}", f"step/{matter}/talk", f"end/{matter}/finish")
    for path in (*of_matter, "today", "add", "add/rubbish", "add/all", "send", "phone"):
        page.evaluate(GO_TO, path)
        wrong[path] = wrong_with(page)
    page.reload()
    page.locator("#pin").wait_for()
    wrong["locked"] = wrong_with(page)
    assert {screen: found for screen, found in wrong.items() if found} == {}


def test_the_list_is_walked_by_keyboard(phone: Phone, server: Any):
    given(2)
    phone.start()
    page = phone.set_up()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.locator(".card").first).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What was done").wait_for()
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_the_first_load_is_small(phone: Phone, server: Any):
    """All that a phone fetches before it works offline, as it is sent: the map aside."""
    page = phone.start()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    bodies = page.evaluate(
        """async () => {
          const name = (await caches.keys()).find((each) => each.includes("shell"));
          const cache = await caches.open(name);
          const kept = await cache.keys();
          return Promise.all(kept.map(async (request) => (await cache.match(request)).text()));
        }"""
    )
    assert len(bodies) > 40
    size = sum(len(gzip.compress(body.encode())) for body in bodies)
    assert size <= 300_000
    print(f"{len(bodies)} files, {size} bytes compressed")  # noqa: T201
