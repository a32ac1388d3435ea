"""Files as people bring them, good and bad: read all the same, or refused with what to do."""

import io
import struct
import zipfile
import zlib

import pytest
import xlsxwriter
from tests.kapok.people.bringing import workbook

from kapok.errors import Refused
from kapok.people.lists import archive
from kapok.people.lists.columns import recognise
from kapok.people.lists.reading import MAX_BYTES, read_list
from kapok.people.lists.refused import refused_workbook

HEADER = ("姓名", "身份证号", "手机")
ROW = ("王小明", "11010519491231002X", "13800138000")
CSV = "姓名,身份证号,手机\n王小明,11010519491231002X,13800138000\n"


@pytest.fixture
def read(tmp_path):
    def reading(content, name="名单.xlsx"):
        path = tmp_path / "file"
        path.write_bytes(content)
        return read_list(path, name)

    return reading


def changed(content, *, without=(), **parts):
    """A workbook with parts of its archive replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for entry in old.namelist():
            if entry not in parts and entry not in without:
                new.writestr(entry, old.read(entry))
        for entry, text in parts.items():
            new.writestr(entry, text)
    return out.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_csv_is_read_in_every_usual_encoding(read, encoding):
    content = CSV.encode(encoding)
    if encoding in ("utf-16-le", "utf-16-be"):
        content = ("\ufeff" + CSV).encode(encoding)
    assert read(content, "名单.csv").frame.rows() == [ROW]


def test_rare_characters_of_gb18030_come_through(read):
    assert read("姓名,手机\n㛃𠮷,13800138000\n".encode("gb18030")).frame.rows()[0][0] == "㛃𠮷"


def test_a_title_above_the_header_and_blank_lines_are_no_rows(read):
    table = read(workbook([HEADER, ("", "", ""), ROW], header=("返乡人员登记表", "", "")))
    assert table.frame.rows() == [ROW]
    assert table.numbers == [4]


def test_the_content_says_what_it_is_and_not_the_name(read):
    assert read(CSV.encode(), "名单.xlsx").frame.rows() == [ROW]
    assert read(workbook([ROW], header=HEADER), "名单.csv").frame.rows() == [ROW]


def test_headers_are_recognised_and_emergency_contacts_are_not(read):
    header = (
        "序号",
        "*姓名",
        "公民身份号码",
        "联系电话（手机）",
        "紧急联系人电话",
        "现住址",
        "性别",
    )
    found = {
        g.field: g.column for g in recognise(read(workbook([[""] * 6 + ["女"]], header)).frame)
    }
    assert found == {
        "name": "*姓名", "identity": "公民身份号码", "phone": "联系电话（手机）",
        "address": "现住址", "sex": "性别",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("header", "field"),
    [("Full Name", "name"), ("NRIC/FIN", "identity"), ("Date of Birth", "birth_date"),
     ("Mobile No.", "phone"), ("房号", "room"), ("楼栋", "building"),
     ("证件类型", "identity_kind")],
)  # fmt: skip
def test_headers_in_two_languages(read, header, field):
    found = recognise(read(workbook([("a", "b")], ("x", header))).frame)
    assert [guess.field for guess in found if guess.column == header] == [field]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Excel file"),
        (b"%PDF-1.7 ...", "neither an Excel workbook nor CSV"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "neither"),
        (b'{"type": "FeatureCollection", "features": []}', "neither"),
        (b"<html><body>list</body></html>", "neither"),
        (b"PK\x03\x04 broken", "damaged"),
        ("姓名,手机\n".encode(), "no rows"),
        (b"\xff\xff\xff,\x81\n\x81\x20,x\n", "cannot be read"),
        (b"x" * (MAX_BYTES + 1), "more than 30 MB"),
        (b'a,b\n"x,1\n', "cannot be read"),
    ],
)
def test_other_files_are_refused_with_what_to_do(read, content, says):
    with pytest.raises(Refused, match=says):
        read(content)


def test_macros_are_refused(read):
    good = workbook([ROW], header=HEADER)
    with pytest.raises(Refused, match="holds macros"):
        read(changed(good, **{"xl/vbaProject.bin": b"\0"}))
    types = '<Types ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>'
    with pytest.raises(Refused, match="made for macros"):
        read(changed(good, **{"[Content_Types].xml": types}))


def test_a_zip_that_is_no_workbook_is_refused(read):
    with pytest.raises(Refused, match="no Excel workbook"):
        read(changed(workbook([ROW]), without=["xl/workbook.xml"]))


def test_a_zip_bomb_is_refused_before_it_is_opened(read):
    bomb = changed(workbook([ROW]), **{"xl/media/a.bin": b"\0" * (archive.MAX_UNPACKED + 1)})
    assert len(bomb) < 1 << 20
    with pytest.raises(Refused, match="unpacks to far more"):
        read(bomb)


def test_a_zip_bomb_that_lies_about_its_size_is_refused(read):
    big = b"<sst>" + b"<si><t>a</t></si>" * 500_000
    bomb = bytearray(changed(workbook([ROW]), **{"xl/sharedStrings.xml": big}))
    for magic, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = -1
        while (start := bomb.find(magic, start + 1)) >= 0:
            if struct.unpack_from("<I", bomb, start + at)[0] == len(big):
                struct.pack_into("<I", bomb, start + at, 100)
    with pytest.raises(Refused, match="damaged"):
        read(bytes(bomb))


def test_a_cell_of_a_hundred_megabytes_is_refused(read):
    cell = f"<sst><si><t>{'a' * (100 << 20)}</t></si></sst>"
    with pytest.raises(Refused, match=r"unpacks to far more|more text"):
        read(changed(workbook([ROW]), **{"xl/sharedStrings.xml": cell}))
    with pytest.raises(Refused, match="more than 30 MB"):
        read(f"姓名,手机\n{'王' * (34 << 20)},1\n".encode())


def test_a_long_cell_is_refused_in_both_formats(read):
    long = "a" * 300_000
    with pytest.raises(Refused, match="more text"):
        read(
            changed(
                workbook([ROW]), **{"xl/sharedStrings.xml": f"<sst><si><t>{long}</t></si></sst>"}
            )
        )
    with pytest.raises(Refused, match="more text"):
        read(f"姓名,手机\n{long},13800138000\n".encode())


def test_one_long_text_in_many_cells_is_refused(read):
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_000))
    sheet = f"<worksheet><sheetData>{cells}</sheetData></worksheet>"
    shared = f"<sst><si><t>{'a' * 30_000}</t></si></sst>"
    with pytest.raises(Refused, match="unpacks to far more"):
        read(
            changed(
                workbook([ROW]),
                **{"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": shared},
            )
        )


def test_a_cell_in_the_last_corner_of_a_sheet_is_refused(read):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(Refused, match="XFD1048576"):
        read(file.getvalue())


FAR = 't="inlineStr"><is><t>x</t></is></c>'


@pytest.mark.parametrize(
    "cell",
    [
        f"""<c x=' r="A1"' r="XFD9000" {FAR}""",  # a place inside another attribute
        f"""<c x="/>" r="XFD9000" {FAR}""",  # looks as if it ended at once
        f"<c r='XFD9000' {FAR}",
        f'<c r="A1" r="XFD9000" {FAR}',
        f'<c r="xfd9000" {FAR}',
        f'<x-y:c r="XFD9000" {FAR}'.replace("</c>", "</x-y:c>"),
    ],
)
def test_a_far_cell_that_hides_is_refused(read, cell):
    rows = f'<sheetData><row r="9000">{cell}</row></sheetData>'
    with pytest.raises(Refused, match=r"reaches to cell|do not say where"):
        read(changed(workbook([ROW]), **{"xl/worksheets/sheet1.xml": rows}))


def test_a_far_cell_in_a_part_of_another_name_is_refused(read):
    rows = f'<sheetData><row r="9000"><c r="XFD9000" {FAR}</row></sheetData>'
    links = '<Relationships><Relationship Id="rId1" Target="other/one.xml"/></Relationships>'
    parts = {"xl/other/one.xml": rows, "xl/_rels/workbook.xml.rels": links}
    with pytest.raises(Refused, match="reaches to cell XFD9000"):
        read(changed(workbook([ROW]), without=["xl/worksheets/sheet1.xml"], **parts))


@pytest.mark.parametrize(
    "cell",
    [
        "<c r=\"A{n}\" t='s'><v>0</v></c>",
        '<c r="A{n}" t="s"><v >0</v></c>',
        '<c r="A{n}" t="s"><v>1</v><v>0</v></c>',
        '<c r="A{n}" t="s"><v><!-- -->0</v></c>',
    ],
)
def test_one_long_text_that_hides_in_many_cells_is_refused(read, cell):
    cells = "".join(f'<row r="{n}">{cell.format(n=n)}</row>' for n in range(1, 20_000))
    parts = {
        "xl/worksheets/sheet1.xml": f"<sheetData>{cells}</sheetData>",
        "xl/sharedStrings.xml": f"<sst><si><t>{'a' * 30_000}</t></si><si><t>b</t></si></sst>",
    }
    with pytest.raises(Refused, match=r"unpacks to far more|do not say where"):
        read(changed(workbook([ROW]), **parts))


def test_a_zip_bomb_behind_a_right_check_sum_is_refused(read):
    """The stated size and sum are those of its beginning; other readers read on to the end."""
    texts = b"<sst><si><t>a</t></si></sst>"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(texts + b" " * (1 << 20)) + packer.flush()
    name = b"xl/sharedStrings.xml"
    bomb = bytearray(changed(workbook([ROW]), **{name.decode(): "?"}))
    end = bomb.index(b"PK\x01\x02")
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive_of_all:
        entry = archive_of_all.getinfo(name.decode())
    at = entry.header_offset + 30 + len(name)
    bomb[at : at + entry.compress_size] = packed
    longer = len(packed) - entry.compress_size
    facts = zlib.crc32(texts), len(packed), len(texts)
    struct.pack_into("<III", bomb, entry.header_offset + 14, *facts)
    start = bomb.rindex(name) - 46
    struct.pack_into("<III", bomb, start + 16, *facts)
    struct.pack_into("<I", bomb, bomb.rindex(b"PK\x05\x06") + 16, end + longer)
    with pytest.raises(Refused, match="damaged"):
        read(bytes(bomb))


@pytest.mark.parametrize("other", ["xl/workbook.bin", "content.xml"])
def test_a_file_that_is_two_kinds_at_once_is_refused(read, other):
    with pytest.raises(Refused, match="several kinds"):
        read(changed(workbook([ROW]), **{other: "x"}))


def test_declarations_are_refused(read):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><sst><si><t>&a;</t></si></sst>'
    with pytest.raises(Refused, match="declarations"):
        read(changed(workbook([ROW]), **{"xl/sharedStrings.xml": bomb}))


def test_refused_rows_come_back_as_text_and_can_be_brought_again(read):
    cells = ["=cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "+8613800138000"]
    content = refused_workbook(["姓名", "手机", "住址", "电话"], [(7, cells, "姓名: …")])
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    [row] = read(content).frame.rows()
    assert row[2:4] == ("=cmd|' /C calc'!A0", "@SUM(1)")  # without the apostrophe again
