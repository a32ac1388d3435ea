"""Sentences in English, and the small town."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def town(db: None) -> Any:
    """The small town, loaded, without grids."""
    from tests import small_town  # noqa: PLC0415  # needs the settings

    small_town.load()
    return small_town


@pytest.fixture
def grids(town: Any) -> Any:
    """The small town with grids in force."""
    town.publish(town.draw())
    return town


@pytest.fixture(autouse=True)
def _acts(_box_acts: None) -> None:
    """Everything here is about places."""
