"""Two communities of a street, without grids: shifts have a place and no building."""

from typing import Any

import pytest
from tests.keeping import kept


@kept
def lead() -> Any:
    """The lead of the street."""
    from tests import factories, small_town  # noqa: PLC0415  # needs the settings
    from tests.kapok.workforce import world  # noqa: PLC0415

    with factories.as_box():
        factories.Community(code=small_town.RIVERSIDE, name_zh="河畔社区")
        factories.Community(code=small_town.HILLSIDE, name_zh="山边社区")
    return world.lead("street_command", small_town.STREET)


@pytest.fixture
def keeper(lead: Any) -> Any:
    """王小明, who stands at the gates of Riverside."""
    from tests.kapok.workforce import world  # noqa: PLC0415

    return world.keeper()
