"""Accounts that sign in. Models are loaded late: settings come after this file."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

PASSWORD = "three-kapoks-in-bloom"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Tests read the sentences of the source."""
    with translation.override("en"):
        yield


@pytest.fixture
def chen(db: None) -> Any:
    """A real account (no demo) with a password and without any appointment."""
    from kapok.access.models import User  # noqa: PLC0415  # needs the settings

    return User.objects.create_user("chen", password=PASSWORD, name="陈主任")


@pytest.fixture
def english(client: Client) -> Client:
    """A browser without JavaScript that reads English."""
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def sign_in(english: Client) -> Callable[..., HttpResponse]:
    """Give name and password on the sign-in page."""

    def give(login: str = "chen", password: str = PASSWORD, **more: Any) -> HttpResponse:
        return english.post("/sign-in/", {"login": login, "password": password, **more})

    return give


@pytest.fixture
def confirmed(english: Client, sign_in: Callable[..., HttpResponse], chen: Any) -> Client:
    """Chen, signed in, who has just confirmed that it is her."""
    sign_in()
    english.post("/account/confirm/", {"password": PASSWORD, "next": "/account/"})
    return english
