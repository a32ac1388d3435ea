"""Whoever could not be answered reads what to do, and loses nothing that they typed."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from tests.kapok.portal.conftest import key_in, text_of

from kapok.access import rates
from kapok.box.turns import TURNED_AWAY
from kapok.portal import rendering, standing
from kapok.portal.operations import screening

AWAY = {TURNED_AWAY: True}
TYPED = {"home": "2单元501 <b>", "a.n_people": "3", "a.signs": ["fever", "cough"], "key": "k"}


class TestWithoutADatabase:
    """These have no database at all: none may be asked."""

    def test_a_writer_keeps_all_that_was_typed_and_reads_what_to_do(self, english):
        answer = english.post("/c/abc/check/", TYPED, **AWAY)
        page = text_of(answer)
        assert (answer.status_code, answer["Retry-After"]) == (503, "15")
        assert "then press “Send again”" in page
        assert 'name="home" value="2单元501 &lt;b&gt;"' in page
        assert page.count('name="a.signs"') == 2
        assert 'action="/c/abc/check/"' in page
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert int(answer["Content-Length"]) == len(answer.content)
        assert "120" in page

    def test_it_is_said_in_chinese_as_well_and_in_large_print(self, client):
        client.cookies["django_language"] = "zh-hans"
        client.cookies["kapok_print"] = "large"
        page = text_of(client.post("/c/abc/check/", TYPED, **AWAY))
        assert '<html lang="zh-CN" class="large">' in page

    def test_photos_are_asked_for_again(self, english):
        photo = SimpleUploadedFile("p.jpg", b"\xff\xd8", "image/jpeg")
        page = text_of(english.post("/c/abc/help/repair/", {"text": "漏", "photos": photo}, **AWAY))
        assert 'type="file"' in page
        assert "chosen once more" in page
        assert 'enctype="multipart/form-data"' in page

    def test_what_cannot_be_read_is_not_said_to_be_kept(self, english):
        answer = english.generic(
            "POST",
            "/c/abc/help/repair/",
            b"--x\r\nbroken",
            "multipart/form-data; boundary=",
            **AWAY,
        )
        assert answer.status_code == 503
        assert "Go back with the button of your browser" in text_of(answer)

    def test_a_reader_of_another_page_is_told_when_to_open_it_again(self, english):
        answer = english.get("/c/abc/book/?for=1&x=2", **AWAY)
        assert answer.status_code == 503
        assert 'href="/c/abc/book/?for=1&amp;x=2"' in text_of(answer)
        assert 'href="/c/abc/"' in text_of(answer)

    def test_a_page_that_nobody_has_made_yet_cannot_be_read(self, english):
        assert english.get("/c/abc/", **AWAY).status_code == 503

    def test_the_report_page_of_all_doors_answers_the_same_way(self, english):
        answer = english.post("/report/440103022001000/lamp/", {"text": "灯"}, **AWAY)
        assert answer.status_code == 503
        assert 'value="灯"' in text_of(answer)


@pytest.mark.django_db
class TestInTheTown:
    def test_readers_get_the_page_as_it_was_made_last(self, english, town):
        made = english.get(f"/c/{town.code}/")
        again = english.get(f"/c/{town.code}/", **AWAY)
        assert (again.status_code, again.content) == (200, made.content)
        assert again["ETag"] == made["ETag"]

    def test_what_was_kept_is_sent_again_and_stored_once(self, resident, town):
        path = f"/c/{town.code}/check/"
        said = TYPED | {
            "key": key_in(text_of(resident.get(path))), "a.hard_to_breathe": "false",
            "a.came_from": "no_one",
        }  # fmt: skip
        page = text_of(resident.post(path, said, **AWAY))
        kept = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
        again = {name: [v for n, v in kept if n == name] for name, _value in kept}
        sent = resident.post(path, again | {"home": "2单元501"}, follow=True)
        assert "Thank you" in text_of(sent)

    def test_the_token_of_the_form_goes_back_as_it_came(self, english, town):
        page = text_of(
            english.post(f"/c/{town.code}/check/", {"csrfmiddlewaretoken": "theirs"}, **AWAY)
        )
        assert re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', page) == ["theirs"]

    def test_a_fault_of_kapok_is_said_on_a_light_page_with_what_was_typed(
        self, resident, town, monkeypatch
    ):
        def broken(told):
            raise OperationalError("the connection is lost")

        monkeypatch.setattr(screening, "tell", broken)
        path = f"/c/{town.code}/check/"
        said = TYPED | {
            "key": key_in(text_of(resident.get(path))), "a.hard_to_breathe": "false",
            "a.came_from": "no_one", "home": "2单元501",
        }  # fmt: skip
        resident.raise_request_exception = False
        answer = resident.post(path, said)
        page = text_of(answer)
        assert answer.status_code == 500
        assert "no fault of yours" in page
        assert 'name="home" value="2单元501"' in page
        assert len(answer.content) < 10_000

    def test_too_many_tries_are_told_on_a_light_page(self, english, town, monkeypatch):
        limit = rates.Limit("tracking code", 1, 600, "POST")
        monkeypatch.setitem(rates.LIMITS, "portal-track", limit)
        english.post(f"/c/{town.code}/track/", {"code": "BCDF"})
        answer = english.post(f"/c/{town.code}/track/", {"code": "BCDF-GHJK-LMNP"})
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0
        assert 'value="BCDF-GHJK-LMNP"' in text_of(answer)
        assert "tabler" not in text_of(answer)

    def test_while_the_database_is_away_pages_stand_as_they_were_made(
        self, english, town, monkeypatch
    ):
        made = english.get(f"/c/{town.code}/")

        def away(at):
            raise OperationalError("it restarts")

        monkeypatch.setattr(standing, "stamp", away)
        assert english.get(f"/c/{town.code}/").content == made.content
        rendering.forget()
        english.raise_request_exception = False
        answer = english.get(f"/c/{town.code}/")
        assert answer.status_code == 500
        assert "no fault of yours" in text_of(answer)
