"""Each kind of bad row: its line, its field, one sentence; nothing is written."""

from pathlib import Path

import pytest
from tests.kapok.places.files.towns import HEADER, town_rows

ROWS = town_rows(3)  # lines 2 to 4
ADVICE = (
    "Put them right, or go on without them with --skip-bad. "
    "--refused FILE writes all of them to a file.\n"
)

BAD_ROWS = [
    ("no id", ",103.8,1.3,5", "id: is empty."),
    ("blank id", " ,103.8,1.3,5", "id: is empty."),
    ("second id", "b1,103.8,1.3,5", "id: “b1” stands in line 3 too."),
    ("no households", "x,103.8,1.3,", "households: is empty."),
    ("negative", "x,103.8,1.3,-5", "households: “-5” is negative."),
    ("text", "x,103.8,1.3,many", "households: “many” is not a number."),
    ("fraction", "x,103.8,1.3,2.5", "households: “2.5” is not a whole number."),
    ("nan", "x,103.8,1.3,NaN", "households: “NaN” is not a finite number."),
    ("inf", "x,103.8,1.3,inf", "households: “inf” is not a finite number."),
    (
        "too many",
        "x,103.8,1.3,100001",
        "households: “100001” is over 100,000, more than one building can have.",
    ),
    (
        "thousands",
        'x,103.8,1.3,"1,234"',
        "households: “1,234” is not a number; write a point, and nothing between thousands.",
    ),
    ("no lon", "x,,1.3,5", "lon: is empty."),
    ("lon text", "x,east,1.3,5", "lon: “east” is not a number."),
    ("lat nan", "x,103.8,nan,5", "lat: “nan” is not a finite number."),
    (
        "swapped",
        "x,1.3,103.8,5",
        "lon/lat: (1.3, 103.8) looks swapped: latitude stands where longitude should.",
    ),
    (
        "off the globe",
        "x,200,80,5",
        "lon/lat: (200.0, 80.0) is outside −180…180, −90…90.",
    ),
    (
        "metres",
        "x,29000,31000,5",
        "lon/lat: (29000.0, 31000.0) is no longitude and latitude; "
        "if it is metres, name the coordinate system.",
    ),
    ("null island", "x,0,0,5", "lon: is 0, 0: no place was found for it."),
    ("too long", "x,103.8,1.3,5,9", "cells: has 5 cells, the header has 4."),
]


@pytest.mark.parametrize(
    ("row", "says"), [case[1:] for case in BAD_ROWS], ids=[c[0] for c in BAD_ROWS]
)
def test_a_bad_row_refuses_the_file_in_one_sentence(here, kapok, row, says):
    Path("town.csv").write_text(f"{HEADER}{ROWS}{row}\n", encoding="utf-8")

    said = kapok("draw", "town.csv", "-o", "out.csv")

    assert said.status == 1
    assert said.err == (
        f"town.csv: 1 of 4 lines cannot be used, so nothing was taken.\n  line 5, {says}\n{ADVICE}"
    )
    assert [path.name for path in here.iterdir()] == ["town.csv"]


def test_a_long_cell_is_shown_short_and_without_control_signs(here, kapok):
    Path("town.csv").write_text(f"{HEADER}x,103.8,1.3,{'9' * 30}\x07{'z' * 30}\n", encoding="utf-8")

    said = kapok("draw", "town.csv", "-o", "out.csv")

    assert f"households: “{'9' * 30}·{'z' * 9}…” is not a number." in said.err


def test_swapped_is_seen_where_both_could_be_latitudes(here, kapok):
    rows = "".join(f"b{i},9.{i},48.{i},5\n" for i in range(9))
    Path("town.csv").write_text(f"{HEADER}{rows}x,48.2,9.3,5\n", encoding="utf-8")

    said = kapok("draw", "town.csv", "-o", "out.csv")

    assert "  line 11, lon/lat: (48.2, 9.3) looks swapped" in said.err


def test_a_file_that_is_swapped_throughout_is_told_so_once(here, kapok):
    Path("town.csv").write_text(HEADER + "a,1.3,103.8,5\nb,1.4,103.9,5\n", encoding="utf-8")

    said = kapok("draw", "town.csv", "-o", "out.csv")

    assert said.err == (
        "All positions look swapped, as (1.3, 103.8): latitude stands where longitude should. "
        "Say which column is which, as lon=LAT and lat=LON with the columns’ names.\n"
    )
    assert (
        kapok(
            *("draw", "town.csv", "-o", "out.csv", "--column", "lon=lat", "--column", "lat=lon")
        ).status
        == 0
    )


def test_lines_are_counted_past_blank_lines_and_cells_with_line_ends(here, kapok):
    Path("town.csv").write_text(
        'id,name,lon,lat,households\n"a","two\nlines",103.8,1.3,4\n\n\nx,-,103.8,1.3,-1\n',
        encoding="utf-8",
    )

    said = kapok("draw", "town.csv", "-o", "out.csv")

    assert "  line 6, households: “-1” is negative." in said.err


def test_twenty_problems_are_shown_and_the_others_counted(here, kapok):
    rows = "".join(f"x{i},103.8,1.3,-1\n" for i in range(33))
    Path("town.csv").write_text(HEADER + rows, encoding="utf-8")

    said = kapok("draw", "town.csv", "-o", "out.csv")

    assert said.err.count("is negative.") == 20
    assert "  … and 13 more.\n" in said.err
    assert "33 of 33 lines" in said.err


def test_bad_rows_may_be_left_out_with_a_warning(town, kapok):
    with town.open("a") as file:
        file.write("x,103.8,1.3,-1\n")

    said = kapok("draw", town, "-o", "out.csv", "--skip-bad")

    assert said.status == 0
    assert said.err == (
        "Warning: town.csv: 1 of 51 lines cannot be used and were left out:\n"
        "  line 52, households: “-1” is negative.\n"
    )
    assert '"x"' not in Path("out.csv").read_text()


def test_when_no_row_is_left_nothing_is_made(here, kapok):
    Path("town.csv").write_text(HEADER + "x,103.8,1.3,-1\n", encoding="utf-8")

    said = kapok("draw", "town.csv", "-o", "out.csv", "--skip-bad")

    assert said.status == 1
    assert "town.csv: not one of 1 line can be used." in said.err
    assert not Path("out.csv").exists()


def test_every_bad_row_goes_into_a_file_on_request(town, kapok):
    with town.open("a") as file:
        file.writelines(f"x{i},103.8,1.3,-1\n" for i in range(30))

    said = kapok("draw", town, "-o", "out.csv", "--refused", "refused.csv")

    lines = Path("refused.csv").read_text(encoding="utf-8").splitlines()
    assert said.status == 1
    assert said.err.endswith("--skip-bad. All of them stand in refused.csv.\n")
    assert len(lines) == 31
    assert lines[0].startswith("file,counted by,number,field,problem,cell id")
    assert lines[1] == "town.csv,line,52,households,“-1” is negative.,x0,103.8,1.3,-1"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("20;x", "stairwells: “20;x” is not whole numbers with “;” between."),
        ("20;-1", "stairwells: “20;-1” is not whole numbers with “;” between."),
        ("20;30", "stairwells: adds up to 50, but the building has 40 households."),
    ],
)
def test_stairwells_must_add_up(here, kapok, given, says):
    Path("town.csv").write_text(
        f"id,lon,lat,households,stairwells\na,103.8,1.3,40,{given}\n", encoding="utf-8"
    )

    said = kapok("draw", "town.csv", "-o", "out.csv")

    assert f"  line 2, {says}\n" in said.err


def test_a_community_must_be_given_in_every_row(here, kapok):
    Path("town.csv").write_text(
        "id,lon,lat,households,area\na,103.8,1.3,40,\nb,103.8,1.3,40,A\n", encoding="utf-8"
    )

    said = kapok("draw", "town.csv", "-o", "out.csv", "--within", "area")

    assert "  line 2, area: is empty.\n" in said.err
