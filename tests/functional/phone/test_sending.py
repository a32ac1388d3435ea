"""What the server makes of what is sent: two who changed the same, refusals, broken uploads."""

import base64
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import expect
from tests.functional.phone import server as phone_server
from tests.functional.phone.acts import eventually, given, open_matter, settled
from tests.functional.phone.phones import Phone


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
