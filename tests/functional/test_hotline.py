"""A night at the hotline: medicine at the village gate, a second worker, a safe word."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

PATIENCE_MS = 30_000
VIEWS = [("zh-CN", 1440, "light"), ("en-GB", 1440, "dark"), ("zh-CN", 390, "dark"),
         ("en-GB", 390, "light")]  # fmt: skip
WORDS = {
    "en-GB": {
        "medicine": "Medicine", "kind": "Which kind of medicine", "pregnancy": "For a pregnancy",
        "days": "For how many days it lasts", "open": "Open: Request for help", "hang": "Hang up",
        "saved": "saved", "distress": "Plainly distressed",
        "write": "Write the screening down", "talk": "Psychological support",
        "answered": "Answered on the call", "close": "Close the call",
        "go_on": "Others go on: matters were opened", "done": "Closed",
    },
    "zh-CN": {
        "medicine": "药品", "kind": "哪类药", "pregnancy": "孕期用药", "days": "还够几天",
        "open": "开立：求助", "hang": "挂断", "saved": "已保存",
        "distress": "是否明显痛苦", "write": "记下评估", "talk": "心理支持",
        "answered": "电话中已答复", "close": "结束来电", "go_on": "由他人继续：已开立事项",
        "done": "已办结",
    },
}  # fmt: skip


@pytest.fixture
def town(transactional_db: None) -> Any:
    from tests.kapok.hotline.conftest import make  # noqa: PLC0415  # needs the settings

    return make()


@pytest.fixture
def enter(
    browser: Browser, live_server: Any, listen: Callable[[BrowserContext], None]
) -> Iterator[Callable[..., Page]]:
    """A page of somebody who is signed in."""
    contexts: list[BrowserContext] = []
    expect.set_options(timeout=PATIENCE_MS)

    def start(
        who: Any,
        language: str = "en-GB",
        width: int = 1440,
        look: Any = "light",
        *,
        is_cut_off: bool = False,
    ) -> Page:
        client = Client()
        client.force_login(who.account)
        context = browser.new_context(
            locale=language, color_scheme=look, viewport={"width": width, "height": 900}
        )
        contexts.append(context)
        context.add_cookies(
            [
                {
                    "name": "sessionid",
                    "value": client.cookies["sessionid"].value,
                    "url": live_server.url,
                }
            ]
        )
        if not is_cut_off:  # then the console is right to complain
            listen(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        return page

    yield start
    for context in contexts:
        context.close()


def picture(page: Page, name: str) -> None:
    """Kept where somebody wants to look at it."""
    if folder := os.environ.get("KAPOK_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def faults(page: Page) -> list[str]:
    found = Axe().run(page, context={"exclude": [[".watermark"]]}).response["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


def the_call(town: Any, **more: Any) -> Any:
    from tests.kapok.hotline.talking import a_call, a_family, a_zone  # noqa: PLC0415

    a_family(town)
    a_zone(town)
    return a_call(town, **more)


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_her_medicine_comes_from_the_call_at_two_in_the_morning_to_the_door(
    enter: Callable[..., Page], live_server: Any, town: Any, language: str
):
    words = WORDS[language]
    call = the_call(town)
    page = enter(town.operator, language)
    page.goto(f"{live_server.url}/hotline/calls/{call.pk}/")
    expect(page.get_by_text("示例花园1栋 501").first).to_be_visible()
    picture(page, f"call-{language}")

    # notes are kept while they are typed, by keys alone
    page.keyboard.press("Alt+n")
    page.keyboard.type("孕 34 周，药在村口")
    expect(page.locator("#notes-said")).to_contain_text(words["saved"])

    # the matter: one choice, address and number stand there
    page.locator(".need-list").get_by_text(words["medicine"], exact=True).click()
    form = page.locator(".need-form")
    expect(form.locator("[name=address]")).to_have_value("示例花园1栋 501")
    expect(form.locator("[name='contact.phone']")).to_have_value("+8613800138000")
    form.get_by_role("group", name=words["kind"]).get_by_text(words["pregnancy"]).click()
    form.get_by_label(words["days"]).fill("1")
    picture(page, f"need-{language}")
    form.get_by_role("button", name=words["open"]).click()
    line = page.locator("#needs li").filter(has_text=words["medicine"])
    expect(line).to_contain_text(str(town.worker.account))
    expect(page.locator("#notes")).to_have_value("孕 34 周，药在村口")

    # she is afraid: L1
    page.locator(".need-list").get_by_text(words["talk"], exact=True).click()
    page.get_by_role("button", name=words["answered"]).click()
    expect(page.locator("#needs li")).to_have_count(2)
    page.reload()
    asked = page.locator(".asked tr").filter(has_text=words["distress"])
    asked.locator("input[value=yes]").check()
    expect(page.locator("#risk-level")).to_have_value("1")
    picture(page, f"risk-{language}")
    page.get_by_role("button", name=words["write"]).click()
    expect(page.locator("#risk .badge")).to_contain_text("L1")

    page.get_by_role("button", name=words["hang"]).click()
    page.get_by_label(words["go_on"]).check()
    picture(page, f"wrap-{language}")
    page.get_by_role("button", name=words["close"]).click()
    expect(page.locator("#notes-form")).to_have_count(0)

    # her grid worker brings it; the page of the call says so by itself
    finish(town)
    expect(page.locator("#needs li.is-done")).to_contain_text(words["done"])
    picture(page, f"closed-{language}")


def finish(town: Any) -> None:
    """The grid worker takes the medicine to the door."""
    from django.utils import timezone  # noqa: PLC0415

    from kapok.access.scope import acting, of_appointment  # noqa: PLC0415
    from kapok.ids import uuid7  # noqa: PLC0415
    from kapok.matters.engine.facts import Command  # noqa: PLC0415
    from kapok.matters.models import Matter  # noqa: PLC0415
    from kapok.matters.operations.commands import apply  # noqa: PLC0415

    at = timezone.now()
    with acting(of_appointment(town.worker, at=at, purpose="matter_handling")):
        matter = Matter.objects.get(kind="help")
        call = {"step": "call", "answers": {"reached": True, "agreed": "现在送"}}
        for move, data in [
            ("start", {}), ("step", call), ("finish", {"outcome": "delivered"}),
        ]:  # fmt: skip
            [answer] = apply([Command(uuid7(), move, matter.pk, at, data=data)])
            assert answer.status == "TAKEN", (move, answer.sentence)


def test_a_second_worker_calls_the_ambulance_while_the_first_keeps_talking(
    enter: Callable[..., Page], live_server: Any, town: Any
):
    call = the_call(town)
    first, second = enter(town.operator), enter(town.second, width=390)
    first.goto(f"{live_server.url}/hotline/calls/{call.pk}/")
    first.keyboard.press("Alt+r")
    expect(first.locator(".asked")).to_be_visible()
    first.locator(".asked tr").last.locator("input[value=yes]").check()
    expect(first.locator("#risk-level")).to_have_value("4")
    first.get_by_role("button", name="Write the screening down").click()
    expect(first.get_by_role("heading", name="An act in progress: call a second")).to_be_visible()
    picture(first, "act")
    first.keyboard.press("Alt+2")
    expect(first.get_by_role("heading", name="A second worker was called")).to_be_visible()

    second.goto(f"{live_server.url}/hotline/calls/{call.pk}/")
    expect(second.get_by_text("+8613800138000")).to_have_count(0)
    picture(second, "called")
    second.get_by_role("button", name="I come").click()
    expect(second.get_by_text("示例花园1栋 501").first).to_be_visible()
    expect(second.get_by_role("link", name=re.compile("120"))).to_be_visible()
    second.get_by_label("Who was told").fill("110, 120")
    second.get_by_label("Life in danger: without consent").check()
    picture(second, "second")
    second.get_by_role("button", name="Write it down").click()
    expect(second.get_by_text("It is written down")).to_be_visible()

    first.reload()
    first.locator("#risk summary").filter(has_text="2 screenings").click()
    expect(first.get_by_text("Told: 110, 120")).to_be_visible()


def test_who_cannot_speak_freely_answers_yes_and_no_and_help_is_sent(
    enter: Callable[..., Page], live_server: Any, town: Any
):
    call = the_call(town)
    page = enter(town.operator)
    page.goto(f"{live_server.url}/hotline/calls/{call.pk}/")
    page.keyboard.press("Alt+s")
    page.get_by_role("button", name="Yes: Are you in danger now?").click()
    picture(page, "discreet")
    page.get_by_role("link", name="Send help to 示例花园1栋 501").click()
    form = page.locator(".need-form")
    form.get_by_text("Violence").click()
    form.get_by_role("button", name="Open: Urgent help").click()
    expect(page.locator("#needs li")).to_contain_text("Emergency")
    from tests import factories  # noqa: PLC0415

    from kapok.access.models import OutboxMessage  # noqa: PLC0415
    from kapok.matters.models import Report  # noqa: PLC0415

    with factories.as_owner_of_rows():
        assert OutboxMessage.objects.count() == 0
        assert [note["code"] for note in Report.objects.get().notes] == ["not_free"]


def test_what_is_typed_outlives_the_session_and_the_network(
    enter: Callable[..., Page], live_server: Any, town: Any
):
    call = the_call(town)
    page = enter(town.operator, is_cut_off=True)
    page.goto(f"{live_server.url}/hotline/calls/{call.pk}/")
    page.context.set_offline(True)
    page.locator("#notes").fill("药在村口")
    expect(page.locator("#notes-said")).to_contain_text("Not saved yet")
    page.context.set_offline(False)
    expect(page.locator("#notes-said")).to_contain_text("saved", timeout=PATIENCE_MS)
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    page.locator("#notes").fill("药在村口，门卫知道")
    expect(page.locator("#notes-said")).to_contain_text("You were signed out")
    expect(page.locator("#notes")).to_have_value("药在村口，门卫知道")
    page.context.add_cookies(cookies)  # signed in again, in another window
    expect(page.locator("#notes-said")).to_contain_text(re.compile(r"saved \d\d:\d\d:\d\d"))


def test_a_form_outlives_the_session(enter: Callable[..., Page], live_server: Any, town: Any):
    call = the_call(town)
    page = enter(town.operator, is_cut_off=True)
    page.goto(f"{live_server.url}/hotline/calls/{call.pk}/")
    page.get_by_text("In their words").click()
    page.get_by_label("Name", exact=True).fill("小梅")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Write it down").click()
    page.wait_for_url("**?next=**")
    [kept] = [each for each in page.context.cookies() if each["name"] == "sessionid"]
    client = Client()  # signs in there
    client.cookies["sessionid"] = kept["value"]
    client.force_login(town.operator.account)
    key = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    page.goto(f"{live_server.url}/hotline/calls/{call.pk}/")
    expect(page.get_by_label("Name", exact=True)).to_have_value("小梅")
    expect(page.get_by_text("You were signed out before this was sent")).to_be_visible()
    picture(page, "typed-again")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator(".caller-number")).to_contain_text("小梅")
    expect(page.get_by_text("You were signed out before this was sent")).to_have_count(0)


def test_notes_are_saved_after_signing_in_in_another_window(
    enter: Callable[..., Page], live_server: Any, town: Any
):
    """Signing in changes the token of all forms; this page has the one of before."""
    call = the_call(town)
    page = enter(town.operator, is_cut_off=True)
    page.goto(f"{live_server.url}/hotline/calls/{call.pk}/")
    page.context.clear_cookies(name="csrftoken")
    page.locator("#notes").fill("药在村口")
    expect(page.locator("#notes-said")).to_contain_text(re.compile(r"saved \d\d:\d\d:\d\d"))


@pytest.mark.parametrize(("language", "width", "look"), VIEWS)
def test_the_page_has_no_fault_and_fits(
    enter: Callable[..., Page], live_server: Any, town: Any, language: str, width: int, look: str
):
    from django.utils import timezone  # noqa: PLC0415

    call = the_call(town, screen_due_at=timezone.now() - timedelta(minutes=1))
    page = enter(town.operator, language, width, look)
    for query in ("", "?need=emergency", "?need=talk"):
        page.goto(f"{live_server.url}/hotline/calls/{call.pk}/{query}")
        expect(page.locator("#script")).to_be_visible()
        assert faults(page) == []
        picture(page, f"page-{language}-{width}{query.replace('?', '-')}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("language", "width", "look"), VIEWS)
def test_the_lead_wraps_up_what_was_left(
    enter: Callable[..., Page], live_server: Any, town: Any, language: str, width: int, look: str
):
    from django.utils import timezone  # noqa: PLC0415
    from tests.kapok.hotline.calls import sit  # noqa: PLC0415

    call = the_call(town, state="WRAP_UP", ended_at=timezone.now())
    sit(town, town.second, town.line, at=timezone.now())
    page = enter(town.hotline_lead, language, width, look)
    page.goto(f"{live_server.url}/hotline/board/")
    picture(page, f"left-board-{language}-{width}")
    assert faults(page) == []
    page.locator(".ring-left a").click()
    page.wait_for_url(f"**/hotline/calls/{call.pk}/**")
    page.locator("#end details summary").click()
    picture(page, f"left-{language}-{width}")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#relief-why").fill("下班途中突发疾病")
    page.locator("#end form[action$='/hand-on/'] button").click()
    expect(page.locator("#notes-title ~ .said")).to_contain_text("下班途中突发疾病")
