"""A street with lines of street, district and city, and who sits at them."""

from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation
from tests.keeping import kept

STREET, COMMUNITY = 440103022000000, 440103022001000
DISTRICT, CITY = 440103000000000, 440100000000000
OTHER_STREET = 440103021000000
PHONE = "+8613800138000"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@kept
def town() -> Any:
    return make()


def make() -> Any:
    """The street, its lines and workers, for browsers and threads as well."""
    from tests import factories  # noqa: PLC0415
    from tests.kapok.portal.conftest import make as street  # noqa: PLC0415

    noon = factories.NOON
    town = street()
    with factories.as_owner_of_rows():
        lines = {
            "line": a_line(STREET, "STREET", "中南街红棉热线", "020-8111 0001", at=noon),
            "other_line": a_line(
                OTHER_STREET, "STREET", "桥中街红棉热线", "020-8111 0002", at=noon
            ),
            "district_line": a_line(
                DISTRICT, "DISTRICT", "荔湾区红棉热线", "020-8111 0100", at=noon
            ),
            "city_line": a_line(CITY, "CITY", "广州市红棉热线", "020-8111 1000", at=noon),
        }
    people = {
        "operator": factories.Appointment(role="hotline_worker", place=STREET),
        "second": factories.Appointment(role="hotline_worker", place=STREET),
        "other_operator": factories.Appointment(role="hotline_worker", place=OTHER_STREET),
        "district_operator": factories.Appointment(role="hotline_worker", place=DISTRICT),
        "city_operator": factories.Appointment(role="hotline_worker", place=CITY),
        "hotline_lead": factories.Appointment(role="hotline_lead", place=STREET),
    }
    return SimpleNamespace(**vars(town), **lines, **people, at=noon)


def a_line(place: int, level: str, name: str, number: str, *, at: datetime) -> Any:
    from kapok.hotline.models import Line  # noqa: PLC0415

    digits = "86" + "".join(letter for letter in number.lstrip("0") if letter.isdigit())
    return Line.objects.create(
        place=place, level=level, name_zh=name, number=number, dialled=f"+{digits}", made_at=at
    )


@pytest.fixture
def owed(town: Any) -> Any:
    """A call that was missed, and its call-back, due in a quarter of an hour."""
    from tests.kapok.hotline.done import QUARTER, a_back, a_call  # noqa: PLC0415

    return a_back(a_call(town, town.at, notes="缺药", address="3栋501"), town.at + QUARTER)
