"""Files in parts: begun, broken off, gone on with, bound to an entry."""

import hashlib
import io
import json
import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from kapok.access import secrets
from kapok.access.models import Look
from kapok.access.scope import acting, of_appointment, of_intake, of_watch
from kapok.doors.entrances import PORTAL
from kapok.ids import uuid7
from kapok.matters.models import Attachment, AwaitedFile, Upload, UploadPart
from kapok.matters.operations import uploads
from kapok.matters.operations.attaching import KEEPER

pytestmark = pytest.mark.django_db
ABOUT = "attachment"


def a_photo(side=300) -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(out, "JPEG")
    return out.getvalue()


PHOTO = a_photo()


def begin(client, data=PHOTO, **more):
    said = {"kind": "PHOTO", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()} | more
    return client.post("/api/uploads/", json.dumps(said), "application/json")


def patch(client, file, offset, data, **headers):
    return client.patch(
        f"/api/uploads/{file}/", data, "application/offset+octet-stream",
        headers={"Upload-Offset": str(offset)} | headers,
    )  # fmt: skip


@pytest.fixture
def worker(client, town):
    client.force_login(town.worker.account)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def stranger(client, town):
    client.cookies["django_language"] = "en"
    return client


class TestSending:
    def test_a_photo_comes_in_parts_and_is_ready(self, worker):
        begun = begin(worker)
        assert begun.status_code == 201
        file = begun.json()["id"]
        first = patch(worker, file, 0, PHOTO[:1000])
        assert (first.json(), first["Upload-Offset"]) == (
            {"offset": 1000, "state": "COMING"},
            "1000",
        )
        last = patch(worker, file, 1000, PHOTO[1000:])
        assert last.json()["state"] == "READY"

    def test_who_was_cut_off_asks_how_far_it_came(self, worker):
        file = begin(worker).json()["id"]
        patch(worker, file, 0, PHOTO[:500])
        asked = worker.head(f"/api/uploads/{file}/")
        assert (asked["Upload-Offset"], asked["Upload-Length"]) == ("500", str(len(PHOTO)))

    def test_a_part_from_elsewhere_hears_the_right_offset(self, worker):
        file = begin(worker).json()["id"]
        patch(worker, file, 0, PHOTO[:500])
        wrong = patch(worker, file, 400, PHOTO[400:600])
        assert (wrong.status_code, wrong["Upload-Offset"], wrong.json()["offset"]) == (
            409,
            "500",
            500,
        )

    def test_beginning_again_under_the_same_name_goes_on(self, worker):
        key = str(uuid7())
        begin(worker, id=key)
        patch(worker, key, 0, PHOTO[:700])
        assert begin(worker, id=key).json() == {"id": key, "offset": 700, "state": "COMING"}
        other = begin(worker, data=b"x" * 10, id=key)
        assert "another file" in other.json()["detail"]

    def test_what_is_stored_on_the_way_is_encrypted(self, worker, town):
        file = begin(worker).json()["id"]
        patch(worker, file, 0, PHOTO[:1000])
        with acting(of_appointment(town.worker, at=town.noon)):
            [part] = UploadPart.objects.all()
            assert bytes(part.content)[14:] != PHOTO[:1000]
            assert secrets.decrypt_bytes(bytes(part.content), about="upload") == PHOTO[:1000]

    def test_a_file_that_changed_on_its_way_is_refused_and_says_so_again(self, worker):
        file = begin(worker).json()["id"]
        changed = PHOTO[:-5] + b"12345"
        for _turn in (1, 2):
            answer = patch(worker, file, 0, changed)
            assert answer.status_code == 422
            assert "changed on its way" in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"size": 0}, "empty"),
            ({"size": 16 << 20}, "15 MB"),
            ({"kind": "VIDEO"}, "PHOTO, VOICE or PAPER"),
            ({"size": "many"}, "bytes"),
            ({"id": "x"}, "UUID"),
            ({"sha256": "xyz"}, "hexadecimal"),
            ({"name": 3}, "texts"),
        ],
    )
    def test_what_cannot_be_begun_is_refused(self, worker, said, sentence):
        answer = begin(worker, **said)
        assert answer.status_code == 422
        assert sentence in answer.json()["detail"]

    def test_broken_json_is_refused(self, worker):
        for body in (b"{", b"[]", b"\xff", b"[" * 3000):
            answer = worker.post("/api/uploads/", body, "application/json")
            assert answer.status_code == 422

    def test_a_part_may_not_be_longer_than_said(self, worker):
        file = begin(worker).json()["id"]
        assert "longer than was said" in patch(worker, file, 0, PHOTO + b"x").json()["detail"]

    def test_an_account_sends_no_more_than_its_share_of_a_day(self, town):
        with acting(of_appointment(town.worker, at=town.noon)):
            announced = uploads.Announced(uuid7(), "PHOTO", "", 10 << 20)
            uploads.begin(file=announced, most_a_day=15 << 20)
            with pytest.raises(uploads.Refused, match="tomorrow"):
                uploads.begin(
                    file=uploads.Announced(uuid7(), "PHOTO", "", 10 << 20), most_a_day=15 << 20
                )


class TestStrangers:
    def test_a_stranger_goes_on_with_the_token_alone(self, stranger):
        begun = begin(stranger).json()
        assert patch(stranger, begun["id"], 0, PHOTO[:10]).status_code == 422
        answer = patch(stranger, begun["id"], 0, PHOTO, **{"Upload-Token": begun["token"]})
        assert answer.json()["state"] == "READY"

    def test_a_stranger_sends_no_papers_and_chooses_no_key(self, stranger):
        assert "signed in" in begin(stranger, kind="PAPER").json()["detail"]
        assert "Leave the identifier out" in begin(stranger, id=str(uuid7())).json()["detail"]

    def test_nobody_goes_on_with_the_file_of_another(self, worker, town):
        file = begin(worker).json()["id"]
        worker.force_login(town.neighbour.account)
        assert worker.head(f"/api/uploads/{file}/").status_code == 404
        assert patch(worker, file, 0, PHOTO).status_code == 422

    def test_a_key_that_opens_nothing_is_refused(self, stranger):
        answer = stranger.post(
            "/api/uploads/", "{}", "application/json", headers={"Authorization": "Bearer kpk_x"}
        )
        assert answer.status_code == 401


def test_a_page_elsewhere_cannot_make_a_browser_send(town):
    from django.test import Client  # noqa: PLC0415

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(town.worker.account)
    assert begin(strict).status_code == 403


@given(cuts=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 600)), max_size=12))
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_whatever_offsets_come_only_the_whole_file_is_ready(town, cuts):
    """Parts from anywhere, twice, overlapping: what is stored is always a beginning of the file."""
    data = b"RIFF" + bytes(1490)
    data = data[:8] + b"WAVE" + data[12:]
    key = uuid7()
    with acting(of_appointment(town.worker, at=town.noon)):
        so_far = uploads.begin(file=uploads.Announced(key, "VOICE", "", len(data)))
        for start, length in cuts:
            before = uploads.progress(file=key).offset
            part = data[start : start + length]
            if start != before and so_far.state == "COMING":
                with pytest.raises(uploads.WrongOffset) as wrong:
                    uploads.take_part(file=key, offset=start, data=part)
                assert wrong.value.offset == before
            else:
                so_far = uploads.take_part(file=key, offset=start, data=part)
        offset = uploads.progress(file=key).offset
        so_far = uploads.take_part(file=key, offset=offset, data=data[offset:])
        assert (so_far.state, so_far.offset) == ("READY", len(data))
        row = Upload.objects.get(pk=key)
        assert secrets.decrypt_bytes(bytes(row.content), about=ABOUT) == data
        row.delete()


class TestBinding:
    def ready(self, client, data=PHOTO) -> str:
        file = begin(client, data).json()["id"]
        patch(client, file, 0, data)
        return file

    def test_a_move_binds_the_files_of_its_sender(self, worker, town, send):
        file = self.ready(worker)
        done = send(town.worker, "report", kind="lamp", building=str(town.here.pk), files=[file])
        with acting(of_intake(KEEPER, at=town.noon)):
            [found] = Attachment.objects.all()
        assert (found.matter_id, found.event, str(found.pk)) == (done.matter, done.id, file)

    def test_a_move_binds_no_file_of_another(self, worker, town, send):
        file = self.ready(worker)
        send(town.neighbour, "report", kind="lamp", building=str(town.next_to.pk), files=[file])
        with acting(of_intake(KEEPER, at=town.noon)):
            assert not Attachment.objects.exists()

    def test_a_photo_that_comes_after_its_words_is_bound_when_it_is_whole(self, worker, town, send):
        key = str(uuid7())
        done = send(town.worker, "report", kind="lamp", building=str(town.here.pk), files=[key])
        begin(worker, id=key)
        patch(worker, key, 0, PHOTO)
        with acting(of_intake(KEEPER, at=town.noon)):
            assert Attachment.objects.get().event == done.id
            assert not AwaitedFile.objects.exists()

    def test_who_never_heard_that_it_was_bound_asks_again_and_hears_that_it_is_there(
        self, worker, town, send
    ):
        file = self.ready(worker)
        send(town.worker, "report", kind="lamp", building=str(town.here.pk), files=[file])
        again = begin(worker, id=file)
        assert (again.status_code, again.json()["state"]) == (201, "READY")
        assert again.json()["offset"] == len(PHOTO)
        worker.force_login(town.lead.account)  # another one may not have it under this name
        assert begin(worker, id=file).status_code == 422

    def test_who_sees_the_matter_sees_the_photo_and_it_is_written_down(self, worker, town, send):
        file = self.ready(worker)
        done = send(town.worker, "report", kind="lamp", building=str(town.here.pk), files=[file])
        answer = worker.get(f"/files/{file}/")
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Disposition"].startswith("inline; filename=")
        assert Image.open(io.BytesIO(answer.content)).size == (300, 300)
        assert len(worker.get(f"/files/{file}/?small").content) <= len(answer.content)
        with acting(of_watch(at=town.noon)):
            assert Look.objects.filter(subjects__contains=[done.matter], action="OPEN").exists()

    def test_who_does_not_see_the_matter_sees_no_photo(self, worker, town, send):
        file = self.ready(worker)
        send(town.worker, "report", kind="lamp", building=str(town.here.pk), files=[file])
        worker.force_login(town.stranger.account)
        assert worker.get(f"/files/{file}/").status_code == 404
        worker.logout()
        assert worker.get(f"/files/{file}/").status_code == 302

    def test_a_voice_note_is_only_ever_saved(self, worker, town, send):
        sound = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(100)
        file = begin(worker, sound, kind="VOICE").json()["id"]
        patch(worker, file, 0, sound)
        send(town.worker, "report", kind="lamp", building=str(town.here.pk), files=[file])
        answer = worker.get(f"/files/{file}/")
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Type"] == "audio/webm"


def test_what_nobody_bound_is_deleted_after_a_week(worker, town):
    file = begin(worker).json()["id"]
    patch(worker, file, 0, PHOTO[:10])
    with acting(of_appointment(town.worker, at=town.noon)):
        made = Upload.objects.get(pk=file).made_at
    assert uploads.forget_unbound(at=made + timedelta(days=6)) == 0
    assert uploads.forget_unbound(at=made + timedelta(days=8)) == 1


def test_nobody_but_the_box_deletes_what_others_send(worker, town):
    from django.db import connection  # noqa: PLC0415

    file = begin(worker).json()["id"]
    with acting(of_appointment(town.dispatcher, at=town.noon)), connection.cursor() as cursor:
        cursor.execute("SELECT matters_forget_uploads(now() + interval '1 year')")
        assert cursor.fetchone() == (0,)
    assert worker.head(f"/api/uploads/{file}/").status_code == 200
    with acting(of_intake(PORTAL.id, at=town.noon)):
        assert not Upload.objects.exists()
