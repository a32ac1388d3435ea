"""``kapok cohorts`` as a user has it."""

import json
from pathlib import Path

import polars as pl
import pytest

from kapok.words import said_in

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "detention-house.yaml"
HOUSE = "start: 2026-06-01\ndays: 60\n"
PEOPLE = "person,roles\n" + "".join(
    f"P{i},{'leader' if i < 4 else 'medic' if i < 8 else 'guard'}\n" for i in range(16)
)
WHY = ("--reason", "a positive test", "--approver", "Director Wang")


@pytest.fixture(autouse=True)
def _english():
    with said_in("en"):
        yield


@pytest.fixture
def file(here):
    def write(text, name="house.yaml"):
        Path(name).write_text(text, encoding="utf-8")
        return name

    return write


@pytest.fixture
def house(file):
    return file(HOUSE), file(PEOPLE, "people.csv")


def test_the_detention_house_of_the_documentation_by_one_command(kapok, here):
    said = kapok("cohorts", EXAMPLE, "-o", "out.csv", "--members", "m.csv", "--picture", "out.svg")
    assert said.status == 0, said.err
    assert "Not met" not in said.out
    assert "4 cohorts on 14 isolation before duty + 14 closed duty + 28 standby days" in said.out
    assert "shut in for 50% of the time, 28 days in a row and 56 of 90 days at most" in said.out
    calendar = pl.read_csv("out.csv")
    on_duty = calendar.filter(pl.col("phase") == "closed_duty")
    assert on_duty.group_by("date").len()["len"].unique().to_list() == [1]
    assert set(on_duty["not_past_gate"].cast(int)) == {2}
    assert pl.read_csv("m.csv").group_by("cohort").len()["len"].to_list() == [24] * 4
    first = Path("out.svg").read_bytes()
    kapok("cohorts", EXAMPLE, "--picture", "out.svg")
    assert Path("out.svg").read_bytes() == first


@pytest.mark.parametrize(
    ("scheme", "least"),
    [
        ("scheme: 14+14+14", 3),
        ("scheme: 14+N+N\nn: 7", 4),
        ("scheme: 14+N+N\nn: 28", 3),
        ("scheme: 7+14+7", 2),
        ("scheme: 7+7+7", 3),
    ],
)
def test_known_schemes_say_how_many_cohorts_keep_duty_unbroken(kapok, file, scheme, least):
    said = kapok("cohorts", file(f"{HOUSE}{scheme}\ncohorts: least\n"))
    assert said.status == 0, said.err
    assert f"{least} would keep duty unbroken" in said.out


def test_phases_may_come_in_any_order_and_length(kapok, file):
    phases = (
        "phases:\n- {kind: standby, days: 26}\n- {kind: pre_isolation, days: 3, tests: 1; 3}\n"
        "- {kind: closed_duty, days: 14, location: house}\n- {kind: post_isolation, days: 7}\n"
        "- {kind: leave, days: 5}\n"
    )
    said = kapok("cohorts", file(HOUSE + phases), "-o", "out.csv")
    assert said.status == 0, said.err
    rows = pl.read_csv("out.csv").filter(pl.col("cohort") == "A")["phase"].to_list()
    stretches = [p for i, p in enumerate(rows) if i == 0 or rows[i - 1] != p]
    assert stretches[:5] == [
        "pre_isolation", "closed_duty", "post_isolation", "leave", "standby",
    ]  # fmt: skip


def test_more_cohorts_than_letters_have_two_of_them(kapok, file):
    text = (
        f"{HOUSE}phases:\n- {{kind: pre_isolation, days: 14}}\n- {{kind: closed_duty, days: 1}}\n"
    )
    said = kapok("cohorts", file(f"{text}cohorts: 30\n"), "-o", "out.csv")
    assert said.status == 0, said.err
    assert {"Z", "AA", "AD"} <= set(pl.read_csv("out.csv")["cohort"])


def test_a_positive_test_of_a_person_holds_the_cohort_and_the_one_behind(kapok, house):
    kapok("cohorts", *house, "--members", "m.csv")
    cohort = dict(pl.read_csv("m.csv").iter_rows())["P9"]
    said = kapok("cohorts", *house, "--positive", "P9:2026-06-10..2026-06-20", *WHY, "-o", "o.json")
    assert said.status == 0, said.err
    assert f"2026-06-10, positive test of P9: cohorts {cohort} and " in said.out
    assert "approved by Director Wang" in said.out
    again = kapok("cohorts", *house, "--positive", f"{cohort}:2026-06-10..2026-06-20", *WHY)
    assert f"positive test of cohort {cohort}" in again.out


def test_a_positive_test_without_an_end_holds_for_a_whole_isolation(kapok, house):
    said = kapok("cohorts", *house, "--positive", "A:2026-06-10", *WHY)
    assert "do not move before 2026-06-24" in said.out


def test_the_lists_of_a_file_say_the_same_as_the_options(kapok, house, file):
    options = kapok("cohorts", *house, "--positive", "B:2026-06-10..2026-06-20", *WHY)
    listed = file(
        "cohort,date,clear,reason,approver\n"
        "B,2026-06-10,2026-06-20,a positive test,Director Wang\n",
        "positives.csv",
    )
    assert kapok("cohorts", *house, listed).out == options.out


def test_an_extension_and_an_exit_say_what_follows(kapok, house, file):
    exits = file("person,date,reason\nP0,2026-06-03,a sick child\n", "exits.csv")
    said = kapok("cohorts", *house, exits, "--extend", "A:2026-06-05+3", *WHY)
    assert "stays in closed duty 3 days longer than to 2026-06-15" in said.out
    assert "P0 leaves by the exit protocol (a sick child)" in said.out
    assert "too few of leader; somebody who begins to isolate that day can be in from" in said.out


def test_families_needs_that_cannot_be_met_are_named(kapok, file):
    people = "person,roles,apart,together\nA,leader,B,C\nB,leader,,\nC,medic,,\nD,medic,,\n"
    said = kapok("cohorts", file(f"{HOUSE}scheme: 7+14+7\ncohorts: 2\n"), file(people, "p.csv"))
    assert said.status == 0, said.err
    assert "A and B are shut in at once on some days." in said.out


def test_too_few_medics_are_named_with_how_many_more_would_help(kapok, file):
    people = "person,roles\nA,leader; medic\nB,leader\nC,leader\nD,leader\n"
    said = kapok("cohorts", file(HOUSE), file(people, "p.csv"))
    assert "with 1 too few of “medic”" in said.out
    assert "3 more who can stand for “medic”: 1 can now, 4 are needed for 4 cohorts." in said.out


def test_a_scheme_over_the_caps_says_what_would_keep_to_them(kapok, file):
    said = kapok("cohorts", file(f"{HOUSE}cohorts: 3\ndays: 120\n".replace("days: 60\n", "")))
    assert "is shut in for 62 of 90 days" in said.out
    assert "With 4 cohorts nobody is shut in for more than 28 days in a row" in said.out
    never = kapok("cohorts", file(f"{HOUSE}n: 28\n"))
    assert "No number of cohorts keeps to 28 days in a row and 60 of 90" in never.out


def test_equal_seeds_and_json_say_the_same(kapok, house):
    one, two = (json.loads(kapok("cohorts", *house, "--json", "--seed", "3").out) for _ in "12")
    assert one == two
    assert one["costs"]["n_cohorts"] == 4


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("days: 60\n", "settings, start: is empty."),
        (f"{HOUSE}scheme: 14+N\n", "“14+N” is not three lengths such as 14+N+N"),
        (f"{HOUSE}scheme: 14+N+N\nn: 40\n", "40 is not between 7 and 28"),
        (f"{HOUSE}cohorts: 2\n", "2 cohorts cannot keep duty unbroken"),
        (f"{HOUSE}colour: red\n", "“colour” is none"),
        (f"{HOUSE}zone: Mars\n", "“Mars” is no time zone"),
        (f"{HOUSE}phases:\n- {{kind: standby, days: 3}}\n", "exactly one phase of closed duty"),
        (f"{HOUSE}phases:\n- {{kind: holiday, days: 3}}\n", "“holiday” is none of pre_isolation"),
        (f"{HOUSE}phases:\n- {{kind: closed_duty, days: 3, tests: 5}}\n", "A test on day 5 lies"),
        (f"{HOUSE}phases:\n- {{kind: closed_duty, days: -3}}\n", "-3 is not between 1 and 365"),
        (f"{HOUSE}people:\n- {{person: A, roles: x, apart: Q}}\n", "“q” is none of the other"),
        (f"{HOUSE}people:\n- {{person: A, roles: x}}\n", "1 people cannot be split into 4"),
    ],
)
def test_a_situation_that_cannot_be_is_refused_with_what_to_mend(kapok, file, text, says):
    said = kapok("cohorts", file(text))
    assert said.status == 1
    assert says in said.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--positive", "A:2026-06-10"), "only with reason and approver"),
        (("--positive", "A"), "write it as --positive B:2026-06-20..2026-07-04"),
        (("--positive", "Q7:2026-06-10", *WHY), "is no cohort"),
        (("--positive", "H:2026-06-10", *WHY), "There is no cohort H; there are 4."),
        (("--positive", "A:2025-06-10", *WHY), "does not lie in the calendar"),
        (("--positive", "A:2026-06-10..2026-06-01", *WHY), "is not after 2026-06-10"),
        (("--positive", "A:2026-06-10..2026-07-30", *WHY), "at most 14 may be approved"),
        (("--extend", "A:2026-06-10+30", *WHY), "at most 14 may be approved"),
        (("--extend", "A:2026-06-10", *WHY), "write it as --extend B:2026-06-20+3"),
        (("--exit", "Nobody:2026-06-10", *WHY), "“Nobody” is none of the people"),
        (("-o", "out.txt"), "ends neither in .csv nor in .json"),
        (("--picture", "out.gif"), "ends in none of .svg, .png, .pdf"),
    ],
)
def test_what_cannot_have_happened_is_refused(kapok, house, words, says):
    said = kapok("cohorts", *house, *words)
    assert said.status == 1
    assert says in said.err


def test_members_without_people_are_refused(kapok, file):
    said = kapok("cohorts", file(HOUSE), "--members", "m.csv")
    assert said.status == 1
    assert "There are no people to put into cohorts" in said.err
