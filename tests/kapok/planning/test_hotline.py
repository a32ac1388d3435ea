"""``kapok hotline`` as a user has it."""

import json
from pathlib import Path

import polars as pl
import pytest

from kapok.words import said_in

DAY = "start,calls,handling\n" + "".join(
    f"2026-06-14 {h:02d}:00,{12 if h >= 8 else 1},480\n" for h in range(24)
)


@pytest.fixture(autouse=True)
def _english():
    with said_in("en"):
        yield


@pytest.fixture
def file(here):
    def write(text, name="calls.csv"):
        Path(name).write_text(text, encoding="utf-8")
        return name

    return write


def test_each_interval_gets_agents_and_what_callers_meet(kapok, file):
    said = kapok("hotline", file(DAY), "-o", "out.csv")
    assert said.status == 0, said.err
    table = pl.read_csv("out.csv")
    assert table["agents"].to_list() == [1] * 8 + [4] * 16
    assert round(table["service_level"][8], 3) == 0.918
    assert table["start"][8] == "2026-06-14T08:00+08:00"
    assert "at most 4 at once" in said.out


def test_shifts_cover_the_day_and_say_that_no_plan_takes_fewer_hours(kapok, file):
    said = kapok("hotline", file(DAY), "--shift", "4", "--shift", "8", "-o", "out.json")
    assert said.status == 0, said.err
    found = json.loads(Path("out.json").read_text())
    (rota,) = found["shifts"]
    assert rota["is_proven"]
    assert rota["short_intervals"] == 0
    assert rota["paid_hours"] == found["paid_hours"]
    assert "no plan takes fewer" in said.out


def test_skills_alone_are_compared_to_one_pool(kapok, file):
    rows = [f"2026-06-14 {h:02d}:00,6,{s}\n" for s in ("INF", "PSY") for h in range(8, 12)]
    said = kapok("hotline", file("start,calls,skill\n" + "".join(rows)), "--json")
    found = json.loads(said.out)["pooling"]
    assert found == {"alone_hours": 24.0, "pooled_hours": 16.0}


def test_agents_that_cannot_keep_up_are_named_with_how_much_is_missing(kapok, file):
    text = "start,calls,agents\n2026-06-14 08:00,40,4\n2026-06-14 09:00,4,4\n"
    said = kapok("hotline", file(text))
    assert said.status == 0
    assert (
        "2026-06-14 08:00: 4 agents for 5.33 Erlang, utilisation 133%: the work of 1.33 agents is "
        "left over and the queue grows; 8 are needed." in said.out
    )


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2026-06-14 09:00,-3,480", "line 3, calls: “-3” is negative."),
        ("2026-06-14 09:00,3,-480", "line 3, handling: “-480” is negative."),
        ("2026-06-14 09:00,3,0", "line 3, handling: “0” must be over 0."),
        ("2026-06-14 09:00,many,480", "line 3, calls: “many” is not a number."),
        ("2026-06-14 09:00,,480", "line 3, calls: is empty."),
        ("14 June,3,480", "line 3, start: “14 June” is no moment"),
        ("2026-06-14 08:00,3,480", "line 3, start: “2026-06-14 08:00” stands in an earlier line"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_line(kapok, file, row, says):
    text = f"start,calls,handling\n2026-06-14 08:00,3,480\n{row}\n2026-06-14 10:00,3,480\n"
    said = kapok("hotline", file(text), "-o", "out.csv")
    assert said.status == 1
    assert says in said.err
    assert not Path("out.csv").exists()
    assert kapok("hotline", "calls.csv", "--skip-bad").status == 0


def test_a_file_without_calls_says_what_it_has(kapok, file):
    said = kapok("hotline", file("start,number\n2026-06-14 08:00,3\n"))
    assert said.status == 1
    assert "calls.csv has no column “calls”; its columns are start, number." in said.err


def test_the_night_on_which_an_hour_is_missing(kapok, file):
    text = "start,calls\n2026-03-29 01:00,3\n2026-03-29 02:00,3\n2026-03-29 03:00,3\n"
    said = kapok("hotline", file(text), "--zone", "Europe/Berlin")
    assert "“2026-03-29 02:00” never comes on that clock" in said.err
    good = text.replace("2026-03-29 02:00,3\n", "")
    said = kapok("hotline", file(good), "--zone", "Europe/Berlin", "--json")
    assert json.loads(said.out)["interval_min"] == 60


def test_the_night_on_which_an_hour_comes_twice(kapok, file):
    hours = ["01:00", "02:00", "02:00", "03:00"]
    rows = "".join(f"2026-10-25 {h},3\n" for h in hours)
    said = kapok("hotline", file("start,calls\n" + rows), "--zone", "Europe/Berlin", "-o", "o.csv")
    assert (said.status, said.err) == (0, "")
    starts = pl.read_csv("o.csv")["start"].to_list()
    assert starts[1:3] == ["2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"]
    once = "start,calls\n2026-10-25 01:00,3\n2026-10-25 02:00,3\n2026-10-25 03:00,3\n"
    said = kapok("hotline", file(once), "--zone", "Europe/Berlin")
    assert "comes twice on the clock of Europe/Berlin and stands once" in said.err


def test_empty_days_and_holes_are_told(kapok, file):
    rows = "".join(
        f"2026-06-{d} {h:02d}:00,3\n" for d in (14, 16) for h in range(24) if (d, h) != (14, 5)
    )
    said = kapok("hotline", file("start,calls\n" + rows))
    assert said.status == 0
    assert "2026-06-15 has no intervals; nobody is planned for that day." in said.err
    assert "1 interval from 2026-06-14 05:00 to 2026-06-14 06:00 is not there" in said.err


def test_intervals_of_two_lengths_are_refused(kapok, file):
    text = "start,calls\n2026-06-14 08:00,3\n2026-06-14 08:30,3\n2026-06-14 09:15,3\n"
    assert "begin 30 and 45 minutes apart" in kapok("hotline", file(text)).err


def test_too_few_people_for_the_shifts_are_told(kapok, file):
    said = kapok("hotline", file(DAY), "--shift", "8", "--people", "3")
    assert said.status == 0
    assert "are not covered" in said.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--share", "80"], "is not between 0 and 1"),
        (["--zone", "Berlin"], "is no time zone"),
        (["--handling", "-1"], "is not a number over 0"),
        (["--shift", "25"], "at most 24 hours"),
        (["--shift", "1.5"], "no whole number of intervals"),
        (["-o", "out.txt"], "ends neither in .csv nor in .json"),
    ],
)
def test_options_that_cannot_be_are_refused(kapok, file, words, says):
    said = kapok("hotline", file(DAY), *words)
    assert said.status != 0
    assert says in " ".join(said.err.split())


EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "lines-234.yaml"


def test_234_lines_alone_overflowing_and_pooled_by_one_command(kapok, here):
    said = kapok("hotline", EXAMPLE, "-o", "out.json", "--picture", "out.svg")
    assert said.status == 0, said.err
    assert "234 lines alone take 5,616.0 agent-hours for the target" in said.out
    assert "leave their street" in said.out
    found = json.loads(Path("out.json").read_text())
    assert found["lines"]["lines"] == 234
    assert found["lines"]["most_lost"] <= 0.001
    assert found["calls"] == 625
    first = Path("out.svg").read_bytes()
    kapok("hotline", EXAMPLE, "--picture", "out.svg")
    assert Path("out.svg").read_bytes() == first


def test_lines_are_given_by_number_or_by_a_list_of_streets(kapok, file):
    said = kapok("hotline", file(DAY), "--lines", "20", "--districts", "4", "--json")
    assert json.loads(said.out)["lines"]["lines"] == 20
    streets = file(
        "street,district,telephones,share\nDongsha,Liwan,2,3\nHailong,Liwan,1,1\n", "s.csv"
    )
    said = kapok("hotline", "calls.csv", "--streets", streets, "--district-lines", "1")
    assert said.status == 0, said.err
    assert "2 lines alone take" in said.out


def test_an_option_goes_before_the_same_word_in_a_document(kapok, here):
    alone = json.loads(kapok("hotline", EXAMPLE, "--json").out)
    long = json.loads(kapok("hotline", EXAMPLE, "--share", "0.95", "--json").out)
    assert long["agent_hours"] > alone["agent_hours"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- 1\n", "holds no settings"),
        ("date: 2026-06-14\n", "has no “calls”"),
        ("calls: [1\n", "is not YAML"),
        ("calls: [1, 2]\ncolour: red\n", "“colour” is none"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused(kapok, file, text, says):
    said = kapok("hotline", file(text, "line.yaml"))
    assert said.status == 1
    assert says in said.err


def test_a_document_of_another_kind_has_its_names_refused_once(kapok, here):
    said = kapok("hotline", EXAMPLE.with_name("ruyuan.yaml"))
    assert said.status == 1
    assert "“site”, “opens”, “closes”, “slot_min”" in said.err
    assert said.err.count("district_lines") == 1


def test_a_picture_of_a_kind_that_is_not_drawn_is_refused(kapok, file):
    said = kapok("hotline", file(DAY), "--picture", "out.gif")
    assert said.status == 1
    assert "ends in none of .svg, .png, .pdf" in said.err
