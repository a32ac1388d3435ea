"""A day of matters in one street, so that a new box has something to send, walk to and answer.

The buildings are the town's; what is said of them is made up from a seed and says so. Everything
goes through :func:`kapok.matters.operations.commands.apply`, as if it had happened at its moment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from kapok.access import scope
from kapok.access.models import Appointment, User
from kapok.codes import Level, span
from kapok.ids import uuid7
from kapok.matters.engine.facts import Answer, Command, Status
from kapok.matters.operations.commands import apply
from kapok.matters.operations.units import Said, make_unit
from kapok.places.models import Building

N_MATTERS = 60
HOURS = 20
DOOR = UUID("01936c00-0000-7000-8000-00000000d0ff")  # owns what the sample reports
GOES_ON = 0.8  # how often the next move was made in time


@dataclass(frozen=True)
class Story:
    """What somebody may report: its kind, answers, words, and how it may be settled."""

    kind: str
    answers: dict[str, Any]
    text: str
    outcome: str = "explained"


STORIES = (
    Story("facility", {"sort": "lamp", "people_inside": False}, "楼下路灯不亮", "handed_on"),
    Story("facility", {"sort": "lift", "people_inside": False}, "电梯停了，老人下不了楼"),
    Story("facility", {"sort": "water", "people_inside": False}, "水管爆裂，楼道积水", "handed_on"),
    Story("environment", {"sort": "rubbish"}, "垃圾两天没清"),
    Story("environment", {"sort": "sewage"}, "污水井外溢"),
    Story("environment", {"sort": "pests"}, "楼后积水生蚊"),
    Story("noise", {"now": True}, "夜里装修，睡不着"),
    Story("hidden_danger", {"sort": "fire_exit", "danger_now": False}, "消防通道堆了杂物"),
    Story("hidden_danger", {"sort": "electric", "danger_now": False}, "电线垂到窗边"),
    Story("hidden_danger", {"sort": "falling", "danger_now": True}, "外墙瓷砖松动，随时会掉"),
    Story("dispute", {"sort": "neighbours"}, "楼上漏水，两家争执", "handed_on"),
    Story("help", {"need": "medicine", "medicine_kind": "heart"}, "降压药只够两天", "referred"),
    Story("help", {"need": "food"}, "独居老人家里没有米了", "referred"),
    Story("help", {"need": "baby"}, "奶粉和尿布快用完了", "referred"),
)
# Each unit with its kind, as packs name it, and the whole street as what it answers for.
UNITS = (
    ("派出所（示例）", "police_station", True),
    ("急救站（示例）", "emergency", True),
    ("巡逻一组（示例）", "patrol", False),
    ("巡逻二组（示例）", "patrol", False),
    ("抢修一队（示例）", "repair", False),
    ("抢修二队（示例）", "repair", False),
    ("送药志愿队（示例）", "supply", False),
)


def bring(*, street: int, cast: Sequence[Appointment], at: datetime, seed: int = 0) -> int:
    """Units and matters of the last hours in a street; how many matters were taken.

    ``cast`` are those who moved them on: each makes the moves that their role may make. Whoever of
    them is of the police goes with the first patrol from then on.
    """
    chance = Random(seed)  # a sample, not a secret
    with scope.acting(scope.of_intake(DOOR, at=at)):
        homes = list(_homes(street))
        if homes:
            _make_units(street, homes, chance, at=at - timedelta(days=1))
    minutes = sorted(chance.uniform(3, HOURS * 60) for _each in range(N_MATTERS)) if homes else []
    return sum(
        _happened(chance.choice(STORIES), chance.choice(homes), chance, cast, at, minutes=ago)
        for ago in reversed(minutes)
    )


def _homes(street: int) -> Iterator[Building]:
    low, high = span(street, Level.STREET)
    yield from (
        Building.objects.filter(place__gte=low, place__lt=high, households__gt=0)
        .order_by("id")
        .only("id", "place", "lon", "lat")
    )


def _make_units(street: int, homes: list[Building], chance: Random, *, at: datetime) -> None:
    for name, kind, is_station in UNITS:
        where = chance.choice(homes)
        said = Said(
            name=name,
            kind=kind,
            place=street,
            lon=where.lon,
            lat=where.lat,
            is_sent_alone=not is_station,
            areas=(street,) if is_station else (),
        )
        make_unit(said=said, by=User(), at=at)


def _happened(
    story: Story,
    home: Building,
    chance: Random,
    cast: Sequence[Appointment],
    now: datetime,
    *,
    minutes: float,
) -> bool:
    """One matter, from its report as far as it has come by now."""
    matter, began = uuid7(), now - timedelta(minutes=minutes)
    said = {
        "kind": story.kind,
        "answers": story.answers,
        "text": f"示例：{story.text}",
        "building": str(home.pk),
        "door": "PHONE",
        "contact": {"phone": f"13800138{chance.randrange(1000):03}"},  # made up, as all of it is
    }
    with scope.acting(scope.of_intake(DOOR, at=began)):
        if _moved("report", matter, said, began).status != Status.TAKEN:
            return False
    turns: tuple[tuple[str, dict[str, Any], float], ...] = (
        ("accept", {}, chance.uniform(2, 15)),
        ("start", {}, chance.uniform(30, 200)),
        ("settle", {"outcome": story.outcome, "text": "示例：已处理"}, chance.uniform(200, 900)),
    )
    for move, data, after in turns:
        if after < minutes and chance.random() < GOES_ON:
            _by_whom_it_may(move, matter, data, cast, began + timedelta(minutes=after))
    return True


def _by_whom_it_may(
    move: str, matter: UUID, data: dict[str, Any], cast: Sequence[Appointment], at: datetime
) -> None:
    """The first of the cast who may make a move makes it, if anybody."""
    for appointment in cast:
        with scope.acting(scope.of_appointment(appointment, at=at)):
            if _moved(move, matter, data, at).status == Status.TAKEN:
                return


def _moved(move: str, matter: UUID, data: dict[str, Any], at: datetime) -> Answer:
    [answer] = apply([Command(uuid7(), move, matter, at, None, data)])
    return answer
