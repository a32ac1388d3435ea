"""A spreadsheet of workers: read whatever its shape, every wrong row named, all or nothing."""

import contextlib
import io
import re
import zipfile
from datetime import timedelta

import fastexcel
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from tests import factories
from tests.factories import NOON
from tests.kapok.workforce import world
from tests.small_town import HILLSIDE, RIVERSIDE

from kapok.access import sheets
from kapok.access.models import Appointment, User
from kapok.errors import NotAllowed, Refused
from kapok.workforce import operations, queries, reading, rows
from kapok.workforce.models import Worker, WorkerList

HEADER = "姓名,账号,电话,角色,网格,开始日期,结束日期,单位,技能\n"
ENGLISH = "Name,Account name,Telephone,Role,Grids or communities,From,Last day,Employer,Skills\n"


def csv(*lines, header=HEADER):
    return (header + "\n".join(lines) + "\n").encode()


def row(n=1, **changed):
    grid = changed.pop("areas", None) or 440103022001001
    said = {
        "name": f"示例{n}", "username": f"shili.{n}", "phone": f"138001380{n:02d}",
        "role": "网格员", "areas": grid, "starts": "2026-03-09", "ends": "2026-12-31",
        "employer": "示例街道", "skills": "急救;粤语",
    }  # fmt: skip
    return ",".join(str(value) for value in (said | changed).values())


@pytest.fixture
def bring(lead):
    """Reads a list as the lead; its key."""

    def read(data, at=NOON, who=lead):
        with world.as_(who, at):
            return operations.read_list(
                file_name="名单.csv", data=data, code=440103022000000, level="STREET",
                by=who.account, at=at,
            ).pk  # fmt: skip

    return read


@pytest.fixture
def look(lead):
    """The preview of a list, as the lead sees it."""

    def preview(key, at=NOON):
        with world.as_(lead, at):
            return queries.preview(key, by=lead.account, at=at)

    return preview


@pytest.fixture
def put(lead):
    """Puts a list in force."""

    def work(key, at=NOON):
        with world.as_(lead, at):
            return operations.put_in_force(list_id=key, by=lead.account, at=at)

    return work


def problems(preview):
    return {(one.line, one.field): one.sentence for one in preview.problems}


class TestReading:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    @pytest.mark.parametrize("mark", [",", ";", "\t"])
    def test_any_encoding_and_mark(self, encoding, mark):
        text = mark.join(["姓名", "账号"]) + "\r\n" + mark.join(["李娜", "li.na"]) + "\r\n"
        table = reading.read(text.encode(encoding))

        assert table.header == ("姓名", "账号")
        assert table.rows == (("李娜", "li.na"),)
        assert table.lines == (2,)

    def test_excel_and_the_lines_of_blank_rows(self):
        data = sheets.written(
            sheets.Format.XLSX, heading=["姓名", "账号"],
            rows=[("李娜", "li.na"), ("", ""), ("王强", "wang")],
        )  # fmt: skip
        table = reading.read(data)

        assert table.rows == (("李娜", "li.na"), ("王强", "wang"))
        assert table.lines == (2, 4)

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (b"", "is empty"),
            (b"name\n", "no rows"),
            (b"\xd0\xcf\x11\xe0rest", "old Excel"),
            (b"PK\x03\x04rest", "名单"),
            (b"x" * 5_000_001, "larger than 5 MB"),
            (b"a,b\n" + b"1,2\n" * 5_001, "more than 5000 rows"),
            ((b"a," * 70)[:-1] + b"\n" + (b"1," * 70)[:-1] + b"\n", "too many columns"),
        ],
    )
    def test_what_cannot_be_read_is_said(self, data, sentence):
        with translation.override("en"), pytest.raises(Refused, match=sentence):
            reading.read(data, "名单")

    @pytest.mark.parametrize(
        ("name", "content", "sentence"),
        [
            ("xl/vbaProject.bin", b"x", "名单"),
            ("xl/worksheets/sheet1.xml", b"\0" * 120_000_000, "名单"),
            ("nothing.txt", b"x", "名单"),
        ],
    )
    def test_hostile_spreadsheets_are_refused(self, name, content, sentence):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(name, content)

        with translation.override("en"), pytest.raises(Refused, match=sentence):
            reading.read(packed.getvalue(), "名单")

    @given(st.binary(max_size=300))
    def test_nothing_but_a_refusal_comes_of_bytes(self, data):
        with contextlib.suppress(Refused):
            reading.read(data)

    @given(st.dictionaries(st.sampled_from(sorted(rows.FIELDS)), st.text(max_size=30)))
    def test_no_row_of_text_breaks_the_reader(self, fields):
        found = rows.understood({"line": "2"} | fields)

        assert found.line == 2
        assert all(one.sentence for one in found.problems)

    @pytest.mark.parametrize("header", [HEADER, ENGLISH])
    def test_both_languages_of_headers(self, header):
        [first] = rows.fields_of(reading.read(csv(row(), header=header)))

        found = rows.understood(first)
        assert (found.name, found.role, found.areas) == ("示例1", "grid_worker", (440103022001001,))
        assert found.phone == "+8613800138001"
        assert found.skills == ("first_aid", "cantonese")
        assert not found.problems

    @pytest.mark.parametrize(
        "text",
        ["2026-03-09", "2026/3/9", "2026.3.9", "2026年3月9日", "20260309", "2026-03-09 00:00:00"],
    )
    def test_dates_as_people_write_them(self, text):
        assert rows.understood({"line": "2", "starts": text}).starts.isoformat() == "2026-03-09"

    def test_a_missing_column_is_named(self):
        with translation.override("en"), pytest.raises(Refused, match="no column for: Role, Grids"):
            rows.columns(("姓名", "账号", "开始"))

    def test_two_columns_for_one_field_are_named(self):
        with (
            translation.override("en"),
            pytest.raises(Refused, match="Two columns say"),
        ):
            rows.columns(("姓名", "电话", "手机"))


@pytest.mark.django_db
class TestPreview:
    def test_what_would_change_is_counted_and_nothing_changes(self, bring, look):
        found = look(bring(csv(row(1), row(2, areas=440103022001002))))

        assert (len(found.plan.accounts), len(found.plan.appointments), found.n_wrong) == (2, 2, 0)
        assert found.lines[0].changes == ("new account", "new appointment", "worker's file")
        assert not User.objects.filter(username="shili.1").exists()

    @pytest.mark.parametrize(
        ("changed", "field", "sentence"),
        [
            ({"name": ""}, "name", "This is missing."),
            ({"username": ""}, "username", "This is missing."),
            ({"username": "li na"}, "username", "cannot be the name of an account"),
            ({"phone": "123x"}, "phone", "is not a telephone number"),
            ({"role": "超人"}, "role", "There is no role “超人”"),
            ({"role": "街道负责人"}, "role", "you may not give the role"),
            ({"areas": "440103022099001"}, "areas", "No area in force has the code"),
            ({"areas": "不存在社区"}, "areas", "No area inside yours is called"),
            ({"areas": str(RIVERSIDE)}, "areas", "is not held over a Community"),
            ({"starts": "明天"}, "starts", "is not a date"),
            ({"starts": "2026-02-30"}, "starts", "is not a date"),
            ({"starts": "2025-01-01"}, "starts", "cannot begin in the past"),
            ({"ends": "2026-03-01"}, "starts", "must be after the beginning"),
            ({"skills": "飞行"}, "skills", "There is no skill “飞行”"),
        ],
    )
    def test_a_wrong_row_is_named_with_line_field_and_sentence(
        self, bring, look, put, changed, field, sentence
    ):
        key = bring(csv(row(1, areas=440103022001002), row(2, **changed)))

        assert sentence in problems(look(key))[3, field]
        with pytest.raises(Refused, match="still has wrong rows"):
            put(key)
        assert not User.objects.filter(username__startswith="shili").exists()

    def test_a_grid_elsewhere_is_refused(self, bring, look):
        with factories.as_box():
            street = factories.Community(code=440103023001000)
            factories.Community(code=440103023001001, level="GRID", parent=street)

        found = look(bring(csv(row(areas=440103023001001))))

        assert "outside your own" in problems(found)[2, "areas"]

    def test_a_name_that_belongs_to_the_account_of_somebody_else(self, bring, look):
        factories.User(username="Shili.1", name="王强")

        assert "belongs to 王强" in problems(look(bring(csv(row()))))[2, "name"]

    def test_a_worker_whose_file_is_kept_elsewhere(self, bring, look):
        world.worker(440103023001000, name="示例1", username="shili.1")

        assert "kept by another area" in problems(look(bring(csv(row()))))[2, "username"]

    def test_the_same_account_with_two_names(self, bring, look):
        found = look(bring(csv(row(1), row(1, name="别人", areas=440103022001002))))

        assert "Line 2 gives this account another name" in problems(found)[3, "username"]

    def test_the_same_role_twice_in_the_file(self, bring, look):
        found = look(bring(csv(row(1), row(1, ends="2026-11-30"))))

        assert "Line 2 gives the same role" in problems(found)[3, "areas"]

    def test_communities_by_name(self, bring, look):
        found = look(bring(csv(row(role="卡口值守员", areas="河畔社区、山边社区"))))

        assert found.n_wrong == 0
        assert found.lines[0].where == "河畔社区, 山边社区"

    def test_the_rows_are_encrypted_and_gone_once_given_up(self, bring, lead):
        key = bring(csv(row()))
        with factories.as_owner_of_rows():
            stored = bytes(WorkerList.objects.get(pk=key).rows)
        assert "示例1".encode() not in stored
        assert b"13800138001" not in stored
        with world.as_(lead):
            assert operations.give_up_list(list_id=key, by=lead.account, at=NOON).rows is None

    def test_a_list_that_waits_too_long_is_given_up(self, bring):
        old = bring(csv(row()))
        bring(csv(row()), at=NOON + timedelta(days=8))

        with factories.as_owner_of_rows():
            assert WorkerList.objects.get(pk=old).status == "GIVEN_UP"

    def test_a_grid_worker_cannot_bring_one(self, bring):
        with pytest.raises(NotAllowed):
            bring(csv(row()), who=factories.Appointment(place=RIVERSIDE))


@pytest.mark.django_db
class TestInForce:
    def test_accounts_files_and_appointments_are_made(self, bring, put):
        [handed] = put(bring(csv(row(1))))

        user = User.objects.get(username="shili.1")
        assert not user.has_usable_password()
        assert handed.path.startswith("/account/set-up/")
        with factories.as_owner_of_rows():
            worker = Worker.objects.get(account=user)
            [made] = Appointment.objects.filter(account=user)
        assert (worker.employer, worker.skills) == ("示例街道", ["cantonese", "first_aid"])
        assert made.reason == "名单.csv"

    def test_the_same_file_again_changes_nothing_even_a_month_later(self, bring, look, put):
        data = csv(row(1), row(2, role="卡口值守员", areas="河畔社区"))
        put(bring(data))
        later = NOON + timedelta(days=30)

        again = look(bring(data, at=later), at=later)

        assert again.changes_nothing
        assert again.n_wrong == 0

    def test_another_last_day_moves_the_end(self, bring, look, put):
        put(bring(csv(row(1))))
        key = bring(csv(row(1, ends="2027-06-30")))

        assert look(key).lines[0].changes == ("another end",)
        put(key)
        with factories.as_owner_of_rows():
            [made] = Appointment.objects.filter(role="grid_worker")
        assert made.ends_at.isoformat().startswith("2027-06-30T16:00")  # midnight in the town

    def test_blank_cells_leave_the_file_as_it_is(self, bring, look, put):
        put(bring(csv(row(1))))

        assert look(bring(csv(row(1, phone="", employer="", skills="")))).changes_nothing

    def test_twice_is_refused(self, bring, put):
        key = bring(csv(row(1)))
        put(key)

        with pytest.raises(Refused, match="is “In force” already"):
            put(key)

    def test_five_hundred_rows_in_few_queries(
        self, bring, look, put, django_assert_max_num_queries
    ):
        grids = world.grids()
        data = csv(*(row(n, phone="", areas=grids[n % len(grids)]) for n in range(500)))
        key = bring(data)
        with django_assert_max_num_queries(25):
            assert look(key).n_wrong == 0
        with django_assert_max_num_queries(550):  # one for each link, by django-allauth
            assert len(put(key)) == 500


@pytest.mark.django_db
class TestPages:
    def send(self, page: Client, data, name="名单.csv"):
        return page.post("/workforce/lists/", {"file": SimpleUploadedFile(name, data)})

    def coming(self, **changed):
        return row(1, starts="2099-01-05", ends="2099-12-31", **changed)

    def test_brought_looked_at_put_in_force_and_handed_out(self, page: Client):
        shown = self.send(page, csv(self.coming()))
        preview = page.get(shown["Location"]).content.decode()
        assert "Put in force" in preview
        handed = page.post(shown["Location"] + "settle/", {"do": "put"})

        assert "no-store" in handed["Cache-Control"]
        assert re.search(r"http://testserver/account/set-up/\S+", handed.content.decode())
        assert page.get(shown["Location"]).status_code == 404

    def test_wrong_rows_are_shown_and_come_as_a_file(self, page: Client):
        shown = self.send(page, csv(self.coming(phone="=cmd|' /C calc'!A0")))["Location"]

        assert "is not a telephone number" in page.get(shown).content.decode()
        file = page.get(shown + "problems.xlsx")
        frame = fastexcel.read_excel(file.content).load_sheet(0, dtypes="string").to_polars()
        assert frame.rows()[0][:2] == ("2", "Telephone")
        assert page.post(shown + "settle/", {"do": "put"}).status_code == 409

    def test_a_wrong_file_is_said_beside_the_field(self, page: Client):
        answer = self.send(page, b"PK\x03\x04")

        assert answer.status_code == 422
        assert "名单.csv" in answer.content.decode()
        assert page.post("/workforce/lists/", {}).status_code == 422

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_the_template_can_be_read_back(self, page: Client, language):
        page.cookies["django_language"] = language
        table = reading.read(page.get("/workforce/lists/template.xlsx").content)

        with translation.override(language):
            found = [rows.understood(fields) for fields in rows.fields_of(table)]
        assert [one.role for one in found] == ["grid_worker", "gate_keeper"]
        assert not [problem for one in found for problem in one.problems]

    def test_a_lead_elsewhere_does_not_find_the_list(self, page: Client, client, lead):
        shown = self.send(page, csv(self.coming()))["Location"]
        other = Client()
        other.force_login(world.lead("community_lead", HILLSIDE).account)

        assert other.get(shown).status_code == 404
        assert other.post(shown + "settle/", {"do": "put"}).status_code == 403
