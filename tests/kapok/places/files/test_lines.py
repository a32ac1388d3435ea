"""Barriers and streets: what is taken, what is mended, what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from kapok.errors import Refused
from kapok.places.files.datum import Datum, to_gcj02
from kapok.places.files.lines import near, read_lines

RIVER = {"type": "LineString", "coordinates": [[103.8022, 1.29], [103.8022, 1.32]]}


def write(*geometries, **members):
    features = [{"type": "Feature", "properties": {}, "geometry": g} for g in geometries]
    text = json.dumps({"type": "FeatureCollection", "features": features, **members})
    Path("lines.geojson").write_text(text)
    return Path("lines.geojson")


def test_lines_and_areas_are_taken(here):
    lake = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}

    lines = read_lines(write(RIVER, lake)).all_good()

    assert [shape.geom_type for shape in lines.shapes] == ["LineString", "Polygon"]


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        (None, "geometry: is missing."),
        ({"type": "LineString", "coordinates": []}, "geometry: is empty."),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
            "geometry: is broken: its points form no shape.",
        ),
        (
            {"type": "GeometryCollection", "geometries": [RIVER]},
            "geometry: is a collection; give lines or polygons one by one.",
        ),
        (
            {"type": "LineString", "coordinates": [[29000, 31000], [29100, 31000]]},
            "geometry: has positions that WGS 84 does not have; is it another system?",
        ),
    ],
)
def test_a_broken_barrier_is_named(town, kapok, shape, says):
    write(RIVER, shape)

    said = kapok("draw", town, "-o", "out.csv", "--barriers", "lines.geojson")
    without = kapok("draw", town, "-o", "out.csv", "--barriers", "lines.geojson", "--skip-bad")

    assert said.status == 1
    assert "lines.geojson: 1 of 2 features cannot be used, so nothing was taken.\n" in said.err
    assert f"  feature 2, {says}\n" in said.err
    assert without.status == 0
    assert f"  feature 2, {says}\n" in without.err


def test_points_bar_nothing(here):
    crossing = {"type": "Point", "coordinates": [103.8, 1.3]}

    assert read_lines(write(RIVER, crossing)).notes == (
        "lines.geojson: points bar nothing and were left out (1).",
    )
    with pytest.raises(Refused, match="holds points only; barriers are lines or polygons"):
        read_lines(write(crossing))


def test_areas_that_cross_themselves_are_mended(here):
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}

    reading = read_lines(write(bow))

    assert reading.notes == ("lines.geojson: polygons that cross themselves were mended (1).",)
    assert reading.lines.shapes[0].is_valid


def test_a_flat_area_bars_like_its_line(here):
    flat = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0], [0, 0]]]}

    assert read_lines(write(flat)).all_good().shapes[0].length > 1


def test_other_systems_are_brought_to_longitude_and_latitude(here):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3414"}}
    metres = {"type": "LineString", "coordinates": [[29000, 31000], [29500, 31000]]}

    line = read_lines(write(metres, crs=crs)).all_good().shapes[0]

    assert line.bounds == pytest.approx((103.842, 1.2966, 103.8465, 1.2966), abs=1e-3)


def test_lines_of_chinese_map_providers_are_shifted_back(here):
    river = {"type": "LineString", "coordinates": [[113.24, 23.1], [113.24, 23.2]]}

    line = read_lines(write(river), datum=Datum.GCJ02).all_good().shapes[0]

    lon, lat = to_gcj02(*shapely.get_coordinates(line).T)
    assert lon == pytest.approx([113.24, 113.24], abs=1e-9)
    assert lat == pytest.approx([23.1, 23.2], abs=1e-9)


def test_a_file_without_geometry_has_no_lines(town, kapok):
    said = kapok("draw", town, "-o", "out.csv", "--barriers", town)

    assert said.err == ("town.csv has no geometry; lines come as GeoJSON, GeoPackage or Parquet.\n")


def test_what_is_far_away_is_let_go():
    shapes = np.array([shapely.Point(0, 0).buffer(1), shapely.Point(50, 50).buffer(1)])

    assert near(shapes, np.array([0.5]), np.array([0.5]), 0.1).tolist() == [shapes[0]]


def test_a_line_around_the_world_bars_only_here(town, kapok):
    write({"type": "LineString", "coordinates": [[-170, 1.3012], [170, 1.3012]]})

    said = kapok("draw", town, "-o", "out.csv", "--barriers", "lines.geojson")

    assert (said.status, said.err) == (0, "")


def test_a_barrier_nowhere_near_is_said(town, kapok):
    write({"type": "LineString", "coordinates": [[3, 1], [4, 1]]})

    said = kapok("draw", town, "-o", "out.csv", "--barriers", "lines.geojson")

    assert said.err == "Warning: lines.geojson holds nothing near the buildings.\n"
