"""A gate worker looks at her shifts on her phone and hands one on; the lead prints the week."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests import factories, small_town
from tests.functional.pages import SIZES, follow, looked_at
from tests.kapok.workforce import world

GATES = ("东门卡口", "西门卡口", "南门卡口", "北门卡口")
PARTIES = ("police", "health", "community")
NAMES = ("王小明", "李娜", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "黄敏", "周杰", "吴霞")


@pytest.fixture
def gates(transactional_db: None) -> dict[str, Any]:
    """A lead and ten people at four gates, this week and the next, with a few empty seats."""
    small_town.load()
    people = [world.keeper(name) for name in NAMES]
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    begins = int((monday - factories.NOON) / world.HOUR)
    for day in range(14):
        for n, start in enumerate((7, 15, 23)):
            for g, gate in enumerate(GATES):
                turn = (3 * g + n + day) % 13
                who = people[turn] if turn < len(people) and n == turn % 3 else None
                world.shift(
                    who, start=begins + 24 * day + start, post=gate, task="查验",
                    party=PARTIES[n] if who is None else "community",
                )  # fmt: skip
    lead = world.lead("street_command", small_town.STREET)
    new = world.keeper("林晓")
    world.shift(new, start=begins + 24 * 20 + 7, post=GATES[0])
    return {"lead": lead, "wang": people[0], "new": new}


def test_a_night_is_handed_on_and_the_lead_approves(
    gates: dict[str, Any], browse: Callable[..., Page]
):
    phone = {"viewport": SIZES["phone"], "locale": "zh-CN"}
    hers = browse(gates["wang"], **phone)
    hers.goto("/my-shifts/")
    looked_at(hers, "shifts-phone")
    follow(hers.locator(".shift-do a").first)
    looked_at(hers, "shifts-offer-phone")
    follow(hers.locator("main form button").first)
    expect(hers.locator(".shift-list .badge.bg-yellow-lt")).to_have_count(1)

    colleague = browse(gates["new"], color_scheme="dark")
    colleague.goto("/my-shifts/")
    looked_at(colleague, "shifts-desk-dark")
    follow(colleague.get_by_role("link", name="Answer"))
    looked_at(colleague, "shifts-agree")
    follow(colleague.get_by_role("button", name="I agree"))
    expect(colleague.get_by_text("It holds once the lead has approved it")).to_be_visible()
    follow(colleague.get_by_role("button", name="Make my calendar’s address"))
    address = colleague.get_by_label("Secret address of your calendar").input_value()
    assert colleague.request.get(address).text().startswith("BEGIN:VCALENDAR")
    looked_at(colleague, "shifts-calendar")

    lead = browse(gates["lead"])
    lead.goto("/workforce/shifts/")
    looked_at(lead, "wall-desk")
    follow(lead.get_by_role("button", name="Approve"))
    expect(lead.get_by_text("Approved: the shift has changed hands.")).to_be_visible()
    follow(lead.locator(".wall-seat.is-empty").last)
    looked_at(lead, "wall-shift")
    if folder := os.environ.get("KAPOK_SHOTS"):
        for paper in ("a4", "a3"):
            lead.goto(f"/workforce/shifts/?paper={paper}")
            lead.pdf(path=Path(folder) / f"wall-{paper}.pdf", prefer_css_page_size=True)

    small = browse(gates["lead"], **phone)
    small.goto("/workforce/shifts/")
    looked_at(small, "wall-phone")
