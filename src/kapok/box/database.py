"""The address of the database: what ``DATABASE_URL`` may say, and what Django makes of it."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kapok.errors import Refused

EXAMPLE = "postgresql://kapok:password@db.example.org:5432/kapok"
SCHEMES = ("postgres", "postgresql")


def django_settings(url: str) -> dict[str, Any]:
    """Django's settings of one PostgreSQL database, from its address.

    A socket folder is given as ``?host=/folder``; other parameters of the query (``sslmode``,
    ``connect_timeout``, ...) go to the driver. Raises :class:`~kapok.errors.Refused`; the sentence
    never repeats the address, because it may hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(
            f"DATABASE_URL is not an address of a database; write it as {EXAMPLE}."
        ) from error
    if parts.scheme not in SCHEMES:
        raise Refused(
            "DATABASE_URL must be the address of a PostgreSQL database, such as " + EXAMPLE + "."
        )
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", "") or unquote(parts.hostname or "")
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise Refused(f"DATABASE_URL does not name a database; write it as {EXAMPLE}.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": query.pop("port", "") or (str(port) if port else ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Plans of what kapok.access.prepared asks are kept from the first time on.
        "OPTIONS": {"application_name": "kapok", "prepare_threshold": 0, **query},
    }
