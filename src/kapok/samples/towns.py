"""What a sample town consists of: areas, buildings, barriers and roads, as arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.object_]
Shapes = NDArray[np.object_]
Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Counts = NDArray[np.int32]


@dataclass(frozen=True)
class SampleSource:
    """Where something came from, to be shown wherever it is shown."""

    key: str
    title: str
    licence: str = ""
    attribution: str = ""
    url: str = ""
    made_up: bool = False


@dataclass(frozen=True)
class SampleAreas:
    """The area tree, parents before children.

    Attributes
    ----------
    code, parent : (n,) int64 array
        Codes of 15 digits; the province's parent is 0.
    level : (n,) object array of str
        ``PROVINCE``, ``CITY``, ``DISTRICT``, ``STREET`` or ``COMMUNITY``.
    name_zh, name_en : (n,) object array of str
        Either may be blank.
    boundary : (n,) object array
        Polygon in longitude and latitude (WGS84), or ``None``.
    source : (n,) object array of str
        Key of the source of each row.
    """

    code: Codes
    level: Texts
    parent: Codes
    name_zh: Texts
    name_en: Texts
    boundary: Shapes
    source: Texts

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True)
class SampleBuildings:
    """Buildings with what is known of them.

    Attributes
    ----------
    source_id, name : (n,) object array of str
    lon, lat : (n,) float array
        WGS84.
    households, residents, dwellings : (n,) int32 array
    footprint : (n,) object array of polygons (WGS84), or ``None``
    community : (n,) int64 array
        Code of 15 digits.
    kind : (n,) object array of str
        ``old``, ``village``, ``estate``, ``campus``, ``works`` or blank.
    source
        Key of the source of all of them.
    """

    source_id: Texts
    lon: Floats
    lat: Floats
    households: Counts
    residents: Counts
    dwellings: Counts
    footprint: Shapes | None
    community: Codes
    name: Texts
    kind: Texts
    source: str

    def __len__(self) -> int:
        return len(self.source_id)


@dataclass(frozen=True)
class SampleBarriers:
    """Lines and waters that grids do not cross (``hard``), or should not.

    Attributes
    ----------
    kind : (n,) object array of str
        ``RIVER``, ``RAILWAY``, ``EXPRESSWAY`` or ``MAIN_STREET``.
    shape : (n,) object array of lines and polygons (WGS84)
    """

    source_id: Texts
    kind: Texts
    hard: NDArray[np.bool_]
    name: Texts
    shape: Shapes
    source: str

    def __len__(self) -> int:
        return len(self.source_id)


@dataclass(frozen=True)
class SampleRoads:
    """Road lines that people travel along.

    Attributes
    ----------
    lines : (n,) object array of lines (WGS84)
    road_class, level : (n,) int32 array
        The class as :class:`kapok_planning.streets.RoadClass`.
    speed_kmh : (n,) float array
        NaN for the usual one of its class.
    oneway : (n,) bool array
    """

    lines: Shapes
    road_class: Counts
    speed_kmh: Floats
    oneway: NDArray[np.bool_]
    level: Counts
    source: str

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True)
class SampleTown:
    """A town that can be loaded into an empty Kapok."""

    name_zh: str
    name_en: str
    areas: SampleAreas
    buildings: SampleBuildings
    barriers: SampleBarriers
    sources: tuple[SampleSource, ...]
    roads: SampleRoads | None = None


def objects(values: Any) -> NDArray[np.object_]:
    """An object array of these values, which NumPy must not look into."""
    values = list(values)
    array = np.empty(len(values), object)
    array[:] = values
    return array
