"""What the browser of a phone gives: keys, passkeys, codes by camera, a map, sending later."""

from pathlib import Path
from typing import Any

import segno
from playwright.sync_api import CDPSession, expect
from tests.functional.phone.acts import PICTURE, eventually, given, open_matter, session_of, settled
from tests.functional.phone.phones import PIN, Phone

KEYS = """async () => {
  const { openDB } = await import("/static/vendor/idb/index.js");
  const db = await openDB("kapok-phone");
  const found = await db.getAll("keys");
  db.close();
  return found.map((key) => (key.privateKey ?? key).extractable);
}"""
TAGS = "navigator.serviceWorker.ready.then((found) => found.sync.getTags())"


def test_it_may_be_installed_and_keeps_its_keys_and_words_to_itself(phone: Phone, server: Any):
    given(1)
    phone.start()
    page = phone.set_up()
    open_matter(phone)
    page.get_by_role("link", name="Note").click()
    rows = len(phone.stored("cache"))
    page.get_by_label("In your words").fill("门口有积水")
    page.set_input_files("#photos", PICTURE)
    page.locator(".thumb img").wait_for()
    eventually(phone, lambda: len(phone.stored("cache")) > rows)  # the draft

    assert page.evaluate(KEYS) == [False, False, False]  # cache, files, signing
    kept = [row for name in ("cache", "files", "outbox", "meta") for row in phone.stored(name)]
    assert not any("独居老人" in row or "积水" in row for row in kept)
    devtools = phone.context.new_cdp_session(page)
    assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []


def authenticator(phone: Phone, *, keeps_secrets: bool) -> tuple[CDPSession, str]:
    devtools = phone.context.new_cdp_session(phone.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal",
        "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True, "hasPrf": keeps_secrets,
    }  # fmt: skip
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, made["authenticatorId"]


def test_a_passkey_opens_it_beside_the_pin(phone: Phone, server: Any):
    given(1)
    page = phone.start()
    devtools, key = authenticator(phone, keeps_secrets=True)
    page.get_by_label("Also open by fingerprint or face").check()
    phone.set_up()
    phone.cut_off()
    page.reload()

    by_finger = page.get_by_role("button", name="Open by fingerprint or face")
    by_finger.click()
    expect(page.get_by_text("1 matter · 1 stop")).to_be_visible()

    page.reload()
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    by_finger.click()
    expect(page.get_by_text("That did not work. Use the PIN.")).to_be_visible()
    phone.unlock()
    expect(page.get_by_text("1 matter · 1 stop")).to_be_visible()


def test_an_authenticator_without_secrets_leaves_the_pin_alone(phone: Phone, server: Any):
    page = phone.start()
    phone.set_up()
    authenticator(phone, keeps_secrets=False)
    phone.tab("Phone")
    page.get_by_label("PIN").fill(PIN)
    page.get_by_role("button", name="Also open by fingerprint or face").click()
    expect(page.get_by_text("This phone cannot open it so. The PIN stays.")).to_be_visible()
    page.reload()
    page.get_by_label("PIN").wait_for()
    expect(page.get_by_role("button", name="Open by fingerprint or face")).to_have_count(0)


def film(folder: Path, code: str) -> Path:
    """What a camera sees that is held before a printed code, as a film of one picture."""
    width, height, scale, border = 640, 480, 8, 4
    rows = [bytearray([200] * width) for _ in range(height)]
    for y, line in enumerate(segno.make_qr(code).matrix_iter(scale=scale, border=border)):
        rows[y + 60][160 : 160 + len(line)] = bytes(20 if dark else 235 for dark in line)
    film = folder / "camera.y4m"
    picture = b"FRAME\n" + b"".join(rows) + bytes([128]) * (width * height // 2)
    film.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + picture * 2)
    return film


def test_the_camera_reads_a_printed_code_without_network(phone: Phone, server: Any, tmp_path: Path):
    phone.arguments = [f"--use-file-for-fake-video-capture={film(tmp_path, 'AB123')}"]
    phone.start()
    page = phone.set_up()
    phone.cut_off()
    phone.tab("Found")
    page.get_by_role("link", name="Every field").click()
    page.get_by_role("button", name="Read a code").click()
    expect(page.get_by_label("Code", exact=False).first).to_have_value("AB123")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_map_of_ones_own_grids_is_drawn_without_network(town: Any, phone: Phone, server: Any):
    given(2)
    phone.start()
    page = phone.set_up()
    phone.wait_until_kept()
    phone.tab("Map")
    page.wait_for_selector("#map[data-shown]")
    shown = page.locator("#map").get_attribute("data-shown")
    assert int(shown or 0) >= 1

    phone.cut_off()
    page.reload()
    page.get_by_label("PIN").fill(PIN)
    page.get_by_role("button", name="Open").click()
    page.wait_for_selector(f'#map[data-shown="{shown}"]')
    expect(page.get_by_text("1 · Home visit")).to_be_visible()


def test_what_waits_is_sent_while_the_app_is_closed(phone: Phone, server: Any):
    given(1)
    phone.start()
    page = phone.set_up()
    page.reload()  # from now on with the service worker
    phone.unlock()
    phone.cut_off()
    open_matter(phone)
    page.get_by_role("link", name="Note").click()
    page.get_by_label("In your words").fill("门口有积水")
    page.set_input_files("#photos", PICTURE)
    page.locator(".thumb img").wait_for()
    page.get_by_role("button", name="Note", exact=True).click()
    settled(phone, "1 to send")
    eventually(phone, lambda: page.evaluate(TAGS) == ["kapok-send"])
    found: list[str] = []
    devtools = phone.context.new_cdp_session(page)
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(each["registrationId"] for each in event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    eventually(phone, lambda: found)
    page.goto("about:blank")  # the app is closed, the browser is not
    phone.cut_off(off=False)
    wake = {"origin": phone.url, "registrationId": found[-1], "tag": "kapok-send"}
    devtools.send("ServiceWorker.dispatchSyncEvent", wake | {"lastChance": False})
    eventually(phone, lambda: server.commands)
    assert server.uploads == {}  # photos follow when the app is open

    page.goto(f"{phone.url}/my/")
    phone.unlock()
    settled(phone)
    eventually(phone, lambda: phone.stored("files") == [])
    assert len(server.commands) == 1
    assert set(server.uploads) == set(server.commands[0]["data"]["files"])


def test_who_is_signed_out_sends_the_words_and_the_photo_follows(
    phone: Phone, server: Any, worker: Any
):
    given(1)
    phone.start()
    page = phone.set_up()
    open_matter(phone)
    phone.context.clear_cookies()
    page.get_by_role("link", name="Note").click()
    page.set_input_files("#photos", PICTURE)
    page.locator(".thumb img").wait_for()
    page.get_by_role("button", name="Note", exact=True).click()
    settled(phone, "1 file to send")
    assert len(server.commands) == 1
    assert server.uploads == {}

    phone.sign_in_again(session_of(worker))
    phone.tab("Sending")
    page.get_by_role("button", name="Send now").click()
    settled(phone)
    assert set(server.uploads) == set(server.commands[0]["data"]["files"])
