"""A grid worker's morning on her phone, with and without network, and all that goes wrong on it."""

import base64
import gzip
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Playwright, expect
from playwright.sync_api import TimeoutError as TooLate
from tests.functional import phone_server
from tests.functional.pages import faults
from tests.functional.phone_kinds import KINDS
from tests.functional.phones import PIN, Phone

PASSWORD = "only-for-journeys"
PATIENCE_S = 60
PICTURE = Path(__file__).parents[2] / "src/kapok/static/phone/icon-512.png"


@pytest.fixture
def server(settings: Any) -> phone_server.Server:
    settings.ROOT_URLCONF = "tests.functional.phone_server"
    phone_server.NOW.__init__()
    phone_server.NOW.kinds = KINDS
    phone_server.NOW.places = [{"code": 440103022001001, "name": "河畔 1 号网格"}]
    return phone_server.NOW


@pytest.fixture
def worker(town: Any) -> Any:
    from tests import factories  # noqa: PLC0415

    from kapok.access.models import User  # noqa: PLC0415

    worker = User.objects.create_user("worker", password=PASSWORD, name="王网格员", is_demo=True)
    factories.Appointment(account=worker, role="grid_worker", place=town.RIVERSIDE)
    return worker


@pytest.fixture
def cookie(worker: Any) -> dict[str, str]:
    return session_of(worker)


def session_of(account: Any) -> dict[str, str]:
    client = Client()
    client.force_login(account)
    name = django_settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


@pytest.fixture
def heard(complaints: list[str]) -> Callable[[BrowserContext], None]:
    """As ``listen``, but a request that found no network is what these journeys are about."""
    expected = re.compile(
        r"ERR_INTERNET_DISCONNECTED|status of (401|403|503)|GL Driver Message|Autofocus"
    )

    def start(context: BrowserContext) -> None:
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on(
            "console",
            lambda said: (
                said.type in {"error", "warning"}
                and not expected.search(said.text)
                and complaints.append(said.text)
            ),
        )

    return start


@pytest.fixture
def phone(
    playwright: Playwright, tmp_path: Path, live_server: Any, server: Any, cookie: dict[str, str],
    heard: Callable[[BrowserContext], None],
) -> Iterator[Phone]:  # fmt: skip
    url = live_server.url.replace("127.0.0.1", "localhost")
    found = Phone(playwright, tmp_path / "phone", url, cookie, heard)
    yield found
    found.close()


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


def test_the_card_says_what_is_needed_and_the_screen_what_kapok_adds(phone: Phone, server: Any):
    asks = {"zh": "李邻居 替这一户求助。", "en": "李邻居 asks for this household."}
    phone_server.made(
        str(uuid.uuid4()), "rubbish", address="1", answers={"size": "heap"}, notes=[asks]
    )
    phone.start()
    page = phone.set_up()
    expect(page.locator(".card-title")).to_have_text("Rubbish · A heap")
    open_matter(phone)
    expect(page.get_by_text(asks["en"])).to_be_visible()
    expect(page.get_by_text(asks["zh"])).to_have_count(0)


def test_a_number_that_was_answered_can_be_dialled(phone: Phone, server: Any):
    phone_server.made(str(uuid.uuid4()), "all", address="1", answers={"tel": "+8613800138000"})
    phone.start()
    page = phone.set_up()
    expect(page.locator(".card-title")).to_have_text("Every field")
    open_matter(phone)
    dial = page.get_by_role("link", name="+8613800138000")
    expect(dial).to_have_attribute("href", "tel:+8613800138000")


def test_a_morning_without_network_is_sent_once(phone: Phone, server: Any):
    given(3)
    phone.start()
    page = phone.set_up()
    expect(page.get_by_text("3 matters · 3 stops")).to_be_visible()
    phone.cut_off()
    open_matter(phone)
    page.get_by_role("link", name="Meet and ask").click()
    page.get_by_role("button", name="Keep this step").click()
    expect(page.get_by_text("This must be answered.").first).to_be_visible()
    expect(page.get_by_label("Medicine")).to_have_count(0)
    page.get_by_label("People at home").fill("2")
    page.get_by_label("Yes").check()
    page.get_by_label("Medicine").check()
    page.set_input_files("#photos", PICTURE)
    page.locator(".thumb img").wait_for()
    page.get_by_role("button", name="Take my position").click()
    expect(page.get_by_text("Position kept, within 8 m.")).to_be_visible()
    page.get_by_role("button", name="Keep this step").click()
    page.get_by_role("heading", name="What was done").wait_for()
    page.get_by_role("link", name="Finish").click()
    page.get_by_label("Done").check()
    page.get_by_role("button", name="Finish").click()
    phone.tab("Today")
    open_matter(phone)
    page.get_by_role("button", name="Nobody home").click()
    settled(phone, "3 to send")
    phone.tab("Found")
    page.get_by_role("link", name="Rubbish").click()
    page.get_by_label("A heap").check()
    page.get_by_label("Settled on the spot?").select_option("done")
    page.get_by_role("button", name="Report it").click()
    settled(phone, "5 to send")
    assert server.commands == []
    assert len(phone.stored("outbox")) == 5
    assert not any("medicine" in row or "heap" in row for row in phone.stored("outbox"))

    phone.cut_off(off=False)
    phone.tab("Sending")
    page.get_by_role("button", name="Send now").click()
    settled(phone)

    assert [each["move"] for each in server.commands] == [
        "step",
        "finish",
        "step",
        "report",
        "settle",
    ]
    made = [uuid.UUID(each["id"]) for each in server.commands]
    assert {each.version for each in made} == {7}
    assert made == sorted(made)
    assert server.cursors[:2] == [None, "3"]  # only what changed since the three is asked for
    assert server.cursors.count(None) == 1
    step = server.commands[0]
    assert step["data"]["answers"] == {"people": 2, "needs": True, "what": ["medicine"]}
    assert (step["data"]["lat"], step["data"]["accuracy_m"]) == (23.081, 8)
    photo = bytes(server.uploads[step["data"]["files"][0]])
    assert photo[:2] == b"\xff\xd8"
    assert b"Exif" not in photo
    assert [each["data"].get("noted") for each in server.commands][2] == "nobody_home"
    send_again(phone, server)
    assert len(server.commands) == 5
    assert phone.stored("outbox") == []


def test_a_killed_browser_keeps_what_was_made_and_what_was_being_filled_in(
    phone: Phone, server: Any
):
    given(1)
    phone.start()
    page = phone.set_up()
    phone.cut_off()
    open_matter(phone)
    page.get_by_role("button", name="Nobody home").click()
    settled(phone, "1 to send")
    page.get_by_role("link", name="Meet and ask").click()
    rows = len(phone.stored("cache"))
    page.get_by_label("People at home").fill("4")
    eventually(phone, lambda: len(phone.stored("cache")) > rows)  # the draft

    phone.kill()
    page = phone.start()
    phone.unlock()
    settled(phone)

    assert [each["data"]["noted"] for each in server.commands] == ["nobody_home"]
    open_matter(phone)
    page.get_by_role("link", name="Meet and ask").click()
    expect(page.get_by_label("People at home")).to_have_value("4")


def test_the_app_starts_without_network(phone: Phone, server: Any):
    given(1)
    phone.start()
    page = phone.set_up()
    phone.wait_until_kept()
    phone.cut_off()

    page.reload()
    phone.unlock()

    expect(page.get_by_text("1 matter · 1 stop")).to_be_visible()
    settled(phone, "No network")


def conflict(phone: Phone, server: Any) -> dict[str, Any]:
    [matter] = given(1)
    phone.start()
    page = phone.set_up()
    phone.cut_off()
    open_matter(phone)
    page.get_by_role("button", name="Arrived").click()
    settled(phone, "1 to send")
    matter["version"] = matter["other_version"] = 2
    matter["state"] = "IN_PROGRESS"
    matter["entries"].append(
        {"id": "x", "move": "start", "at": datetime.now(UTC).isoformat(), "by": "李民警",
         "mine": False, "version": 2, "data": {"text": "我先去看看"}}
    )  # fmt: skip
    phone_server.changed(matter)
    phone.cut_off(off=False)
    phone.tab("Sending")
    page.get_by_role("button", name="Send now").click()
    settled(phone, "1 needs your decision")
    page.get_by_role("link", name="Home visit").click()
    page.get_by_role("heading", name="Your decision").wait_for()
    expect(page.locator(".sides")).to_contain_text("李民警")
    expect(page.locator(".sides")).to_contain_text("我先去看看")
    return matter


def test_two_changed_the_same_matter_and_hers_is_sent_anyway(phone: Phone, server: Any):
    conflict(phone, server)

    phone.page.get_by_role("button", name="Send mine anyway").click()
    settled(phone)

    assert [(each["move"], each["seen"]) for each in server.commands] == [("arrive", 2)]


def test_two_changed_the_same_matter_and_hers_becomes_a_note(phone: Phone, server: Any):
    conflict(phone, server)

    phone.page.get_by_role("button", name="Keep mine as a note").click()
    settled(phone)

    assert [(each["move"], each["data"]) for each in server.commands] == [
        ("note", {"text": "Arrived"})
    ]


def test_two_changed_the_same_matter_and_hers_is_dropped(phone: Phone, server: Any):
    conflict(phone, server)

    phone.page.get_by_role("button", name="Drop mine").click()
    phone.page.get_by_role("button", name="Really drop it?").click()
    settled(phone)

    assert server.commands == []
    assert phone.stored("outbox") == []


def test_signing_out_wipes_the_cache_and_keeps_the_outbox(phone: Phone, server: Any, worker: Any):
    given(1)
    phone.start()
    page = phone.set_up()
    phone.cut_off()
    open_matter(phone)
    page.get_by_role("button", name="Refused").click()
    settled(phone, "1 to send")
    phone.tab("Phone")
    expect(page.get_by_text("1 is not sent yet.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Really sign out?").click()
    page.get_by_role("heading", name="Set up this phone").wait_for()

    assert phone.stored("cache") == []
    assert len(phone.stored("outbox")) == 1

    phone.cut_off(off=False)
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("link", name="Sign in").wait_for()
    phone.sign_in_again(session_of(worker))
    page.reload()
    phone.set_up()
    settled(phone)
    assert [each["data"]["noted"] for each in server.commands] == ["refused"]


def test_whoever_was_revoked_reads_nothing_more(phone: Phone, server: Any):
    given(1)
    phone.start()
    page = phone.set_up()
    phone.cut_off()
    open_matter(phone)
    page.get_by_role("button", name="Refused").click()
    settled(phone, "1 to send")
    server.revoked = True
    phone.cut_off(off=False)

    page.get_by_role("heading", name="This phone was shut off").wait_for()
    expect(page.get_by_text("Your appointment ended.")).to_be_visible()
    assert phone.stored("cache") == []
    assert len(phone.stored("outbox")) == 1


def test_the_fifth_wrong_pin_wipes_and_the_outbox_stays(phone: Phone, server: Any):
    given(1)
    phone.start()
    page = phone.set_up()
    phone.cut_off()
    open_matter(phone)
    page.get_by_role("button", name="Refused").click()
    settled(phone, "1 to send")
    page.reload()
    for left in ("4 more tries", "3 more tries", "2 more tries", "One more try"):
        page.get_by_label("PIN").fill("111222")
        page.get_by_role("button", name="Open").click()
        expect(page.get_by_role("alert")).to_contain_text(left)
    page.get_by_label("PIN").fill("111222")
    page.get_by_role("button", name="Open").click()

    page.get_by_role("heading", name="Everything kept here was wiped").wait_for()
    assert phone.stored("cache") == []
    assert len(phone.stored("outbox")) == 1


def test_a_pin_that_is_guessed_at_once_is_refused(phone: Phone, server: Any):
    page = phone.start()
    for pin, why in (
        ("12345", "At least 6"),
        ("123456", "guessed"),
        ("111111", "guessed"),
        ("abc", "digits"),
    ):
        page.get_by_label("PIN").fill(pin)
        page.get_by_label("Once more").fill(pin)
        page.get_by_role("button", name="Set this PIN").click()
        expect(page.get_by_role("alert")).to_contain_text(why)


def test_three_days_without_contact_close_the_cache_until_there_is_one(phone: Phone, server: Any):
    given(1)
    phone.start()
    page = phone.set_up()
    phone.cut_off()
    open_matter(phone)
    page.get_by_role("button", name="Refused").click()
    settled(phone, "1 to send")
    phone.tab("Today")
    phone.set_clock(73 * 3600)
    page.get_by_role("heading", name="Too long without contact").wait_for()
    phone.set_clock(3600)  # setting the clock back gains nothing
    page.get_by_role("heading", name="Too long without contact").wait_for()

    phone.cut_off(off=False)
    page.get_by_role("button", name="Connect now").click()
    phone.unlock()
    settled(phone)
    assert [each["data"]["noted"] for each in server.commands] == ["refused"]


def test_a_wrong_clock_is_said_and_made_good(phone: Phone, server: Any):
    given(1)
    phone.start()
    phone.set_clock(2 * 24 * 3600)
    page = phone.set_up()
    phone.tab("Phone")
    expect(page.get_by_text("wrong by 2880 minutes")).to_be_visible()
    phone.tab("Today")
    open_matter(phone)
    page.get_by_role("button", name="Arrived").click()
    eventually(phone, lambda: server.commands)

    made = datetime.fromisoformat(server.commands[0]["at"])
    assert abs(datetime.now(UTC) - made) < timedelta(minutes=1)


def test_a_full_disk_refuses_photos_first_and_never_loses_a_command(phone: Phone, server: Any):
    """Chromium remembers for long how much room there was, so the journey says it itself."""
    given(1)
    phone.start()
    page = phone.set_up()
    phone.cut_off()
    open_matter(phone)
    page.get_by_role("link", name="Note", exact=True).click()
    page.get_by_label("In your words").fill("门口有积水")
    phone.fill_disk("nearly")
    page.set_input_files("#photos", PICTURE)
    expect(page.locator("#said")).to_contain_text("The phone is full: no new photos.")
    page.get_by_role("button", name="Note", exact=True).click()
    settled(phone, "1 to send")  # the reserve had room for it

    page.get_by_role("link", name="Note", exact=True).click()
    page.get_by_label("In your words").fill("楼道灯坏了")
    phone.fill_disk("wholly")
    page.get_by_role("button", name="Note", exact=True).click()
    expect(page.locator("#said")).to_contain_text("The phone is full: this was not kept.")
    expect(page.get_by_label("In your words")).to_have_value("楼道灯坏了")
    assert len(phone.stored("outbox")) == 1

    phone.fill_disk("")
    page.get_by_role("button", name="Note", exact=True).click()
    settled(phone, "2 to send")


def test_an_update_of_the_app_keeps_a_full_outbox(phone: Phone, server: Any, monkeypatch: Any):
    from kapok.phone import shell  # noqa: PLC0415

    given(1)
    phone.start()
    page = phone.set_up()
    phone.wait_until_kept()
    page.reload()
    phone.unlock()
    open_matter(phone)
    monkeypatch.setattr(phone_server, "PAUSED", True)
    page.get_by_role("button", name="Refused").click()
    settled(phone, "1 to send")
    before = shell.hashed
    monkeypatch.setattr(shell, "hashed", lambda content: before(content + b"newer"))
    page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
    expect(page.locator("#said")).to_contain_text("A new version of the app is here.")
    phone.tab("Today")
    page.get_by_role("button", name="Use it").click()
    page.get_by_label("PIN").wait_for()
    assert len(phone.stored("outbox")) == 1

    monkeypatch.setattr(phone_server, "PAUSED", False)
    phone.unlock()
    phone.tab("Sending")
    page.get_by_role("button", name="Send now").click()
    settled(phone)
    assert [each["data"]["noted"] for each in server.commands] == ["refused"]


def test_one_that_the_server_refuses_holds_up_no_other(phone: Phone, server: Any):
    first, _second = given(2)
    phone.start()
    page = phone.set_up()
    phone.cut_off()
    open_matter(phone)
    page.get_by_role("button", name="Arrived").click()
    phone.tab("Today")
    open_matter(phone, 1)
    page.get_by_role("button", name="Arrived").click()
    settled(phone, "2 to send")
    del server.matters[first["id"]]
    phone.cut_off(off=False)
    phone.tab("Sending")
    page.get_by_role("button", name="Send now").click()

    settled(phone, "1 needs your decision")
    assert len(server.commands) == 1
    expect(page.get_by_text("There is no such matter here.")).to_be_visible()


def test_every_type_of_field_is_filled_in_and_sent(phone: Phone, server: Any):
    phone.start()
    page = phone.set_up()
    phone.tab("Found")
    page.get_by_role("link", name="Every field").click()
    page.get_by_label("Name", exact=False).first.fill("  桥头  ")
    page.get_by_label("How many").fill("4.5")
    page.get_by_label("Temperature").fill("37.5")
    page.get_by_label("Red").check()
    page.get_by_label("Day").fill("2026-03-02")
    page.get_by_label("Hour").fill("21:05")
    page.get_by_label("Moment").fill("2026-03-02T21:05")
    page.get_by_label("Telephone").fill("13800138000")
    page.get_by_label("Area").select_option("440103022001001")
    page.get_by_label("Code", exact=False).first.fill("ab1")
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_text("A whole number is expected here.")).to_be_visible()
    expect(page.get_by_text("This does not look as it should. Such as AB123")).to_be_visible()
    page.get_by_label("How many").fill("4")
    page.get_by_label("Code", exact=False).first.fill("AB123")
    page.set_input_files("#f-photo", PICTURE)
    page.locator(".thumb img").wait_for()
    pad = page.get_by_role("img", name="Sign here with the finger")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Keep the signature").click()
    page.locator(".thumb img").nth(1).wait_for()
    page.get_by_role("button", name="Report it").click()
    eventually(phone, lambda: server.commands)

    answers = server.commands[0]["data"]["answers"]
    files = server.commands[0]["data"]["files"]
    assert answers.pop("photo") + answers.pop("sign") == files
    eventually(phone, lambda: server.sizes and phone.stored("files") == [])
    assert set(files) == set(server.uploads)
    assert answers.pop("moment").endswith("Z")
    assert answers == {
        "name": "桥头", "n": 4, "t": 37.5, "one": "red", "day": "2026-03-02", "hour": "21:05",
        "tel": "13800138000", "area": "440103022001001", "code": "AB123",
    }  # fmt: skip


def test_an_upload_goes_on_where_it_stopped(phone: Phone, server: Any, monkeypatch: Any):
    given(1)
    phone.start()
    page = phone.set_up()
    monkeypatch.setattr(phone_server, "BREAKS_AFTER", 1)
    open_matter(phone)
    page.get_by_role("link", name="Note").click()
    big = page.evaluate(
        """() => {
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [1400, 1400];
          const context = canvas.getContext("2d");
          const noise = context.createImageData(1400, 1400);
          for (let at = 0; at < noise.data.length; at += 65536) {
            crypto.getRandomValues(noise.data.subarray(at, at + 65536));
          }
          context.putImageData(noise, 0, 0);
          return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
        }"""
    )
    page.set_input_files(
        "#photos", {"name": "big.jpg", "mimeType": "image/jpeg", "buffer": base64.b64decode(big)}
    )
    page.locator(".thumb img").wait_for()
    page.get_by_role("button", name="Note", exact=True).click()
    eventually(phone, lambda: server.broken)

    [command] = server.commands  # the words are there before the file is
    [key] = command["data"]["files"]
    eventually(phone, lambda: phone.stored("files") == [])
    assert len(server.uploads[key]) == server.sizes[key] > 256 * 1024
    assert server.broken == 1


# Resolves with the first change of the frame after the address has changed: that is the new screen.
GO_TO = """(path) => new Promise((resolve) => {
  addEventListener("hashchange", () => {
    new MutationObserver((_changes, seen) => { seen.disconnect(); resolve(); })
      .observe(document.getElementById("app"), { childList: true });
  }, { once: true });
  location.hash = `#/${path}`;
})"""


def look(page: Page, name: str) -> None:
    """No fault, nothing beyond the edge."""
    assert faults(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


@pytest.mark.parametrize(
    ("language", "scheme", "width"), [("zh-CN", "light", 360), ("en-GB", "dark", 390)]
)
def test_no_screen_has_a_fault_that_axe_knows(
    phone: Phone, server: Any, language: str, scheme: str, width: int
):
    given(2, urgency="YELLOW", due_at=datetime.now(UTC).isoformat())
    viewport = {"width": width, "height": 800}
    page = phone.start(locale=language, color_scheme=scheme, viewport=viewport)

    page.locator("#pin").wait_for()
    look(page, "set up")
    page.locator("#pin").fill(PIN)
    page.locator("#again").fill(PIN)
    page.locator("button.main").click()
    page.locator(".cards .card").first.wait_for()
    [matter, _other] = server.matters
    of_matter = (f"matter/{matter}", f"step/{matter}/talk", f"end/{matter}/finish")
    for path in (*of_matter, "today", "add", "add/rubbish", "add/all", "send", "phone"):
        page.evaluate(GO_TO, path)
        look(page, path)
    page.reload()
    page.locator("#pin").wait_for()
    look(page, "locked")


def test_the_list_is_walked_by_keyboard(phone: Phone, server: Any):
    given(2)
    phone.start()
    page = phone.set_up()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.locator(".card").first).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What was done").wait_for()
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_the_first_load_is_small(phone: Phone, server: Any):
    """All that a phone fetches before it works offline, as it is sent: the map aside."""
    page = phone.start()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    bodies = page.evaluate(
        """async () => {
          const name = (await caches.keys()).find((each) => each.includes("shell"));
          const cache = await caches.open(name);
          const kept = await cache.keys();
          return Promise.all(kept.map(async (request) => (await cache.match(request)).text()));
        }"""
    )
    assert len(bodies) > 40
    size = sum(len(gzip.compress(body.encode())) for body in bodies)
    assert size <= 300_000
    print(f"{len(bodies)} files, {size} bytes compressed")  # noqa: T201
