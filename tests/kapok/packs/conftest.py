"""Small packs. Models are loaded late: settings come after this file."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Tests read the sentences of the source."""
    with translation.override("en"):
        yield
