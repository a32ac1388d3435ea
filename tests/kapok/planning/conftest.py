"""A community with a lead who plans sums, in place of hotlines."""

from contextlib import contextmanager

import pytest
from django.test import Client
from django.utils import translation


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def sums(monkeypatch):
    """Sums in place of hotlines, made in this process."""
    yield from sums_in_place_of_hotlines(monkeypatch)


def sums_in_place_of_hotlines(monkeypatch):
    """The planner of sums, while it stands where the one of hotlines does."""
    from tests.kapok.planning import sums  # noqa: PLC0415  # needs the settings

    from kapok.planning import making, planners  # noqa: PLC0415
    from kapok_planning.spreading import in_turn  # noqa: PLC0415

    planners.planner_of.cache_clear()
    monkeypatch.setitem(planners.WHERE, "hotline", "tests.kapok.planning.sums")
    monkeypatch.setattr(
        making, "make_apart", lambda order, **calls: making.make(order, spread=in_turn, **calls)
    )
    yield sums.PLANNER
    planners.planner_of.cache_clear()


class Desk:
    """Somebody at the pages of plans."""

    def __init__(self, appointment):
        self.appointment = appointment
        self.account = appointment.account
        self.client = Client()
        self.client.cookies["django_language"] = "en"
        self.client.force_login(self.account)

    @contextmanager
    def acting(self):
        from django.utils import timezone  # noqa: PLC0415

        from kapok.access import scope  # noqa: PLC0415

        who = scope.of_appointment(self.appointment, at=timezone.now())
        with scope.acting(who):
            yield


@pytest.fixture
def town(db, sums):
    """Two communities of two streets, where English is spoken."""
    from django.utils import translation  # noqa: PLC0415
    from tests import factories  # noqa: PLC0415

    with factories.as_box():
        factories.Province()
        found = (
            factories.Community(code=440103022001000),
            factories.Community(code=440305001001000),
        )
    with translation.override("en"):
        yield found


@pytest.fixture
def desk_of(town):
    """Desks of people by role and place."""
    from tests import factories  # noqa: PLC0415

    def desk(role="community_lead", place=440103022001000):
        return Desk(factories.Appointment(role=role, place=place))

    return desk


@pytest.fixture
def desk(desk_of):
    return desk_of()
