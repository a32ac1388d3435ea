"""Sentences in English, and the small town."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from tests.keeping import kept


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@kept
def _loaded() -> None:
    """The small town, loaded, without grids."""
    from tests import small_town  # noqa: PLC0415  # needs the settings

    small_town.load()


@kept(on=_loaded)
def _drawn() -> None:
    """Its grids, in force."""
    from tests import small_town  # noqa: PLC0415

    small_town.publish(small_town.draw())


@pytest.fixture
def town(_loaded: None) -> Any:
    """The small town, loaded, without grids."""
    from tests import small_town  # noqa: PLC0415

    return small_town


@pytest.fixture
def grids(town: Any, _drawn: None) -> Any:
    """The small town with grids in force."""
    return town


@pytest.fixture(autouse=True)
def _acts(_box_acts: None) -> None:
    """Everything here is about places."""
