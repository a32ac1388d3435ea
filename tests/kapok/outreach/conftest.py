"""A district with two streets: households with and without telephones, and who passes on."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tests.kapok.matters.conftest import (
    COMMUNITY,
    FAR_GRID,
    GRID,
    NEXT_GRID,
    STREET,
    _english,
    build,
)
from tests.keeping import kept

__all__ = ["COMMUNITY", "DISTRICT", "FAR_GRID", "GRID", "NEXT_GRID", "STREET", "_english"]

DISTRICT = 440103000000000
WORDS = {
    "title_zh": "明早八点停水",
    "title_en": "No water from 8 tomorrow",
    "body_zh": "明天早上八点到十点停水。请先存好水。",
    "body_en": "There is no water from 8 to 10 tomorrow. Please keep some.",
}


@kept
def town() -> Any:
    """Four households in two grids of a community, one in another street, and their officers."""
    return whole_town()


def whole_town() -> Any:
    from tests import factories  # noqa: PLC0415  # needs the settings

    from kapok.outreach.models import Representative  # noqa: PLC0415

    known = build(factories)
    with factories.as_owner_of_rows():
        factories.Community(
            code=DISTRICT, level="DISTRICT", name_zh="荔湾区", parent=factories.Province()
        )
        homes = {
            "with_phone": home(known["here"], "101", "+8613800000001"),
            "without": home(known["here"], "102", None, birth_date="1940-01-01"),
            "same_phone": home(known["here"], "103", "+8613800000001"),
            "next_door": home(known["next_to"], "201", "+8613800000002"),
            "far_home": home(known["far"], "301", "+8613800000003"),
        }
        keeper = factories.Appointment(role="representative", place=GRID)
        Representative.objects.create(
            building=known["here"], place=GRID, account=keeper.account, agreed_at=known["noon"]
        )
    return SimpleNamespace(
        **known, **homes, keeper=keeper,
        officer=factories.Appointment(role="district_command", place=DISTRICT),
        elsewhere=factories.Appointment(role="district_command", place=440104000000000),
        operator=factories.Appointment(role="administrator", place=DISTRICT),
    )  # fmt: skip


def home(building: Any, room: str, number: str | None, **more: Any) -> Any:
    """A household of one, with its telephone."""
    from tests import factories  # noqa: PLC0415

    dwelling = factories.Dwelling(building=building, place=building.place, room=room)
    household = factories.Household(dwelling=dwelling, place=building.place)
    person = factories.Person(household=household, place=building.place, **more)
    if number:
        factories.Contact(person=person, number=number)
    return household


class Office:
    """What people do about notices, each call as one of them at a moment."""

    def __init__(self, town: Any) -> None:
        self.town = town

    def as_(self, who: Any, later: timedelta = timedelta(), purpose: str = "") -> Any:
        from kapok.access import scope  # noqa: PLC0415

        who = who or self.town.officer
        return scope.acting(scope.of_appointment(who, at=self.town.noon + later, purpose=purpose))

    def post(self, later: timedelta = timedelta()) -> Any:
        from kapok.access import scope  # noqa: PLC0415
        from kapok.outreach.box import of_post  # noqa: PLC0415

        return scope.acting(of_post(at=self.town.noon + later))

    def draft(self, who: Any = None, **more: Any) -> Any:
        from kapok.outreach.operations import writing  # noqa: PLC0415

        words = writing.Said(**(WORDS | more.pop("words", {})))
        said = {
            "place": DISTRICT, "level": "DISTRICT", "topic": "SUPPLY", "audience": "EVERYONE",
        } | more  # fmt: skip
        who = who or self.town.officer
        with self.as_(who):
            return writing.write(
                draft=writing.Draft(words=words, **said), by=who.account, at=self.town.noon
            )

    def send(self, who: Any = None, later: timedelta = timedelta(), **more: Any) -> Any:
        from kapok.outreach.operations import going  # noqa: PLC0415

        notice = self.draft(who, **more)
        who = who or self.town.officer
        with self.as_(who, later):
            going.send(notice_id=notice.pk, by=who.account, at=self.town.noon + later)
        return notice

    def sent(self, **more: Any) -> Any:
        """A notice that is sent and queued; its version."""
        notice = self.send(**more)
        self.queue()
        return self.version(notice)

    def queue(self, later: timedelta = timedelta(), at_most: int = 500) -> int:
        from kapok.outreach.operations import queueing  # noqa: PLC0415

        total = 0
        while n := queueing.queue_next(at=self.town.noon + later, at_most=at_most):
            total += n
        return total

    def version(self, notice: Any) -> Any:
        with self.post():
            return notice.versions.order_by("-number").first()

    def passing(self, version: Any, place: int) -> Any:
        from kapok.outreach.models import Passing  # noqa: PLC0415

        with self.post():
            return Passing.objects.filter(version=version, place=place).first()

    def messages(self, version: Any = None) -> list[Any]:
        from kapok.outreach.models import Message  # noqa: PLC0415

        with self.post():
            found = Message.objects.order_by("place", "id")
            return list(found if version is None else found.filter(version=version))

    def pass_on(self, who: Any, version: Any, place: int, **more: Any) -> Any:
        from kapok.outreach.operations import passing  # noqa: PLC0415

        found = self.passing(version, place)
        with self.as_(who):
            return passing.pass_on(passing_id=found.pk, by=who.account, at=self.town.noon, **more)

    def tick(self, who: Any, version: Any, *homes: Any) -> int:
        from kapok.outreach.operations import passing  # noqa: PLC0415

        with self.as_(who, purpose="notices" if who.role == "representative" else ""):
            return passing.tick(
                version_id=version.pk, households=[each.pk for each in homes], by=who.account,
                at=self.town.noon,
            )  # fmt: skip

    def channel(self, **more: Any) -> Any:
        from kapok.outreach.operations import channels  # noqa: PLC0415

        who = more.pop("who", self.town.operator)
        way = {
            "kind": "SMPP", "name": "短信", "place": DISTRICT, "level": "DISTRICT",
            "secret": {"host": "127.0.0.1", "port": 2775, "system_id": "k", "password": "p",
                       "source": "1069"},
            "per_second": 1000.0, "price_milli": 50,
        } | more  # fmt: skip
        with self.as_(who):
            return channels.make(way=channels.Way(**way), by=who.account, at=self.town.noon)

    def receipts(self) -> list[Any]:
        from kapok.outreach.models import Receipt  # noqa: PLC0415

        with self.post():
            return list(Receipt.objects.order_by("household"))


@pytest.fixture
def office(town: Any) -> Office:
    """What people do about notices."""
    return Office(town)


@pytest.fixture
def provider() -> Iterator[Any]:
    """A provider of text messages that runs here; lines to it and paces begin anew."""
    from tests.kapok.outreach.smsc import Provider  # noqa: PLC0415

    from kapok.outreach import tasks  # noqa: PLC0415
    from kapok.outreach.operations import caps  # noqa: PLC0415

    caps.NOTICES.clear()
    with Provider() as started:
        yield started
    for line in tasks.LINES.values():
        line.close()
    for memory in (tasks.LINES, tasks.PACES, caps.NOTICES):
        memory.clear()


@pytest.fixture
def line(office: Office, provider: Any) -> Any:
    """A channel to the provider."""
    from tests.kapok.outreach.leaving import secret  # noqa: PLC0415

    return office.channel(secret=secret(provider))
