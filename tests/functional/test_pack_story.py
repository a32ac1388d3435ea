"""An administrator writes a kind of matter for a typhoon, tries it, and it lives: the whole story.

The file is the one of the documentation, so that whoever follows the page gets what it says.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests import factories
from tests.functional.pages import follow
from tests.functional.test_report_page import DONE, HERE, PHONE, SEND, a_photo, fits
from tests.kapok.matters.conftest import GRID, build, sender

HOW_TO = Path(__file__).parents[2] / "docs/how-to/packs.md"
DISTRICT = 440103000000000


def typhoon() -> str:
    """The file of the documentation, in force from the first of the year."""
    [text] = re.findall(r"^```yaml\n(.*?)^```$", HOW_TO.read_text("utf-8"), re.M | re.S)
    return text.replace("2026-07-01", "2026-01-01")


@pytest.fixture
def office(transactional_db: None) -> Any:
    """A street with lamps of yesterday; who writes rules and who puts them in force."""
    with translation.override("en"):
        town = SimpleNamespace(**build(factories))
        town.noon = timezone.now() - timedelta(days=1)
        send = sender(town)
        for _turn in range(3):
            taken = send(
                town.dispatcher, "report", kind="lamp", door="PHONE", building=str(town.here.pk)
            )
            assert taken.status == "TAKEN", taken
    town.administrator = factories.Appointment(role="administrator", place=DISTRICT)
    town.commander = factories.Appointment(role="district_command", place=DISTRICT)
    return town


@pytest.fixture
def browse(
    browser: Browser, live_server: Any, listen: Callable[[BrowserContext], None]
) -> Iterator[Callable[..., Page]]:
    """A page of somebody at a desk, or of a resident with a telephone."""
    contexts: list[BrowserContext] = []

    def start(appointment: Any = None) -> Page:
        cookies = {"django_language": "en"}
        size = PHONE if appointment is None else {"width": 1440, "height": 900}
        if appointment is not None:
            client = Client()
            client.force_login(appointment.account)
            cookies |= {name: kept.value for name, kept in client.cookies.items()}
        context = browser.new_context(
            locale="en-GB", viewport=size, geolocation=HERE, permissions=["geolocation"]
        )
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


def write(page: Page, text: str, button: str) -> None:
    page.get_by_label("The pack, in YAML").fill(text)
    follow(page.get_by_role("button", name=button))


def test_from_a_file_to_a_matter_that_follows_its_steps(
    browse: Callable[..., Page], live_server: Any, office: Any, tmp_path: Path
):
    writer = browse(office.administrator)
    writer.goto(f"{live_server.url}/packs/new/")
    write(writer, typhoon().replace("realm: SERVICE", "realm: SERVICES"), "Check and keep")
    expect(writer.get_by_text("1 fault; nothing was kept yet")).to_be_visible()
    expect(writer.get_by_text("Did you mean “SERVICE”?")).to_be_visible()

    write(writer, typhoon(), "Only try it")
    expect(writer.get_by_text("Kinds that appear")).to_be_visible()
    expect(writer.locator(".try-figures")).to_contain_text("3")
    expect(writer.get_by_text("Nothing would have been otherwise")).to_be_visible()
    follow(writer.get_by_role("button", name="Keep it as a draft"))
    expect(writer.get_by_text("Kept as a draft.")).to_be_visible()
    draft = writer.url

    commander = browse(office.commander)
    commander.goto(draft)
    follow(commander.get_by_role("link", name="Try it on yesterday’s matters"))
    expect(commander.get_by_role("heading", name="Tried on the matters of a day")).to_be_visible()
    commander.goto(draft)
    follow(commander.get_by_role("button", name="Put in force"))
    expect(commander.get_by_text("Holds now")).to_be_visible()

    resident = browse()
    resident.goto(f"{live_server.url}/report/")
    follow(resident.get_by_role("button", name="Use my position"))
    follow(resident.get_by_role("link", name="Water in the house"))
    resident.get_by_label("How deep, in cm").fill("60")
    resident.check("[data-question=people_inside] input[value=false]")
    expect(resident.locator("[data-question=n_people]")).to_be_hidden()
    follow(resident.locator(SEND))
    expect(resident).to_have_url(DONE)
    assert fits(resident)

    matter = newest()
    assert (matter.kind, matter.urgency, matter.state) == ("water_in_house", "RED", "ASSIGNED")
    assert matter.place == GRID
    worker = browse(office.worker)
    worker.goto(f"{live_server.url}/matters/{matter.pk}/")
    follow(worker.locator("[data-move=finish]"))
    worker.get_by_label("Dry again").check()
    follow(worker.get_by_role("button", name="Finish", exact=True))
    expect(worker.get_by_text("Before this outcome, do: Pump it out")).to_be_visible()
    worker.goto(f"{live_server.url}/matters/{matter.pk}/moves/step/?step=pump")
    worker.get_by_label("Photos").set_input_files(a_photo(tmp_path))
    follow(worker.get_by_role("button", name="Step", exact=True))
    expect(worker).to_have_url(re.compile(r"/matters/[0-9a-f-]+/$"))
    follow(worker.locator("[data-move=finish]"))
    worker.get_by_label("Dry again").check()
    follow(worker.get_by_role("button", name="Finish", exact=True))
    expect(worker.get_by_text("Done, to be checked").first).to_be_visible()


def test_a_number_opens_the_matters_behind_it(
    browse: Callable[..., Page], live_server: Any, office: Any
):
    """A lamp that is red now: three of yesterday would have been, and the commander sees which."""
    lamps = (
        typhoon()
        .replace("code: water_in_house", "code: lamp")
        .replace("default: YELLOW", "default: RED")
    )
    page = browse(office.commander)
    page.goto(f"{live_server.url}/packs/")
    writer = browse(office.administrator)
    writer.goto(f"{live_server.url}/packs/new/")
    write(writer, lamps, "Check and keep")
    page.goto(f"{writer.url}try/")
    row = page.locator(".try-part", has_text="Other urgency").locator("tbody tr")
    expect(row).to_contain_text("At once")
    follow(row.get_by_role("button", name="Show the 3 matters"))
    expect(page.locator("#behind")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page)


def newest() -> Any:
    from kapok.matters.models import Matter  # noqa: PLC0415  # needs the settings

    with factories.as_owner_of_rows():
        return Matter.objects.order_by("-number").first()
