"""An officer brings a list: asked first, recognised, checked, settled, taken over."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.functional.beside import work_off
from tests.functional.pages import follow

SHOTS = os.environ.get("KAPOK_SHOTS", "")


def shoot(page: Page, name: str) -> None:
    """Keep pictures at both widths, where somebody asks for them."""
    if SHOTS:
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1440, "height": 900})


@pytest.fixture
def officer(
    context: Any, page: Page, listen: Any, live_server: Any, transactional_db: None
) -> Page:
    """An assistance officer of a street where somebody lives, signed in."""
    from tests import factories  # noqa: PLC0415
    from tests.kapok.people import bringing  # noqa: PLC0415

    from kapok.access.models import User  # noqa: PLC0415

    account = User.objects.create_user("officer", password="only", name="周干事", is_demo=True)
    second = User.objects.create_user("second", password="only", name="梁主任", is_demo=True)
    factories.Appointment(account=account, role="assistance_officer", place=bringing.STREET)
    factories.Appointment(account=second, role="street_command", place=bringing.STREET)
    home = bringing.building()
    bringing.resident("王小明", number=bringing.identity(serial=1), home=home)
    bringing.resident("陈丽华", home=home, room="503", phone="+8613800138009")
    listen(context)
    page.goto(f"{live_server.url}/people/lists/")
    sign_in(page, "officer")
    return page


def sign_in(page: Page, name: str) -> None:
    """By password, where the sign-in page stands."""
    page.get_by_label("Name of the account").fill(name)
    page.get_by_label("Password").fill("only")
    follow(page.get_by_role("button", name="Sign in", exact=True))


def test_an_officer_brings_and_settles_a_list_and_a_second_one_takes_it_over(
    officer: Page, tmp_path: Path
):
    from tests.kapok.people.bringing import identity, workbook  # noqa: PLC0415

    page = officer
    file = tmp_path / "返乡人员.xlsx"
    file.write_bytes(
        workbook(
            [
                ("王小明", identity(serial=1), "13800138001", "示例花园3区5栋502", "女", ""),
                ("陈丽华", identity(serial=3), "", "示例花园3区5栋503", "女", ""),
                ("王小明", identity(serial=2), "", "示例花园3区5栋502", "女", ""),
                ("李大伟", identity(serial=7), "13800138007", "示例花园3区5栋601", "女", ""),
                ("赵六", "440103199005310000", "", "示例花园3区5栋602", "男", ""),
            ]
        )
    )
    follow(page.get_by_role("link", name="Bring a list"))
    page.get_by_label("Owner").fill("逢源街道办事处")
    page.get_by_label("Legal basis").fill("社会救助暂行办法 10")
    page.get_by_label("Reason").fill("返乡人员登记")
    page.get_by_label("Purpose").select_option("register_upkeep")
    shoot(page, "bring")
    page.locator("input[type=file]").set_input_files(file)
    follow(page.get_by_role("button", name="Read the list"))

    # the columns are recognised, and confirmed
    expect(page.get_by_label("Number of papers")).to_have_value("身份证号")
    shoot(page, "columns")
    follow(page.get_by_role("button", name="Check the rows"))
    expect(page.get_by_text("of 5 rows are checked")).to_be_visible()
    shoot(page, "progress")
    work_off()
    expect(page.get_by_text("The list says").first).to_be_visible()

    # the unclear rows stand side by side with who they may be
    expect(page.get_by_text("a second person takes it over")).to_be_visible()
    shoot(page, "unclear")
    others = page.get_by_role("button", name="Another person", exact=True)
    while others.count():
        follow(others.first)
    expect(page.get_by_text("No row is so.")).to_be_visible()
    follow(page.locator("nav a[href='?status=REFUSED']"))
    expect(page.get_by_text("last digits are lost")).to_be_visible()
    shoot(page, "refused")
    with page.expect_download() as download:
        page.get_by_role("link", name="1 refused row as Excel").click()
    assert download.value.path().read_bytes().startswith(b"PK")

    # whoever brought it cannot take it over; a second officer looks at the rows and does
    expect(page.get_by_role("button", name="Take the list over")).to_have_count(0)
    here = page.url
    page.context.clear_cookies()
    page.goto(here)
    sign_in(page, "second")
    page.goto(here)
    shoot(page, "second")
    follow(page.get_by_role("button", name="Take the list over"))
    expect(page.get_by_text("Taken over").first).to_be_visible()
    shoot(page, "taken")
