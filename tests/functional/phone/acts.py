"""What is done with a phone in many journeys, and what is waited for."""

import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import TimeoutError as TooLate
from playwright.sync_api import expect
from tests.functional.phone import server as phone_server
from tests.functional.phone.phones import Phone

PATIENCE_S = 60
PICTURE = Path(__file__).parents[3] / "src/kapok/static/phone/icon-512.png"


def session_of(account: Any) -> dict[str, str]:
    client = Client()
    client.force_login(account)
    name = django_settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


def given(n: int = 1, **more: Any) -> list[dict[str, Any]]:
    return [
        phone_server.made(
            str(uuid.uuid4()), "visit", address=f"河畔路 {i + 1} 号", text="独居老人，请看一下药。",
            lon=113.2 + 0.0006 * i, lat=23.08, **more,
        )
        for i in range(n)
    ]  # fmt: skip


def open_matter(phone: Phone, number: int = 0) -> None:
    """Tap a card; a tap that meets a list which is just being drawn anew is made again."""
    heading = phone.page.get_by_role("heading", name="What was done")
    for _tap in range(3):
        phone.page.locator(".card").nth(number).click()
        with suppress(TooLate):
            heading.wait_for(timeout=8_000)
            return
    expect(heading).to_be_visible()


def eventually(phone: Phone, holds: Callable[[], Any]) -> None:
    """Wait for what happens at the server, or on the disk of the phone."""
    until = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > until:
            raise AssertionError("It did not happen.")
        phone.page.wait_for_timeout(100)


def settled(phone: Phone, text: str | re.Pattern[str] = re.compile("^sent")) -> None:
    expect(phone.page.locator("#state")).to_contain_text(text)


def send_again(phone: Phone, server: Any) -> None:
    """Press the button though all was sent, until the server has been asked once more."""
    before = server.requests
    phone.page.get_by_role("button", name="Send now").click()
    eventually(phone, lambda: server.requests > before)
    settled(phone)
