"""What all journeys do with pages: go on to the next one, and look for faults on a finished one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
# A map notes when it is drawn; colours that are still changing are no colours to judge by.
MAPS = "[...document.querySelectorAll('#map, #matters-map, #zones-map')]"
IS_DRAWN = f"() => {MAPS}.every((map) => 'shown' in map.dataset)"
STAND_STILL = """() => document.getAnimations().forEach((each) =>
  each.effect?.getComputedTiming().iterations === Infinity ? each.cancel() : each.finish())"""


@contextmanager
def arriving(page: Page) -> Iterator[None]:
    """What is done inside leads to another page, which is there with its scripts afterwards.

    A click waits until the next page begins to come, if it begins soon, and never until it is
    there. What is read or counted then is what has come of it, or still the page before, which has
    the same buttons and fields more often than not. Where a script changes a part of the page
    (htmx, the phone) no page arrives: there, wait for that part with ``expect``.
    """
    with page.expect_navigation():
        yield


def follow(way: Locator) -> None:
    """Click on a link, or a button that sends a form, and be on the page that it leads to."""
    with arriving(way.page):
        way.click()


def faults(page: Page) -> list[str]:
    """Rules of axe-core that the finished page breaks, with the elements that break them.

    The mark across pages with personal data is left out: it is faint on purpose, not for reading.
    """
    page.wait_for_function(IS_DRAWN)
    page.evaluate(STAND_STILL)
    found = Axe().run(page, context={"exclude": [[".watermark"]]})
    return [
        f"{rule['id']}: {node['html']} {node['failureSummary']}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


def shoot(page: Page, name: str) -> None:
    """A picture for whoever wants to look, where ``KAPOK_SHOTS`` names a folder."""
    if folder := os.environ.get("KAPOK_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def looked_at(page: Page, name: str) -> None:
    """No fault of accessibility, nothing wider than the screen; a picture for who wants to look."""
    shoot(page, name)
    assert faults(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
