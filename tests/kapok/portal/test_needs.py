"""Requests for help become matters by the ways of the report page."""

import io
from dataclasses import replace
from time import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.kapok.portal.conftest import GRID, OTHER, key_in, prove, text_of

from kapok.access import rates
from kapok.access.scope import acting
from kapok.doors.entrances import PORTAL
from kapok.doors.operations import reporting
from kapok.doors.operations.together import Busy
from kapok.matters.models import Attachment, Matter, Report
from kapok.portal.models import Deed
from kapok.portal.views import needs

pytestmark = pytest.mark.django_db
MEDICINE = {
    "a.medicine_kind": "pregnancy", "a.days_left": "0", "text": "叶酸没有了", "address": "2单元501",
    "phone": "138 0013 8000", "website": "",
}  # fmt: skip


def ask(client, code, need="medicine", **more):
    path = f"/c/{code}/help/{need}/"
    return client.post(path, MEDICINE | {"key": key_in(text_of(client.get(path)))} | more)


@pytest.fixture
def box(town):
    from tests.factories import NOON  # noqa: PLC0415

    with acting(PORTAL.acting(at=NOON)):
        yield


def test_nine_needs_stand_there_without_a_code(english, town):
    page = text_of(english.get(f"/c/{town.code}/help/"))
    for need in ("medicine", "food", "doctor", "dialysis", "baby", "repair", "care", "talk"):
        assert f"/help/{need}/" in page


def test_only_what_belongs_to_the_need_is_asked(english, town):
    medicine = text_of(english.get(f"/c/{town.code}/help/medicine/"))
    talk = text_of(english.get(f"/c/{town.code}/help/talk/"))
    assert "Which kind of medicine" in medicine
    assert "Which kind of medicine" not in talk
    assert "What is needed" not in medicine
    assert english.get(f"/c/{town.code}/help/gold/")["Location"] == f"/c/{town.code}/help/"


def test_it_becomes_an_urgent_matter_of_the_grid_with_a_code(english, town, box):
    answer = ask(english, town.stair)
    assert answer["Location"] == f"/c/{town.stair}/help/done/", text_of(answer)
    done = text_of(english.get(answer["Location"]))
    matter = Matter.objects.get()
    assert (matter.kind, matter.place, matter.urgency) == ("help", GRID, "RED")
    assert matter.building == town.block
    assert str(matter.number) in done
    code = done.split('class="code">')[1].split("<")[0]
    page = text_of(english.post(f"/c/{town.code}/track/", {"code": code}))
    assert "Request for help" in page


def test_the_code_stays_for_ten_minutes_whatever_language_or_print_is_chosen(
    english, town, monkeypatch
):
    done = ask(english, town.stair)["Location"]
    code = text_of(english.get(done)).split('class="code">')[1].split("<")[0]
    for look in ("lang=zh", "print=large"):
        page = text_of(english.get(done))
        switch = f"/c/look/?{look}&next={done}"
        assert switch.replace("&", "&amp;") in page
        assert code in text_of(english.get(switch, follow=True))
    monkeypatch.setattr(needs, "time", lambda: time() + 601)
    assert english.get(done)["Location"] == f"/c/{town.stair}/track/"
    monkeypatch.undo()
    assert english.get(done).status_code == 302


def test_what_is_missing_is_said_beside_it_and_nothing_is_lost(english, town):
    answer = ask(english, town.code, phone="")
    assert answer.status_code == 422
    page = text_of(answer)
    assert "叶酸没有了" in page
    assert "It was not sent yet" in page


def test_sent_twice_it_is_one_matter(english, town, box):
    path = f"/c/{town.code}/help/food/"
    key = key_in(text_of(english.get(path)))
    for _turn in range(2):
        english.post(path, MEDICINE | {"key": key})
    assert Matter.objects.count() == 1


def test_the_place_is_that_of_the_address_whatever_the_form_says(english, town, box):
    ask(english, town.code, place=str(OTHER), building=str(town.away.pk))
    assert Matter.objects.get().place // 1000 == 440103022001


def test_photos_lose_where_they_were_taken_and_rubbish_is_refused(english, town, box):
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    hostile = SimpleUploadedFile("p.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    assert ask(english, town.code, photos=[hostile]).status_code == 422
    good = SimpleUploadedFile("p.jpg", out.getvalue(), "image/jpeg")
    assert ask(english, town.code, photos=[good]).status_code == 302
    assert Attachment.objects.count() == 1


def test_hostile_words_are_stored_as_words(english, town, box):
    ask(english, town.code, text="<script>alert(1)</script>\x00", name="'; DROP TABLE--")
    assert Report.objects.get().text == "<script>alert(1)</script>"


def test_a_program_that_fills_in_everything_is_refused(english, town):
    assert ask(english, town.code, website="http://x").status_code == 422


@pytest.fixture
def low(monkeypatch):
    """Limits that a test reaches, in a moment that does not pass."""
    limit = rates.LIMITS["portal-help-form"]
    assert (limit.n, limit.per_s) == (60, 60)  # half a town behind one address
    monkeypatch.setitem(rates.LIMITS, "portal-help-form", replace(limit, n=5))
    monkeypatch.setattr(needs, "OF_A_TELEPHONE", replace(needs.OF_A_TELEPHONE, n=2))
    monkeypatch.setattr(rates, "time", lambda: 1_000_000_010.0)


def test_a_flood_from_one_address_waits_a_minute_and_shuts_nobody_out_who_has_a_telephone(
    english, town, low
):
    path = f"/c/{town.code}/help/food/"
    statuses = [english.post(path, {"key": ""}).status_code for _turn in range(6)]
    assert statuses == [422] * 5 + [429]
    assert int(english.post(path, {"key": ""})["Retry-After"]) <= 60
    assert english.get(f"/c/{town.code}/").status_code == 200
    assert english.get(path).status_code == 200
    prove(english)
    assert english.post(path, {"key": ""}).status_code == 422  # counted by its telephone


def test_one_telephone_that_asks_all_the_time_waits_and_keeps_what_it_typed(
    english, town, box, low
):
    answers = [ask(english, town.code, text=f"第{n}次") for n in range(3)]
    assert [each.status_code for each in answers] == [302, 302, 429]
    assert "第2次" in text_of(answers[2])
    assert Matter.objects.count() == 2
    assert ask(english, town.code, phone="139 0013 9000").status_code == 302  # a neighbour of it
    elsewhere = Client(headers={"accept-language": "en"}, REMOTE_ADDR="192.0.2.9")
    assert ask(elsewhere, town.code).status_code == 302  # nobody uses up another's number


def test_a_telephone_that_was_proven_is_counted_whatever_number_it_writes(resident, town, box, low):
    answers = [ask(resident, town.code, phone=f"138 0013 800{n}") for n in range(3)]
    assert [each.status_code for each in answers] == [302, 302, 429]


def test_the_number_that_was_proven_stands_in_the_form(english, town):
    prove(english)
    assert "+8613800138000" in text_of(english.get(f"/c/{town.code}/help/food/"))


def test_nobody_writes_a_deed_without_a_mandate(english, town):
    answer = ask(english, town.code, **{"for": "0193-nonsense"})
    assert answer.status_code == 409
    assert Deed.objects.count() == 0


def test_when_so_much_comes_at_once_what_was_typed_stays_to_be_sent_again(
    english, town, monkeypatch
):
    def stored(*_given):
        raise Busy

    monkeypatch.setattr(reporting.SETS, "stored", stored)
    answer = ask(english, town.code)
    page = text_of(answer)
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")
    assert "then send it again" in page
    assert "Send again" in page
    assert "something is missing" not in page
    assert "叶酸没有了" in page
    assert 'value="138 0013 8000"' in page
