"""One PostgreSQL server for the whole run, and one database for each worker in it."""

import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from tests import emptying, keeping

from kapok.box import postgres

# No deadline: the first example of a test may compile the planning core's loops.
hypothesis.settings.register_profile("usual", deadline=None)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=3_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))

RUN = pytest.StashKey[tuple[Path, postgres.Server]]()
MIGRATED = "kapok_migrated"  # what the second worker's database is copied from
# Files that take longest come first, so that no worker has one of them left when all else is done.
LONGEST = (
    "kapok/phone/test_kills.py",
    "kapok/box/test_up.py",
    "kapok/web/test_whole_table.py",
    "kapok/box/test_backups.py",
    "kapok/test_printed.py",
    "functional/test_portal.py",
    "functional/test_hotline.py",
    "functional/test_dispatch.py",
    "functional/test_notices.py",
    "functional/test_people.py",
    "functional/phone/test_sending.py",
    "functional/phone/test_means.py",
    "functional/phone/test_screens.py",
)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the server and load the settings before pytest-django looks for them.

    Workers of pytest-xdist inherit the address from the process that starts them. Somebody who sets
    ``DATABASE_URL`` runs the tests on their own server, as a role that may create databases.
    """
    os.environ.setdefault("KAPOK_SECRET_KEY", "only-for-tests")
    if "DATABASE_URL" not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="kapok-tests-"))
        server = postgres.start(folder / "pg", durable=False, may_create_databases=True)
        config.stash[RUN] = folder, server
        os.environ["DATABASE_URL"] = server.url()
        os.environ["DATABASE_OWNER_URL"] = server.url(role=postgres.OWNER)
        os.environ["KAPOK_DATA"] = str(folder)
        os.environ[emptying.SUPERUSER] = server.url(role="postgres")
        (folder / "static").mkdir()  # WhiteNoise looks for it, though tests are served from source
    os.environ["DJANGO_SETTINGS_MODULE"] = "kapok.settings"

    from django.conf import settings  # noqa: PLC0415  # needs the variables above

    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    # Threads of the live server would hold on to the worker's database when it is dropped.
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    # On a demo box demo accounts need no second factor, which most tests are not about.
    settings.DEMO = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(trylast=True)  # after pytest-django, which sorts by what tests do to the database
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser journeys come last: Playwright keeps an event loop running in its process.

    For the same reason xdist keeps this order (``--no-loadscope-reorder``). Of the journeys, and of
    all else, the files that take longest come first; in a file, tests of one town follow another.
    """
    root = Path(__file__).parent
    turns = {root / name: turn for turn, name in enumerate(LONGEST)}
    files: dict[Path, int] = {}
    towns: dict[Any, int] = {}

    def turn(item: pytest.Item) -> tuple[bool, int, int, int]:
        return (
            "functional" in item.path.parts,
            turns.get(item.path, len(turns)),
            files.setdefault(item.path, len(files)),
            towns.setdefault((item.path, keeping.town_of(item)), len(towns)),
        )

    items.sort(key=turn)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """Make the test database as the owner of its tables; tests then run as the application.

    What tests that commit have left is taken away as :mod:`tests.emptying` does it.
    """
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import setup_databases, teardown_databases  # noqa: PLC0415

    from kapok.access import installing, secrets  # noqa: PLC0415
    from kapok.box import owner  # noqa: PLC0415

    secrets.make_keys()
    with django_db_blocker.unblock():
        with owner.connected(), _migrated_once() as keep:
            made = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
            installing.install(owner.application_role())
            keep()
        emptying.install()
    yield
    with django_db_blocker.unblock():
        keeping.leave()
    with django_db_blocker.unblock(), owner.connected():
        _close_what_is_open(connection.settings_dict["NAME"])
        teardown_databases(made, verbosity=0)


@pytest.fixture
def _standing_town(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> None:
    """The town that a test asks for stands before its own transaction begins, or none does."""
    with django_db_blocker.unblock():
        keeping.prepare(request.node)


@pytest.fixture
def _django_db_helper(_standing_town: None, _django_db_helper: None) -> None:
    """What pytest-django does for each test with the database, after that."""


@contextmanager
def _migrated_once() -> Iterator[Callable[[], None]]:
    """The first worker of several migrates and keeps a copy, with which the others begin."""
    from django.db import connection  # noqa: PLC0415

    if emptying.SUPERUSER not in os.environ or "PYTEST_XDIST_WORKER" not in os.environ:
        yield lambda: None
        return
    with (
        (Path(os.environ["KAPOK_DATA"]) / "migrating").open("w") as lock,
        psycopg.connect(os.environ[emptying.SUPERUSER], autocommit=True) as plain,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = plain.execute("SELECT 1 FROM pg_database WHERE datname = %s", [MIGRATED])
        is_there = found.fetchone() is not None
        if is_there:
            connection.settings_dict["TEST"]["TEMPLATE"] = MIGRATED

        def keep() -> None:
            if not is_there:
                name = connection.settings_dict["NAME"]
                connection.close()
                plain.execute(f'CREATE DATABASE {MIGRATED} TEMPLATE "{name}" IS_TEMPLATE true')

        yield keep


def _close_what_is_open(database: str) -> None:
    """End the sessions that are left: Django loses sight of those of Playwright's event loop."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as plain:
        plain.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
            [database],
        )


@pytest.fixture
def box(db: None) -> Iterator[None]:
    """Act as the box itself: over all places, without anybody's data."""
    from kapok.access.scope import acting, of_box  # noqa: PLC0415

    with acting(of_box(at=datetime(2026, 3, 2, 4, tzinfo=UTC))):
        yield


@keeping.kept
def shipped_packs() -> None:
    """The packs of rules that are shipped, in force."""
    from kapok.access.scope import acting, of_box  # noqa: PLC0415
    from kapok.packs import operations  # noqa: PLC0415

    at = datetime(2026, 3, 2, 4, tzinfo=UTC)
    with acting(of_box(at=at)):
        operations.ensure_shipped(at=at)


KEPT_IN_MEMORY = ("kapok.packs.look_up", "kapok.portal.rendering")


@pytest.fixture(autouse=True)
def _forget_what_is_kept() -> Iterator[None]:
    """No test sees packs or homes of the one before it, which was taken back within the second."""
    yield
    for name in KEPT_IN_MEMORY:
        if name in sys.modules:
            sys.modules[name].forget()


@pytest.fixture
def _box_acts(request: pytest.FixtureRequest) -> None:
    """In rooms that are about places alone, tests act as the box, unless they commit."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or (
        marker is not None and marker.kwargs.get("transaction")
    )
    if not commits and (marker is not None or "db" in request.fixturenames):
        request.getfixturevalue("box")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, which runs as root only without its sandbox."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("Chromium is missing; make setup installs it.")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": chromium, "args": arguments}


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server that this process started."""
    if RUN in config.stash:
        folder, server = config.stash[RUN]
        server.stop()
        shutil.rmtree(folder)
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", emptying.SUPERUSER):
            del os.environ[name]
