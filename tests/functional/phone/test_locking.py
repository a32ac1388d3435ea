"""Who may read what the phone keeps: PIN, signing out, revocation, days without contact."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import expect
from tests.functional.phone.acts import eventually, given, open_matter, session_of, settled
from tests.functional.phone.phones import Phone


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
