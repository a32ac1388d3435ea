"""An officer draws a zone on the map, a colleague confirms it, and it is lifted again."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests import factories, small_town
from tests.functional.pages import SIZES, faults, follow, shoot
from tests.kapok.zones.conftest import PDF, photo

from kapok.packs import operations as packs


@pytest.fixture
def officers(transactional_db: None) -> list[Any]:
    """Two who may order zones in the small town, with the packs that are shipped."""
    small_town.load()
    small_town.publish(small_town.draw())
    with factories.as_box():
        packs.ensure_shipped(at=factories.NOON)
    names = ["陈区长", "李副区长"]
    return [
        factories.Appointment(
            role="district_command", place=small_town.DISTRICT, account__name=name
        )
        for name in names
    ]


def looked_at(page: Page, name: str) -> None:
    expect(page.locator("#zones-map")).to_be_attached()
    assert faults(page) == []
    shoot(page, name)


def test_a_zone_from_the_map_to_its_end(officers: list[Any], browse: Callable[..., Page]):
    first, second = browse(officers[0]), browse(officers[1])
    first.goto("/zones/new/")
    first.get_by_label("Name of the zone").fill("河畔花园")
    first.locator("input[name=kind][value=closed_2021]").check()
    first.locator("textarea[name=reason]").fill("3 cases in two days")

    # open a street and a community without losing what was written
    follow(first.get_by_role("button", name="What lies in Zhongnan"))
    follow(first.get_by_role("button", name="What lies in Riverside"))
    expect(first.get_by_label("Name of the zone")).to_have_value("河畔花园")
    looked_at(first, "new-desk")

    # draw four points around the middle of the map
    first.get_by_text("Or draw an area").click()
    first.get_by_role("button", name="Draw on the map").click()
    first.locator("#zones-map").scroll_into_view_if_needed()
    box = first.locator("#zones-map canvas").bounding_box()
    assert box is not None
    middle_x, middle_y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    corners = [(-150, -110), (150, -110), (150, 110), (-150, 110)]
    for n, (x, y) in enumerate(corners, start=1):
        first.mouse.click(middle_x + x, middle_y + y)
        expect(first.locator("#zone-points")).to_have_text(f"Points: {n}")
    shoot(first, "new-drawn")

    first.get_by_label("Number of the decision").fill("荔府〔2026〕3号")
    first.get_by_label("Who issued it").fill("荔湾区人民政府")
    first.get_by_label("Day of the decision").fill("2026-03-02")
    first.get_by_label("The decision (PDF or photo)").set_input_files(
        {"name": "decision.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    follow(first.get_by_role("button", name="See what it would change"))
    expect(first.get_by_text("The way to a doctor stays open.")).to_be_visible()
    looked_at(first, "order-desk")
    follow(first.get_by_role("button", name="Hand it to a second person"))
    expect(first.get_by_text("It waits for a second person.", exact=True)).to_be_visible()

    second.goto("/zones/")
    expect(second.get_by_role("heading", name="Orders that wait")).to_be_visible()
    follow(second.get_by_role("link", name="Put in force: 河畔花园"))
    follow(second.get_by_role("button", name="Confirm", exact=True))
    expect(second.get_by_role("heading", name="河畔花园")).to_be_visible()
    expect(second.get_by_text("In force", exact=True)).to_be_visible()
    looked_at(second, "zone-desk")
    here = second.url

    for language, scheme, size in [("zh-CN", "dark", "phone"), ("zh-CN", "light", "desk")]:
        reader = browse(officers[0], locale=language, color_scheme=scheme, viewport=SIZES[size])
        for name, path in [("zones", "/zones/"), ("zone", here), ("new", "/zones/new/")]:
            reader.goto(path)
            looked_at(reader, f"{name}-{language}-{scheme}-{size}")

    first.goto(here)
    first.get_by_label("Reason", exact=True).first.fill("no new case")
    follow(first.get_by_role("button", name="Lift it now"))
    expect(first.get_by_text("Lifted. What hung on it was moved back.")).to_be_visible()
    first.get_by_text("Take back: Lift").click()
    looked_at(first, "zone-lifted")


def test_a_zone_is_ordered_without_javascript(
    officers: list[Any], browse: Callable[..., Page], browser: Browser
):
    page = browse(officers[0], java_script_enabled=False)
    page.goto("/zones/new/")
    follow(page.get_by_role("button", name="What lies in Zhongnan"))
    page.get_by_label("Riverside", exact=True).check()
    page.get_by_label("Name of the zone").fill("河畔社区")
    page.locator("input[name=kind][value=sealed_2021]").check()
    page.locator("textarea[name=reason]").fill("an outbreak")
    page.get_by_label("Number of the decision").fill("3")
    page.get_by_label("Who issued it").fill("区政府")
    page.get_by_label("Day of the decision").fill("2026-03-02")
    page.get_by_label("The decision (PDF or photo)").set_input_files(
        {"name": "decision.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    follow(page.get_by_role("button", name="See what it would change"))
    expect(
        page.get_by_role("heading", name="What it would change, as things stand")
    ).to_be_visible()
    follow(page.get_by_role("button", name="Withdraw it"))
    expect(page.get_by_text("Withdrawn", exact=True).first).to_be_visible()
