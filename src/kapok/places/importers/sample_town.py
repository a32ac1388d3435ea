"""Load a whole town that Kapok brings along or finds ready in memory."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.places import bulk
from kapok.places.importers import streets
from kapok.places.models import Area, Barrier, Building, Source


class Rows(Protocol):
    """Arrays in one order."""

    def __len__(self) -> int: ...


@transaction.atomic
def load_sample_town(town: Any, *, at: datetime) -> None:
    """Write areas, buildings, barriers and roads of a ``SampleTown`` into a database without them.

    Refused where any of its areas or buildings is there already: a town is loaded once.
    """
    _refuse_if_there(town)
    for source in town.sources:
        Source.objects.update_or_create(
            key=source.key,
            defaults={
                "title": source.title,
                "licence": source.licence,
                "attribution": source.attribution,
                "url": source.url,
                "made_up": source.made_up,
                "loaded_at": at,
            },
        )
    bulk.insert(
        Area,
        ["id", "code", "level", "parent", "name_zh", "name_en", "boundary", "source", "valid_from"],
        _area_rows(town.areas, at),
    )
    bulk.insert(
        Building,
        [
            "id",
            "source",
            "source_id",
            "place",
            "name",
            "lon",
            "lat",
            "households",
            "residents",
            "dwellings",
            "footprint",
        ],
        _building_rows(town.buildings),
    )
    bulk.insert(
        Barrier,
        [
            "id",
            "source",
            "source_id",
            "kind",
            "name",
            "hard",
            "shape",
            "west",
            "south",
            "east",
            "north",
        ],
        _barrier_rows(town.barriers),
    )
    if town.roads is not None:
        streets.insert(town.roads, source=town.roads.source)


def _refuse_if_there(town: Any) -> None:
    """Refuse when the town, or another one at its place, was loaded before."""
    taken = Area.objects.filter(code__in=town.areas.code.tolist()).first()
    if taken is not None:
        raise Refused(
            _("%(town)s cannot be loaded: %(area)s is there already. Use an empty database.")
            % {"town": town.name_zh or town.name_en, "area": taken}
        )


def _area_rows(areas: Any, at: datetime) -> Iterator[tuple]:
    """Rows of areas; parents get their keys before their children ask for them."""
    ids = {0: None} | {code: uuid7() for code in areas.code.tolist()}
    columns = zip(
        areas.code.tolist(),
        areas.level,
        areas.parent.tolist(),
        areas.name_zh,
        areas.name_en,
        _wkb(areas.boundary),
        areas.source,
        strict=True,
    )
    for code, level, parent, name_zh, name_en, boundary, source in columns:
        yield ids[code], code, level, ids[parent], name_zh, name_en, boundary, source, at


def _building_rows(buildings: Any) -> Iterator[tuple]:
    """Rows of buildings, each in its community until grids are published."""
    footprints: list[bytes | None] = [None] * len(buildings)
    if buildings.footprint is not None:
        footprints = _wkb(buildings.footprint)
    columns = zip(
        buildings.source_id,
        buildings.community.tolist(),
        buildings.name,
        buildings.lon.tolist(),
        buildings.lat.tolist(),
        buildings.households.tolist(),
        buildings.residents.tolist(),
        buildings.dwellings.tolist(),
        footprints,
        strict=True,
    )
    for row in columns:
        yield uuid7(), buildings.source, *row


def _barrier_rows(barriers: Any) -> Iterator[tuple]:
    """Rows of barriers with their boxes."""
    boxes = shapely.bounds(barriers.shape).tolist()
    columns = zip(
        barriers.source_id,
        barriers.kind,
        barriers.name,
        barriers.hard.tolist(),
        _wkb(barriers.shape),
        boxes,
        strict=True,
    )
    for source_id, kind, name, hard, shape, box in columns:
        yield uuid7(), barriers.source, source_id, kind, name, hard, shape, *box


def _wkb(shapes: NDArray[np.object_]) -> list[bytes | None]:
    """Shapes as they are stored."""
    return list(shapely.to_wkb(shapes))
