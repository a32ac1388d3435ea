"""The report page and the tracking page, as somebody without an account sees them."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests import factories
from tests.kapok.matters.conftest import COMMUNITY, GRID
from tests.kapok.portal.conftest import shipped as rules

from kapok.access import secrets
from kapok.access.messages import PHONE
from kapok.access.models import OutboxMessage
from kapok.access.scope import acting, of_box, of_intake
from kapok.doors.entrances import PORTAL
from kapok.matters.models import Attachment, Matter, Report, Upload
from kapok.packs import look_up
from kapok.packs.models import Pack

pytestmark = pytest.mark.django_db
FORM = f"/report/{COMMUNITY}/rubbish/"
ANSWERS = {"a.sort": "bulky", "a.smells": "false", "text": "旧沙发堵住了楼道", "website": ""}


def photo(name="p.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def page(answer) -> str:
    return answer.content.decode()


def key_of(client) -> str:
    text = page(client.get(FORM))
    return text.split('name="key" value="')[1].split('"')[0]


def sent(client, **more):
    return client.post(FORM, ANSWERS | {"key": key_of(client)} | more)


def reported(client, **more) -> str:
    answer = sent(client, **more)
    assert answer.status_code == 302, page(answer)
    return page(client.get("/report/done/")).split("<strong>")[-1].split("<")[0]


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def shipped(town):
    """The shipped rules, in force at the place besides."""
    with factories.as_owner_of_rows():
        Pack.objects.create(**rules())
    look_up.forget()


@pytest.fixture
def box(town):
    with acting(of_intake(PORTAL.id, at=town.noon)):
        yield


class TestChoosing:
    def test_somebody_looks_for_their_community_by_its_name(self, english, town):
        assert "河畔社区" in page(english.get("/report/?q=河畔"))
        assert "No community or street is called" in page(english.get("/report/?q=nowhere"))

    def test_the_position_of_the_telephone_finds_the_place(self, english, town):
        answer = english.get("/report/?lon=113.2401&lat=23.1001")
        assert answer["Location"] == f"/report/{GRID}/?lon=113.2401&lat=23.1001"
        assert "No community is known at your position" in page(english.get("/report/?lon=1&lat=1"))

    def test_only_what_the_rules_of_the_place_let_the_public_report_is_shown(self, english, town):
        text = page(english.get(f"/report/{COMMUNITY}/"))
        assert "rubbish" in text
        assert english.get("/report/999999999999999/").status_code == 404

    def test_who_asks_for_somebody_is_offered_needs_alone(self, english, town, shipped):
        text = page(english.get(f"/report/{COMMUNITY}/?needs=1"))
        offered = set(re.findall(rf"/report/{COMMUNITY}/(\w+)/", text))
        assert offered >= {"help", "urgent_help", "child_alone", "noise", "other"}
        assert not offered & {"arrival", "symptom_call_back", "forced_exit", "visit", "quarantine"}
        everything = page(english.get(f"/report/{COMMUNITY}/"))
        assert f"/report/{COMMUNITY}/forced_exit/" in everything

    def test_why_is_asked_before_anything_else(self, english, town):
        text = page(english.get(f"/report/{COMMUNITY}/breakout/"))
        assert "Why?" in text
        assert "Send the report" not in text
        assert "<h1>help</h1>" in page(english.get(f"/report/{COMMUNITY}/breakout/?why=ill"))

    def test_nothing_else_asks_for_a_sign_in(self, client, town):
        for address in ("/report/", FORM, "/track/"):
            assert client.get(address).status_code == 200
        assert client.get("/track/report/").status_code == 302


class TestReporting:
    def test_a_report_without_a_name_becomes_a_matter_with_a_code_shown_once(self, english, town):
        code = reported(english)
        assert len(code) == 14
        assert english.get("/report/done/")["Location"] == "/track/"
        with acting(of_intake(PORTAL.id, at=town.noon)):
            matter = Matter.objects.get()
            report = matter.reports.get()
        assert (matter.kind, matter.place, matter.door) == ("rubbish", COMMUNITY, "PORTAL")
        assert report.answers == {"sort": "bulky", "smells": False}
        assert code.replace("-", "").encode() not in bytes(report.tracking_index)

    def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(self, english, town):
        answer = sent(english, **{"a.sort": "", "a.smells": "true", "a.how_bad": "9"})
        text = page(answer)
        assert answer.status_code == 422
        assert "This must be answered." in text
        assert "Write 5 or below." in text
        assert "旧沙发堵住了楼道" in text

    def test_the_same_form_sent_twice_is_one_matter(self, english, town, box):
        key = key_of(english)
        first = english.post(FORM, ANSWERS | {"key": key})
        again = english.post(FORM, ANSWERS | {"key": key})
        assert first.status_code == again.status_code == 302
        assert Matter.objects.count() == 1

    def test_photos_are_kept_cleaned_and_bound(self, english, town, box):
        reported(english, photos=[photo(), photo("again.jpg")], **{"a.pictures": photo()})
        [found] = Attachment.objects.all()
        assert found.media_type == "image/jpeg"
        assert found.matter.reports.get().answers["pictures"] == [str(found.pk)]
        assert not Upload.objects.exists()

    def test_a_photo_stays_when_something_else_was_wrong(self, english, town, box):
        key = key_of(english)
        text = page(english.post(FORM, ANSWERS | {"key": key, "a.sort": "", "photos": photo()}))
        kept = text.split('name="kept" value="')[1].split('"')[0]
        assert english.post(FORM, ANSWERS | {"key": key, "kept": kept}).status_code == 302
        assert str(Attachment.objects.get().pk) == kept

    def test_nobody_takes_another_ones_photo(self, english, town, box):
        text = page(
            english.post(FORM, ANSWERS | {"key": key_of(english), "a.sort": "", "photos": photo()})
        )
        kept = text.split('name="kept" value="')[1].split('"')[0]
        answer = sent(english, kept=kept)
        assert "is no longer there" in page(answer)
        assert not Attachment.objects.exists()

    def test_what_is_no_photo_is_refused_with_a_sentence(self, english, town):
        bad = SimpleUploadedFile("p.jpg", b"<html>", "image/jpeg")
        assert "This is no photo that Kapok can read" in page(sent(english, photos=bad))

    def test_a_program_that_fills_in_everything_is_stopped(self, english, town, box):
        assert "only programs fill it in" in page(sent(english, website="https://spam.example"))
        assert not Matter.objects.exists()

    def test_who_must_be_called_back_gives_a_number(self, english, town):
        address = f"/report/{COMMUNITY}/quarrel/"
        answer = english.post(address, {"text": "x", "key": "1"})
        assert "Add a telephone number." in page(answer)

    def test_somebody_who_reports_again_and_again_waits(self, english, town):
        answers = [english.post(FORM, {}) for _turn in range(21)]  # over the end of a window
        answer = next(each for each in answers if each.status_code == 429)
        assert "Wait" in page(answer)


class TestHearing:
    def texts(self, town) -> list[tuple[str, str]]:
        with acting(of_box(at=town.noon)):
            return [
                (
                    secrets.decrypt(bytes(row.phone), about=PHONE),
                    secrets.decrypt(bytes(row.text), about="outbox.text"),
                )
                for row in OutboxMessage.objects.order_by("written_at")
            ]

    def test_who_gives_a_telephone_gets_the_code_and_hears_the_outcome(self, english, town, send):
        code = reported(english, phone="138 0013 8000")
        [(phone, text)] = self.texts(town)
        assert phone == "+8613800138000"
        assert code in text
        with acting(of_intake(PORTAL.id, at=town.noon)):
            matter = Matter.objects.get()
        given = send(town.lead, "assign", matter.pk, to={"account": str(town.worker.account_id)})
        assert given.status == "TAKEN", given.sentence
        done = send(town.worker, "settle", matter.pk, outcome="settled")
        assert done.status == "TAKEN", done.sentence
        assert any("已办结：Settled（中）" in text for _phone, text in self.texts(town))

    def test_nobody_hears_who_gave_no_telephone(self, english, town):
        reported(english)
        assert self.texts(town) == []


class TestTracking:
    def test_the_code_shows_how_it_goes(self, english, town):
        code = reported(english)
        answer = english.post("/track/", {"code": code.lower().replace("-", " ")})
        assert answer["Location"] == "/track/report/"
        text = page(english.get("/track/report/"))
        assert "Somebody has taken it on." in text or "Your report is here." in text
        assert "旧沙发" not in text

    def test_a_wrong_code_shows_nothing(self, english, town):
        reported(english)
        answer = english.post("/track/", {"code": "BCDF-GHJK-LMNP"})
        assert answer.status_code == 422
        assert "No report has this code" in page(answer)

    def test_wrong_codes_cost_time(self, english, town):
        answers = [english.post("/track/", {"code": "x"}) for _turn in range(41)]
        assert 429 in {answer.status_code for answer in answers}

    def test_a_report_is_withdrawn_with_its_code(self, english, town, box):
        english.post("/track/", {"code": reported(english)})
        english.post("/track/withdraw/", {"reason": "已经解决"})
        assert Matter.objects.get().state == "WITHDRAWN"
        assert "It was withdrawn." in page(english.get("/track/report/"))

    def test_it_is_opened_again_in_time_and_rated(self, english, town, send, box):
        english.post("/track/", {"code": reported(english)})
        matter = Matter.objects.get()
        given = send(town.lead, "assign", matter.pk, to={"account": str(town.worker.account_id)})
        assert given.status == "TAKEN", given.sentence
        done = send(town.worker, "settle", matter.pk, outcome="settled")
        assert done.status == "TAKEN", done.sentence
        text = page(english.get("/track/report/"))
        assert "Settled" in text
        english.post("/track/rate/", {"satisfaction": "2"})
        assert Matter.objects.get().satisfaction == 2

    def test_nothing_else_is_done_with_a_code(self, english, town):
        english.post("/track/", {"code": reported(english)})
        assert english.post("/track/close/", {}).status_code == 404

    def test_without_a_code_nothing_is_moved(self, english, town, box):
        reported(english)
        english.post("/track/withdraw/", {"reason": "x"})
        assert Matter.objects.get().state != "WITHDRAWN"


def test_a_report_of_long_ago_is_not_opened_again(english, town, send, box):
    from kapok.doors.operations import tracking  # noqa: PLC0415
    from kapok.errors import Refused  # noqa: PLC0415

    english.post("/track/", {"code": reported(english)})
    matter = Matter.objects.get()
    tracking.move(matter=matter.pk, name="withdraw", data={"reason": "x"}, at=town.noon)
    with pytest.raises(Refused, match="closed too long ago"):
        tracking.move(
            matter=matter.pk, name="reopen", data={"reason": "x"},
            at=town.noon + timedelta(days=60),
        )  # fmt: skip


def test_a_strangers_words_stay_with_those_who_handle_the_matter(english, town):
    reported(english)
    with acting(of_box(at=town.noon)):
        assert not Report.objects.exists()


def test_when_so_much_comes_at_once_what_was_typed_stays_to_be_sent_again(english, town, busy):
    answer = sent(english)
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")
    assert "then send it again" in page(answer)
    assert ANSWERS["text"] in page(answer)
