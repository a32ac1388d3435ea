"""A command at work on this box's database: started if need be, brought up to date, stopped after.

Nothing here imports Django before the settings' variables are set.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import psycopg

from kapok.box import folder, postgres
from kapok.errors import Refused

OLDEST_SERVER = 18


@contextmanager
def running(*, alone: bool = False, untouched: bool = False) -> Iterator[None]:
    """Django set up on this box's database, with all migrations applied.

    The embedded server is started for the time of the command, unless a running Kapok has it
    started already. ``alone`` refuses to share the box with another Kapok; ``untouched`` leaves
    tables, policies and keys as they are. Raises :class:`~kapok.errors.Refused`.
    """
    home = folder.prepared()
    folder.keep_kernels(home)
    with _hold(home, alone=alone) as first, _database(home / "postgres", may_stop=first):
        os.environ.setdefault("KAPOK_SECRET_KEY", secret_key(home))
        _try_database()
        _set_up(untouched=untouched)
        yield


@contextmanager
def acting() -> Iterator[None]:
    """A command that acts as the box itself: over all places, without anybody's data.

    All that it does is one transaction.
    """
    with running():
        from django.utils import timezone

        from kapok.access import scope

        with scope.acting(scope.of_box(at=timezone.now())):
            yield


@contextmanager
def _database(files: Path, *, may_stop: bool) -> Iterator[None]:
    """``DATABASE_URL`` set: to somebody's own server if they say so, or to the embedded one."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    try:
        server = postgres.start(files)
        os.environ["DATABASE_URL"] = server.url()
        os.environ["DATABASE_OWNER_URL"] = server.url(role=postgres.OWNER)
        os.environ.setdefault("KAPOK_DEMO", "yes")  # a box of its own is one for trying
        yield
    finally:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            os.environ.pop(name, None)
        _close_connections()
        if may_stop:
            postgres.stop(files)


def secret_key(home: Path) -> str:
    """The key that signs sessions: drawn once, kept where its owner alone can read it."""
    path = home / "secret-key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text().strip()
        if key:
            return key
        handle = os.open(path, os.O_WRONLY | os.O_TRUNC)
    with os.fdopen(handle, "w") as file:
        key = secrets.token_urlsafe(50)
        file.write(key + "\n")
    return key


@contextmanager
def _hold(home: Path, *, alone: bool) -> Iterator[bool]:
    """Whether this is the only Kapok on the box's data; held until the end if so."""
    with (home / "lock").open("a+") as lock:
        first = _taken(lock)
        if first:
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
        elif alone:
            lock.seek(0)
            raise Refused(
                f"Kapok is running already on {home} (process {lock.read().strip()}). "
                "Stop it first, or set KAPOK_DATA and KAPOK_PORT to others for a second Kapok."
            )
        yield first


def _taken(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_database() -> None:
    """Refuse with a sentence where the database does not answer or is too old."""
    from kapok.box import database

    _refuse_one_role()
    asked = database.django_settings(os.environ["DATABASE_URL"])
    arguments = {
        "host": asked["HOST"],
        "port": asked["PORT"],
        "user": asked["USER"],
        "password": asked["PASSWORD"],
        "dbname": asked["NAME"],
        "connect_timeout": "10",
    } | asked["OPTIONS"]
    try:
        with psycopg.connect(**{k: v for k, v in arguments.items() if v}) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        said = str(error).strip().splitlines()
        raise Refused(
            f"The database of DATABASE_URL does not answer: {said[0] if said else error!r}"
        ) from error
    if version < OLDEST_SERVER:
        raise Refused(
            f"The database of DATABASE_URL is PostgreSQL {version}; "
            f"Kapok needs PostgreSQL {OLDEST_SERVER} or newer."
        )


def _refuse_one_role() -> None:
    """Refuse to work as the owner of the tables, whom no policy holds."""
    from urllib.parse import urlsplit

    names = ("DATABASE_URL", "DATABASE_OWNER_URL")
    application, owner = (urlsplit(os.environ.get(name, "")).username for name in names)
    if not owner or owner == application:
        raise Refused(
            "Kapok works as one role and changes tables as another. Set DATABASE_OWNER_URL to the "
            "address of the same database with the role that owns it, and DATABASE_URL to one with "
            "a role that owns nothing. See dotenv-sample."
        )


def _set_up(*, untouched: bool) -> None:
    """Load Django and bring the database to the code's version, as the owner of its tables."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapok.settings")
    import django

    django.setup()
    if untouched:
        return
    from django.core.management import call_command

    from kapok.access import installing, secrets
    from kapok.box import owner

    secrets.make_keys()
    with owner.connected():
        call_command("migrate", interactive=False, verbosity=0)
        installing.install(owner.application_role())


def _close_connections() -> None:
    from django.apps import apps

    if apps.ready:
        from django.db import connections

        connections.close_all()
