"""What the rows of a list of workers say, each field read and each error named. No database."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from kapok.access import phones
from kapok.access.roles import ROLES
from kapok.codes import padded
from kapok.errors import Refused
from kapok.workforce.models import Worker
from kapok.workforce.reading import Table
from kapok.workforce.skills import skill_named

FIELDS = {
    "name": gettext_lazy("Name"),
    "username": gettext_lazy("Account name"),
    "phone": gettext_lazy("Telephone"),
    "role": gettext_lazy("Role"),
    "areas": gettext_lazy("Grids or communities"),
    "starts": gettext_lazy("From"),
    "ends": gettext_lazy("Last day"),
    "deputy": gettext_lazy("Deputy"),
    "kind": gettext_lazy("Kind of work"),
    "employer": gettext_lazy("Employer"),
    "skills": gettext_lazy("Skills"),
}
REQUIRED = ("name", "username", "role", "areas", "starts")
HEADERS = {
    "name": "姓名 名字 人员姓名 name fullname",
    "username": "账号名 账号 帐号 账户 用户名 登录名 account accountname username login",
    "phone": "电话 手机 手机号 手机号码 联系电话 联系方式 phone mobile telephone phonenumber",
    "role": "角色 岗位 职务 role position",
    "areas": "网格 社区 区域 负责网格 网格社区 网格或社区 网格编码 grid grids area areas community "
    "communities gridsorcommunities place",
    "starts": "开始 开始日期 起始日期 从 自 起 from start startdate begin",
    "ends": "结束 结束日期 截止日期 至 止 到 最后一天 to until end enddate lastday",
    "deputy": "副 副职 是否副职 副手 b角 deputy isdeputy",
    "kind": "类型 用工类型 人员类型 用工方式 kind kindofwork type employment",
    "employer": "单位 用人单位 工作单位 所属单位 employer company organisation organization",
    "skills": "技能 特长 专长 skills skill",
}
FIELD_OF = {word: field for field, words in HEADERS.items() for word in words.split()}
ROLE_WORDS = {
    "representative": "楼栋代表 楼长 楼组长",
    "grid_worker": "网格员 专职网格员 网格长",
    "community_lead": "社区负责人 社区书记 社区主任",
    "police_member": "民警 小组民警 社区民警 三人小组民警",
    "health_member": "医务人员 小组医务人员 三人小组医务人员 医生 护士",
    "community_member": "社区干部 小组社区干部 三人小组社区人员 社区工作者",
    "gate_keeper": "卡口值守员 卡口人员 门岗",
    "hotline_worker": "热线接线员 接线员 话务员",
    "dispatcher": "调度员",
    "site_lead": "点位负责人 现场负责人 场所负责人",
    "registrar": "登记员",
    "vaccinator": "接种员 疫苗接种员",
    "assistance_officer": "救助专员 社会救助经办人",
    "home_manager": "养老机构负责人 院长",
    "street_command": "街道负责人 街道指挥",
}
KIND_WORDS = {
    Worker.Kind.FULL_TIME: {"全职", "专职", "full-time", "full time", "full_time"},
    Worker.Kind.PART_TIME: {"兼职", "part-time", "part time", "part_time"},
    Worker.Kind.VOLUNTEER: {"志愿者", "志愿", "volunteer"},
}
YES, NO = (
    {"是", "y", "yes", "1", "true", "副", "副职", "deputy"},
    {"", "否", "n", "no", "0", "false"},
)
DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T]0?0:00(?::00)?(?:\.0+)?)?")
SPLIT = re.compile(r"[;；,，、|\n]+")


@dataclass(frozen=True)
class Problem:
    """Why a row cannot enter: its line, the field, and the sentence."""

    line: int
    field: str
    sentence: str

    @property
    def field_label(self) -> str:
        """What people call the field."""
        return str(FIELDS[self.field])


@dataclass(frozen=True)
class Row:
    """One row, understood. ``areas`` are codes, or names that are to be looked up."""

    line: int
    name: str
    username: str
    phone: str
    role: str
    areas: tuple[int | str, ...]
    starts: date | None
    ends: date | None
    is_deputy: bool
    kind: str
    employer: str
    skills: tuple[str, ...]
    problems: tuple[Problem, ...]


def columns(header: tuple[str, ...]) -> dict[str, int]:
    """Which column holds which field. Raises ``Refused`` where a needed one is missing or twice."""
    found: dict[str, int] = {}
    for index, title in enumerate(header):
        field = FIELD_OF.get(re.sub(r"[\s_\-*/／()（）:：]", "", _plain(title)).casefold())
        if field is None:
            continue
        if field in found:
            raise Refused(
                _("Two columns say “%(field)s” (%(first)s, %(second)s). Keep one of them.")
                % {"field": FIELDS[field], "first": header[found[field]], "second": title}
            )
        found[field] = index
    missing = [str(FIELDS[field]) for field in REQUIRED if field not in found]
    if missing:
        raise Refused(
            _("The file has no column for: %(fields)s. Name the columns as the template does.")
            % {"fields": ", ".join(missing)}
        )
    return found


def fields_of(table: Table) -> list[dict[str, str]]:
    """The rows as fields, ``line`` among them; other columns are dropped and never stored."""
    where = columns(table.header)
    return [
        {"line": str(line)}
        | {field: row[index] if index < len(row) else "" for field, index in where.items()}
        for line, row in zip(table.lines, table.rows, strict=True)
    ]


def understood(fields: Mapping[str, str]) -> Row:
    """One row with every field read; what cannot be read is among its problems."""
    line = int(fields["line"])
    problems: list[Problem] = []

    def take(field: str, reader: object) -> object:
        text = _plain(fields.get(field, ""))
        if not text and field in REQUIRED:
            problems.append(Problem(line, field, _("This is missing.")))
            return reader("") if field in ("name", "username") else None  # type: ignore[operator]
        try:
            return reader(text)  # type: ignore[operator]
        except ValueError as error:
            problems.append(Problem(line, field, str(error)))
            return None

    starts, ends = take("starts", _date), take("ends", _date)
    row = Row(
        line=line,
        name=str(take("name", _name) or ""),
        username=str(take("username", str) or ""),
        phone=str(take("phone", phone_number) or ""),
        role=str(take("role", _role) or ""),
        areas=take("areas", _areas) or (),  # type: ignore[arg-type]
        starts=starts,  # type: ignore[arg-type]
        ends=ends,  # type: ignore[arg-type]
        is_deputy=bool(take("deputy", _yes)),
        kind=str(take("kind", _kind) or Worker.Kind.FULL_TIME),
        employer=_plain(fields.get("employer", ""))[:100],
        skills=take("skills", _skills) or (),  # type: ignore[arg-type]
        problems=(),
    )
    return Row(**{**vars(row), "problems": tuple(problems)})


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _name(text: str) -> str:
    if len(text) > 100:
        raise ValueError(_("A name has at most 100 letters."))
    return text


def phone_number(text: str) -> str:
    """A number as ``+8613800138000``; blank stays blank. Raises ``ValueError`` with a sentence."""
    if not text:
        return ""
    try:
        return phones.canonical(text.removesuffix(".0"))
    except Refused as refusal:
        raise ValueError(str(refusal)) from refusal


def _role(text: str) -> str:
    wanted = text.casefold()
    for code, words in _role_words():
        if wanted in words:
            return code
    raise ValueError(_("There is no role “%(text)s”. Use a role of the template.") % {"text": text})


def _role_words() -> Iterator[tuple[str, set[str]]]:
    for code, role in ROLES.items():
        words = {code, *ROLE_WORDS.get(code, "").split()}
        for language in ("en", "zh-hans"):
            with override(language):
                words.add(str(role.label).casefold())
        yield code, words


def _areas(text: str) -> tuple[int | str, ...]:
    found: list[int | str] = []
    for part in filter(None, (part.strip() for part in SPLIT.split(text))):
        digits = part.removesuffix(".0")
        found.append(padded(digits) if digits.isascii() and digits.isdigit() else part)
    return tuple(dict.fromkeys(found))


def _date(text: str) -> date | None:
    if not text:
        return None
    match = DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        return date(*map(int, match.groups()))
    except ValueError:
        raise ValueError(
            _("“%(text)s” is not a date. Write it like 2026-03-02.") % {"text": text}
        ) from None


def _yes(text: str) -> bool:
    if text.casefold() in YES:
        return True
    if text.casefold() in NO:
        return False
    raise ValueError(_("Write yes or no, not “%(text)s”.") % {"text": text})


def _kind(text: str) -> str:
    if not text:
        return Worker.Kind.FULL_TIME
    for kind, words in KIND_WORDS.items():
        if text.casefold() in words:
            return kind
    raise ValueError(
        _("“%(text)s” is no kind of work: write full-time, part-time or volunteer.")
        % {"text": text}
    )


def _skills(text: str) -> tuple[str, ...]:
    found = []
    for part in filter(None, (part.strip() for part in SPLIT.split(text))):
        code = skill_named(part)
        if code is None:
            raise ValueError(_("There is no skill “%(skill)s”.") % {"skill": part})
        found.append(code)
    return tuple(found)
