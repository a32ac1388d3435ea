"""Somebody in the care of the community, and somebody of another street."""

from typing import Any

import pytest
from tests.kapok.people.conftest import FAR_GRID, GRID

PHONE, NUMBER = "+8613800138000", "11010519491231002X"


@pytest.fixture
def person(town: Any) -> Any:
    """With papers, a telephone, a home and a place in a register."""
    from tests import factories  # noqa: PLC0415  # needs the settings

    from kapok.access import secrets  # noqa: PLC0415

    with factories.as_owner_of_rows():
        dwelling = factories.Dwelling(building=town.here, place=GRID, room="R-1907")
        made = factories.Person(
            name="陈小明",
            place=GRID,
            household=factories.Household(dwelling=dwelling, place=GRID),
            identity=secrets.encrypt(NUMBER, about="identity"),
            identity_index=secrets.blind_index(NUMBER, about="identity"),
            identity_kind="MAINLAND",
            birth_date="1949-12-31",
            sex="F",
        )
        factories.Contact(person=made, number=PHONE)
        factories.RegisterEntry(person=made, place=GRID, note="透析")
    return made


@pytest.fixture
def stranger(town: Any) -> Any:
    """Whose home is in another street."""
    from tests import factories  # noqa: PLC0415

    with factories.as_owner_of_rows():
        return factories.Person(name="远方人", place=FAR_GRID)
