"""A call rings on a screen within a second, is answered by one key, and goes from all others."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.functional.pages import SIZES, looked_at
from tests.kapok.hotline.calls import sit, stored, tell
from tests.kapok.hotline.conftest import make

from kapok.hotline import pulse


@pytest.fixture
def town(transactional_db: None) -> Iterator[Any]:
    """The street's lines, now."""
    found = make()
    found.at = timezone.now()
    yield found
    pulse.LISTENER.stop()
    pulse.LISTENER = pulse.Listener(pulse.HEARD)


@pytest.mark.parametrize(
    ("language", "scheme", "size"), [("en-GB", "light", "desk"), ("zh-CN", "dark", "phone")]
)
def test_a_call_rings_is_answered_by_one_key_and_goes_from_the_others(
    town: Any, browse: Callable[..., Page], language: str, scheme: str, size: str
) -> None:
    look = {"locale": language, "color_scheme": scheme, "viewport": SIZES[size]}
    name = f"hotline-{language}-{size}"
    first, second = browse(town.operator, **look), browse(town.second, **look)
    for page, extension in ((first, "201"), (second, "202")):
        page.goto("/hotline/")
        page.locator("#sit-extension").fill(extension)
        looked_at(page, f"{name}-sit")
        page.locator("main button").last.click()
        expect(page.locator("#take-break")).to_be_visible()
    time.sleep(1.0)  # both hear by now
    town.at = timezone.now()
    call = tell(town, "ringing").id
    began = time.monotonic()
    for page in (first, second):
        expect(page.locator(f"#ring-{call}")).to_be_visible(timeout=3000)
    assert time.monotonic() - began < 3
    assert re.match(r"\(1\)", second.title())
    looked_at(second, f"{name}-rings")
    other = tell(town, "ringing", "c2", phone="").id
    expect(second.locator(f"#ring-{other}")).to_be_visible()
    first.keyboard.press("a")
    first.wait_for_url(f"**/hotline/calls/{call}/")
    expect(second.locator(f"#ring-{call}")).to_have_count(0, timeout=3000)
    expect(second.locator(f"#ring-{other}")).to_be_visible()
    assert stored(call).operator == town.operator.account
    town.at = timezone.now()
    tell(town, "answered", "c2", agent="202")
    expect(second.locator(".ring-mine")).to_be_visible()
    looked_at(second, f"{name}-talking")
    second.goto(f"/hotline/calls/{other}/offer/")
    looked_at(second, f"{name}-offer")


def test_the_board_shows_what_happens(town: Any, browse: Callable[..., Page]) -> None:
    sit(town, town.operator, town.line, "201")
    board = browse(town.hotline_lead)
    board.goto("/hotline/board/")
    time.sleep(1.0)
    town.at = timezone.now()
    call = tell(town, "ringing").id
    expect(board.locator(f"#on-board-{call}")).to_be_visible(timeout=3000)
    looked_at(board, "hotline-board")
    tell(town, "missed", seconds=1)
    expect(board.locator(f"#on-board-{call}")).to_have_count(0, timeout=4000)
    expect(board.get_by_text("1 call-back waits")).to_be_visible()


def test_on_a_telephone_the_lines_of_the_board_unfold_and_stay_so(
    town: Any, browse: Callable[..., Page]
) -> None:
    sit(town, town.operator, town.line, "201")
    sit(town, town.other_operator, town.other_line, "201")
    board = browse(town.district_operator, viewport=SIZES["phone"])
    board.goto("/hotline/board/")
    fold = board.locator(f"#fold-{town.line.pk}")
    body = fold.locator("+ .ring-line-body")
    expect(board.locator("#ring-people")).to_be_visible()
    expect(body).to_be_hidden()
    fold.locator("summary").click()
    expect(body).to_be_visible()
    time.sleep(1.0)
    town.at = timezone.now()
    call = tell(town, "ringing").id
    rings = board.locator(f"#on-board-{call}")
    expect(rings).to_be_visible(timeout=3000)
    expect(body).to_be_visible()
    assert rings.bounding_box()["y"] < board.locator(".ring-figures").bounding_box()["y"]
    looked_at(board, "hotline-board-phone")
    board.set_viewport_size(SIZES["desk"])
    expect(fold).to_be_hidden()
    expect(board.locator("#ring-people")).to_be_hidden()
