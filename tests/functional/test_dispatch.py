"""A dispatcher works the queue by keys, live; two dispatchers meet; axe finds no fault."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone, translation
from playwright.sync_api import Page, expect
from tests import factories
from tests.functional.pages import SIZES, arriving, faults, follow
from tests.kapok.matters import hearing
from tests.kapok.matters.conftest import build, sender

from kapok.matters.models import Unit

NAME = "中南街道河畔社区第一网格西堤二马路临时围合区域北侧出入口（靠近旧菜市场的那一个）"


@pytest.fixture
def desk(transactional_db: None) -> Any:
    """The street with three broken lamps, the second one late, and a need that others see."""
    with translation.override("en"):
        town = SimpleNamespace(**build(factories))
        town.noon = timezone.now()
        town.send = sender(town)
        ago = {"first": 0.2, "second": 13, "third": 0.3}
        for name, hours in ago.items():
            at = timezone.now() - timedelta(hours=hours)
            setattr(town, name, report(town, at, text=f"{name} lamp", building=str(town.here.pk)))
        with factories.as_owner_of_rows():  # of no station, whose police see no lamps
            Unit.objects.filter(kind="patrol").update(parent=None)
        town.visit = report(
            town, timezone.now(), kind="help", text="alone", building=str(town.here.pk)
        )
    return town


def report(town: Any, at: Any, kind: str = "lamp", **more: Any) -> Any:
    """A matter that waits at the desk: what its grid's worker was given is returned."""
    later, by = at - town.noon, town.lead if kind == "help" else town.dispatcher
    answer = town.send(by, "report", kind=kind, door="PHONE", later=later, **more)
    assert answer.status == "TAKEN", answer
    if answer.state == "ASSIGNED":
        back = town.send(town.worker, "return", answer.matter, reason="elsewhere", later=later)
        assert back.status == "TAKEN", back
    return answer


def open_queue(page: Page, live_server: Any, query: str = "") -> None:
    page.goto(f"{live_server.url}/matters/{query}")
    expect(page.locator("#live-note")).to_have_text("Live")


def test_what_is_late_stands_first_and_keys_do_the_rest(
    browse: Callable[..., Page], live_server: Any, desk: Any
):
    page = browse(desk.dispatcher)
    open_queue(page, live_server)
    numbers = [str(desk.second.number), str(desk.third.number), str(desk.first.number)]
    expect(page.locator("#lines .line-number")).to_have_text(numbers)  # the visit: another realm
    expect(page.locator(".line.is-late")).to_have_count(1)
    page.keyboard.press("j")
    expect(page.locator(".line:focus-within .line-number")).to_have_text(numbers[0])
    page.keyboard.press("j")
    page.keyboard.press("k")
    with arriving(page):
        page.keyboard.press("a")
    expect(page.get_by_text("Done.")).to_be_visible()
    expect(page.locator(".line", has_text=numbers[0]).get_by_text("Accepted")).to_be_visible()
    expect(page.locator(".line:focus-within .line-number")).to_have_text(numbers[0])

    with arriving(page):
        page.keyboard.press("h")
    page.get_by_label("Reason").fill("waits for a ladder")
    follow(page.get_by_role("button", name="Put on hold"))
    expect(page.locator(".line", has_text=numbers[0]).get_by_text("On hold")).to_be_visible()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("third lamp")
    with arriving(page):
        page.keyboard.press("Enter")
    expect(page.locator("#lines .line-number")).to_have_text([numbers[1]])
    page.keyboard.press("j")
    with arriving(page):
        page.keyboard.press("s")
    page.get_by_label("巡逻1组").check()
    follow(page.get_by_role("button", name="Send", exact=True))
    expect(page.locator(".line", has_text=numbers[1]).get_by_text("巡逻1组")).to_be_visible()
    page.keyboard.press("j")
    with arriving(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="lamp")).to_be_visible()
    expect(page.get_by_text("third lamp")).to_be_visible()


def test_a_colleagues_work_is_seen_within_a_second(
    browse: Callable[..., Page], live_server: Any, desk: Any
):
    page = browse(desk.second_dispatcher)
    open_queue(page, live_server)
    hearing.wait_until_heard()
    seconds, pages = [], []
    for _turn in range(hearing.TURNS):
        seconds.append(seconds_until_seen(page, desk))
        begin = time.monotonic()
        page.evaluate("fetch(location.href).then((answer) => answer.text())")
        pages.append(time.monotonic() - begin)
    assert hearing.is_soon(seconds, pages), (seconds, pages)
    expect(page.locator("#live-note")).to_have_text("Live")  # it was told, it did not ask


def seconds_until_seen(page: Page, desk: Any) -> float:
    """A lamp appears on the page, and a colleague accepts it: how long that takes to be seen."""
    fresh = report(desk, timezone.now(), text="new lamp", building=str(desk.here.pk))
    line = page.locator(".line", has_text=str(fresh.number))
    expect(line).to_be_visible()
    accepted = line.get_by_text("Accepted")
    expect(accepted).to_have_count(0)
    later = timezone.now() - desk.noon
    assert desk.send(desk.dispatcher, "accept", fresh.matter, later=later).status == "TAKEN"
    begin = time.monotonic()
    accepted.wait_for()
    return time.monotonic() - begin


def test_of_two_dispatchers_who_send_one_unit_one_hears_that_it_is_taken(
    browse: Callable[..., Page], live_server: Any, desk: Any
):
    pages = [browse(desk.dispatcher), browse(desk.second_dispatcher)]
    for page, matter in zip(pages, (desk.first, desk.third), strict=True):
        page.goto(f"{live_server.url}/matters/{matter.matter}/send/")
        page.get_by_label("巡逻1组").check()
    follow(pages[0].get_by_role("button", name="Send", exact=True))
    expect(pages[0].get_by_text("Done.")).to_be_visible()
    follow(pages[1].get_by_role("button", name="Send", exact=True))
    expect(pages[1].get_by_role("alert")).to_contain_text("with another matter")
    pages[1].get_by_label("巡逻2组").check()
    follow(pages[1].get_by_role("button", name="Send", exact=True))
    expect(pages[1].get_by_text("Done.")).to_be_visible()


def test_the_shift_is_handed_over_by_two(browse: Callable[..., Page], live_server: Any, desk: Any):
    goes, comes = browse(desk.dispatcher), browse(desk.second_dispatcher)
    goes.goto(f"{live_server.url}/matters/handover/")
    goes.get_by_label("What to watch").fill("1002 waits for the electrician")
    follow(goes.get_by_role("button", name="Sign as the one who goes"))
    expect(goes.get_by_role("button", name="Sign as the one who comes")).to_have_count(0)
    comes.goto(goes.url)
    expect(comes.get_by_text("1002 waits for the electrician")).to_be_visible()
    follow(comes.get_by_role("button", name="Sign as the one who comes"))
    expect(comes.get_by_text("You have taken the desk over.")).to_be_visible()


def test_a_telephone_report_asks_why_first(
    browse: Callable[..., Page], live_server: Any, desk: Any
):
    page = browse(desk.dispatcher)
    page.goto(f"{live_server.url}/matters/new/")
    follow(page.get_by_role("link", name=re.compile("breakout")))
    follow(page.get_by_role("link", name="Ill", exact=True))
    expect(page.get_by_text("This is a need for help")).to_be_visible()
    page.get_by_placeholder("Building, as people say it").fill("示例花园1栋")
    follow(page.get_by_role("button", name="Find"))
    page.get_by_label("What happened").fill("wants out, has a fever")
    follow(page.get_by_role("button", name="Take the report"))
    expect(page.get_by_text(re.compile(r"Taken as No\. \d+"))).to_be_visible()


@pytest.mark.parametrize(
    ("language", "scheme", "size"), [("zh-CN", "light", "phone"), ("en-GB", "dark", "desk")]
)
def test_no_page_of_the_desk_has_a_fault_that_axe_knows(
    browse: Callable[..., Page], live_server: Any, desk: Any, language: str, scheme: str, size: str
):
    look: dict[str, Any] = {"locale": language, "color_scheme": scheme, "viewport": SIZES[size]}
    page = browse(desk.street, **look)
    matter = f"/matters/{desk.second.matter}/"
    for path in [
        "/matters/", "/matters/?kind=lamp", "/matters/?text=123456", "/matters/new/",
        "/matters/new/?kind=breakout", "/matters/new/?kind=lamp", "/matters/sending/",
        "/matters/units/", "/matters/units/new/", "/matters/board/", "/matters/handover/", matter,
        f"{matter}send/", f"{matter}moves/hold/", f"{matter}moves/correct/",
    ]:  # fmt: skip
        page.goto(f"{live_server.url}{path}")
        assert faults(page) == [], path


def test_the_queue_works_without_javascript(
    browse: Callable[..., Page], live_server: Any, desk: Any
):
    page = browse(desk.dispatcher, java_script_enabled=False)
    page.goto(f"{live_server.url}/matters/")
    page.get_by_label(f"Choose No. {desk.first.number}").check()
    follow(page.get_by_role("button", name="Accept"))
    line = page.locator(".line", has_text=str(desk.first.number))
    expect(line.get_by_text("Accepted")).to_be_visible()
