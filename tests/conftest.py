"""One PostgreSQL server for the whole run, and one database for each worker in it."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from kapok.box import postgres

RUN = pytest.StashKey[tuple[Path, postgres.Server]]()


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
        os.environ["KAPOK_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "kapok.settings"

    from django.conf import settings  # noqa: PLC0415  # needs the variables above

    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server that this process started."""
    if RUN in config.stash:
        folder, server = config.stash[RUN]
        server.stop()
        shutil.rmtree(folder)
        del os.environ["DATABASE_URL"]
