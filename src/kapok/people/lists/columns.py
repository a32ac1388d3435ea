"""Which column of a list means what, under the names that people give their columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz

from kapok.errors import Refused
from kapok.places.files.columns import plain

FIELDS = {
    "name": gettext_lazy("Name"),
    "identity": gettext_lazy("Number of papers"),
    "identity_kind": gettext_lazy("Kind of papers"),
    "phone": gettext_lazy("Telephone"),
    "sex": gettext_lazy("Sex"),
    "birth_date": gettext_lazy("Birth date"),
    "address": gettext_lazy("Address"),
    "building": gettext_lazy("Building"),
    "unit": gettext_lazy("Stairwell"),
    "room": gettext_lazy("Room"),
    "nationality": gettext_lazy("Nationality"),
}
ALIASES: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "人员姓名", "居民姓名", "name", "fullname", "residentname"),
    "identity": (
        "身份证号", "身份证号码", "身份证", "证件号码", "证件号", "公民身份号码", "居民身份证号",
        "idnumber", "identitynumber", "idno", "nric", "nric/fin", "identity", "passportno",
        "passportnumber", "idcard", "documentnumber",
    ),
    "identity_kind": (
        "证件类型", "证件种类", "证件类别", "idtype", "documenttype", "kindofpapers",
    ),
    "phone": (
        "手机", "手机号", "手机号码", "联系电话", "电话", "电话号码", "联系方式", "本人电话",
        "phone", "mobile", "telephone", "tel", "phonenumber", "mobilenumber", "contactnumber",
        "contact",
    ),
    "sex": ("性别", "sex", "gender"),
    "birth_date": (
        "出生日期", "出生年月", "出生年月日", "生日", "birthdate", "dateofbirth", "dob", "birthday",
    ),
    "address": (
        "住址", "地址", "现住址", "现住地址", "居住地址", "家庭住址", "家庭地址", "详细地址",
        "联系地址", "居住地", "address", "homeaddress", "residentialaddress", "fulladdress",
    ),
    "building": (
        "楼栋", "楼号", "栋号", "幢号", "楼幢", "楼宇", "小区楼栋", "楼栋名称", "building", "block",
        "blk", "buildingname",
    ),
    "unit": ("单元", "单元号", "梯", "stairwell", "stair"),
    "room": ("房号", "房间号", "室号", "门牌", "房间", "户号", "room", "flat", "unit", "roomnumber",
             "unitnumber", "unitno"),
    "nationality": ("国籍", "nationality", "citizenship"),
}  # fmt: skip
NEITHER = re.compile(
    "监护|紧急|单位|备注|序号|户籍|关系|目的|来源|网格员|联系人|emergency|employer|remark|relation"
)
BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：]")
SURE = 0.8
IDENTITY = r"^\d{17}[\dXx]$"
MOBILE = r"^1[3-9]\d{9}$"


@dataclass(frozen=True)
class Guess:
    """A column that probably means a field, and how sure that is (1: its very name)."""

    field: str
    column: str
    likeness: float


def likeness(header: str, field: str) -> float:
    """How much the name of a column sounds like a field, from 0 to 1."""
    said = plain(BRACKETS.sub("", header))
    if not said or (NEITHER.search(said) and said not in ALIASES[field]):
        return 0.0
    if said in ALIASES[field]:
        return 1.0
    best = max(
        0.95 * (alias in said) * len(alias) / len(said) ** 0.5 / len(alias) ** 0.5
        if len(alias) > 1
        else 0.0
        for alias in ALIASES[field]
    )
    alike = max(fuzz.ratio(said, alias) for alias in ALIASES[field]) / 100
    return round(max(best, alike if len(said) > 2 else 0.0), 2)


def n_recognised(cells: Sequence[str | None]) -> int:
    """How many fields a line names: that of the header names most."""
    return len({
        field for cell in cells if cell and len(cell) < 30
        for field in FIELDS if likeness(cell, field) >= SURE
    })  # fmt: skip


def recognise(frame: pl.DataFrame) -> tuple[Guess, ...]:
    """The columns that mean something, each field and each column once, surest first."""
    all_of_them = sorted(
        (
            Guess(field, column, likeness(column, field))
            for column in frame.columns
            for field in FIELDS
        ),
        key=lambda guess: -guess.likeness,
    )
    taken: list[Guess] = []
    for guess in [*all_of_them, *_by_content(frame)]:
        if guess.likeness < SURE:
            continue
        if all(guess.field != t.field and guess.column != t.column for t in taken):
            taken.append(guess)
    return tuple(taken)


def _by_content(frame: pl.DataFrame) -> list[Guess]:
    """Columns whose cells are mostly identity numbers or mobile numbers, whatever their name."""
    found = []
    sample = frame.head(200)
    for column in sample.columns:
        cells = sample[column].drop_nulls()
        for field, shape in (("identity", IDENTITY), ("phone", MOBILE)):
            if len(cells) and (share := cells.str.contains(shape).mean()) and float(share) > SURE:  # type: ignore[arg-type]
                found.append(Guess(field, column, SURE))
    return found


def confirmed(columns: Mapping[str, str], found: Sequence[str]) -> dict[str, str]:
    """What somebody confirmed: field to column. Raises ``Refused`` where that cannot be."""
    wanted = {field: column for field, column in columns.items() if column}
    unknown = [column for column in wanted.values() if column not in found]
    if unknown or set(wanted) - set(FIELDS):
        raise Refused(_("The list has no such column. Choose the columns again."))
    if len(set(wanted.values())) < len(wanted):
        raise Refused(
            _("One column was chosen for two fields. Choose another one for one of them.")
        )
    if "name" not in wanted:
        raise Refused(
            _("Choose the column with the names; without names nobody can be told apart.")
        )
    if not {"identity", "phone", "birth_date", "address", "building"} & set(wanted):
        raise Refused(
            _(
                "Names alone are not enough. Choose a column with papers, telephones, birth dates "
                "or addresses too."
            )
        )
    return wanted
