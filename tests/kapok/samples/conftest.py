"""Acting as the box."""

import pytest


@pytest.fixture(autouse=True)
def _acts(_box_acts: None) -> None:
    """Everything here is about places."""
