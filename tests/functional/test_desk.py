"""Whole journeys of a community lead."""

import re
from typing import Any

from playwright.sync_api import Page, expect
from tests.functional.pages import follow


def shown(page: Page) -> int:
    """Grids on the map, once no other plan is on its way to it and it has come to rest."""
    read = """() => document.getElementById('map-note').hidden
      && document.querySelector('#map[data-shown]')?.dataset.shown"""
    return int(page.wait_for_function(read).json_value())


def test_a_lead_draws_anew_moves_locks_publishes_and_reads_the_history(signed_in: Page, town: Any):
    page = signed_in
    expect(page.get_by_role("heading", name="Riverside", level=1)).to_be_visible()
    assert shown(page) > 1

    # lock the first grid
    page.get_by_role("row").get_by_role("link", name="001").click()
    page.get_by_role("button", name="Lock").click()
    expect(page.get_by_text("Locked: drawing anew leaves this grid as it is.")).to_be_visible()

    # draw anew with other bounds; a mistake is said beside its field first
    page.get_by_role("link", name="Draw anew").click()
    page.get_by_label("Fewest households").fill("450")
    page.get_by_label("Most households").fill("400")
    page.get_by_role("button", name="Draw a proposal").click()
    expect(page.get_by_text("The most (400) must not be below the fewest (450).")).to_be_visible()
    page.get_by_label("Fewest households").fill("200")
    page.get_by_role("button", name="Draw a proposal").click()
    expect(page.get_by_text("The proposal is ready.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?drawing="))
    expect(page.locator("#legend")).to_contain_text("over 400 households")
    shown(page)

    # move a building, found through the list and not the map
    move_one(page)

    # publish, after being asked
    page.get_by_role("link", name="Publish …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("retired and never used again")
    dialog.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published. These grids are in force")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/desk/{town.RIVERSIDE}/$"))

    # the history has both versions, and the former one can be seen
    page.get_by_text("History", exact=True).click()
    history = page.locator("#history")
    expect(history).to_contain_text("陈主任")
    history.get_by_role("link", name="1", exact=True).click()
    expect(page.get_by_text("You look at grids as a former drawing made them.")).to_be_visible()
    assert shown(page) > 1


def move_one(page: Page) -> None:
    """Try buildings of the last grid until one may go to a neighbour."""
    page.get_by_text("List of the grids", exact=True).wait_for()
    grids = page.locator("details", has_text="List of the grids")
    last = grids.get_by_role("row").last.get_by_role("link").inner_text()
    open_grid(page, last)
    for name in page.locator("#selection tbody a").all_inner_texts():
        page.locator("#selection").get_by_role("link", name=name, exact=True).click()
        expect(page.locator("#selection h2")).to_contain_text(name)
        move = page.get_by_role("button", name="Move", exact=True)
        if move.is_visible():
            with page.expect_response("**/move/") as answer:
                move.click()
            if answer.value.ok:
                expect(page.get_by_text("Moved. The grid it left now has")).to_be_visible()
                expect(page.get_by_text("1 building was moved by hand.")).to_be_visible()
                return
            expect(page.locator("#selection [role=alert]")).to_be_visible()
        open_grid(page, last)
    raise AssertionError("No building could be moved.")


def open_grid(page: Page, label: str) -> None:
    """A grid beside the map, with its buildings unfolded."""
    grids = page.locator("details", has_text="List of the grids")
    grids.get_by_role("link", name=label, exact=True).click()
    expect(page.locator("#selection [data-shows=grid] h2")).to_contain_text(label)
    page.get_by_text("Its buildings", exact=True).click()


def test_a_building_is_moved_by_clicking_on_the_map(signed_in: Page):
    page = signed_in
    with page.expect_response("**/api/places/*/map?**"):
        page.get_by_role("button", name="Change by hand").click()
    expect(page.get_by_text("copy of the grids in force").first).to_be_visible()
    shown(page)
    point_at_a_building(page)
    page.mouse.down()
    page.mouse.up()
    expect(page.locator("#selection [data-shows=building]")).to_contain_text("栋")


def point_at_a_building(page: Page) -> None:
    """Move over the map until it names a building under the pointer."""
    box = page.locator("#map canvas").bounding_box()
    for across in range(2, 9):
        for down in range(2, 9):
            page.mouse.move(
                box["x"] + box["width"] * across / 10, box["y"] + box["height"] * down / 10
            )
            tip = page.locator("#map-tip")
            if tip.is_visible() and "栋" in tip.inner_text():
                return
    raise AssertionError("No place on the map met a building.")


def test_the_desk_works_without_javascript(browser: Any, live_server: Any, town: Any):
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/")
    page.get_by_label("Name of the account").fill("lead")
    page.get_by_label("Password").fill("only-for-journeys")
    follow(page.get_by_role("button", name="Sign in", exact=True))
    follow(page.get_by_role("link", name="Hillside", exact=True))
    page.locator("#draw summary").click()
    page.get_by_label("Fewest households").fill("200")
    page.get_by_label("Most households").fill("400")
    follow(page.get_by_role("button", name="Draw a proposal"))
    expect(page.get_by_text("The proposal is ready.")).to_be_visible()
    follow(page.get_by_role("link", name="Publish …"))
    follow(page.get_by_role("button", name="Publish"))
    expect(page.get_by_text("Published. These grids are in force")).to_be_visible()
    context.close()


def test_a_phone_has_the_tree_in_a_drawer(signed_in: Page):
    page = signed_in
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.get_by_role("link", name="Hillside", exact=True)).to_be_hidden()

    page.get_by_role("button", name="Areas").click()
    follow(page.get_by_role("link", name="Hillside", exact=True))

    expect(page.get_by_role("heading", name="Hillside", level=1)).to_be_visible()


def test_on_a_phone_a_new_plan_does_not_open_the_legend_over_the_map(signed_in: Page):
    page = signed_in
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(page.locator("#legend")).not_to_have_attribute("open", "")

    page.get_by_role("button", name="Change by hand").click()

    expect(page.locator("#legend")).to_contain_text("building that changes its grid")
    expect(page.locator("#legend")).not_to_have_attribute("open", "")


def test_the_tree_opens_and_finds_with_the_keyboard(signed_in: Page):
    page = signed_in
    page.get_by_label("Name or code of an area").fill("Meadow")
    expect(page.locator("#search-results")).to_contain_text("Meadow")
    twig = page.get_by_role("button", name="Areas in Zhongnan")
    twig.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Areas in Zhongnan")).to_have_attribute(
        "aria-expanded", "false"
    )
    expect(page.get_by_role("button", name="Areas in Zhongnan")).to_be_focused()


WATCH = """
document.addEventListener("htmx:before:request", () => setTimeout(() => {
  const form = document.querySelector("#draw form");
  document.body.dataset.busy = [
    form.querySelector("button").disabled,
    getComputedStyle(form.querySelector(".busy-note")).display !== "none",
  ].join();
}, 0));
"""


def test_while_grids_are_drawn_the_button_waits_and_the_page_says_so(signed_in: Page):
    page = signed_in
    page.evaluate(WATCH)
    page.locator("#draw summary").click()
    page.get_by_role("button", name="Draw a proposal").click()
    expect(page.get_by_text("The proposal is ready.")).to_be_visible()

    assert page.evaluate("document.body.dataset.busy") == "true,true"


def test_a_server_that_does_not_answer_is_said(signed_in: Page, complaints: list[str]):
    page = signed_in
    page.route("**/desk/grids/**", lambda route: route.abort())
    page.get_by_role("row").get_by_role("link", name="001").click()

    expect(page.locator("#notices")).to_contain_text("The server does not answer.")
    complaints.clear()
