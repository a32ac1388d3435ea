"""``kapok site`` as a user has it."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "ruyuan.yaml"
SMALL = """
site: A small hall
opens: 08:00
closes: 10:00
slot_min: 60
goal: {wait_min: 10, share: 0.9}
arrivals:
  booked: 80
  walk_in: [10, 20]
  late_sd_min: 5
  kinds: {old: 0.2}
stations:
  - name: check
    mean_s: 30
    staff: 1
  - name: dose
    mean_s: 100
    cv: 0.4
    staff: 2
    first: [old]
  - name: observation
    mean_min: 15
    law: constant
    seats: 20
"""


@pytest.fixture
def file(here):
    def write(text, name="hall.yaml"):
        Path(name).write_text(text, encoding="utf-8")
        return name

    return write


def site(kapok, name, *words):
    return kapok("site", name, "--days", "12", "--workers", "1", *words)


def test_a_hall_is_judged_and_the_tight_station_named(kapok, file):
    said = site(kapok, file(SMALL), "-o", "out.csv")
    assert said.status == 0, said.err
    assert said.out.startswith("A small hall: ")
    assert "One more person at dose all day saves" in said.out
    table = pl.read_csv("out.csv")
    assert table["station"].unique(maintain_order=True).to_list() == [
        "check",
        "dose",
        "observation",
    ]
    assert table["from"][:2].to_list() == ["08:00", "09:00"]
    assert table["seats"].drop_nulls().to_list() == [20, 20]


def test_the_least_staff_is_found_and_verified(kapok, file):
    bare = SMALL.replace("    staff: 1\n", "").replace("    staff: 2\n", "")
    bare = bare.replace("seats: 20", "seats: 1")
    said = site(kapok, file(bare), "--size", "--json")
    assert said.status == 0, said.err
    least = json.loads(said.out)["least"]
    assert least["is_verified"]
    assert least["surely"] >= 0.9
    assert set(least["staff"]) == {"check", "dose", "observation"}


def test_equal_seeds_say_the_same_on_any_number_of_threads(kapok, file):
    file(SMALL)
    one = kapok("site", "hall.yaml", "--days", "7", "--seed", "3", "--workers", "1", "--json")
    two = kapok("site", "hall.yaml", "--days", "7", "--seed", "3", "--workers", "2", "--json")
    assert one.out == two.out
    other = kapok("site", "hall.yaml", "--days", "7", "--seed", "4", "--json")
    assert other.out != one.out


def test_the_rest_of_the_day_is_planned_from_the_queue_as_it_is(kapok, file):
    now = "now:\n  at: 09:00\n  dose: {waiting: 30, longest_wait_min: 20, served: 2}\n"
    calm = json.loads(site(kapok, file(SMALL + "now: {at: 09:00}\n"), "--json").out)
    late = json.loads(site(kapok, file(SMALL + now), "--json").out)
    assert late["people"]["mean"] == pytest.approx(calm["people"]["mean"] + 32, abs=0.01)
    assert late["total_wait_min"]["mean"] > calm["total_wait_min"]["mean"] + 5


def test_a_station_that_cannot_keep_up_is_named_with_how_much_is_missing(kapok, file):
    said = site(kapok, file(SMALL.replace("staff: 2", "staff: 1")))
    assert "Not enough" in said.out
    assert "dose cannot keep up over the whole day: 1." in said.out
    assert "are missing." in said.out


@pytest.mark.slow
def test_the_gymnasium_of_ruyuan_is_enough_but_tight(kapok, here):
    said = kapok("site", EXAMPLE, "--days", "8", "--json")
    found = json.loads(said.out)
    assert found["people"]["mean"] == pytest.approx(5000, rel=0.02)
    assert found["next"][0]["station"] == "vaccination"
    assert {o["station"] for o in found["overloads"]} == {"registration (old)", "vaccination"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("mean_s: 30", "mean_s: -30", "line 14, station “check”: “mean_s” is -30; it must be over"),
        ("mean_s: 30", "mean_s: 0", "it must be over 0"),
        ("    mean_s: 30\n", "", "its time has no mean; give “mean_s”, “mean_min” or “measured_s”"),
        ("mean_s: 30", "measured_s: [0, 0]", "the measured times are all 0"),
        ("mean_s: 30", "mean_s: half", "“mean_s” is “half”, which is no number"),
        ("mean_s: 30", "mean_s: .inf", "“mean_s” is “.inf”, which is no number"),
        ("staff: 1", "staff: 1.5", "it must be a whole number"),
        ("staff: 1", "staff: 0", "“staff” is 0 all day, so nobody could ever pass"),
        ("staff: 1", "staff: [1, 2, 3]", "“staff” has 3 numbers, but the day has 2 slots"),
        ("staff: 1", "stuff: 1", "“stuff” is not known here; “staff” is meant?"),
        ("closes: 10:00", "closes: 07:00", "the site closes before it opens"),
        ("closes: 10:00", "closes: 10:30", "no whole number of 60 minutes"),
        ("closes: 10:00", "closes: ten", "“closes” is “ten”; write a time as 08:30"),
        ("closes: 10:00", "closes: 10:75", "which no clock shows"),
        ("first: [old]", "first: [young]", "“young” is no kind of people"),
        ("cv: 0.4", "law: normal", "“normal” is no law; write one of"),
        ("booked: 80", "booked: -1", "“booked” is -1; it must be at least 0"),
        ("booked: 80\n  walk_in: [10, 20]", "booked: 0", "nobody comes"),
        ("late_sd_min: 5", "families: [0.5, 0.2]", "they sum to 0.7, not to 1"),
        ("late_sd_min: 5", "buses: [{at: 07:00, people: 9}]", "comes while the site is closed"),
        ("seats: 20", "seats: 20\n    staff: 3", "it has seats or staff, not both"),
        ("stations:", "station:", "“stations” is missing"),
        ("site: A small hall", "site: [", "this is not YAML"),
        (
            "    staff: 1\n",
            "    staff: 1\n    breaks: [{minutes: 30, from: 09:00, to: 09:10}]\n",
            "a break of 30 minutes does not fit between these times",
        ),
        ("opens: 08:00", "opens: 08:00\ndate: today", "write a day as 2021-06-14"),
        ("opens: 08:00", "opens: 08:00\nzone: Mars", "“Mars”, which is no time zone"),
        ("opens: 08:00", "opens: 08:00\nfind: most", "write “least” or “given”"),
        ("opens: 08:00", "opens: 08:00\nhall: {width_m: 2}", "it must be at least 6"),
        ("name: dose", "name: check", "two stations are called “check”"),
        ("    staff: 2\n", "", "not every station has “staff” or “seats”"),
    ],
)
def test_a_description_that_cannot_be_is_refused_with_its_place(kapok, file, old, new, says):
    said = site(kapok, file(SMALL.replace(old, new, 1)), "-o", "out.csv")
    assert said.status == 1
    assert says in said.err
    assert not Path("out.csv").exists()


def test_the_hall_is_drawn_and_a_day_replayed(kapok, file):
    said = site(kapok, file(SMALL), "--layout", "hall.svg", "--replay", "hall.html")
    assert said.status == 0, said.err
    drawn = ElementTree.parse("hall.svg").getroot()
    assert "A small hall, drawn to scale" in drawn.get("aria-label")
    assert "20 seats" in "".join(drawn.itertext())
    page = Path("hall.html").read_text(encoding="utf-8")
    day = json.loads(re.search(r'application/json">(.*?)</script>', page, re.S)[1])
    assert [room["name"] for room in day["rooms"]] == ["check", "dose", "observation"]
    assert "prefers-reduced-motion" in page
    assert "http:" not in page.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize(("option", "name"), [("--layout", "x.png"), ("--replay", "x.svg")])
def test_a_picture_of_another_kind_is_refused_before_anything_is_simulated(
    kapok, file, option, name
):
    said = site(kapok, file(SMALL), option, name)
    assert said.status == 1
    assert f"{name} must end in one of: " in said.err


def test_a_queue_between_slots_is_refused(kapok, file):
    said = site(kapok, file(SMALL + "now: {at: 09:20}\n"))
    assert "“at” is not the beginning of a slot of 60 minutes" in said.err


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"- a\n- b\n"])
def test_files_of_another_kind_are_refused(kapok, here, content):
    Path("odd.yaml").write_bytes(content)
    said = site(kapok, "odd.yaml")
    assert said.status == 1
    assert said.err.count("\n") == 1
    assert "There is no file" in site(kapok, "missing.yaml").err
