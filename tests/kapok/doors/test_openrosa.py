"""Forms for ODK Collect and Enketo, and what comes back; judged by ODK Validate."""

import base64
import io
import shutil
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pyxform.validators.odk_validate import check_xform
from tests.kapok.matters.conftest import COMMUNITY, GRID

from kapok.access.scope import acting, of_intake
from kapok.doors.entrances import PORTAL
from kapok.doors.openrosa import submissions
from kapok.errors import Refused
from kapok.matters.models import Attachment, Matter

pytestmark = pytest.mark.django_db
LIST = "{http://openrosa.org/xforms/xformsList}"
RESPONSE = "{http://openrosa.org/http/response}"


@pytest.fixture
def key(make_key):
    return make_key("FORM")


@pytest.fixture
def get(client, key):
    return lambda path, **params: client.get(f"/openrosa/key/{key}/{path}", params)


@pytest.fixture
def box(town):
    with acting(of_intake(PORTAL.id, at=town.noon)):
        yield


def filled(
    answers="<sort>bulky</sort>",
    *,
    instance="uuid:1",
    more="<spot>23.10 113.24 0 0</spot>",
    kind="rubbish",
):
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="kapok-{kind}" version="doors-town-1">'
        f"<a>{answers}</a><words>旧沙发 🛋️</words>{more}"
        f"<orx:meta><orx:instanceID>{instance}</orx:instanceID></orx:meta></data>"
    )


def photo():
    out = io.BytesIO()
    Image.new("RGB", (50, 30), "blue").save(out, "JPEG")
    return SimpleUploadedFile("p.jpg", out.getvalue(), "image/jpeg")


@pytest.fixture
def submit(client, key):
    client.cookies["django_language"] = "en"

    def submit(xml=None, use=key, **files):
        form = SimpleUploadedFile("form.xml", (xml or filled()).encode(), "text/xml")
        return client.post(f"/openrosa/key/{use}/submission", {"xml_submission_file": form} | files)

    return submit


def sentence(answer) -> str:
    return ElementTree.fromstring(answer.content).findtext(f"{RESPONSE}message")


@pytest.mark.skipif(
    shutil.which("java") is None,
    reason="ODK Validate needs Java: scripts/setup test installs it.",
)
class TestForms:
    def test_odk_validate_takes_every_form_that_is_served(self, get, tmp_path):
        listed = ElementTree.fromstring(get("formList").content)
        addresses = [each.findtext(f"{LIST}downloadUrl") for each in listed]
        assert len(addresses) >= 5
        for address in addresses:
            form = tmp_path / "form.xml"
            form.write_bytes(get("forms/" + address.rpartition("/")[2]).content)
            check_xform(str(form))


class TestListing:
    def test_each_form_has_its_version_and_what_changes_with_it(self, get):
        listed = ElementTree.fromstring(get("formList", formID="kapok-rubbish").content)
        [form] = listed
        assert form.findtext(f"{LIST}version") == "doors-town-1"
        assert form.findtext(f"{LIST}hash").startswith("md5:")

    def test_conditions_and_limits_go_with_the_form(self, get):
        text = get("forms/rubbish.xml").content.decode()
        assert "/data/a/smells = 'yes'" in text
        assert ". &gt;= 1 and . &lt;= 5" in text
        assert "string-length(.) &lt;= 200" in text
        assert "中文 (zh)" in text

    def test_a_telephone_shows_its_key_as_a_password(self, client, key, town):
        def by(password):
            word = base64.b64encode(f"collect:{password}".encode()).decode()
            return client.get("/openrosa/formList", headers={"Authorization": f"Basic {word}"})

        assert by(key).status_code == 200
        assert by("wrong").status_code == 401
        assert client.get("/openrosa/formList")["WWW-Authenticate"].startswith("Basic")

    def test_every_answer_speaks_openrosa(self, get):
        assert get("formList")["X-OpenRosa-Version"] == "1.0"

    def test_where_to_send_is_told_beforehand(self, client, key):
        answer = client.head(f"/openrosa/key/{key}/submission")
        assert (answer.status_code, answer["X-OpenRosa-Version"]) == (204, "1.0")
        assert int(answer["X-OpenRosa-Accept-Content-Length"]) > 10**7


class TestSubmissions:
    def test_a_form_is_a_matter(self, submit, box):
        answers = (
            "<sort>bulky</sort><smells>yes</smells><how_bad>4</how_bad><since>2026-03-01</since>"
            "<attracts>rats flies</attracts><spot>23.1 113.24 0 5</spot>"
        )
        answer = submit(filled(answers))
        assert answer.status_code == 201
        assert "code" in sentence(answer)
        matter = Matter.objects.get()
        report = matter.reports.get()
        assert (matter.door, matter.place, matter.kind) == ("FORM", GRID, "rubbish")
        assert report.answers["attracts"] == ["rats", "flies"]
        assert report.answers["how_bad"] == 4
        assert report.text == "旧沙发 🛋️"

    def test_the_same_form_again_is_the_same_matter(self, submit, box):
        first, again = submit(), submit()
        assert first.content == again.content
        assert Matter.objects.count() == 1

    def test_photos_come_with_the_form_or_after_it(self, submit, box):
        more = "<spot>23.10 113.24 0 0</spot><photo>1.jpg</photo>"
        xml = filled("<sort>bulky</sort><pictures>2.jpg</pictures>", more=more)
        assert submit(xml, **{"1.jpg": photo()}).status_code == 201
        assert Attachment.objects.count() == 1
        assert submit(xml, **{"2.jpg": photo()}).status_code == 201
        assert Attachment.objects.count() == 2
        [named] = Matter.objects.get().reports.get().answers["pictures"]
        assert Attachment.objects.filter(pk=named).exists()

    def test_why_is_asked_and_a_need_goes_to_care(self, submit, box):
        more = "<why>ill</why><spot>23.10 113.24 0 0</spot>"
        assert submit(filled("", kind="breakout", more=more)).status_code == 201
        assert Matter.objects.get().realm == "CARE"

    def test_a_key_of_a_community_needs_no_position(self, submit, make_key, box):
        assert submit(filled(more=""), use=make_key("FORM", place=COMMUNITY)).status_code == 201
        assert Matter.objects.get().place == COMMUNITY

    @pytest.mark.parametrize(
        ("xml", "said"),
        [
            ("<data", "no XML"),
            ('<!DOCTYPE a [<!ENTITY x "y">]><data id="kapok-rubbish">&x;</data>', "no XML"),
            ('<data id="other"/>', "none of our forms"),
            ('<data id="kapok-rubbish"/>', "instanceID"),
            (filled(kind="nothing"), "no such form"),
            (filled("<sort>gold</sort>"), "none of the choices"),
            (filled(more="<spot>north east</spot>"), "position"),
            (filled(more=""), "No community is known there"),
            (filled("<sort>bulky</sort><extra>1</extra>"), "does not ask for"),
        ],
    )
    def test_what_cannot_be_taken_is_said(self, submit, xml, said):
        answer = submit(xml)
        assert answer.status_code == 400
        assert said in sentence(answer)

    def test_a_key_that_was_revoked_opens_nothing(self, submit, town, key):
        from kapok.access import scope  # noqa: PLC0415
        from kapok.doors.models import ApiKey  # noqa: PLC0415
        from kapok.doors.operations import keys  # noqa: PLC0415

        with scope.acting(scope.of_appointment(town.administrator, at=town.noon)):
            keys.revoke_key(key=ApiKey.objects.get().pk, by=None, at=town.noon)
        assert submit().status_code == 401

    def test_nothing_unreadable_gets_through_the_reader(self):
        for text in (
            b"",
            b"\x00",
            b"<a>" * 100_000,
            b"\xff\xfe<a/>",
            b"<data id='kapok-x'>" + b"x" * (2 << 20),
        ):
            with pytest.raises(Refused):
                submissions.read(text)


def test_when_so_much_comes_at_once_the_telephone_keeps_the_form(submit, town, busy):
    answer = submit()
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")
    assert "then send it again" in sentence(answer)
