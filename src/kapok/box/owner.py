"""Working as the owner of the tables for a moment: to change them, never to answer requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection


@contextmanager
def connected() -> Iterator[None]:
    """Make this thread's connection the owner's for a while, then the application's again."""
    before: dict[str, Any] = connection.settings_dict
    connection.close()
    connection.settings_dict = before | {
        key: settings.DATABASE_OWNER[key] for key in ("USER", "PASSWORD", "HOST", "PORT")
    }
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = before | {"NAME": connection.settings_dict["NAME"]}


def address() -> dict[str, Any]:
    """Django's settings of this thread's database, as the owner of its tables."""
    return settings.DATABASE_OWNER | {"NAME": connection.settings_dict["NAME"]}


def application_role() -> str:
    """The name of the role that Kapok works as."""
    return settings.DATABASES["default"]["USER"]
