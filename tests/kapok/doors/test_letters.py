"""Letters become reports: once each, with their pictures, and no loop begins."""

import io
import mailbox
from email.message import EmailMessage

import pytest
from hypothesis import given as laws
from hypothesis import strategies as st
from PIL import Image
from tests.kapok.matters.conftest import COMMUNITY

from kapok.access.scope import acting, of_intake
from kapok.doors.commands import _raws
from kapok.doors.entrances import MAIL
from kapok.doors.mail.letters import read
from kapok.doors.operations import letters
from kapok.errors import Refused
from kapok.matters.models import Attachment, Matter


def letter(text="楼道的灯坏了三天。\n\n> 以前的信", **headers) -> EmailMessage:
    made = EmailMessage()
    said = {"From": "王女士 <wang@example.org>", "Subject": "路灯", "Message-ID": "<1@example.org>"}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in (said | given).items():
        if value:
            made[name] = value
    made.set_content(text)
    return made


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


class TestReading:
    def test_words_without_what_was_quoted(self):
        found = read(letter().as_bytes())
        assert (found.sender, found.sender_name) == ("wang@example.org", "王女士")
        assert found.text == "楼道的灯坏了三天。"

    def test_a_letter_of_tags_is_read_as_words(self):
        made = letter()
        made.set_content("<p>你好</p><script>alert(1)</script><p>灯坏了</p>", subtype="html")
        assert read(made.as_bytes()).text == "你好\n灯坏了"

    def test_a_letter_in_gb18030(self):
        raw = (
            b"From: a@b.cn\r\nSubject: =?gb18030?B?wreyxg==?=\r\nMessage-ID: <2>\r\n"
            b"Content-Type: text/plain; charset=gb18030\r\n\r\n" + "灯坏了".encode("gb18030")
        )
        assert read(raw).text == "灯坏了"

    @pytest.mark.parametrize(
        "headers",
        [
            {"Auto_Submitted": "auto-replied"},
            {"Precedence": "bulk"},
            {"List_Id": "<x.example>"},
            {"From": "MAILER-DAEMON@example.org"},
            {"From": ""},
            {"X_Kapok_Loop": "1"},
            {"Return_Path": "<>"},
        ],
    )
    def test_what_programs_write_is_left(self, headers):
        assert read(letter(**headers).as_bytes()).refusal

    @laws(st.binary(max_size=2000))
    def test_no_bytes_break_the_reader(self, raw):
        parts = b"From: a@b.c\nContent-Type: multipart/mixed; boundary=x\n\n--x\n" + raw
        for each in (raw, parts):
            first, again = read(each), read(each)
            assert first.key
            assert first == again


@pytest.mark.django_db
class TestTaking:
    def take(self, town, *made, kind="lamp"):
        raws = [each.as_bytes() for each in made]
        return list(letters.take(raws=raws, place=COMMUNITY, kind=kind, at=town.noon))

    @pytest.fixture
    def box(self, town):
        with acting(of_intake(MAIL.id, at=town.noon)):
            yield

    def test_a_letter_is_one_report_however_often_it_comes(self, town, box):
        [first], [again] = self.take(town, letter()), self.take(town, letter())
        assert first == again
        matter = Matter.objects.get()
        assert (matter.number, matter.door, matter.place) == (first.number, "MAIL", COMMUNITY)

    def test_its_pictures_come_with_it_and_broken_ones_hold_nothing_up(self, town, box):
        made = letter()
        made.add_attachment(photo(), maintype="image", subtype="jpeg", filename="a.jpg")
        made.add_attachment(b"\xff\xd8\xff broken", maintype="image", subtype="jpeg")
        made.add_attachment(b"MZ", maintype="application", subtype="exe")
        assert self.take(town, made)[0].number
        assert Attachment.objects.count() == 1

    def test_a_letter_that_is_left_does_not_hold_the_others_up(self, town, box):
        auto = letter(Auto_Submitted="auto-generated", Message_ID="<9>")
        done = self.take(town, auto, letter())
        assert [each.number is None for each in done] == [True, False]

    def test_a_kind_that_takes_no_mail_is_refused(self, town):
        with pytest.raises(Refused, match="lamp"):
            self.take(town, letter(), kind="nothing")


def test_mailboxes_of_both_sorts_are_read(tmp_path):
    for box in (mailbox.mbox(tmp_path / "m"), mailbox.Maildir(tmp_path / "d")):
        box.add(letter().as_bytes())
        box.flush()
        box.close()
    assert [read(raw).text for raw in _raws(tmp_path / "m")] == ["楼道的灯坏了三天。"]
    assert [read(raw).text for raw in _raws(tmp_path / "d")] == ["楼道的灯坏了三天。"]
    with pytest.raises(Refused):
        list(_raws(tmp_path / "nowhere"))
