"""Whatever a file holds, the reader answers with buildings or with a sentence."""

import csv
import io
import json
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kapok.errors import Refused
from kapok.places.files.buildings import read_buildings
from kapok.places.files.lines import read_lines
from kapok.places.files.plans import read_plan

anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
nearly_numbers = st.one_of(
    st.integers(-5, 600).map(str),
    st.floats(width=32).map(str),
    st.sampled_from(["", " ", "0", "1e5", "-0", "+7", "0x1", "1_000", "１２", "1,5", "∞", "null"]),
    st.text(max_size=8),
)
cells = st.one_of(nearly_numbers, st.text(max_size=20), st.just('"'), st.just("a\nb"))
headers = st.permutations(["id", "lon", "lat", "households", "name", "stairwells"])


@st.composite
def tables(draw):
    """CSV as a program writes it, with cells that no program should write."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=draw(st.sampled_from(",;\t")))
    writer.writerow(draw(headers))
    writer.writerows(draw(st.lists(st.lists(cells, min_size=0, max_size=8), max_size=12)))
    return out.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])))


@st.composite
def damaged(draw):
    """A table with some of its bytes replaced, cut or doubled."""
    content = bytearray(draw(tables()))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content)))
        content[at : at + draw(st.integers(0, 9))] = draw(st.binary(max_size=9))
    return bytes(content)


def answer(read, name):
    """What a reader gives, or the sentence with which it refuses."""
    try:
        return read(Path(name))
    except Refused as refusal:
        return str(refusal)


@anything
@given(st.one_of(tables(), damaged(), st.binary(max_size=200)))
def test_buildings_or_a_sentence(here, content):
    Path("town.csv").write_bytes(content)

    reading = answer(read_buildings, "town.csv")
    if isinstance(reading, str):
        assert reading.strip()
        return
    buildings, bad = reading.buildings, reading.bad
    assert buildings.n + len(bad) == bad.n_rows
    assert (buildings.households >= 0).all()
    assert np.isfinite(buildings.lon).all()
    assert (np.abs(buildings.lat) <= 90).all()
    assert buildings.ids.null_count() == 0
    assert buildings.ids.n_unique() == buildings.n
    assert len(list(bad)) == len(bad.found)
    assert len(bad.table()) == len(bad.found)


@anything
@given(st.one_of(tables(), damaged(), st.binary(max_size=200).map(lambda b: b'{"a":' + b)))
def test_plans_and_lines_or_a_sentence(here, content):
    Path("file.csv").write_bytes(content)

    for read in (read_plan, read_lines):
        assert answer(read, "file.csv")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**30) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)
kinds = st.sampled_from(
    ["Point", "LineString", "Polygon", "MultiPoint", "MultiPolygon", "GeometryCollection", "Circle"]
)
numbers = st.floats(-200, 200) | st.just(1e308) | st.none()
position = st.lists(numbers, min_size=0, max_size=4)
coordinates = position | st.lists(position, max_size=6) | st.lists(st.lists(position, max_size=6))
shapes = st.fixed_dictionaries({"type": kinds, "coordinates": coordinates}) | json_values
features = st.fixed_dictionaries(
    {
        "type": st.just("Feature"),
        "properties": st.fixed_dictionaries(
            {"id": json_values, "households": st.integers(-1, 9) | json_values}
        ),
        "geometry": shapes,
    }
)


@anything
@given(st.lists(features, max_size=6))
def test_features_of_any_shape(here, found):
    text = json.dumps({"type": "FeatureCollection", "features": found})
    Path("town.geojson").write_text(text)

    for read in (read_buildings, read_lines, read_plan):
        assert answer(read, "town.geojson")


@anything
@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.text(st.characters(exclude_categories=["C", "Z"]))),
        min_size=1,
        max_size=20,
    )
)
def test_a_good_table_is_read_back_as_it_was_written(here, rows):
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["id", "lon", "lat", "households", "name"])
    writer.writerows([f"b{i}", 103.8, 1.3, n, name] for i, (n, name) in enumerate(rows))
    Path("town.csv").write_text(out.getvalue(), encoding="utf-8", newline="")

    buildings = read_buildings(Path("town.csv")).all_good()

    assert buildings.households.tolist() == [n for n, _ in rows]
    assert buildings.name.to_list() == [name or None for _, name in rows]
