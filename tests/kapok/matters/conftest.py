"""A street with its matters: a pack of its own, workers, a desk, a station, two buildings."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation
from tests.keeping import kept

STREET, COMMUNITY = 440103022000000, 440103022001000
GRID, NEXT_GRID, FAR_GRID = 440103022001001, 440103022001002, 440103029001001


def text(words: str) -> dict[str, str]:
    return {"zh": f"{words}（中）", "en": words}


HOUR = {"hours": 1}
ROUTE = [{"to": "GRID_WORKER"}, {"to": "COMMUNITY"}]
OUTCOMES = [
    {"code": "settled", "label": text("Settled")},
    {"code": "shown", "label": text("Shown by a photo"), "needs": ["PHOTO"]},
    {"code": "nothing_there", "label": text("Nothing there"), "closes": False},
]
CLOCKS = [
    {
        "code": "accept", "label": text("Accept"), "starts": {"move": "report"},
        "stops": {"state": "ASSIGNED"}, "limit": {"minutes": 30}, "source": "ours",
        "at": [{"percent": 100, "do": "LIST_LATE"}],
    },
    {
        "code": "settle", "label": text("Settle"), "starts": {"move": "report"},
        "stops": {"state": "CLOSED"}, "limit": {"hours": 10}, "by_urgency": {"RED": HOUR},
        "max_extensions": 1, "source": "ours",
        "at": [
            {"percent": 50, "do": "REMIND"}, {"percent": 80, "do": "TELL_SUPERVISOR"},
            {"percent": 100, "do": "LIST_LATE"}, {"percent": 150, "do": "ESCALATE"},
        ],
    },
    {
        "code": "touch", "label": text("Begin"), "starts": {"state": "ASSIGNED"},
        "stops": {"state": "IN_PROGRESS"}, "limit": {"hours": 2}, "source": "ours",
        "at": [{"percent": 100, "do": "RETURN_TO_QUEUE"}],
    },
]  # fmt: skip


def kind(code: str, realm: str = "SERVICE", **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "realm": realm,
        "label": text(code),
        "description": text(f"About {code}"),
        "category": "test",
        "doors": ["PATROL", "PORTAL", "PHONE", "API", "GATE", "OPEN311", "FORM", "MAIL", "LIST"],
        "route": ROUTE,
        "outcomes": OUTCOMES,
        "clocks": CLOCKS,
        "check": "by_somebody_else",
        "reopen_within": {"days": 7},
        "source": "ours",
    } | more


WHY = {
    "question": text("Why?"),
    "options": [
        {"code": "ill", "label": text("Ill"), "needs_help": True, "becomes": "help"},
        {"code": "defiant", "label": text("Out of defiance")},
    ],
}
WAYS = [
    kind("lamp", anonymous=True, self_resolve=True, check="none"),
    kind(
        "visit",
        "CARE",
        steps=[
            {
                "code": "look", "label": text("Look in"),
                "form": {"fields": [
                    {"name": "well", "type": "yes_no", "label": text("Well?"), "required": True},
                    {"name": "what", "type": "text", "label": text("What?"),
                     "show_when": "answers.well == false", "required": True, "max_length": 50},
                ]},
                "notes": [
                    {"code": "nobody_home", "label": text("Nobody home")},
                    {"code": "needs_medicine", "label": text("Needs medicine"), "creates": "help"},
                ],
            },
            {"code": "photo", "label": text("Photo of the flat"), "evidence": ["PHOTO"],
             "optional": True},
        ],
    ),
    kind("help", "CARE", anonymous=True, location_needed=True),
    kind(
        "breakout",
        "ORDER",
        anonymous=True,
        why=WHY,
        route=[{"to": "UNIT", "unit_kind": "police_station"}, {"to": "STREET"}],
        duplicates={"window_minutes": 60, "radius_m": 200, "likeness": 0.7, "source": "ours"},
        urgency={"default": "RED"},
    ),
]  # fmt: skip
BODY = {
    "code": "test-town",
    "title": text("Test town"),
    "jurisdiction": 440000000000000,
    "valid_from": "2021-01-01",
    "sources": {"ours": {"text": "our own default", "grade": "D"}},
    "calendar": {
        "zone": "Asia/Shanghai",
        "hours": [{"starts": "09:00", "ends": "12:00"}, {"starts": "14:00", "ends": "18:00"}],
        "source": "ours",
    },
    "kinds": WAYS,
}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Tests read the sentences of the source."""
    with translation.override("en"):
        yield


@kept
def town() -> Any:
    """The street, with a pack in force, buildings, a station, and who works there."""
    from tests import factories  # noqa: PLC0415  # needs the settings

    return SimpleNamespace(**build(factories))


def build(factories: Any) -> dict[str, Any]:
    from kapok.matters import models  # noqa: PLC0415
    from kapok.packs import look_up  # noqa: PLC0415
    from kapok.packs.models import Pack  # noqa: PLC0415
    from kapok.packs.schema import PackBody  # noqa: PLC0415

    noon = factories.NOON
    with factories.as_owner_of_rows():
        province = factories.Province()
        for code, level, name in [
            (STREET, "STREET", "中南街道"),
            (COMMUNITY, "COMMUNITY", "河畔社区"),
            (GRID, "GRID", "第1网格"),
            (NEXT_GRID, "GRID", "第2网格"),
            (FAR_GRID, "GRID", "远处网格"),
        ]:
            factories.Community(code=code, level=level, name_zh=name, parent=province)
        here = factories.Building(place=GRID, name="示例花园1栋", lon=113.24, lat=23.10)
        next_to = factories.Building(place=NEXT_GRID, name="示例花园9栋", lon=113.25, lat=23.10)
        far = factories.Building(place=FAR_GRID, name="远处1栋", lon=113.40, lat=23.20)
        pack = Pack.objects.create(
            code="test-town", version=1, jurisdiction=440000000000000, title=text("Test town"),
            body=PackBody.model_validate(BODY).model_dump(mode="json", by_alias=True), text="",
            sha256="0" * 64, valid_from=noon - timedelta(days=30), state="IN_FORCE", made_at=noon,
            in_force_at=noon,
        )  # fmt: skip
        station = models.Unit.objects.create(
            name="中南派出所", kind="police_station", place=STREET, lon=113.241, lat=23.101,
            is_sent_alone=False, made_at=noon,
        )  # fmt: skip
        models.ServiceArea.objects.create(unit=station, lo=STREET, hi=STREET + 10**6)
        patrols = [
            models.Unit.objects.create(
                name=f"巡逻{n}组", kind="patrol", place=STREET, lon=113.24, lat=23.1,
                parent=station, made_at=noon,
            )
            for n in (1, 2)
        ]  # fmt: skip
    look_up.forget()
    held = {
        "worker": factories.Appointment(role="grid_worker", place=GRID),
        "neighbour": factories.Appointment(role="grid_worker", place=NEXT_GRID),
        "stranger": factories.Appointment(role="grid_worker", place=FAR_GRID),
        "lead": factories.Appointment(role="community_lead", place=COMMUNITY),
        "dispatcher": factories.Appointment(role="dispatcher", place=STREET),
        "second_dispatcher": factories.Appointment(role="dispatcher", place=STREET),
        "street": factories.Appointment(role="street_command", place=STREET),
        "police": factories.Appointment(role="police_member", place=STREET, unit=station.pk),
        "gate": factories.Appointment(role="gate_keeper", place=COMMUNITY),
        "auditor": factories.Appointment(role="auditor", place=STREET),
    }
    return held | {
        "pack": pack, "here": here, "next_to": next_to, "far": far, "station": station,
        "patrols": patrols, "noon": noon,
    }  # fmt: skip


@pytest.fixture
def send(town: Any) -> Callable[..., Any]:
    """Send one move as somebody of the town; answers with its answer."""
    return sender(town)


def sender(town: Any) -> Callable[..., Any]:
    from kapok.access import scope  # noqa: PLC0415
    from kapok.ids import uuid7  # noqa: PLC0415
    from kapok.matters.engine.facts import Command  # noqa: PLC0415
    from kapok.matters.operations.commands import apply  # noqa: PLC0415

    def send(who: Any, move: str, matter: Any = None, /, **more: Any) -> Any:
        at = town.noon + more.pop("later", timedelta())
        seen, key, tracking = more.pop("seen", None), more.pop("id", None), more.pop("tracking", ())
        command = Command(key or uuid7(), move, matter or uuid7(), at, seen, more)
        acting = (
            scope.of_intake(who, at=at)
            if not hasattr(who, "role")
            else scope.of_appointment(who, at=at, purpose="")
        )
        with scope.acting(acting):
            [answer] = apply([command], tracking=tracking)
        return answer

    return send
