#!/usr/bin/env python3
"""Take the pictures of README and docs from a running Kapok that shows Liwan.

Start Kapok with ``make up``, then ``make screenshots`` in another terminal. The proposal that is
drawn for the pictures is discarded again. Without arguments the port and data folder of ``make up``
are used; its demo account signs in.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from kapok.box import folder, session
from kapok.errors import Refused

IMAGES = Path(__file__).resolve().parent.parent / "docs/images"
ACCOUNT = "community"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
DISTRICT = 440103000000000
SETTLED_MS = 800


def main() -> None:
    """Read the command line, sign in, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    port = os.environ.get("KAPOK_PORT", "8000")
    parser.add_argument("--url", default=f"http://127.0.0.1:{port}", help="where Kapok runs")
    parser.add_argument("--to", type=Path, default=IMAGES, help="folder of the pictures")
    asked = parser.parse_args()
    asked.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        try:
            take_all(browser, asked.url, asked.to)
        except Refused as refusal:
            sys.exit(str(refusal))
        finally:
            browser.close()


def take_all(browser: Browser, url: str, to: Path) -> None:
    """Every picture."""
    english = signed_in(browser, url, language="en-GB", size=DESK)
    chinese = signed_in(browser, url, language="zh-CN", size=DESK)
    pages = {"en": english, "zh": chinese}
    for language, page in pages.items():
        shoot(page, f"{url}/", to / f"start-{language}.png")
        shoot(page, f"{url}/desk/", to / f"desk-{language}.png")
        shoot(page, f"{url}/desk/{DISTRICT}/", to / f"district-{language}.png")
    proposal = propose(english, f"{url}/desk/")
    for language, page in pages.items():
        shoot(page, proposal, to / f"proposal-{language}.png")
    dark = signed_in(browser, url, language="zh-CN", size=DESK, scheme="dark")
    shoot(dark, proposal, to / "desk-dark.png")
    phone = signed_in(browser, url, language="zh-CN", size=PHONE)
    shoot(phone, f"{url}/desk/", to / "desk-phone.png")
    discard(english, proposal)


def signed_in(
    browser: Browser, url: str, *, language: str, size: dict[str, int], scheme: str = "light"
) -> Page:
    """A page of somebody with a demo account."""
    context: BrowserContext = browser.new_context(
        locale=language, viewport=size, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{url}/sign-in/")
    page.locator("input[name=login]").fill(ACCOUNT)
    page.locator("input[name=password]").fill(password())
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    if "/sign-in/" in page.url:
        raise Refused(f"The account “{ACCOUNT}” cannot sign in; is this the Kapok of `make up`?")
    return page


def password() -> str:
    """The demo account's password, which follows from the box's secret key."""
    os.environ.setdefault("KAPOK_SECRET_KEY", session.secret_key(folder.prepared()))
    os.environ.setdefault("DATABASE_URL", "postgresql:///not-used")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapok.settings")
    import django  # noqa: PLC0415  # needs the variables above

    django.setup()
    from kapok.access.operations import demo_password  # noqa: PLC0415

    return demo_password(ACCOUNT)


def shoot(page: Page, address: str, to: Path) -> None:
    """One picture, once the map has come to rest."""
    page.goto(address)
    if page.locator("#map").count():
        page.wait_for_selector("#map[data-shown]", state="attached", timeout=60_000)
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=to)
    sys.stdout.write(f"{to.name}: {to.stat().st_size // 1024} kB\n")


def propose(page: Page, address: str) -> str:
    """Draw the account's own community for smaller grids, and return the proposal's address."""
    page.goto(address)
    page.locator("#draw summary").click()
    page.locator("#id_low").fill("200")
    page.locator("#id_high").fill("400")
    page.locator("#draw button").click()
    page.wait_for_url("**?drawing=*", timeout=60_000)
    return page.url


def discard(page: Page, proposal: str) -> None:
    """Give the proposal up again."""
    page.goto(proposal)
    page.locator("[data-opens=discard-dialog]").click()
    page.locator("#discard-dialog .btn-danger").click()
    page.wait_for_url(lambda where: "drawing=" not in where, timeout=60_000)


if __name__ == "__main__":
    main()
