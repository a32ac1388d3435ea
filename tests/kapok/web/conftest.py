"""Somebody at the desk of a small town. Models are loaded late: settings come after this file."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.kapok.places.conftest import _drawn, _loaded

__all__ = ["_drawn", "_loaded"]


@pytest.fixture
def town(_loaded: None) -> Any:
    """The small town, loaded, without grids."""
    from tests import small_town  # noqa: PLC0415  # needs the settings

    return small_town


@pytest.fixture
def grids(town: Any, _drawn: None) -> None:
    """The small town with grids in force."""


@pytest.fixture
def lead(db: None) -> Any:
    """The lead of the street, whose desk opens at Riverside."""
    from tests import factories  # noqa: PLC0415  # needs the settings

    user = factories.User(username="lead", name="陈主任", place=440103022001000)
    factories.Appointment(account=user, role="street_command", place=440103022000000)
    return user


@pytest.fixture
def page(client: Client, lead: Any) -> Client:
    """A browser without JavaScript, in English, of the lead."""
    client.force_login(lead)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def htmx(page: Client) -> Callable[..., HttpResponse]:
    """A request as htmx sends it: ``htmx("post", path, data)``."""

    def send(method: str, path: str, data: dict[str, Any] | None = None) -> HttpResponse:
        return getattr(page, method)(path, data, headers={"HX-Request": "true"})

    return send


@pytest.fixture(autouse=True)
def _acts(_box_acts: None) -> None:
    """What tests write beside the pages, they write as the box."""
