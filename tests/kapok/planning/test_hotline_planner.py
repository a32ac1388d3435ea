"""The planner of hotlines: documents in, plans that are checked, changed and put in force."""

import json
from dataclasses import replace

import numpy as np
import pytest

from kapok.errors import Refused
from kapok.planning.hotlines.planner import PLANNER
from kapok.planning.planner import Ask, Sent, Tone
from kapok.words import said_in
from kapok_planning.spreading import in_threads

DAY = "2 1 1 1 1 2 5 12 22 30 34 30 24 26 28 26 24 22 20 18 14 10 6 4"
DOCUMENT = {"date": "2026-06-15", "calls": DAY, "shifts": "4; 8", "lines": 30, "districts": 3}


@pytest.fixture(autouse=True)
def _english():
    with said_in("en"):
        yield


def planned(**changed):
    situation = PLANNER.read({**DOCUMENT, **changed})
    return situation, PLANNER.plan(situation, Ask())


def lines_of(sections, head):
    return [line for section in sections if section.head == head for line in section.lines]


def test_a_plan_of_a_document_is_valid_and_comes_back_from_json():
    situation, plan = planned()
    assert PLANNER.check(situation, plan) == ()
    kept = json.loads(json.dumps(PLANNER.dump(plan)))
    again = PLANNER.load(situation, kept)
    assert PLANNER.dump(again) == kept
    assert PLANNER.check(situation, again) == ()
    assert PLANNER.figures(situation, again) == PLANNER.figures(situation, plan)
    assert PLANNER.explain(situation, again) == PLANNER.explain(situation, plan)


def test_the_same_calls_are_read_from_numbers_entries_and_a_table():
    numbers = [int(word) for word in DAY.split()]
    starts = [f"2026-06-15 {h:02d}:00" for h in range(24)]
    table = "start,calls\n" + "\n".join(f"{s},{n}" for s, n in zip(starts, numbers, strict=True))
    entries = [{"start": s, "calls": n} for s, n in zip(starts, numbers, strict=True)]
    read = [PLANNER.read({**DOCUMENT, "calls": c}).table for c in (DAY, numbers, table, entries)]
    for other in read[1:]:
        np.testing.assert_array_equal(other.minutes, read[0].minutes)
        np.testing.assert_array_equal(other.calls, read[0].calls)


def test_any_spread_makes_the_same_plan():
    situation, plan = planned(calls=f"INF: {DAY}\nPSY: {DAY}")
    other = PLANNER.plan(situation, Ask(spread=in_threads(2)))
    assert PLANNER.dump(other) == PLANNER.dump(plan)


def test_a_plan_that_is_stopped_has_its_agents_and_is_valid():
    situation = PLANNER.read(DOCUMENT)
    plan = PLANNER.plan(situation, Ask(should_stop=lambda: True))
    assert (plan.rotas, plan.lines) == ((), None)
    assert PLANNER.check(situation, plan) == ()


def test_fewer_agents_by_hand_are_seen_at_once():
    situation, plan = planned()
    fewer = PLANNER.changed(situation, plan, {"interval": "2026-06-15 10:00", "agents": "5"})
    (rule,) = PLANNER.check(situation, fewer)
    assert rule.startswith("2026-06-15 10:00: 5 answer ")
    assert "80% are asked for" in rule
    gone = PLANNER.changed(situation, plan, {"interval": "2026-06-15 10:00", "agents": "4"})
    assert "4 cannot keep up with 4.53 Erlang" in PLANNER.check(situation, gone)[0]
    (told,) = lines_of(PLANNER.explain(situation, gone), "What would help most")
    assert told == "2026-06-15 10:00: 4 are too few; 8 keep to what callers may expect."
    shown = PLANNER.shown(situation, gone, {})
    assert [bar.is_bad for bar in shown.pictures[0].bars].index(True) == 10
    none = PLANNER.changed(situation, plan, {"interval": "2026-06-15 03:00", "agents": "0"})
    assert "at least 1 must be" in PLANNER.check(situation, none)[0]


def test_a_shift_taken_out_by_hand_leaves_hours_open_and_says_what_would_help():
    situation, plan = planned()
    shift = PLANNER.shown(situation, plan, {}).worked[0]
    changed = PLANNER.changed(situation, plan, {"shift": shift.key, "people": "0"})
    told = PLANNER.explain(situation, changed)
    assert "are not covered" in lines_of(told, "Not covered")[0]
    assert any("One more person from" in line for line in lines_of(told, "What would help most"))
    assert PLANNER.check(situation, changed) == ()
    assert len(PLANNER.duties(situation, changed)) == len(PLANNER.duties(situation, plan)) - (
        shift.people
    )


def figures_of(situation, plan):
    return {figure.key: figure.value for figure in PLANNER.figures(situation, plan)}


def test_figures_are_of_those_whom_shifts_bring_and_an_empty_hour_answers_nobody():
    situation, plan = planned(lines="", districts="")
    night = [w for w in PLANNER.shown(situation, plan, {}).worked if " 00:00-" in w.key]
    changed = plan
    for shift in night:
        changed = PLANNER.changed(situation, changed, {"shift": shift.key, "people": "0"})
    before, after = figures_of(situation, plan), figures_of(situation, changed)
    rows = PLANNER.shown(situation, changed, {}).intervals
    assert rows[0].there == 0
    assert (rows[0].in_time, rows[0].wait_s) == (0.0, None)
    calls = sum(row.calls for row in rows)
    assert after["in_time"] == pytest.approx(sum(r.in_time * r.calls for r in rows) / calls)
    assert after["in_time"] < before["in_time"]
    assert before["wait"] > 0
    assert after["wait"] is None  # who calls at midnight waits without end
    told = lines_of(PLANNER.explain(situation, changed), "Cannot keep up")
    assert told[0] == "2026-06-15 00:00: shifts bring nobody; none of 2 calls is answered."
    assert lines_of(PLANNER.explain(situation, plan), "Cannot keep up") == []


def test_people_of_shifts_count_after_the_share_that_is_not_at_the_phone():
    situation, plan = planned(lines="", districts="")
    (rota,) = plan.rotas
    shown = PLANNER.shown(situation, plan, {}).intervals
    assert [row.there for row in shown] == [int(n * 0.7 + 1e-9) for n in rota.plan.at_work]
    assert all(row.there >= row.agents for row in shown)
    assert figures_of(situation, plan)["in_time"] >= 80.0


def test_more_shifts_than_people_break_a_rule():
    situation, plan = planned(people=10)
    assert PLANNER.check(situation, plan) == ()
    key = PLANNER.shown(situation, plan, {}).possible[0]
    over = PLANNER.changed(situation, plan, {"shift": key, "people": "11"})
    assert "are more than the 10 people" in PLANNER.check(situation, over)[0]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda p: replace(
            p, staffing=replace(p.staffing, service_level=p.staffing.service_level + 0.1)
        ),
        lambda p: replace(p, lines=replace(p.lines, lost=p.lines.lost + 0.5)),
        lambda p: replace(p, rotas=(replace(p.rotas[0], need=p.rotas[0].need + 5),)),
        lambda p: replace(p, rotas=(replace(p.rotas[0], plan=replace(p.rotas[0].plan, cost=1.0)),)),
    ],
)
def test_the_checker_sees_a_plan_that_is_not_what_it_says(spoil):
    situation, plan = planned()
    assert PLANNER.check(situation, spoil(plan))


def test_each_person_of_a_shift_is_an_open_seat_on_the_clock_of_the_hotline():
    situation, plan = planned(name="Kapok line")
    duties = PLANNER.duties(situation, plan)
    assert len(duties) == sum(int(rota.plan.people.sum()) for rota in plan.rotas)
    assert {duty.post for duty in duties} == {"Kapok line"}
    assert {duty.worker for duty in duties} == {""}
    hours = {(duty.ends_at - duty.starts_at).total_seconds() / 3600 for duty in duties}
    assert hours <= {4.0, 8.0}
    assert str(duties[0].starts_at.tzinfo) == "Asia/Shanghai"
    assert PLANNER.slots(situation, plan) == ()


def test_of_three_skills_the_pair_that_gains_most_is_named():
    situation, plan = planned(calls=f"INF: {DAY}\nPSY: {DAY}\nENG: {' '.join(['1'] * 24)}")
    told = lines_of(PLANNER.explain(situation, plan), "Pools")
    assert told[0].startswith("3 skills alone take ")
    assert told[1].startswith("Of two skills, most is saved where ")


def test_shown_is_one_day_with_a_line_of_shifts():
    situation, plan = planned()
    shown = PLANNER.shown(situation, plan, {"day": "2026-06-15"})
    (picture,) = shown.pictures
    assert len(picture.bars) == 24
    assert picture.cover
    assert shown.lines.n == 30
    assert PLANNER.shown(situation, plan, {"day": "never"}).day == "2026-06-15"


def test_a_form_keeps_what_is_sent_and_leaves_out_what_is_empty():
    form = Sent(
        {"share": ("0.9",), "patience": ("",), "calls": (DAY,)},
        {"streets_file": ("lines.csv", "street,share\nDongsha,2\nHailong,1\n".encode("gb18030"))},
    )
    document = PLANNER.sent({**PLANNER.begin(), "patience": 60}, form)
    assert document["share"] == "0.9"
    assert "patience" not in document
    situation = PLANNER.read({**document, "date": "2026-06-15"})
    assert situation.settings.streets.names == ("Dongsha", "Hailong")
    assert PLANNER.fields(document).streets.startswith("street,share")
    assert PLANNER.fields({"calls": {"PSY": [1, 2]}}).calls == "PSY: 1 2"


def test_an_example_that_is_begun_in_chinese_has_chinese_names():
    with said_in("zh-hans"):
        situation = PLANNER.read(PLANNER.example())
    assert situation.settings.name == "红棉守护热线"
    assert situation.table.skills == ["咨询", "心理"]


def test_the_example_is_planned_as_it_is():
    situation = PLANNER.read(PLANNER.example())
    plan = PLANNER.plan(situation, Ask())
    assert PLANNER.check(situation, plan) == ()
    assert all(section.tone != Tone.BAD for section in PLANNER.explain(situation, plan))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"calls": ""}, "There are no calls"),
        ({"calls": "1 2 3 4 5 6 7"}, "7 numbers do not divide 2026-06-15, which has 24 hours"),
        ({"calls": "hello"}, "neither numbers of a day"),
        ({"calls": DAY, "date": ""}, "its date is needed"),
        ({"calls": DAY.replace("34", "-34")}, "entry 11, calls: “-34” is negative."),
        ({"zone": "Mars"}, "“Mars” is no time zone"),
        ({"share": "80"}, "80 is not between 0.001 and 0.9999"),
        ({"handling": "-5"}, "-5 is not between 1 and 86400"),
        ({"shifts": "4; x"}, "“x” is no length of a shift"),
        ({"shifts": "5.5", "start_every": 90}, "The shifts do not fit"),
        ({"districts": 31}, "31 districts are more than 30 lines"),
        ({"streets": "street\nA\nA\n", "lines": ""}, "“A” is there twice"),
        ({"streets": "street\nA\n"}, "is given beside a list of streets"),
        ({"streets": "street,share\nA,0\n", "lines": ""}, "The shares add up to nothing"),
        ({"streets": "street,colour\nA,red\n", "lines": ""}, "“colour” is no field of streets"),
        ({"colour": "red"}, "“colour” is none"),
        ({"calls": " ".join(["1e6"] * 24), "handling": 86400}, "The load must be at most"),
    ],
)
def test_a_situation_that_cannot_be_is_refused_with_what_to_mend(changed, says):
    with pytest.raises(Refused, match=says.replace("(", r"\(")):
        planned(**changed)


def test_the_day_that_has_23_hours_takes_23_numbers():
    night = {"date": "2026-03-29", "zone": "Europe/Berlin", "lines": ""}
    with pytest.raises(Refused, match="which has 23 hours; give 23, 46 or 92"):
        planned(**night)
    situation, plan = planned(**night, calls=DAY.rsplit(" ", 1)[0], shifts="")
    assert situation.table.n == 23
    assert PLANNER.check(situation, plan) == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "Say which interval"),
        ({"interval": "2026-06-15 10:30", "agents": "3"}, "There is no such interval"),
        ({"interval": "2026-06-15 10:00", "agents": "-3"}, "-3 is not between 0"),
        ({"interval": "2026-06-15 10:00"}, "agents: is empty"),
        ({"shift": "tomorrow", "people": "3"}, "There is no such shift"),
    ],
)
def test_a_change_that_means_nothing_is_refused(change, says):
    situation, plan = planned()
    with pytest.raises(Refused, match=says):
        PLANNER.changed(situation, plan, change)


def test_a_plan_of_another_situation_is_not_read():
    _situation, plan = planned()
    half = PLANNER.read({**DOCUMENT, "calls": f"{DAY} {DAY}"})
    with pytest.raises(Refused, match="make the plan anew"):
        PLANNER.load(half, PLANNER.dump(plan))


def test_a_year_of_half_hours_over_234_lines_is_reckoned_once_for_each_kind_of_interval():
    half_hours = f"{DAY} {DAY}"
    days = [f"2026-{m:02d}-01" for m in range(1, 13)]
    rows = "".join(
        f"{d} {t // 2:02d}:{30 * (t % 2):02d},{n}\n"
        for d in days
        for t, n in enumerate(half_hours.split())
    )
    situation, plan = planned(calls="start,calls\n" + rows, lines=234, districts=11, shifts="")
    assert situation.table.n == 12 * 48
    assert PLANNER.check(situation, plan) == ()
    notes = lines_of(PLANNER.explain(situation, plan), "About the calls")
    assert "2026-01-02 has no intervals; nobody is planned for that day." in notes


def test_too_many_intervals_are_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr("kapok.planning.hotlines.situation.MOST_INTERVALS", 20)
    with pytest.raises(Refused, match="a month in place of a year"):
        planned()
