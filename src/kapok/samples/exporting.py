"""Write a sample town as files that ``kapok draw`` reads, with its sources beside them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely

from kapok.errors import Refused
from kapok.places.files.writing import replacing, write_csv
from kapok.samples.towns import SampleBarriers, SampleBuildings, SampleSource, SampleTown

BUILDINGS, BARRIERS, STREETS, SOURCES = (
    "buildings.csv",
    "barriers.geojson",
    "streets.geojson",
    "SOURCES.txt",
)


def write(town: SampleTown, folder: Path) -> None:
    """Write the town into ``folder``, which is made if need be; older files are replaced."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{folder} cannot be made: {error.strerror}.") from error
    hard = town.barriers.hard
    write_csv(folder / BUILDINGS, _table(town.buildings))
    _write(folder / BARRIERS, _lines(town.barriers, hard))
    _write(folder / STREETS, _lines(town.barriers, ~hard))
    _write(folder / SOURCES, "\n".join(said(source) for source in town.sources) + "\n")


def said(source: SampleSource) -> str:
    """A source with its licence, as it is shown to people."""
    facts = [source.attribution or source.title, source.url]
    return f"{'示例 ' if source.made_up else ''}{'; '.join(fact for fact in facts if fact)}"


def _table(buildings: SampleBuildings) -> pl.DataFrame:
    """One row for each building."""
    return pl.DataFrame(
        {
            "id": list(buildings.source_id),
            "lon": np.round(buildings.lon, 7),
            "lat": np.round(buildings.lat, 7),
            "households": buildings.households,
            "residents": buildings.residents,
            "community": buildings.community // 1000,
            "name": list(buildings.name),
        }
    )


def _lines(barriers: SampleBarriers, which: Any) -> str:
    """Some of the lines and waters as GeoJSON."""
    shapes = [json.loads(text) for text in shapely.to_geojson(barriers.shape[which])]
    rows = zip(barriers.kind[which], barriers.name[which], shapes, strict=True)
    features = [
        {"type": "Feature", "properties": {"kind": kind, "name": name}, "geometry": shape}
        for kind, name, shape in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _write(path: Path, text: str) -> None:
    with replacing(path) as file:
        file.write(text.encode())
