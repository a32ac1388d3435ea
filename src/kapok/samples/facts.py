"""The real facts about Liwan that Kapok ships (``data/manifest.json`` says from where)."""

import csv
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import shapely

DATA = files("kapok.samples") / "data"
FULL_ENDINGS = ("居民委员会", "居委会会", "居委会")


@dataclass(frozen=True)
class RealArea:
    """One row of the list of areas: its code without padding, and its names."""

    code: str
    level: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Census:
    """What the census of 2020 counted in the district."""

    population: int
    family_households: int
    people_in_family_households: int


def areas() -> list[RealArea]:
    """Province, city, district, its 22 streets and 201 communities, by level and code."""
    lines = (DATA / "liwan_areas.csv").read_text("utf-8").splitlines()
    return [RealArea(**row) for row in csv.DictReader(lines)]


def boundary() -> shapely.Polygon:
    """The district's boundary in longitude and latitude."""
    feature = json.loads((DATA / "liwan_boundary.geojson").read_text("utf-8"))
    return shapely.Polygon(feature["geometry"]["coordinates"][0])


def census() -> Census:
    """Population and households of the district."""
    figures = manifest()["figures"]
    return Census(**{name: figures[name] for name in Census.__dataclass_fields__})


def manifest() -> dict[str, Any]:
    """Package, version, licence and checksum of each file of facts."""
    content: dict[str, Any] = json.loads((DATA / "manifest.json").read_text("utf-8"))
    return content


def short_name(name_zh: str) -> str:
    """A community's name without the words for its committee: ``翠洲社区``."""
    for ending in FULL_ENDINGS:
        if name_zh.endswith(ending):
            return name_zh.removesuffix(ending)
    return name_zh
