"""One thing of each kind inside somebody's places, and one outside, for the walk everywhere."""

from typing import Any

from tests import factories
from tests.factories import NOON

from kapok.codes import Level

# Of accounts there is nothing that is somebody else's: these lead nowhere.
ACCOUNTS = {"provider_id": "oidc-0", "uidb36": "7", "key": "no-key", "pk": 7, "session_id": 7}
HERE, THERE = 440103022001000, 440305001001000


def make() -> tuple[dict[str, Any], dict[str, Any]]:
    """Values for the arguments of addresses, here and there."""
    with factories.as_box():
        factories.Province()
        both = [_of_place(code) for code in (HERE, THERE)]
    return both[0], both[1]


def _of_place(code: int) -> dict[str, Any]:
    community = factories.Community(code=code)
    grid = factories.Community(code=code + 1, level=Level.GRID, parent=community)
    building = factories.Building(place=grid.code)
    version = factories.GridVersion(community=code, drawing__place=code)
    drawn = factories.DrawnGrid(drawing=version.drawing, community=code, code=grid.code)
    drawing = factories.Drawing(place=code)
    factories.DrawnGrid(drawing=drawing, community=code)
    return {
        "code": code,
        "building_id": building.pk,
        "grid_id": drawn.pk,
        "drawing_id": drawing.pk,
        "at": NOON,
    } | ACCOUNTS
