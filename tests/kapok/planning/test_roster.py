"""``kapok roster`` as a user has it: lists in, plans and sentences out."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

SETTINGS = """
start: 2026-06-01
days: 7
holidays: [2026-06-05]
posts:
  - {post: Gate 1, party: police, lon: 113.23, lat: 23.08}
  - {post: Gate 1, party: health, suit: yes}
  - {post: Gate 1, party: community; volunteers, exposed: yes}
"""
PEOPLE = "person,party,lon,lat\n" + "".join(
    f"{letter}{i},{party},113.2{i},23.08\n"
    for letter, party in (("P", "police"), ("H", "医护"), ("C", "社区"))
    for i in range(1, 10)
)
LEAVE = "person,from,to\nP1,2026-06-03,2026-06-06\n"


@pytest.fixture
def files(here):
    Path("s.yaml").write_text(SETTINGS, encoding="utf-8")
    Path("people.csv").write_text(PEOPLE, encoding="utf-8")
    Path("leave.csv").write_text(LEAVE, encoding="utf-8")
    return here


@pytest.fixture
def roster(kapok, files):
    def run(*more):
        return kapok("roster", "s.yaml", "people.csv", "leave.csv", "--budget", "fast", *more)

    return run


def duties():
    return pl.read_csv("out.csv", infer_schema=False)


def test_every_seat_is_filled_and_leave_is_kept(roster):
    said = roster("-o", "out.csv")
    assert said.status == 0
    assert "84 of 84 seats are filled" in said.out
    days = pl.col("date").is_between(pl.lit("2026-06-03"), pl.lit("2026-06-06"))
    away = duties().filter(pl.col("person") == "P1", days)
    assert not away.height


def test_at_an_exposed_gate_each_party_is_there_at_night(roster):
    roster("-o", "out.csv")
    nights = duties().filter(pl.col("shift") == "night", pl.col("party") == "community")
    assert nights["date"].n_unique() == 7


def test_a_suit_is_worn_four_hours(roster):
    roster("-o", "out.csv")
    for row in duties().filter(pl.col("suit") == "yes").to_dicts():
        start, end = (datetime.fromisoformat(row[name]) for name in ("start", "end"))
        assert (end - start).total_seconds() <= 4 * 3600


def test_json_holds_figures_duties_and_people(roster):
    said = roster("-o", "out.json", "--json", "--bound")
    whole = json.loads(Path("out.json").read_text())
    assert json.loads(said.out)["seats"] == whole["seats"] == len(whole["duties"]) == 84
    assert whole["bound"] <= whole["price"]
    assert sum(person["duties"] for person in whole["people"]) == 84


def test_equal_seeds_give_equal_files(roster):
    roster("-o", "out.csv", "--seed", "5")
    once = Path("out.csv").read_bytes()
    roster("-o", "out.csv", "--seed", "5")
    assert Path("out.csv").read_bytes() == once


def test_each_person_has_a_calendar_and_the_wall_a_sheet(roster):
    roster("--calendars", "cal", "--wall", "wall.html", "-o", "out.csv")
    text = Path("cal/H2.ics").read_bytes().decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    starts = re.findall(r"DTSTART:(\d{8}T\d{6}Z)", text)
    mine = duties().filter(pl.col("person") == "H2")["start"].to_list()
    assert starts == [
        datetime.fromisoformat(start).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for start in mine
    ]
    assert all(len(line) <= 75 for line in text.encode().split(b"\r\n"))
    assert "Gate 1" in Path("wall.html").read_text()


def test_names_that_differ_by_little_have_a_calendar_each(roster):
    """The third of them once looked for a name of its own for ever."""
    people = PEOPLE.replace("P1,", "p 3-2,").replace("P2,", "P 3,").replace("P3,", "p 3,")
    Path("people.csv").write_text(people, encoding="utf-8")
    Path("leave.csv").write_text(LEAVE.replace("P1,", "P4,"), encoding="utf-8")
    roster("--calendars", "cal", "-o", "out.csv")
    assert len(list(Path("cal").iterdir())) == duties()["person"].drop_nulls().n_unique()


def test_a_picture_shows_what_is_covered(roster):
    said = roster("--picture", "out.svg")
    assert said.status == 0
    assert Path("out.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert "ends in none of" in roster("--picture", "out.gif").err


def test_names_cannot_break_out_of_the_wall_sheet(roster):
    Path("people.csv").write_text(PEOPLE.replace("P2", "<script>P2"), encoding="utf-8")
    roster("--wall", "wall.html")
    assert "<script>" not in Path("wall.html").read_text()


def test_somebody_ill_is_replaced_with_one_change(roster):
    roster("-o", "out.csv")
    ill = duties().filter(pl.col("date") == "2026-06-04", pl.col("party") == "police")["person"][0]
    said = roster("out.csv", "--absent", f"{ill}:2026-06-04", "-o", "new.csv")
    assert "No roster with as few empty seats changes fewer than 1." in said.out
    assert ill not in pl.read_csv("new.csv").filter(pl.col("date") == "2026-06-04")["person"]


def test_what_was_before_counts_for_rest(roster):
    roster("-o", "out.csv")
    late = duties().filter(pl.col("date") == "2026-06-07", pl.col("shift") == "night")
    Path("s.yaml").write_text(SETTINGS.replace("06-01\n", "06-08\n"), encoding="utf-8")
    Path("before.csv").write_bytes(Path("out.csv").read_bytes())
    roster("before.csv", "-o", "out.csv")
    tired = set(late["person"])
    next_day = duties().filter(
        pl.col("date") == "2026-06-08", pl.col("shift").str.starts_with("early")
    )
    assert tired
    assert not tired & set(next_day["person"])


def test_swaps_are_proposed_and_judged(roster):
    roster("-o", "out.csv")
    first = duties().filter(pl.col("party") == "police").row(0, named=True)
    asked = f"{first['person']}:{first['date']}"
    proposed = roster("out.csv", "--swaps-for", asked).out.splitlines()
    assert all(": allowed; the roster is" in line for line in proposed)
    taker = proposed[0].split(" takes")[0]
    assert "allowed" in roster("out.csv", "--swap", f"{asked}={taker}").out


def test_what_is_missing_is_said_with_its_reason(kapok, files):
    few = "\n".join(PEOPLE.splitlines()[:3])
    Path("people.csv").write_text(few, encoding="utf-8")
    said = kapok("roster", "s.yaml", "people.csv", "--budget", "fast")
    assert said.status == 0
    assert "nobody of health is on the list" in said.out
    assert "one more person of police would fill" in said.out
    assert "What stands against it:" in said.out


def test_a_workbook_is_read_by_its_sheets(kapok, here):
    book = xlsxwriter.Workbook("lists.xlsx")
    sheets = {
        "settings": [("name", "value"), ("start", "2026-06-01"), ("days", 3)],
        "岗位": [("岗位", "单位"), ("Gate 1", "警察")],
        "人员": [("姓名", "单位"), *((f"王{i}", "警察") for i in range(6))],
    }
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    said = kapok("roster", "lists.xlsx", "--budget", "fast")
    assert "9 of 9 seats are filled by 6 people over 3 days." in said.out


def test_a_night_on_which_clocks_change_has_its_real_length(kapok, files):
    settings = SETTINGS.replace(
        "2026-06-01\ndays: 7", "2026-10-24\ntimezone: Europe/Berlin\ndays: 2"
    )
    Path("s.yaml").write_text(settings.replace("[2026-06-05]", "[]"), encoding="utf-8")
    kapok("roster", "s.yaml", "people.csv", "--budget", "fast", "-o", "out.csv")
    night = (
        duties()
        .filter(pl.col("shift") == "night", pl.col("date") == "2026-10-24")
        .row(0, named=True)
    )
    start, end = (datetime.fromisoformat(night[name]) for name in ("start", "end"))
    assert (end - start).total_seconds() == 9 * 3600


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("people.csv", "person,party\nA,police\nA,police\n", "“A” is there twice"),
        ("people.csv", "person,party,week_hours\nA,police,x\n", "“x” is no number."),
        ("people.csv", "person,party,week_hours\nA,police,-4\n", "-4 is not between 0 and 112."),
        ("people.csv", "person,party,skill set\nA,police,\n", "“skill set” that means nothing"),
        ("people.csv", "person,party,hours\nA,police,40\n", "did you mean week_hours?"),
        ("people.csv", "colour,size\nred,1\n", "is no list that is known"),
        ("leave.csv", "person,from,to\nZ,2026-06-01,2026-06-02\n", "“Z” is none of the people."),
        ("leave.csv", "person,from,to\nP1,2026-06-05,2026-06-02\n", "is before 2026-06-05."),
        ("leave.csv", "person,from,to\nP1,tomorrow,2026-06-02\n", "“tomorrow” is no date"),
        ("s.yaml", "posts: [{post: G, party: police}]", "needs its first day"),
        ("s.yaml", SETTINGS + "colour: red\n", "“colour” is none"),
        ("s.yaml", SETTINGS + "rest_hours: -1\n", "-1 is not between 0 and 24."),
        ("s.yaml", SETTINGS + "overtime_hours_most: 50\n", "that needs an overtime_reason"),
        ("s.yaml", SETTINGS + "timezone: Mars\n", "“Mars” is none"),
        ("s.yaml", SETTINGS.replace("suit: yes", "shift: noon"), "“noon” is no shift"),
        ("s.yaml", SETTINGS.replace("suit: yes", "count: -1"), "-1 is not between 0 and 500."),
        ("s.yaml", "a: [1", "is not YAML"),
    ],
)
def test_bad_lists_are_refused_in_a_sentence(roster, name, text, says):
    Path(name).write_text(text, encoding="utf-8")
    said = roster("-o", "out.csv")
    assert said.status == 1
    assert says in said.err
    assert not Path("out.csv").exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--check"], "There are no duties to check"),
        (["--absent", "P1:2026-06-01"], "There are no duties to check"),
        (["-o", "out.txt"], "ends neither in .csv nor in .json"),
        (["--calendars", "no/such"], "There is no folder no"),
    ],
)
def test_options_that_cannot_be_are_refused_in_a_sentence(roster, more, says):
    said = roster(*more)
    assert said.status == 1
    assert says in said.err
