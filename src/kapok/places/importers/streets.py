"""Import of streets from files of lines or OpenStreetMap extracts."""

from collections.abc import Iterator
from datetime import datetime
from math import isnan
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction

from kapok.ids import uuid7
from kapok.places import bulk
from kapok.places.files.datum import Datum
from kapok.places.files.roads import Roads, read_roads
from kapok.places.importers.report import ImportReport, Progress, no_progress, settle, told
from kapok.places.importers.sources import Origin
from kapok.places.models import Road

FIELDS = ["id", "source", "road_class", "speed_kmh", "oneway", "level", "shape"]


def import_streets(
    path: Path,
    *,
    origin: Origin,
    datum: Datum = Datum.WGS84,
    skip_bad: bool = False,
    dry_run: bool = False,
    at: datetime,
    on_progress: Progress = no_progress,
) -> ImportReport:
    """Bring in the roads of a file, in place of all that this source brought before.

    A network is only as good as it is whole, so lines are not compared one by one. Every process
    that plans ways reads the new streets from its next question on.
    """
    reading = read_roads(path, datum=datum)
    bad = settle([] if reading.bad is None else [reading.bad], skip_bad=skip_bad, dry_run=dry_run)
    n = len(reading.roads.lines)
    with transaction.atomic():
        origin.lock()
        before = Road.objects.filter(source=origin.key)
        n_before = before.count()
        if not dry_run:
            before.delete()
            insert(reading.roads, source=origin.key, on_progress=on_progress)
            origin.save(at)
    return ImportReport(
        new=n,
        changed=0,
        unchanged=0,
        retired=n_before,
        refused=sum(len(each) for each in bad),
        dry_run=dry_run,
        bad=bad,
        notes=reading.notes,
    )


def insert(roads: Any, *, source: str, on_progress: Progress = no_progress) -> None:
    """Write road lines; only inside a transaction."""
    bulk.insert(Road, FIELDS, told(_rows(roads, source), len(roads.lines), on_progress))


def _rows(roads: Roads, source: str) -> Iterator[tuple]:
    columns = zip(
        roads.road_class.tolist(),
        roads.speed_kmh.tolist(),
        roads.oneway.tolist(),
        roads.level.tolist(),
        shapely.to_wkb(roads.lines),
        strict=True,
    )
    for road_class, kmh, oneway, level, shape in columns:
        yield uuid7(), source, road_class, None if isnan(kmh) else kmh, oneway, level, shape
