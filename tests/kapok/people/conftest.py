"""A community of two grids with people in them, and whoever looks after them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from tests.keeping import kept

STREET, COMMUNITY = 440103022000000, 440103022001000
GRID, NEXT_GRID, FAR_GRID = 440103022001001, 440103022001002, 440103029001001


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Tests read the sentences of the source."""
    with translation.override("en"):
        yield


@kept
def town() -> Any:
    """Areas, one building in each of three grids: two of a community, and one of another street."""
    from tests import factories  # noqa: PLC0415  # needs the settings

    with factories.as_owner_of_rows():
        province = factories.Province()
        for code, level, name in [
            (STREET, "STREET", "中南街道"),
            (COMMUNITY, "COMMUNITY", "河畔社区"),
            (GRID, "GRID", "第1网格"),
            (NEXT_GRID, "GRID", "第2网格"),
            (FAR_GRID, "GRID", "远方网格"),
        ]:
            factories.Community(code=code, level=level, name_zh=name, name_en="", parent=province)
        return SimpleNamespace(
            here=factories.Building(place=GRID, name="示例花园1区3栋"),
            next=factories.Building(place=NEXT_GRID, name="示例花园1区13栋"),
            far=factories.Building(place=FAR_GRID, name="远方大厦"),
        )


@pytest.fixture
def acting_as(town: Any) -> Callable[..., Any]:
    """``with acting_as("grid_worker", GRID) as who: ...`` for a purpose of the role."""
    from tests import factories  # noqa: PLC0415

    from kapok.access.purposes import of_role  # noqa: PLC0415
    from kapok.access.scope import acting, of_appointment  # noqa: PLC0415

    @contextmanager
    def act(
        role: str = "grid_worker",
        place: int = GRID,
        purpose: str | None = None,
        at: datetime = factories.NOON,
    ) -> Iterator[Any]:
        if purpose is None:
            purpose = "register_upkeep" if "register_upkeep" in of_role(role) else ""
            purpose = purpose or next(iter(of_role(role)), "")
        appointment = factories.Appointment(role=role, place=place)
        with acting(of_appointment(appointment, at=at, purpose=purpose)) as who:
            yield SimpleNamespace(who=who, user=appointment.account, appointment=appointment)

    return act


@pytest.fixture
def browser_of(client: Client, town: Any) -> Callable[..., Client]:
    """A browser in English of somebody who holds a role over a place, for a purpose."""
    from tests import factories  # noqa: PLC0415

    def sign_in(
        role: str = "grid_worker", place: int = GRID, purpose: str = "household_care"
    ) -> Client:
        appointment = factories.Appointment(role=role, place=place)
        user = appointment.account
        client.force_login(user)
        client.cookies["django_language"] = "en"
        session = client.session
        session["purpose"] = purpose
        session.save()
        client.user = user
        return client

    return sign_in
