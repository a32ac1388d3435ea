"""A grid worker with her phone, and a server for it that says what a journey wants."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Playwright
from tests.functional.phone.kinds import KINDS
from tests.functional.phone.phones import Phone

PASSWORD = "only-for-journeys"


@pytest.fixture
def server(settings: Any) -> Any:
    from tests.functional.phone import server as phone_server  # noqa: PLC0415  # needs the settings

    settings.ROOT_URLCONF = "tests.functional.phone.server"
    phone_server.NOW.__init__()
    phone_server.NOW.kinds = KINDS
    phone_server.NOW.places = [{"code": 440103022001001, "name": "河畔 1 号网格"}]
    return phone_server.NOW


@pytest.fixture
def worker(request: pytest.FixtureRequest, transactional_db: None) -> Any:
    """Somebody in the small town, of which most journeys need no grids."""
    from tests import factories, small_town  # noqa: PLC0415

    from kapok.access.models import User  # noqa: PLC0415

    if "town" not in request.fixturenames:
        small_town.load()
    worker = User.objects.create_user("worker", password=PASSWORD, name="王网格员", is_demo=True)
    factories.Appointment(account=worker, role="grid_worker", place=small_town.RIVERSIDE)
    return worker


@pytest.fixture
def cookie(worker: Any) -> dict[str, str]:
    from tests.functional.phone.acts import session_of  # noqa: PLC0415

    return session_of(worker)


@pytest.fixture
def heard(complaints: list[str]) -> Callable[[BrowserContext], None]:
    """As ``listen``, but a request that found no network is what these journeys are about."""
    expected = re.compile(
        r"ERR_INTERNET_DISCONNECTED|status of (401|403|503)|GL Driver Message|Autofocus"
    )

    def start(context: BrowserContext) -> None:
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on(
            "console",
            lambda said: (
                said.type in {"error", "warning"}
                and not expected.search(said.text)
                and complaints.append(said.text)
            ),
        )

    return start


@pytest.fixture
def phone(
    playwright: Playwright, tmp_path: Path, live_server: Any, server: Any, cookie: dict[str, str],
    heard: Callable[[BrowserContext], None],
) -> Iterator[Phone]:  # fmt: skip
    url = live_server.url.replace("127.0.0.1", "localhost")
    found = Phone(playwright, tmp_path / "phone", url, cookie, heard)
    yield found
    found.close()
