"""Tables of other programs, in and out."""

import builtins
import importlib
from datetime import date, datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest

from kapok.errors import Refused
from kapok.planning import tables
from kapok_planning.grids import Bounds, Town, draw_grids, link_buildings

CALLS = {
    "start": [
        datetime.fromisoformat("2026-03-02T08:00"),
        datetime.fromisoformat("2026-03-02T09:00"),
    ],
    "calls": [12, 30],
    "share": [0.5, 0.25],
    "note": ["early", None],
}
ROWS = [
    {"start": "2026-03-02T08:00:00", "calls": 12, "share": 0.5, "note": "early"},
    {"start": "2026-03-02T09:00:00", "calls": 30, "share": 0.25},
]


@pytest.mark.parametrize(
    "table",
    [pd.DataFrame(CALLS), pl.DataFrame(CALLS), pl.DataFrame(CALLS).to_arrow()],
    ids=["pandas", "polars", "arrow"],
)
def test_a_table_of_any_library_becomes_the_same_rows(table):
    assert tables.document({"name": "12345", "calls": table}) == {"name": "12345", "calls": ROWS}


def test_what_pandas_makes_of_gaps_is_undone():
    people = pd.DataFrame(
        {
            "person": ["Li", "Chen"],
            "week_hours": [40, None],
            "from": [pd.NaT, pd.Timestamp("2026-03-02")],
            "skills": pd.array(["first aid", None], dtype="string"),
        }
    )

    assert tables.document({"people": people}) == {
        "people": [
            {"person": "Li", "week_hours": 40, "skills": "first aid"},
            {"person": "Chen", "from": "2026-03-02T00:00:00"},
        ]
    }


def test_arrays_dates_and_nested_settings_are_plain():
    given = {"date": date(2026, 3, 2), "arrivals": {"walk_in": np.array([1.0, 2.5])}, "n": True}

    found = tables.document(given)

    assert found == {"date": "2026-03-02", "arrivals": {"walk_in": [1, 2.5]}, "n": True}


def test_what_cannot_stand_in_a_table_is_refused():
    with pytest.raises(Refused, match="cannot stand in a table"):
        tables.document({"people": pd.DataFrame({"person": [object()]})})


def test_the_grid_of_each_building_is_a_row():
    spots = np.array([[0.0, 0], [40, 0], [80, 0], [120, 0]])
    households = np.array([150, 160, 140, 170], np.int32)
    town = Town(spots, households, np.zeros(4, np.int32))
    plan = draw_grids(town, link_buildings(town), bounds=Bounds(250, 400))

    found = tables.frame(tables.grid_rows(["a", "b", "c", "d"], plan))

    assert found[["building", "number"]].values.tolist() == [["a", 1], ["b", 1], ["c", 2], ["d", 2]]
    with pytest.raises(Refused, match="3 names for 4 buildings"):
        tables.grid_rows(["a", "b", "c"], plan)


@pytest.mark.parametrize(
    ("convert", "module"), [(tables.frame, "pandas"), (tables.arrow, "pyarrow")]
)
def test_a_library_that_is_missing_is_named(monkeypatch, convert, module):
    def without(name, *arguments):
        if name == module:
            raise ModuleNotFoundError(name)
        return builtins.__import__(name, *arguments)

    monkeypatch.setattr(importlib, "import_module", without)

    with pytest.raises(Refused, match=f"need {module}; install it with: pip install 'kapok"):
        convert(pl.DataFrame(CALLS))
