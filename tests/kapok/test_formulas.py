"""No table of ours runs what somebody typed."""

import csv

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok.formulas import BLANK, RUNS, harmless
from kapok.places.files.writing import write_csv

TEXTS = st.text(
    st.sampled_from([*"=+-@|%＝＋－＠\t\r\n", *BLANK, *"19.,", "a", "广", "'"]), max_size=8
)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("+8613800138000", "+8613800138000"),
        ("-3.5", "-3.5"),
        ("-cmd", "'-cmd"),
        ("3栋2单元", "3栋2单元"),
        ("", ""),
    ],
)
def test_what_would_run_gets_an_apostrophe(typed, shown):
    assert harmless(typed) == shown


@given(TEXTS)
def test_what_is_written_never_runs_and_is_never_changed_twice(typed):
    shown = harmless(typed)
    runs = shown.lstrip(BLANK).startswith(RUNS)
    assert not runs or set(shown[1:]) <= set("0123456789.,")
    assert harmless(shown) == shown


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_a_whole_column_is_written_as_each_cell_would_be(tmp_path_factory, typed):
    path = tmp_path_factory.mktemp("tables") / "table.csv"
    write_csv(path, pl.DataFrame({"名字": typed, "n": range(len(typed)), "id": typed}))
    with path.open(encoding="utf-8", newline="") as file:
        [_heading, *rows] = csv.reader(file)
    shown = [harmless(text) for text in typed]
    assert [row[0] for row in rows] == [row[2] for row in rows] == shown
