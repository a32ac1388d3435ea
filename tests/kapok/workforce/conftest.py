"""The small town with people at work. Models are loaded late: settings come after this file."""

from typing import Any

import pytest
from django.test import Client
from tests.keeping import kept


@pytest.fixture(autouse=True)
def _acts(_box_acts: None) -> None:
    """What tests write beside the pages, they write as the box."""


@kept
def lead() -> Any:
    """The lead of the street of the small town, with grids in force."""
    from tests.kapok.workforce import world  # noqa: PLC0415  # needs the settings

    return world.load()


@pytest.fixture
def page(client: Client, lead: Any) -> Client:
    """A browser of the lead, in English."""
    client.force_login(lead.account)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture(autouse=True)
def _english() -> Any:
    """Sentences as they are in the source."""
    from django.utils import translation  # noqa: PLC0415

    with translation.override("en"):
        yield


@pytest.fixture
def entry(lead: Any) -> Any:
    """Two hours of a volunteer that wait."""
    from tests.factories import NOON  # noqa: PLC0415
    from tests.kapok.workforce import world  # noqa: PLC0415
    from tests.small_town import RIVERSIDE  # noqa: PLC0415

    account, post = world.volunteer(RIVERSIDE).account, world.post(RIVERSIDE)
    world.arrive(account, post)
    return world.leave(account, post, NOON + 2 * world.HOUR)
