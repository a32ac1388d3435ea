"""Somebody is found, opened, corrected; a resident reads who looked; axe finds no fault."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests import factories
from tests.functional.pages import SIZES, faults, follow

from kapok.access import secrets

PHONE = "+8613800138000"
GRID, COMMUNITY, STREET = 440103022001001, 440103022001000, 440103022000000


@pytest.fixture
def home(transactional_db: None) -> Any:
    """An old woman who lives alone, with a telephone and a register; and fifty namesakes."""
    with factories.as_owner_of_rows():
        province = factories.Province()
        for code, level, name in [
            (STREET, "STREET", "中南街道"),
            (COMMUNITY, "COMMUNITY", "河畔社区"),
            (GRID, "GRID", "第1网格"),
        ]:
            factories.Community(code=code, level=level, name_zh=name, parent=province)
        building = factories.Building(place=GRID, name="示例花园1区3栋")
        dwelling = factories.Dwelling(building=building, place=GRID, room="502")
        household = factories.Household(dwelling=dwelling, place=GRID, note="门铃坏了")
        person = factories.Person(
            name="陈小明", household=household, place=GRID, birth_date=date(1940, 1, 1)
        )
        factories.Contact(person=person, number=PHONE)
        factories.RegisterEntry(person=person, place=GRID)
        factories.Person.create_batch(51, name="王大力", place=GRID)
    return SimpleNamespace(person=person, household=household)


@pytest.fixture
def browse(
    browser: Browser, live_server: Any, home: Any, listen: Callable[[BrowserContext], None]
) -> Iterator[Callable[..., Page]]:
    """A page of somebody who holds a role, or has proven a telephone."""
    contexts: list[BrowserContext] = []

    def start(role: str = "", place: int = COMMUNITY, phone: str = "", **more: Any) -> Page:
        client = Client()
        if role:
            client.force_login(factories.Appointment(role=role, place=place).account)
        if phone:
            session = client.session
            session["resident_phone_index"] = secrets.blind_index(phone, about="phone").hex()
            session.save()
            client.cookies["sessionid"] = session.session_key
        context = browser.new_context(**({"locale": "en-GB"} | more))
        listen(context)
        context.add_cookies(
            [
                {"name": name, "value": kept.value, "url": live_server.url}
                for name, kept in client.cookies.items()
            ]
        )
        contexts.append(context)
        return context.new_page()

    yield start
    for context in contexts:
        context.close()


def test_somebody_is_found_opened_shown_and_corrected(
    browse: Callable[..., Page], live_server: Any, home: Any
):
    page = browse("community_lead")
    page.goto(f"{live_server.url}/people/")
    follow(page.get_by_role("button", name=re.compile("Care for people in difficulty")))
    page.get_by_label("Name, home or number").fill("chenxiaoming")
    page.keyboard.press("Enter")
    follow(page.get_by_role("link", name="陈**"))
    expect(page.get_by_role("heading", name="陈**")).to_be_visible()
    follow(page.get_by_role("button", name="Show"))
    expect(page.get_by_role("heading", name="陈小明")).to_be_visible()
    expect(page.get_by_text(PHONE)).to_be_visible()
    follow(page.get_by_role("link", name="Add"))
    page.get_by_label("Telephone").fill("020 8188 8188")
    page.get_by_label("Kind").select_option("LANDLINE")
    follow(page.get_by_role("button", name="Add"))
    expect(page.get_by_text("The telephone is written down.")).to_be_visible()
    expect(page.get_by_role("heading", name="陈**")).to_be_visible()

    resident = browse(phone=PHONE)
    resident.goto(f"{live_server.url}/own/")
    expect(resident.get_by_text("Unmasked").first).to_be_visible()
    expect(resident.get_by_text("Community lead").first).to_be_visible()


@pytest.mark.parametrize(
    ("language", "scheme", "size"), [("zh-CN", "light", "desk"), ("en-GB", "dark", "phone")]
)
def test_no_page_has_a_fault_that_axe_knows(
    browse: Callable[..., Page], live_server: Any, home: Any, language: str, scheme: str, size: str
):
    look: dict[str, Any] = {"locale": language, "color_scheme": scheme, "viewport": SIZES[size]}
    page = browse("community_lead", **look)
    page.goto(f"{live_server.url}/people/")
    assert faults(page) == []
    follow(page.locator("button[value=difficulty_care]"))
    page.locator("#q").fill("王大力")
    page.keyboard.press("Enter")
    expect(page.locator(".found-list")).to_be_visible()
    assert faults(page) == []
    person = f"/people/{home.person.pk}/"
    for path in [
        person,
        f"/people/households/{home.household.pk}/",
        f"/people/households/{home.household.pk}/change/",
        f"{person}history/",
        f"{person}merge/",
        *(f"{person}change/{what}/" for what in ("facts", "reach", "move", "register", "guardian")),
        "/people/new/",
        "/people/registers/",
        "/people/emergency-looks/",
        "/people/emergency-looks/new/",
    ]:
        page.goto(live_server.url + path)
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    for role, path in [
        ("data_protection_officer", "/people/requests/"),
        ("street_command", "/people/registers/"),
    ]:
        page = browse(role, STREET, **look)
        page.goto(live_server.url + path)
        assert faults(page) == [], path
    page = browse(phone=PHONE, **look)
    for path in ["/own/", f"/own/{home.person.pk}/change/reach/", "/own/copy/"]:
        page.goto(live_server.url + path)
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
