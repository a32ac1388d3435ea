"""The packs that are shipped: every number agrees with the values that name its source."""

from pathlib import Path

import pytest

from kapok.packs import conditions
from kapok.packs.documents import read
from kapok.packs.operations import SHIPPED
from kapok.packs.schema import Duration, Grade, PackBody, Realm, Urgency

FILES = sorted(SHIPPED.glob("*.yaml"))


def body(name: str) -> PackBody:
    found = read((SHIPPED / f"{name}.yaml").read_bytes())
    assert found.faults == ()
    assert found.body is not None
    return found.body


@pytest.fixture(scope="module")
def gd() -> PackBody:
    return body("gd-2021")


def hours(limit: Duration) -> float:
    return limit.plain().total_seconds() / 3600


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_pack_has_no_faults(path: Path):
    assert body(path.stem).code == path.stem


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_pack_comes_back_from_the_database_as_it_went(path: Path):
    found = body(path.stem)
    assert PackBody.model_validate(found.model_dump(mode="json", by_alias=True)) == found


def test_ordinary_matters_follow_the_values(gd: PackBody):
    for code in ("hidden_danger", "dispute", "facility", "environment", "noise", "other"):
        clock = gd.kind(code).clock("settle")
        assert clock.limit.working_days == gd.values["event.due.ordinary"].number
        for urgency in ("red", "yellow", "blue"):
            limit = clock.limit_of(Urgency(urgency.upper()))
            assert hours(limit) == gd.values[f"event.due.{urgency}"].number
        names = ("remind", "tell_supervisor", "late", "escalate")
        assert [level.percent for level in clock.at] == [
            gd.values[f"event.{name}_at"].number for name in names
        ]
        assert clock.max_extensions == gd.values["event.max_extensions"].number


def test_police_arrives_in_five_minutes_in_town_and_ten_outside(gd: PackBody):
    kind = gd.kind("forced_exit")
    for code, name in (("arrive_town", "arrive.urban"), ("arrive_outside", "arrive.suburban")):
        assert kind.clock(code).limit.minutes == gd.values[name].number
    for place in ({"urban": True}, {"urban": False}, {}):
        running = [
            clock.code
            for clock in kind.clocks
            if clock.when and conditions.holds(clock.when, {"place": place})
        ]
        assert running == ["arrive_town" if place.get("urban") else "arrive_outside"]


def test_a_forced_exit_first_asks_why_and_help_goes_to_care(gd: PackBody):
    why = gd.kind("forced_exit").why
    helped = {option.code for option in why.options if option.needs_help}
    assert {"illness", "violence", "fire", "hunger", "child"} <= helped
    assert all(gd.kind(o.becomes).realm == Realm.CARE for o in why.options if o.needs_help)
    assert gd.kind("forced_exit").needs_zone_document


def test_other_numbers_follow_the_values(gd: PackBody):
    values = gd.values
    arrival, visit = gd.kind("arrival"), gd.kind("visit")
    assert hours(arrival.clock("first_attempt").limit) == values["check.first_attempt"].number
    assert hours(arrival.clock("result").limit) == values["check.result_due"].number
    assert hours(visit.clock("change").limit) == values["change.visit_within"].number
    assert hours(visit.clock("door").limit) == values["not_reached.door"].number
    assert hours(gd.kind("help").clock("food").limit) == values["need.food"].number
    assert hours(gd.kind("help").clock("medicine").limit) == values["need.medicine"].number
    child = gd.kind("child_alone")
    assert hours(child.clock("on_site").limit) == values["minor_alone.respond"].number
    tips = gd.kind("forced_exit")
    assert tips.kept_days("unfounded") == values["tip.retention_unfounded"].number
    assert tips.kept_days("warned") == values["tip.retention"].number
    assert tips.duplicates.window_minutes == values["dedupe.window"].number
    assert gd.kind("quarantine").kept_days("released") == values["retention.contact_case"].number
    items = gd.checklist("four_ones").items
    assert [item.within.minutes for item in items[:3]] == [values["four_ones.at_gate"].number] * 3
    assert items[3].within.hours == values["four_ones.test"].number
    for zone_kind in gd.zone_kinds:
        assert zone_kind.review_after.hours == values["zone.review_every"].number
        assert zone_kind.max.days == values["zone.decision_expires"].number


def test_what_has_no_better_source_says_that_it_is_our_default(gd: PackBody):
    assert gd.sources["kapok"].grade == Grade.D
    assert all(source.grade != Grade.D for key, source in gd.sources.items() if key != "kapok")


def test_the_strictest_words_of_2021_and_2022_are_kept_apart(gd: PackBody):
    strict = {kind.code: kind.strictness for kind in gd.zone_kinds}
    assert strict["closed_2021"] == strict["lockdown_2022"]
    assert strict["sealed_2021"] == strict["control_2022"] < strict["closed_2021"]


def test_whoever_calls_back_reads_every_answer_of_the_self_report_in_their_own_language(
    gd: PackBody,
):
    assert gd.portal is not None
    assert gd.portal.screening is not None
    asked = gd.portal.screening
    kind = gd.kind(asked.call_back.kind)
    assert kind is not None
    for field in asked.form.fields:
        same = kind.report_form.field(field.name)
        assert same is not None, field.name
        assert (same.type, same.options) == (field.type, field.options)
