"""What was made without network is kept, whatever happens to the phone, and sent once."""

import uuid
from typing import Any

from playwright.sync_api import expect
from tests.functional.phone import server as phone_server
from tests.functional.phone.acts import PICTURE, eventually, given, open_matter, send_again, settled
from tests.functional.phone.phones import Phone


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
