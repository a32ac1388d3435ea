"""A town of one street with three communities: enough for every page of the desk.

``Riverside`` (east and west of a river) and ``Hillside`` have buildings, ``Meadow`` has none.
"""

from datetime import UTC, datetime

import shapely

from kapok.access.scope import acting, of_box
from kapok.codes import Level
from kapok.places import operations
from kapok.places.models import Area, Barrier, Building, Drawing, Source

PROVINCE, CITY, DISTRICT = 440000000000000, 440100000000000, 440103000000000
STREET = 440103022000000
RIVERSIDE, HILLSIDE, MEADOW = 440103022001000, 440103022002000, 440103022003000
WEST, SOUTH = 113.20, 23.08
STEP_DEG = 0.0006  # about 60 m
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)

AREAS = [
    (PROVINCE, Level.PROVINCE, None, "广东省", "Guangdong"),
    (CITY, Level.CITY, PROVINCE, "广州市", "Guangzhou"),
    (DISTRICT, Level.DISTRICT, CITY, "荔湾区", "Liwan"),
    (STREET, Level.STREET, DISTRICT, "中南街道", "Zhongnan"),
    (RIVERSIDE, Level.COMMUNITY, STREET, "河畔社区", "Riverside"),
    (HILLSIDE, Level.COMMUNITY, STREET, "山边社区", "Hillside"),
    (MEADOW, Level.COMMUNITY, STREET, "草地社区", "Meadow"),
]


def load() -> None:
    """Write areas, buildings and the river; nothing is drawn yet."""
    with acting(of_box(at=NOON)):
        _load()


def _load() -> None:
    Source.objects.create(
        key="test", title="Made up", attribution="Made up for tests", made_up=True, loaded_at=NOON
    )
    made: dict[int | None, Area] = {}
    for code, level, parent, name_zh, name_en in AREAS:
        made[code] = Area.objects.create(
            code=code,
            level=level,
            parent=made.get(parent),
            name_zh=name_zh,
            name_en=name_en,
            valid_from=NOON,
            boundary=_boundary(code),
            source="test",
        )
    for index, community in enumerate((RIVERSIDE, HILLSIDE)):
        Building.objects.bulk_create(_buildings(community, row_offset=12 * index))
    river = shapely.LineString([_at(7.5, -1), _at(7.5, 12)])
    west, south, east, north = river.bounds
    Barrier.objects.create(
        source="test",
        source_id="river",
        kind=Barrier.Kind.RIVER,
        name="河涌",
        hard=True,
        shape=river.wkb,
        west=west,
        south=south,
        east=east,
        north=north,
    )


def draw(code: int = STREET, **asked: int | str | bool) -> Drawing:
    """Propose grids for an area."""
    asked = {"budget": "fast"} | asked
    with acting(of_box(at=NOON)):
        return operations.draw_grids(area_code=code, **asked, by=None, at=NOON)


def publish(drawing: Drawing) -> None:
    """Put a proposal in force."""
    with acting(of_box(at=NOON)):
        operations.publish(drawing_id=drawing.pk, by=None, at=NOON)


def _at(column: float, row: float) -> tuple[float, float]:
    return WEST + column * STEP_DEG, SOUTH + row * STEP_DEG


def _buildings(community: int, *, row_offset: int) -> list[Building]:
    """Twelve columns and ten rows of buildings with 10 to 18 households each."""
    buildings = []
    for index in range(120):
        column, row = index % 12, index // 12 + row_offset
        lon, lat = _at(column, row)
        buildings.append(
            Building(
                source="test",
                source_id=f"{community % 10**6}-{index:03d}",
                name=f"{community // 1000 % 1000}号院{index:03d}栋",
                place=community,
                lon=lon,
                lat=lat,
                households=10 + index * 7 % 9,
                residents=3 * (10 + index * 7 % 9),
                dwellings=20,
                footprint=shapely.box(lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4).wkb,
            )
        )
    return buildings


def _boundary(code: int) -> bytes | None:
    """Boxes of the communities, and of the street around them."""
    rows = {RIVERSIDE: (-1, 11), HILLSIDE: (11, 23), MEADOW: (23, 30), STREET: (-1, 30)}
    if code not in rows:
        return None
    low, high = rows[code]
    return shapely.box(*_at(-1, low), *_at(12, high)).wkb
