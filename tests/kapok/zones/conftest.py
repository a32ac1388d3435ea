"""The street of the tests of matters, with kinds of zone, officers of the district, documents."""

import io
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tests.kapok.matters.conftest import (
    BODY,
    COMMUNITY,
    FAR_GRID,
    GRID,
    NEXT_GRID,
    STREET,
    WAYS,
    _english,
    build,
    kind,
    send,
    text,
)  # fmt: skip
from tests.keeping import kept

__all__ = ["COMMUNITY", "FAR_GRID", "GRID", "NEXT_GRID", "STREET", "_english", "send"]

DISTRICT = 440103000000000
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MEDICAL = {"code": "medical", "label": text("To a doctor"), "always_open": True}
SQUARE = [[113.235, 23.095], [113.245, 23.095], [113.245, 23.105], [113.235, 23.105]]


def zone_kind(code: str, strictness: int, *retasks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "label": text(code),
        "rules": [text(f"Rule of {code}")],
        "colour": "#b3261e",
        "strictness": strictness,
        "review_after": {"hours": 24},
        "max": {"days": 14},
        "retasks": list(retasks),
        "exits": [MEDICAL, {"code": "shopping", "label": text("Shopping")}],
        "source": "ours",
    } | more


KINDS = [
    {"code": each["code"]} | each | ({"needs_zone_document": True} if each["code"] == "breakout"
                                      else {})
    for each in WAYS
]  # fmt: skip
ZONES = [
    zone_kind(
        "closed", 90,
        {"kind": "help", "do": "URGENCY", "urgency": "RED", "reason": text("Closed in")},
        {"kind": "lamp", "do": "HOLD", "reason": text("Later")},
        {"kind": "visit", "do": "CREATE"},
        {"kind": "visit", "do": "CREATE", "on": "EXIT"},
    ),
    zone_kind(
        "sealed", 60,
        {"kind": "lamp", "do": "REROUTE", "route": [{"to": "COMMUNITY"}]},
        {"kind": "help", "do": "URGENCY", "urgency": "YELLOW"},
    ),
    zone_kind("calm", 20, max=None),
]  # fmt: skip


@kept
def town() -> Any:
    """The street, with kinds of zone in its pack, two officers of the district, and a second."""
    return whole_town()


def whole_town() -> Any:
    from tests import factories  # noqa: PLC0415  # needs the settings

    from kapok.packs import look_up  # noqa: PLC0415
    from kapok.packs.models import Pack  # noqa: PLC0415
    from kapok.packs.schema import PackBody  # noqa: PLC0415

    known = build(factories)
    body = BODY | {
        "code": "zone-town", "jurisdiction": DISTRICT, "kinds": KINDS, "zone_kinds": ZONES,
        "values": {"zone.decision_expires": {"number": 14, "unit": "days", "source": "ours"}},
    }  # fmt: skip
    noon = factories.NOON
    with factories.as_owner_of_rows():
        Pack.objects.create(
            code="zone-town", version=1, jurisdiction=DISTRICT, title=text("Zone town"),
            body=PackBody.model_validate(body).model_dump(mode="json", by_alias=True), text="",
            sha256="1" * 64, valid_from=noon - timedelta(days=30), state="IN_FORCE", made_at=noon,
            in_force_at=noon,
        )  # fmt: skip
        for code, level, name in [(DISTRICT, "DISTRICT", "荔湾区")]:
            factories.Community(code=code, level=level, name_zh=name, parent=factories.Province())
    look_up.forget()
    known |= {
        "officer": factories.Appointment(role="district_command", place=DISTRICT),
        "second": factories.Appointment(role="district_command", place=DISTRICT),
        "elsewhere": factories.Appointment(role="district_command", place=440104000000000),
    }
    return SimpleNamespace(**known)


def paper(**more: Any) -> Any:
    from kapok.zones.operations.papers import Paper  # noqa: PLC0415

    said = {
        "number": "荔府〔2026〕3号", "issuer": "荔湾区人民政府", "issued_on": date(2026, 3, 2),
        "name": "decision.pdf", "data": PDF,
    }  # fmt: skip
    return Paper(**(said | more))


class Desk:
    """What officers do about zones, each call as one of them at a moment."""

    def __init__(self, town: Any) -> None:
        self.town = town

    def as_(self, who: Any, later: timedelta = timedelta()) -> Any:
        from kapok.access import scope  # noqa: PLC0415

        return scope.acting(scope.of_appointment(who, at=self.town.noon + later))

    def draft(self, who: Any = None, later: timedelta = timedelta(), **more: Any) -> Any:
        from kapok.zones.areas import Area  # noqa: PLC0415
        from kapok.zones.operations import ordering  # noqa: PLC0415
        from kapok.zones.queries import reach  # noqa: PLC0415

        who = who or self.town.officer
        at = self.town.noon + later
        given = more.pop("paper", paper())
        codes, shape = more.pop("codes", (GRID,)), more.pop("shape", None)
        said = {"name": "花园街", "kind": "closed", "reason": "an outbreak"} | more
        with self.as_(who, later):
            area = Area((), shape) if shape is not None else Area(reach.picked(codes))
            asked = ordering.Asked(area=area, **said)
            return ordering.draft(asked=asked, paper=given, by=who.account, at=at)

    def hand_over(self, order: Any, who: Any = None, later: timedelta = timedelta()) -> Any:
        from kapok.zones.operations import ordering  # noqa: PLC0415

        who = who or self.town.officer
        with self.as_(who, later):
            return ordering.hand_over(order_id=order.pk, by=who.account, at=self.town.noon + later)

    def confirm(self, order: Any, who: Any = None, later: timedelta = timedelta()) -> Any:
        from kapok.zones.operations import carrying  # noqa: PLC0415

        who = who or self.town.second
        with self.as_(who, later):
            return carrying.confirm(order_id=order.pk, by=who.account, at=self.town.noon + later)

    def enforce(self, later: timedelta = timedelta(), **more: Any) -> Any:
        return self.confirm(self.hand_over(self.draft(later=later, **more), later=later),
                            later=later)  # fmt: skip

    def lift(self, zone: Any, who: Any = None, later: timedelta = timedelta(), **more: Any) -> Any:
        from kapok.zones.operations import carrying  # noqa: PLC0415

        who = who or self.town.officer
        said = {"reason": "no longer needed"} | more
        with self.as_(who, later):
            return carrying.lift(zone_id=zone.pk, by=who.account, at=self.town.noon + later, **said)

    def undo(self, order: Any, who: Any = None, later: timedelta = timedelta(), **more: Any) -> Any:
        from kapok.zones.operations import carrying  # noqa: PLC0415

        who = who or self.town.officer
        said = {"reason": "a mistake"} | more
        with self.as_(who, later):
            return carrying.undo(
                order_id=order.pk, by=who.account, at=self.town.noon + later, **said
            )

    def extend(self, zone: Any, ends_at: Any, later: timedelta = timedelta(), **more: Any) -> Any:
        from kapok.zones.operations import ordering  # noqa: PLC0415

        who = self.town.officer
        said = {"reason": "still cases", "paper": paper(number="第二号")} | more
        with self.as_(who, later):
            return ordering.draft_extension(
                zone_id=zone.pk, ends_at=ends_at, by=who.account, at=self.town.noon + later, **said
            )

    def review(self, zone: Any, later: timedelta, who: Any = None, **more: Any) -> Any:
        from kapok.zones.operations import reviewing  # noqa: PLC0415

        who = who or self.town.officer
        said = {"note": "two new cases"} | more
        with self.as_(who, later):
            return reviewing.review(
                zone_id=zone.pk, by=who.account, at=self.town.noon + later, **said
            )

    def mind(self, later: timedelta) -> int:
        from kapok.zones.operations import reviewing  # noqa: PLC0415

        return reviewing.mind(at=self.town.noon + later)

    def order(self, zone: Any) -> Any:
        """The last order about a zone."""
        with self.as_(self.town.officer):
            return zone.orders.order_by("-ended_at", "-id").first()

    def fresh(self, order: Any) -> Any:
        """An order as it is stored."""
        with self.as_(self.town.officer):
            return type(order).objects.select_related("ordered_by", "confirmed_by").get(pk=order.pk)

    def matter(self, key: Any) -> Any:
        from kapok.access import scope  # noqa: PLC0415
        from kapok.matters.models import Matter  # noqa: PLC0415

        with scope.acting(scope.of_intake(key, at=self.town.noon)):
            return Matter.objects.get(pk=key)

    def matters(self, **wanted: Any) -> list[Any]:
        from kapok.access import scope  # noqa: PLC0415
        from kapok.ids import uuid7  # noqa: PLC0415
        from kapok.matters.models import Matter  # noqa: PLC0415

        with scope.acting(scope.of_intake(uuid7(), at=self.town.noon)):
            return list(Matter.objects.filter(**wanted).order_by("place", "received_at"))

    def tasks(self) -> list[Any]:
        from kapok.zones.models import ZoneTask  # noqa: PLC0415

        with self.as_(self.town.officer):
            return list(ZoneTask.objects.order_by("done_at", "id"))


@pytest.fixture
def desk(town: Any) -> Desk:
    return Desk(town)


def photo() -> bytes:
    """A small photo of a paper."""
    from PIL import Image  # noqa: PLC0415

    out = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, "JPEG")
    return out.getvalue()


__all__ += ["KINDS", "PDF", "SQUARE", "Desk", "kind", "paper", "photo", "whole_town"]
