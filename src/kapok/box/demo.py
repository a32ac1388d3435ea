"""The accounts with which a new box can be tried: one for each story, with its appointment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from kapok.access import scope
from kapok.access.fields import spans
from kapok.access.models import Appointment, User
from kapok.access.operations import DemoAccount, make_demo_accounts
from kapok.codes import WIDTH, Level, span
from kapok.hotline.drafts import Draft
from kapok.hotline.operations import lines
from kapok.outreach.models import Representative
from kapok.places.models import Area, Building

STREET = 440103022000000  # 中南街道, where the story is told
REASON = "演示 demo"
SINCE = timedelta(days=30)


@dataclass(frozen=True)
class Part:
    """Somebody in the story: what they are, over how large an area, and over how many."""

    username: str
    title: str
    role: str
    level: Level
    n_areas: int = 1


# Who a box can be tried as, in the order in which they are shown.
CAST = (
    Part("community", "社区负责人 community lead", "community_lead", Level.COMMUNITY),
    Part("street", "街道负责人 street lead", "street_command", Level.STREET),
    Part("district", "区指挥部 district command", "district_command", Level.DISTRICT),
    Part("worker", "网格员 grid worker", "grid_worker", Level.GRID, 2),
    Part("representative", "楼栋代表 representative", "representative", Level.GRID),
    Part("gate", "卡口值守员 gate keeper", "gate_keeper", Level.COMMUNITY),
    Part("police", "三人小组民警 police member", "police_member", Level.COMMUNITY),
    Part("health", "三人小组医护 health member", "health_member", Level.COMMUNITY),
    Part("hotline", "热线接线员 hotline worker", "hotline_worker", Level.STREET),
    Part("hotlead", "热线负责人 hotline lead", "hotline_lead", Level.STREET),
    Part("pool", "区热线接线员 hotline worker", "hotline_worker", Level.DISTRICT),
    Part("dispatcher", "调度员 dispatcher", "dispatcher", Level.STREET),
    Part("assistance", "救助专员 assistance officer", "assistance_officer", Level.STREET),
    Part("site", "场所负责人 site lead", "site_lead", Level.STREET),
    Part("authority", "卫健部门 health authority", "health_authority", Level.DISTRICT),
    Part("auditor", "审计员 auditor", "auditor", Level.DISTRICT),
    Part(
        "privacy",
        "个人信息保护负责人 data protection officer",
        "data_protection_officer",
        Level.DISTRICT,
    ),
    Part("admin", "管理员 administrator", "administrator", Level.DISTRICT),
)
# Where the street's calls ring; what nobody answers there also rings at the district.
LINES = (
    (Level.STREET, "中南街红棉守护热线", "Zhongnan Kapok line", "+86 20 8111 0001"),
    (Level.DISTRICT, "荔湾区红棉守护热线", "Liwan Kapok line", "+86 20 8111 0100"),
)
# The worker is in a three-person team as well, so that switching can be tried.
SECOND_HATS = (
    Part("worker", "三人小组社工 community member", "community_member", Level.COMMUNITY),
)


@transaction.atomic
def make_cast(*, at: datetime) -> None:
    """Make the demo accounts and give each its appointment, in a box that nobody can sign in to."""
    areas = {part: list(_areas(part)) for part in CAST + SECOND_HATS}
    make_demo_accounts(
        DemoAccount(part.username, _named(part, areas[part]), _first_code(areas[part]))
        for part in CAST
    )
    accounts = dict(User.objects.filter(is_demo=True).values_list("username", "id"))
    with scope.acting(scope.of_box(at=at)):
        for part, where in areas.items():
            if where:
                Appointment.objects.create(
                    account_id=accounts[part.username],
                    role=part.role,
                    areas=[[area.code, area.level, area.name] for area in where],
                    ranges=spans([(area.code, area.level) for area in where]),
                    starts_at=at - SINCE,
                    given_at=at,
                    reason=REASON,
                )
            if part.role == "representative" and where:
                _stand(where[0], accounts[part.username], at=at)
        _open_lines(at=at)


def _stand(grid: Area, account: UUID, *, at: datetime) -> None:
    """The representative stands for the first building of the grid, whose doors they then see."""
    for building in Building.objects.filter(place=grid.code, gone_at=None)[:1]:
        Representative.objects.create(
            building=building, place=building.place, account_id=account, agreed_at=at - SINCE
        )


def _open_lines(*, at: datetime) -> None:
    """The telephone lines of the street of the story and of its district, day and night."""
    for level, name_zh, name_en, number in LINES:
        code = STREET - STREET % WIDTH[level]
        if Area.objects.filter(code=code, level=level, valid_to=None).exists():
            draft = Draft(code, level, name_zh=name_zh, name_en=name_en, number=number)
            lines.make(draft=draft, by=None, at=at - SINCE)


def _areas(part: Part) -> Iterator[Area]:
    """Areas of the level, in the street of the story where it has them, or else the first ones."""
    low, high = span(STREET, Level.STREET)
    of_level = Area.objects.filter(level=part.level, valid_to=None).order_by("code")
    here = of_level.filter(code__gte=low, code__lt=high)
    yield from (here if here.exists() else of_level)[: part.n_areas]


def _named(part: Part, areas: list[Area]) -> str:
    where = "、".join(area.name for area in areas)
    return " ".join(filter(None, ("演示 Demo ·", where, part.title)))


def _first_code(areas: list[Area]) -> int | None:
    return areas[0].code if areas else None
