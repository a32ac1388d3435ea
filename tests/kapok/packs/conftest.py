"""Small packs. Models are loaded late: settings come after this file."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Tests read the sentences of the source."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    """No test sees the packs of the one before it."""
    from kapok.packs import look_up  # noqa: PLC0415  # needs the settings

    look_up.forget()
    yield
    look_up.forget()
