"""A small town in a file."""

from pathlib import Path

import pytest
from tests.kapok.places.files.towns import HEADER, town_rows


@pytest.fixture
def town(here):
    """``town.csv``: 50 buildings with 2,147 households."""
    path = Path("town.csv")
    path.write_text(HEADER + town_rows(), encoding="utf-8")
    return path
