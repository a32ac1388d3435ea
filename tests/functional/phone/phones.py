"""A phone for journeys: Chromium with a profile that outlives it, that is killed and cut off."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

PIN = "493817"
SIZE = {"width": 390, "height": 844}
# Whoever sends or pulls holds this lock until all of it is done.
IS_QUIET = """async () => {
  const { held } = await navigator.locks.query();
  return !held.some((lock) => lock.name === "kapok-send");
}"""
# The clock of the phone runs ahead by what a journey says, as a wrong clock does.
CLOCK = """
const ahead = Number(localStorage.getItem("ahead-of-the-world") || 0);
if (ahead) {
  const Right = Date;
  globalThis.Date = class extends Right {
    constructor(...given) { if (given.length) super(...given); else super(Right.now() + ahead); }
    static now() { return Right.now() + ahead; }
  };
}
"""
# A disk without room: for photos, or for commands too once the reserve is used up.
DISK = """
const { put, delete: drop } = IDBObjectStore.prototype;
const isFull = (store) => {
  const full = localStorage.getItem("full-disk");
  if (full === "wholly") return store !== "meta" || !localStorage.getItem("reserve-freed");
  if (full !== "nearly") return false;
  return store === "files" || (store === "outbox" && !localStorage.getItem("reserve-freed"));
};
IDBObjectStore.prototype.put = function (...given) {
  if (isFull(this.name)) throw new DOMException("full", "QuotaExceededError");
  return put.apply(this, given);
};
IDBObjectStore.prototype.delete = function (key) {
  if (key === "reserve") localStorage.setItem("reserve-freed", "yes");
  return drop.call(this, key);
};
"""


class Phone:
    """One phone. ``start`` opens the app, ``kill`` ends the browser as the system does."""

    def __init__(
        self, playwright: Playwright, folder: Path, url: str, cookie: dict[str, str],
        listen: Callable[[BrowserContext], None],
    ) -> None:  # fmt: skip
        self.playwright, self.folder, self.url = playwright, folder, url
        self.cookie, self.listen = cookie, listen
        self.context: BrowserContext | None = None
        self.page: Page = None  # type: ignore[assignment]
        self.arguments: list[str] = []  # of the browser, such as what its camera sees

    def start(self, **more: Any) -> Page:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder),
            executable_path="/usr/bin/chromium",
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                *self.arguments,
            ],
            **{
                "viewport": SIZE,
                "locale": "en-GB",
                "permissions": ["geolocation", "microphone", "camera", "background-sync"],
                "geolocation": {"latitude": 23.081, "longitude": 113.201, "accuracy": 8},
            }
            | more,
        )
        self.context.add_init_script(f"if (location.protocol !== 'about:') {{ {CLOCK} {DISK} }}")
        if self.cookie:
            self.context.add_cookies([self.cookie | {"url": self.url}])
        self.listen(self.context)
        self.page = self.context.pages[0]
        self.page.goto(f"{self.url}/my/")
        return self.page

    def set_up(self, pin: str = PIN) -> Page:
        """Choose a PIN, and have all that the server gives at first; nothing is under way then."""
        page = self.page
        page.get_by_label("PIN").fill(pin)
        page.get_by_label("Once more").fill(pin)
        page.get_by_role("button", name="Set this PIN").click()
        page.get_by_role("heading", name="Today").wait_for()
        page.get_by_text("Getting your list").wait_for(state="hidden")
        page.wait_for_function(IS_QUIET)
        return page

    def unlock(self, pin: str = PIN) -> Page:
        self.page.get_by_label("PIN").fill(pin)
        self.page.get_by_role("button", name="Open", exact=True).click()
        self.page.get_by_role("heading", name="Today").wait_for()
        return self.page

    def tab(self, name: str) -> None:
        self.page.locator("nav.tabs").get_by_role("link", name=name).click()
        self.page.get_by_role(
            "heading", level=1, name=name if name != "Found" else "What did you find?"
        ).wait_for()

    def wait_until_kept(self) -> None:
        """Until the app is kept here and its pages come from what is kept."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    def cut_off(self, off: bool = True) -> None:
        self.context.set_offline(off)

    def kill(self) -> None:
        """SIGKILL to every process of this phone's browser, and of no other, until none is left."""
        while doomed := self.processes():
            for process in doomed:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.05)
        self.close()

    def processes(self) -> list[int]:
        """What runs of this phone's browser."""
        mine, found = str(self.folder).encode(), []
        for entry in Path("/proc").iterdir():
            try:
                words = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            except OSError:
                continue
            if mine in words and b"chrom" in words:
                found.append(int(entry.name))
        return found

    def close(self) -> None:
        context, self.context = self.context, None
        if context:
            try:
                context.close()
            except Exception:  # it was killed
                return

    def sign_in_again(self, cookie: dict[str, str]) -> None:
        self.cookie = cookie
        self.context.add_cookies([cookie | {"url": self.url}])

    def stored(self, store: str) -> Any:
        """What lies on the phone's disk, as far as it is plain."""
        return self.page.evaluate(
            """async (store) => {
              const { openDB } = await import("/static/vendor/idb/index.js");
              const db = await openDB("kapok-phone");
              const rows = await db.getAll(store);
              db.close();
              return rows.map((row) => JSON.stringify(row, (key, value) =>
                value instanceof ArrayBuffer ? `${value.byteLength} bytes` : value));
            }""",
            store,
        )

    def fill_disk(self, how: str) -> None:
        self.page.evaluate("(how) => localStorage.setItem('full-disk', how)", how)

    def set_clock(self, ahead_s: float) -> None:
        self.page.evaluate("(ms) => localStorage.setItem('ahead-of-the-world', ms)", ahead_s * 1000)
        self.page.reload()
