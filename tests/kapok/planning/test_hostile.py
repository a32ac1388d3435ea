"""Whatever is sent to a planner is read, or refused with a sentence, within seconds."""

import pytest

from kapok.errors import Refused
from kapok.planning.documents import fingerprint
from kapok.planning.planner import Sent
from kapok.planning.planners import planner_of

HALF = 9
BOMB = "\n".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * HALF)}]" if before else f"{name}: &{name} [x]"
    for before, name in zip(["", *"abcdefghi"], "abcdefghij", strict=True)
)
FILES = {
    "bomb": BOMB,
    "itself": "stations: &a [*a]",
    "its own entry": "people: &a\n- person: x\n  party: *a",
    "deep": "a: " + "[" * 2000 + "]" * 2000,
    "long number": "site: " + "9" * 6000,
    "long hexadecimal": "days: 0x" + "f" * 6000,
    "stations as a number": "stations: 5",
    "buses as words": "arrivals: {buses: [a, b]}",
    "breaks as a number": "stations: [{name: a, breaks: 5}]",
    "names as lists": "stations: [{name: [a], breaks: [5], staff: {a: b}}]",
    "odd tags": "a: !!binary '%%'\nb: !!timestamp x\nc: !!int ''",
}


def gone_through(kind, form, document=None):
    """As the pages do: kept, shown as a form, and read."""
    planner = planner_of(kind)
    found = planner.sent(document or planner.begin(), form)
    fingerprint(kind, found)
    planner.fields(found)
    planner.read(found)


@pytest.mark.parametrize("kind", ["roster", "site"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_yaml_is_refused_with_a_sentence(kind, name):
    with pytest.raises(Refused):
        gone_through(kind, Sent({}, {"file": ("sent.yaml", FILES[name].encode())}))


@pytest.mark.parametrize("kind", ["cohorts", "hotline"])
def test_a_table_with_an_open_quotation_mark_is_refused(kind):
    field = {"cohorts": "people_file", "hotline": "calls_file"}[kind]
    content = b'person,roles\n"' + b"x" * 200_000
    with pytest.raises(Refused, match=r"quotation mark|引号"):
        gone_through(kind, Sent({}, {field: ("people.csv", content)}))


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    ("kind", "field"),
    [("roster", "start"), ("cohorts", "start"), ("hotline", "date")],
)
def test_days_at_the_ends_of_all_calendars_are_refused(kind, field, day):
    with pytest.raises(Refused):
        gone_through(kind, Sent({field: (day,)}, {}), planner_of(kind).example())


@pytest.mark.parametrize("scheme", ["14+²+14", "14+" + "9" * 5000 + "+14"])
def test_a_scheme_of_other_digits_is_refused(scheme):
    with pytest.raises(Refused):
        gone_through("cohorts", Sent({"scheme": (scheme,)}, {}), planner_of("cohorts").example())


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_site_on_such_a_day_is_refused(day):
    with pytest.raises(Refused, match=day):
        planner_of("site").read({**planner_of("site").example(), "date": day})


def test_a_site_may_have_any_sign_in_its_name_and_no_name_without_end():
    example = planner_of("site").example()
    assert planner_of("site").read({**example, "site": "Hall 😀"}).name == "Hall 😀"
    kinds = {**example["arrivals"], "kinds": {"old " * 1000: 0.1}}
    with pytest.raises(Refused):
        planner_of("site").read({**example, "arrivals": kinds})
