"""The online home as residents live through it: old phones, no JavaScript, two languages."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect
from tests.functional.pages import faults, follow

MOST_BYTES = 60 * 1024
MOST_REQUESTS = 3  # the page, its stylesheet, its icon
VIEWS = [
    ("zh-CN", "light", 320, True),
    ("en-GB", "dark", 390, False),
    ("zh-CN", "light", 1440, False),
]


@pytest.fixture
def town(transactional_db: None) -> Iterator[Any]:
    from tests.kapok.portal.conftest import a_slot, make  # noqa: PLC0415  # needs the settings

    from kapok.portal import rendering  # noqa: PLC0415

    rendering.forget()
    made = make()
    made.slot = a_slot(made)
    yield made
    rendering.forget()


def signed(context: BrowserContext, url: str, phone: str = "+8613800138000") -> None:
    """A browser whose telephone was proven."""
    from django.test import Client  # noqa: PLC0415
    from tests.kapok.portal.conftest import prove  # noqa: PLC0415

    client = prove(Client(), phone)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}]
    )


def pages(town: Any) -> list[str]:
    here = f"/c/{town.stair}/"
    return [
        here, f"{here}help/", f"{here}help/medicine/", f"{here}check/", f"{here}book/",
        f"{here}book/{town.slot.pk}/", f"{here}book/code/", f"{here}for/", f"{here}track/",
        f"{here}own/", f"{here}phone/", "/c/", "/c/zzzzzz/",
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "scheme", "width", "is_large"), VIEWS)
def test_no_page_has_a_fault_or_is_wider_than_its_screen(
    browser: Browser,
    live_server: Any,
    town: Any,
    listen: Callable[[BrowserContext], None],
    language: str,
    scheme: Any,
    width: int,
    is_large: bool,
):
    context = browser.new_context(
        locale=language, color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    signed(context, live_server.url)
    if is_large:
        context.add_cookies([{"name": "kapok_print", "value": "large", "url": live_server.url}])
    listen(context)
    page = context.new_page()
    for path in pages(town):
        page.goto(live_server.url + path)
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    context.close()


def test_every_first_view_is_small_and_takes_few_requests(browser, live_server, town):
    views = {path: first_view(browser, live_server.url, path) for path in pages(town)}
    for path, (page, answers) in views.items():
        page.wait_for_load_state("networkidle")
        sizes = [len(answer.body()) for answer in answers]
        assert sum(sizes) <= MOST_BYTES, (path, sizes)
        assert len(sizes) <= MOST_REQUESTS, (path, sizes)
        page.context.close()


def first_view(browser: Browser, url: str, path: str) -> tuple[Page, list[Response]]:
    """A page in a browser that has kept nothing yet, and all that was answered for it."""
    context = browser.new_context(locale="zh-CN")
    signed(context, url)
    page, answers = context.new_page(), []
    page.on("response", lambda answer, heard=answers: heard.append(answer))
    page.goto(url + path)
    return page, answers


def old_phone(browser: Browser, url: str, language: str) -> Page:
    context = browser.new_context(
        locale=language, viewport={"width": 320, "height": 480}, java_script_enabled=False
    )
    return context.new_page()


def said(page: Page) -> Locator:
    """What the page says between its head and its foot."""
    return page.locator("main")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en-GB", "Somebody calls you back within two hours"),
        ("zh-CN", "两小时内会有人给您回电"),
    ],
)
def test_a_household_reports_a_symptom_from_an_old_phone(
    browser, live_server, town, language, words
):
    from tests.factories import as_box  # noqa: PLC0415

    from kapok.access import secrets  # noqa: PLC0415
    from kapok.access.models import OutboxMessage  # noqa: PLC0415

    page = old_phone(browser, live_server.url, language)
    page.goto(f"{live_server.url}/c/{town.stair}/")
    follow(page.locator("a[href$='/check/']"))
    page.fill("#phone", "13800138000")
    follow(page.locator("main button"))
    with as_box():
        text = secrets.decrypt(bytes(OutboxMessage.objects.latest("id").text), about="outbox.text")
    page.fill("#code", re.search(r"\d{6}", text)[0])
    follow(page.locator("main button"))
    page.fill("[name='a.n_people']", "3")
    page.check("[value=fever]")
    page.check("[name='a.hard_to_breathe'][value=false]")
    page.check("[name='a.came_from'][value=no_one]")
    follow(page.locator("main button"))
    expect(said(page)).to_contain_text(words)
    code = page.inner_text(".code")
    page.goto(f"{live_server.url}/c/{town.stair}/track/")
    page.fill("#code", code)
    follow(page.locator("main button"))
    expect(page.locator("ol.lines li").first).to_be_visible()
    page.context.close()


def test_a_helper_asks_for_a_neighbours_medicine(browser, live_server, town):
    page = old_phone(browser, live_server.url, "en-GB")
    signed(page.context, live_server.url)
    page.goto(f"{live_server.url}/c/{town.stair}/")
    follow(page.get_by_role("link", name="Act for a neighbour"))
    page.fill("#helper", "李邻居")
    page.fill("#home", "示例花园1栋2单元501")
    page.fill("#given_by", "王奶奶")
    page.check("[name=how][value=IN_PERSON]")
    page.check("[name=uses][value=HELP]")
    follow(page.get_by_role("button", name="They agreed"))
    follow(page.get_by_role("link", name="Ask for help"))
    follow(page.get_by_role("link", name="Medicine", exact=True))
    expect(said(page)).to_contain_text("You act for 示例花园1栋2单元501; 王奶奶 agreed.")
    page.check("[name='a.medicine_kind'][value=insulin]")
    page.fill("[name='a.days_left']", "0")
    follow(page.get_by_role("button", name="Send the request"))
    expect(said(page)).to_contain_text("Your request has arrived")
    page.goto(f"{live_server.url}/c/{town.stair}/for/")
    expect(said(page)).to_contain_text("Used 1 time.")
    page.context.close()


def test_an_appointment_is_booked_shown_and_given_back(browser, live_server, town):
    page = old_phone(browser, live_server.url, "en-GB")
    signed(page.context, live_server.url)
    page.goto(f"{live_server.url}/c/{town.code}/book/")
    follow(page.locator(".deeds a").first)
    follow(page.get_by_role("button", name="Book it"))
    expect(page.locator(".code")).to_have_count(1)
    page.get_by_text("Cancel it").click()
    follow(page.get_by_role("button", name="Yes, cancel the appointment"))
    expect(said(page)).to_contain_text("Your booking was cancelled")
    page.context.close()


def a_request(page: Page, url: str, town: Any) -> str:
    """Ask for medicine; the tracking code."""
    page.goto(f"{url}/c/{town.stair}/help/medicine/")
    page.check("[name='a.medicine_kind'][value=insulin]")
    page.fill("[name='a.days_left']", "0")
    page.fill("#phone", "13800138000")
    follow(page.locator("main button"))
    return page.inner_text(".code")


def with_code(page: Page, url: str, town: Any, code: str) -> None:
    page.goto(f"{url}/c/{town.stair}/track/")
    page.fill("#code", code)
    follow(page.locator("main button"))


def test_a_request_is_withdrawn_and_opened_again_on_an_old_phone(browser, live_server, town):
    page = old_phone(browser, live_server.url, "en-GB")
    with_code(page, live_server.url, town, a_request(page, live_server.url, town))
    page.get_by_label("Why: it is settled, or was a mistake").fill("a neighbour had some")
    follow(page.get_by_role("button", name="Withdraw the request"))
    expect(page.get_by_role("status")).to_have_text("Your request was withdrawn.")
    page.get_by_label("What is still not right").fill("it was the wrong kind")
    follow(page.get_by_role("button", name="Open it again"))
    expect(page.get_by_role("status")).to_contain_text("opened again")
    page.context.close()


def call_off(town: Any) -> None:
    """The site's plan ends."""
    from django.utils import timezone  # noqa: PLC0415
    from tests.factories import as_owner_of_rows  # noqa: PLC0415

    from kapok.planning import booked  # noqa: PLC0415

    with as_owner_of_rows():
        booked.withdraw([town.slot], at=timezone.now())


def send_away(context: BrowserContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many are here that the line turns this browser away, from now on."""
    from kapok.portal import rush  # noqa: PLC0415

    monkeypatch.setattr(rush, "TURNED_AWAY", "HTTP_X_AWAY")
    context.set_extra_http_headers({"X-Away": "1"})


def test_whoever_was_turned_away_sends_what_they_typed_again(
    browser, live_server, town, monkeypatch
):
    page = old_phone(browser, live_server.url, "en-GB")
    signed(page.context, live_server.url)
    page.goto(f"{live_server.url}/c/{town.stair}/check/")
    page.fill("[name='a.n_people']", "3")
    page.check("[value=fever]")
    page.check("[name='a.hard_to_breathe'][value=false]")
    page.check("[name='a.came_from'][value=no_one]")
    send_away(page.context, monkeypatch)
    follow(page.locator("main button"))
    expect(page.get_by_role("alert")).to_contain_text("could not be taken yet")
    page.context.set_extra_http_headers({})
    follow(page.get_by_role("button", name="Send again"))
    expect(said(page)).to_contain_text("Thank you, it is stored")
    page.context.close()


@pytest.mark.parametrize(("language", "scheme", "width", "is_large"), VIEWS)
def test_pages_of_what_went_otherwise_have_no_fault(
    browser, live_server, town, monkeypatch, language, scheme, width, is_large
):
    context = browser.new_context(
        locale=language, color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    signed(context, live_server.url)
    if is_large:
        context.add_cookies([{"name": "kapok_print", "value": "large", "url": live_server.url}])
    page, here = context.new_page(), f"{live_server.url}/c/{town.stair}"
    seen: list[str] = []

    def look(name: str) -> None:
        seen.append(name)
        assert faults(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

    with_code(page, live_server.url, town, a_request(page, live_server.url, town))
    look("a request")
    page.fill("#withdraw-reason", " ")
    follow(page.locator("section:has(#withdraw) button"))
    look("a refusal")
    page.fill("#withdraw-reason", "x")
    follow(page.locator("section:has(#withdraw) button"))
    look("withdrawn")
    page.goto(f"{here}/own/")
    follow(page.locator("main section a[href*='/own/']").first)
    look("a request of one's telephone")
    page.goto(f"{here}/book/{town.slot.pk}/")
    follow(page.locator("main button"))
    look("booked")
    call_off(town)
    page.reload()
    look("called off")
    page.goto(f"{here}/own/")
    look("all of it")
    send_away(context, monkeypatch)
    page.goto(f"{here}/own/")
    look("turned away")
    assert len(seen) == 8
    context.close()


def test_a_lead_prints_posters_whose_code_leads_to_the_page(browser, live_server, town, listen):
    from django.test import Client  # noqa: PLC0415

    client = Client()
    client.force_login(town.lead.account)
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    listen(context)
    page = context.new_page()
    page.goto(f"{live_server.url}/portal/")
    follow(page.get_by_role("link", name="Riverside"))
    assert faults(page) == []
    follow(page.get_by_role("link", name=re.compile("Print")))
    assert faults(page) == []
    expect(page.locator("article.poster svg")).to_have_count(2)
    address = page.locator(".poster .address").first.inner_text()
    assert urlsplit(f"http://{address}").path == f"/c/{town.code}/"
    if page.context.browser.browser_type.name == "chromium":
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 2
    context.close()
