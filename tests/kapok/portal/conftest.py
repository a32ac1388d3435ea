"""A street with the shipped rules, short addresses, people who work there, and a resident."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone, translation
from tests.keeping import kept

STREET, COMMUNITY, OTHER = 440103022000000, 440103022001000, 440103022002000
GRID = COMMUNITY + 1
PHONE, OTHER_PHONE = "+8613800138000", "+8613900139000"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@cache
def shipped() -> dict[str, Any]:
    """The rules of Guangdong, read once for all tests: it is a long file."""
    from tests.factories import NOON  # noqa: PLC0415

    from kapok.packs import operations  # noqa: PLC0415

    read = operations.checked((operations.SHIPPED / "gd-2021.yaml").read_bytes())
    assert read.body is not None
    return {
        "id": UUID(int=21), "code": "gd-2021", "version": 1, "jurisdiction": read.body.jurisdiction,
        "title": read.body.title.model_dump(), "text": "", "sha256": "2" * 64,
        "body": read.body.model_dump(mode="json", by_alias=True), "state": "IN_FORCE",
        "valid_from": NOON, "made_at": NOON, "in_force_at": NOON,
    }  # fmt: skip


@kept
def town() -> Any:
    return make()


def make() -> Any:
    """The street itself, for browsers and threads as well."""
    from tests import factories  # noqa: PLC0415

    from kapok.packs import look_up  # noqa: PLC0415
    from kapok.packs.models import Pack  # noqa: PLC0415
    from kapok.portal.operations import doorways, phones  # noqa: PLC0415

    noon = factories.NOON
    with factories.as_owner_of_rows():
        province = factories.Province()
        street = factories.Community(
            code=STREET, level="STREET", name_zh="中南街道", parent=province
        )
        home = factories.Community(
            code=COMMUNITY, name_zh="河畔社区", name_en="Riverside", parent=street
        )
        other = factories.Community(code=OTHER, name_zh="山前社区", parent=street)
        factories.Community(code=GRID, level="GRID", name_zh="第1网格", parent=home)
        factories.Community(code=OTHER + 1, level="GRID", name_zh="第1网格", parent=other)
        block = factories.Building(place=GRID, name="示例花园1栋", lon=113.24, lat=23.10)
        Pack.objects.create(**shipped())
        away = factories.Building(place=OTHER + 1, name="山前9栋", lon=113.27, lat=23.10)
    look_up.forget()
    held = {
        "worker": factories.Appointment(role="grid_worker", place=GRID),
        "lead": factories.Appointment(role="community_lead", place=COMMUNITY),
        "stranger": factories.Appointment(role="grid_worker", place=OTHER + 1),
        "planner": factories.Appointment(role="street_command", place=STREET),
    }
    with factories.as_owner_of_rows():
        code = doorways.ensure(community=COMMUNITY, by=None, at=noon)
        doorways.name_stairwells(building=block.pk, stairwells=["2单元"], by=None, at=noon)
        elsewhere = doorways.ensure(community=OTHER, by=None, at=noon)
        phones.announce(
            place=COMMUNITY, label_zh="社区值班", label_en="Community desk", number="020-8123 4567",
            hours="8:30–17:30", by=None, at=noon,
        )  # fmt: skip
    from kapok.portal.models import Doorway  # noqa: PLC0415

    stair = Doorway.objects.get(building=block).code
    return SimpleNamespace(
        code=code, stair=stair, elsewhere=elsewhere, block=block, away=away, **held
    )


def text_of(answer: Any) -> str:
    return answer.content.decode()


@pytest.fixture
def english(client: Any) -> Any:
    client.cookies["django_language"] = "en"
    return client


def prove(client: Any, phone: str = PHONE) -> Any:
    """A browser that has proven a telephone, by the pages of the portal themselves."""
    from kapok.access.phones import phone_index  # noqa: PLC0415
    from kapok.access.residents import RESIDENT  # noqa: PLC0415
    from kapok.portal.views import pages  # noqa: PLC0415

    session = client.session
    session[RESIDENT] = phone_index(phone).hex()
    pages.remember_number(SimpleNamespace(session=session), phone)  # type: ignore[arg-type]
    session.save()
    return client


@pytest.fixture
def resident(english: Any) -> Any:
    return prove(english)


def key_in(page: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f-]{36})"', page)
    assert found is not None, page
    return found[1]


def a_slot(town: Any, *, place: int = STREET, capacity: int = 3, hours: int = 30) -> Any:
    """A span of a site in force, in some hours."""
    from tests import factories  # noqa: PLC0415

    from kapok.planning.models import BookingSlot, Plan  # noqa: PLC0415

    at = timezone.now()
    with factories.as_owner_of_rows():
        plan = Plan.objects.create(
            kind="site", place=place, title="疫苗", state="IN_FORCE", situation={}, result={},
            situation_sha256="0" * 64, made_at=at, put_at=at,
        )  # fmt: skip
        return BookingSlot.objects.create(
            plan=plan, place=place, post="体育馆接种点", capacity=capacity,
            starts_at=at + timedelta(hours=hours), ends_at=at + timedelta(hours=hours + 1),
        )  # fmt: skip


def consent(**more: Any) -> dict[str, Any]:
    """A consent as the form sends it."""
    return {
        "helper": "李邻居", "home": "示例花园1栋2单元501", "given_by": "王奶奶", "how": "IN_PERSON",
        "given_on": timezone.localdate().isoformat(), "uses": ["HELP", "SCREENING", "BOOKING"],
        "days": "7",
    } | more  # fmt: skip
