"""A notice goes from district to stairwell, is read by link, and silent doors are visited."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.functional.pages import SIZES, follow, looked_at
from tests.kapok.outreach.conftest import GRID, Office, whole_town

from kapok.outreach import tasks
from kapok.outreach.models import Message


@pytest.fixture
def office(transactional_db: None) -> Office:
    """The district with its households, and who works there."""
    return Office(whole_town())


@pytest.mark.parametrize(
    ("language", "scheme", "size"), [("en-GB", "light", "desk"), ("zh-CN", "dark", "phone")]
)
def test_from_the_district_to_the_stairwell(
    office: Office, browse: Callable[..., Page], language: str, scheme: str, size: str
) -> None:
    town, look = office.town, {"locale": language, "color_scheme": scheme}
    officer = browse(town.officer, viewport=SIZES[size], **look)
    name = f"{language}-{size}"
    officer.goto("/notices/new/")
    officer.locator("[name=title_zh]").fill("明早八点停水")
    officer.locator("[name=body_zh]").fill("明天早上八点到十点停水。务必提前储水。")
    officer.locator("[name=title_en]").fill("No water from 8 tomorrow")
    officer.locator("[name=body_en]").fill("No water from 8 to 10. Keep some in a pot.")
    officer.locator("[name=way]").select_option("BY_LEVELS")
    officer.locator("[name=answer_kind]").select_option("help")
    follow(officer.locator("button[name=preview]"))
    expect(officer.locator("#preview")).to_contain_text("务必")
    looked_at(officer, f"{name}-1-write")
    follow(officer.locator("main form .form-buttons button:not([name])"))
    follow(officer.locator("form[action$='/send/'] button"))
    expect(officer.locator(".notice-parts")).to_be_visible()
    looked_at(officer, f"{name}-2-sent")

    for who in (town.street, town.lead, town.keeper):
        page = browse(who, viewport=SIZES["phone"], **look)
        page.goto("/notices/to-pass/")
        follow(page.locator(".notice-line a").first)
        if who is town.lead:
            page.locator("details summary").first.click()
            page.locator("[name=local_zh]").fill("水车停在东门。")
            page.locator("[name=local_en]").fill("A water car stands at the east gate.")
        follow(page.locator("form[action$='/pass-on/'] button"))
        expect(page.locator(".notice-ticks")).to_be_visible()
    tasks.queue_messages(at=timezone.now())

    with office.post():
        code = Message.objects.get(place=GRID).code
    phone = browse(viewport=SIZES["phone"], **look)
    with phone.expect_response(lambda answer: answer.url.endswith("/read/")):
        phone.goto(f"/n/{code}/")
        expect(phone.locator(".added")).to_be_visible()
        looked_at(phone, f"{name}-3-read")  # on the screen for a few seconds: read
    phone.locator("#id_text").fill("老人要透析")
    follow(phone.locator("#answer form button"))
    expect(phone.locator(".said").first).to_be_visible()

    page.reload()
    expect(page.locator(".notice-doors section").first).to_contain_text("102")
    looked_at(page, f"{name}-4-doors")
    page.locator(".notice-doors section").first.get_by_role("checkbox").check()
    follow(page.locator(".notice-stick button"))
    expect(page.locator(".notice-doors section").first).not_to_contain_text("102")

    officer.reload()
    expect(officer.locator(".notice-got").first).to_contain_text("2")
    operator = browse(town.operator, viewport=SIZES[size], **look)
    for path in ("/notices/outbox/", "/notices/channels/new/"):
        operator.goto(path)
        looked_at(operator, f"{name}-5-{path.split('/')[2]}")
    lead = browse(town.lead, viewport=SIZES[size], **look)
    for path in ("/notices/", f"/notices/groups/grid/{GRID}/"):
        lead.goto(path)
        looked_at(lead, f"{name}-6-{path.split('/')[-2]}")
    officer.goto(officer.url.split("?")[0] + "sheet/")
    looked_at(officer, f"{name}-7-sheet")
    assert settings.REACH.base in (officer.text_content(".notice-sheet footer") or "")


@pytest.mark.parametrize(("language", "scheme"), [("en-GB", "light"), ("zh-CN", "dark")])
def test_a_stranger_answers_the_notice_of_a_district_without_javascript(
    office: Office, browse: Callable[..., Page], language: str, scheme: str
) -> None:
    code = office.send(answer_kind="help").code
    look = {"viewport": SIZES["phone"], "locale": language, "color_scheme": scheme}
    page = browse(java_script_enabled=False, **look)
    page.goto(f"/n/{code}/")
    fill_in(page)
    follow(page.locator("#answer form button"))
    expect(page.locator("#answer [role=alert]")).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("老人要透析")
    page.locator("#answer [type=radio]").check()
    follow(page.locator("#answer form button"))
    tracking = page.locator("#arrived .code").text_content() or ""
    assert len(tracking) == 14
    page.reload()
    expect(page.locator("#arrived .code")).to_have_text(tracking)
    follow(page.locator("header form button"))
    expect(page.locator("#arrived .code")).to_have_text(tracking)
    follow(page.locator("header a"))
    expect(page.locator("#arrived .code")).to_have_text(tracking)


@pytest.mark.parametrize(("language", "scheme"), [("en-GB", "light"), ("zh-CN", "dark")])
def test_what_a_stranger_is_asked_is_read_by_everybody(
    office: Office, browse: Callable[..., Page], language: str, scheme: str
) -> None:
    code, name = office.send(answer_kind="help").code, f"{language}-8"
    page = browse(viewport=SIZES["phone"], locale=language, color_scheme=scheme)
    page.goto(f"/n/{code}/")
    looked_at(page, f"{name}-asked")
    fill_in(page)
    follow(page.locator("#answer form button"))
    looked_at(page, f"{name}-matches")
    page.locator("#answer [type=radio]").check()
    follow(page.locator("#answer form button"))
    looked_at(page, f"{name}-arrived")
    expect(page.locator("#arrived .code")).to_be_visible()
    follow(page.locator("header a"))
    looked_at(page, f"{name}-large")
    expect(page.locator("html")).to_have_class("large")


def fill_in(page: Page) -> None:
    """What somebody needs, and where they live, in words."""
    page.locator("#id_text").fill("老人要透析")
    page.locator("#id_phone").fill("13800138000")
    page.locator("#id_address").fill("示例花园1栋 302")
