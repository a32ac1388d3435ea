"""21:00, the gate of a closed estate: reported, sent, settled, answered; and help leaves no record.

The whole story in browsers: somebody without a name reports on a telephone, a neighbour reports the
same, the station's patrol is proposed with distance and time and sent, arrives, settles it, and the
first reporter reads how it ended. Who needs help is helped: nothing of it is a matter of order.
"""

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone, translation
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests import factories
from tests.functional.pages import follow
from tests.functional.test_report_page import DONE, HERE, PHONE, SEND, fits
from tests.kapok.matters.conftest import STREET, build

WORDS = "有人要翻过东门的围栏出去"


@pytest.fixture
def estate(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A street under the shipped rules, closed by a decision that is there; patrols on duty."""
    from kapok.matters import covers  # noqa: PLC0415  # needs the settings
    from kapok.matters.models import UnitState  # noqa: PLC0415
    from kapok.packs import look_up, operations  # noqa: PLC0415
    from kapok.packs.models import Pack  # noqa: PLC0415

    with translation.override("en"):
        town = SimpleNamespace(**build(factories))
    with factories.as_owner_of_rows():
        Pack.objects.filter(pk=town.pack.pk).update(state="WITHDRAWN")
        for unit in town.patrols:
            UnitState.objects.create(
                unit=unit, place=STREET, status="FREE", since=timezone.now(), lon=113.2403, lat=23.1
            )
    with factories.as_box():
        operations.ensure_shipped(at=timezone.now())
    look_up.forget()
    town.patrol = factories.Appointment(role="police_member", place=STREET, unit=town.patrols[0].pk)
    zone = covers.Cover(UUID(int=7), "lockdown", has_document=True)
    monkeypatch.setattr(covers, "FINDERS", [lambda spots, _at: [zone] * len(spots)])
    return town


@pytest.fixture
def browse(
    browser: Browser, live_server: Any, listen: Callable[[BrowserContext], None]
) -> Iterator[Callable[..., Page]]:
    """A page of somebody, or of nobody in particular on a telephone at the gate."""
    contexts: list[BrowserContext] = []

    def start(appointment: Any = None) -> Page:
        cookies = {"django_language": "en"}
        more: dict[str, Any] = {"geolocation": HERE, "permissions": ["geolocation"]}
        more["viewport"] = PHONE if appointment is None else {"width": 1440, "height": 900}
        if appointment is not None:
            client = Client()
            client.force_login(appointment.account)
            cookies |= {name: kept.value for name, kept in client.cookies.items()}
        context = browser.new_context(locale="en-GB", **more)
        listen(context)
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in cookies.items()
            ]
        )
        contexts.append(context)
        return context.new_page()

    yield start
    for context in contexts:
        context.close()


def ask_why(page: Page, live_server: Any, why: str) -> None:
    """As far as the reason: where, what, and before anything else why."""
    page.goto(f"{live_server.url}/report/")
    follow(page.get_by_role("button", name="Use my position"))
    follow(page.get_by_role("link", name="Forced exit from a closed area"))
    expect(page.get_by_role("heading", name="Why does this person want to leave?")).to_be_visible()
    follow(page.get_by_role("link", name=why))


def report_exit(page: Page, live_server: Any, **contact: str) -> str:
    ask_why(page, live_server, "Does not want to keep it")
    page.get_by_label("Which gate or spot").fill("东门")
    page.check("[data-question=still_there] input[value=true]")
    page.get_by_label("In your own words").fill(WORDS)
    for label, value in contact.items():
        page.get_by_label(label, exact=True).fill(value)
    follow(page.locator(SEND))
    expect(page).to_have_url(DONE)
    assert fits(page)
    return page.inner_text(".door-code")


def track(page: Page, live_server: Any, code: str) -> None:
    page.goto(f"{live_server.url}/track/")
    page.get_by_label("Code of the report").fill(code)
    follow(page.locator(SEND))


def sent_texts() -> list[str]:
    from kapok.access import secrets  # noqa: PLC0415  # needs the settings
    from kapok.access.messages import TEXT  # noqa: PLC0415
    from kapok.access.models import OutboxMessage  # noqa: PLC0415

    with factories.as_owner_of_rows():
        rows = list(OutboxMessage.objects.all())
    return [secrets.decrypt(bytes(row.text), about=TEXT) for row in rows]


def matters() -> list[Any]:
    from kapok.matters.models import Matter  # noqa: PLC0415

    with factories.as_owner_of_rows():
        return list(Matter.objects.order_by("number"))


def test_from_the_gate_to_the_answer(browse: Callable[..., Page], live_server: Any, estate: Any):
    resident, neighbour = browse(), browse()
    code = report_exit(resident, live_server)
    report_exit(neighbour, live_server, Telephone="13800138000", Name="陈小明")
    first, second = matters()
    assert (first.kind, first.realm, first.urgency) == ("forced_exit", "ORDER", "RED")
    assert (second.state, second.duplicate_of_id) == ("DUPLICATE", first.pk)
    assert first.unit == estate.station.pk  # the station that answers for the place has it at once

    station = browse(estate.police)
    station.goto(f"{live_server.url}/matters/{first.pk}/")
    expect(station.get_by_text(WORDS).first).to_be_visible()

    desk = browse(estate.dispatcher)
    desk.goto(f"{live_server.url}/matters/{first.pk}/send/")
    nearest = desk.locator(".candidate", has_text="巡逻1组")
    expect(nearest).to_contain_text("km")
    expect(nearest).to_contain_text("min")
    desk.get_by_label("巡逻1组").check()
    follow(desk.get_by_role("button", name="Send", exact=True))
    expect(desk.get_by_text("Done.")).to_be_visible()

    patrol = browse(estate.patrol)
    patrol.goto(f"{live_server.url}/matters/{first.pk}/")
    follow(patrol.locator("[data-move=arrive]"))
    expect(patrol.get_by_text("In progress").first).to_be_visible()
    do_the_step(patrol, "Arrive and ask why")
    follow(patrol.locator("[data-move=finish]"))
    patrol.get_by_label("Persuaded, went back").check()
    follow(patrol.get_by_role("button", name="Finish", exact=True))
    expect(patrol.get_by_text("Persuaded, went back").first).to_be_visible()

    track(resident, live_server, code)
    expect(resident.get_by_text("It is settled.").first).to_be_visible()
    expect(resident.get_by_text("was dealt with: Persuaded, went back").first).to_be_visible()
    assert fits(resident)
    told = sent_texts()
    assert any(f"{first.number}" in text or f"{second.number}" in text for text in told)
    assert any("劝返" in text for text in told)  # whoever left a telephone hears the outcome
    resident.locator("[name=satisfaction][value='5']").check()
    follow(resident.get_by_role("button", name="Send the rating"))
    expect(resident.get_by_text("Thank you.")).to_be_visible()
    [first, _second] = matters()
    assert (first.state, first.satisfaction) == ("CLOSED", 5)


def do_the_step(page: Page, name: str) -> None:
    follow(page.locator("[data-move=step]"))
    follow(page.locator("li", has_text=name).get_by_role("link", name="Do"))
    page.get_by_label("The person is there").check()
    page.locator("[name='answers.explained'][value=yes]").check()
    page.get_by_role("button", name="Use my position").click()
    expect(page.get_by_label("Longitude")).to_have_value("113.240100")
    follow(page.get_by_role("button", name="Step", exact=True))
    expect(page).to_have_url(re.compile(r"/matters/[0-9a-f-]+/$"))


def test_who_needs_help_is_helped_and_nothing_is_held_against_anybody(
    browse: Callable[..., Page], live_server: Any, estate: Any
):
    resident = browse()
    ask_why(resident, live_server, "Illness, injury, giving birth")
    expect(resident.get_by_role("heading", name="Urgent help")).to_be_visible()
    expect(resident.locator("[data-question=danger] input[value=illness]")).to_be_checked()
    expect(resident.locator("[data-question=gate]")).to_have_count(0)
    resident.get_by_label("Where exactly").fill("3栋2单元")
    follow(resident.locator(SEND))
    expect(resident).to_have_url(DONE)
    [matter] = matters()
    assert (matter.kind, matter.realm, matter.urgency) == ("urgent_help", "CARE", "RED")
    assert traces_of_order() == []
    station = browse(estate.police)
    with_police = station.goto(f"{live_server.url}/matters/{matter.pk}/")
    assert with_police is not None
    assert with_police.status == 404


def traces_of_order() -> list[Any]:
    """Whatever in the database would tell that somebody was reported for leaving."""
    from django.apps import apps  # noqa: PLC0415  # needs the settings

    found = []
    with factories.as_owner_of_rows():
        for model in apps.get_app_config("matters").get_models():
            for row in model.objects.values():
                said = " ".join(str(value) for value in row.values())
                if "forced_exit" in said or "ORDER" in said or "police" in said.lower():
                    found.append((model.__name__, said))
    return [each for each in found if each[0] not in {"Unit", "ServiceArea"}]
