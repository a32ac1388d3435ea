"""The morning of a grid worker with the box itself: rules, policies, traces and all."""

import base64
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Playwright, expect
from tests.functional.phone.acts import PATIENCE_S, eventually, session_of, settled
from tests.functional.phone.phones import Phone


@pytest.fixture
def street(transactional_db: None) -> Any:
    from tests import factories  # noqa: PLC0415
    from tests.kapok.matters import conftest  # noqa: PLC0415

    found = SimpleNamespace(**conftest.build(factories))
    found.send = conftest.sender(found)
    return found


@pytest.fixture
def phone(
    playwright: Playwright, tmp_path: Path, live_server: Any, street: Any,
    heard: Callable[[BrowserContext], None],
) -> Iterator[Phone]:  # fmt: skip
    url = live_server.url.replace("127.0.0.1", "localhost")
    cookie = session_of(street.worker.account)
    found = Phone(playwright, tmp_path / "phone", url, cookie, heard)
    yield found
    found.close()


def reported(street: Any, kind: str = "visit", **more: Any) -> Any:
    """A matter in the worker's grid; routing gives it to her."""
    answer = street.send(
        street.lead, "report", None, kind=kind, building=str(street.here.pk), **more
    )
    assert answer.status == "TAKEN", answer
    return answer.matter


def rows(model: str, **wanted: Any) -> list[Any]:
    from kapok.access import scope  # noqa: PLC0415
    from kapok.ids import uuid7  # noqa: PLC0415
    from kapok.matters import models  # noqa: PLC0415

    with scope.acting(scope.of_intake(uuid7(), at=timezone.now())):
        return list(getattr(models, model).objects.filter(**wanted))


def moves(matter: Any) -> list[str]:
    return [event.move for event in rows("MatterEvent", matter=matter)]


def open_card(phone: Phone, name: str) -> None:
    phone.page.get_by_role("link", name=name).first.click()
    phone.page.get_by_role("heading", name="What was done").wait_for()


def test_a_morning_in_a_basement_arrives_once(phone: Phone, street: Any):
    visit = reported(street, text="独居老人，请看一下血压药")
    phone.start()
    page = phone.set_up()
    phone.cut_off()
    open_card(phone, "visit")
    expect(page.get_by_text("独居老人，请看一下血压药")).to_be_visible()
    page.get_by_role("button", name="Arrived").click()
    page.get_by_role("link", name="Look in").click()
    page.get_by_label("No", exact=True).check()
    page.get_by_label("What?").fill("药吃完了")
    page.get_by_role("button", name="Keep this step").click()
    page.get_by_role("heading", name="What was done").wait_for()
    phone.tab("Found")
    page.get_by_role("link", name="lamp").click()
    page.get_by_label("In your words").fill("三楼路灯坏了 💡")
    page.get_by_label("Settled on the spot?").select_option("settled")
    page.get_by_role("button", name="Report it").click()
    settled(phone, "4 to send")
    assert moves(visit) == ["report", "assign"]

    phone.kill()
    phone.start()
    phone.unlock()
    eventually(phone, lambda: len(moves(visit)) == 4)
    settled(phone)

    assert moves(visit) == ["report", "assign", "arrive", "step"]
    step = rows("MatterEvent", matter=visit, move="step")[0]
    assert step.data["answers"] == {"well": False, "what": "药吃完了"}
    assert str(step.device) == str(rows_of_device(street)[0].pk)
    [lamp] = rows("Matter", kind="lamp")
    assert (lamp.state, moves(lamp.pk)) == ("CLOSED", ["report", "assign", "settle"])
    page = phone.page
    phone.tab("Sending")
    with page.expect_response("**/api/sync/"):
        page.get_by_role("button", name="Send now").click()
    settled(phone)
    assert len(moves(visit)) == 4


def rows_of_device(street: Any) -> list[Any]:
    from kapok.access import scope  # noqa: PLC0415
    from kapok.phone.models import Device  # noqa: PLC0415

    with scope.acting(scope.of_account(street.worker.account_id, at=timezone.now())):
        return list(Device.objects.all())


def test_needs_medicine_opens_a_matter_of_care(phone: Phone, street: Any):
    visit = reported(street)
    phone.start()
    phone.set_up()
    open_card(phone, "visit")
    phone.page.get_by_role("button", name="Needs medicine").click()
    eventually(phone, lambda: rows("Matter", kind="help"))

    [care] = rows("Matter", kind="help")
    assert (care.parent_id, care.realm) == (visit, "CARE")


def test_somebody_else_changed_it_meanwhile_and_she_decides(phone: Phone, street: Any):
    lamp = reported(street, "lamp")
    phone.start()
    page = phone.set_up()
    phone.cut_off()
    open_card(phone, "lamp")
    page.get_by_role("button", name="Arrived").click()
    settled(phone, "1 to send")
    to = {"account": str(street.worker.account_id)}
    answer = street.send(street.dispatcher, "assign", lamp, to=to, text="先去三楼")
    assert answer.status == "TAKEN", answer
    phone.cut_off(off=False)
    settled(phone, "1 needs your decision")
    phone.tab("Sending")
    page.get_by_role("link", name="lamp").click()
    expect(page.locator(".sides")).to_contain_text("先去三楼")

    page.get_by_role("button", name="Send mine anyway").click()
    eventually(phone, lambda: moves(lamp)[-1] == "arrive")
    assert moves(lamp) == ["report", "assign", "assign", "arrive"]


def test_what_an_ended_appointment_sends_is_held_for_the_lead(phone: Phone, street: Any):
    from tests import factories  # noqa: PLC0415

    from kapok.access.models import Appointment  # noqa: PLC0415
    from kapok.phone.models import HeldCommand  # noqa: PLC0415

    lamp = reported(street, "lamp")
    phone.start()
    page = phone.set_up()
    phone.cut_off()
    open_card(phone, "lamp")
    page.get_by_role("button", name="Arrived").click()
    settled(phone, "1 to send")
    with factories.as_owner_of_rows():
        Appointment.objects.filter(pk=street.worker.pk).update(
            ends_at=timezone.now() - timedelta(minutes=1)
        )
    phone.cut_off(off=False)

    page.get_by_role("heading", name="This phone was shut off").wait_for()
    assert phone.stored("cache") == []
    assert moves(lamp) == ["report", "assign"]
    with factories.as_owner_of_rows():
        assert [str(held.why) for held in HeldCommand.objects.all()] == ["APPOINTMENT"]


NOISE = """() => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1200, 900];
  const context = canvas.getContext("2d");
  const noise = context.createImageData(1200, 900);
  for (let at = 0; at < noise.data.length; at += 65536) {
    crypto.getRandomValues(noise.data.subarray(at, at + 65536));
  }
  context.putImageData(noise, 0, 0);
  return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
}"""


class Parts:
    """Parts of files on their way into the box: all after the first wait until they may go on."""

    def __init__(self, take: Callable[..., Any]) -> None:
        self.take = take
        self.begun: list[int] = []  # where each part began that came
        self.stored: list[int] = []  # and each that was stored
        self.go_on = threading.Event()

    def __call__(self, *, file: Any, offset: int, data: bytes) -> Any:
        self.begun.append(offset)
        if self.stored:
            self.go_on.wait(PATIENCE_S)
        found = self.take(file=file, offset=offset, data=data)
        self.stored.append(offset)
        return found


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    from kapok.matters.operations import uploads  # noqa: PLC0415

    parts = Parts(uploads.take_part)
    monkeypatch.setattr(uploads, "take_part", parts)
    yield parts
    parts.go_on.set()


def test_words_arrive_first_and_a_photo_goes_on_where_the_network_broke_off(
    phone: Phone, street: Any, parts: Parts
):
    visit = reported(street)
    phone.start()
    page = phone.set_up()
    open_card(phone, "visit")
    page.get_by_role("link", name="Photo of the flat").click()
    big = base64.b64decode(page.evaluate(NOISE))
    page.set_input_files("#photos", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": big})
    page.locator(".thumb img").wait_for()
    page.locator("#voice").click()
    expect(page.locator("#voice")).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(1200)  # what is said
    page.locator("#voice").click()
    page.locator("audio").wait_for()
    page.get_by_role("button", name="Keep this step").click()
    eventually(phone, lambda: parts.stored)
    phone.cut_off()
    settled(phone, "2 files to send")
    parts.go_on.set()
    eventually(phone, lambda: len(parts.stored) == len(parts.begun))  # what was under way
    assert moves(visit) == ["report", "assign", "step"]
    assert rows("Attachment", matter=visit) == []

    phone.cut_off(off=False)
    phone.tab("Sending")
    page.get_by_role("button", name="Send now").click()
    settled(phone)

    step = rows("MatterEvent", matter=visit, move="step")[0]
    bound = rows("Attachment", matter=visit)
    assert sorted(each.kind for each in bound) == ["PHOTO", "VOICE"]
    assert {each.event for each in bound} == {step.pk}
    assert rows("AwaitedFile", matter=visit) == []
    photo = parts.stored[: parts.stored.index(0, 1)]
    assert len(photo) > 2
    assert photo == sorted(set(photo))  # no part twice, none left out
    assert moves(visit) == ["report", "assign", "step"]
    assert phone.stored("files") == phone.stored("outbox") == []
