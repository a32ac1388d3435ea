"""The planner of closed duty: documents in, plans that are checked, changed and mended."""

import json
import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from kapok.errors import Refused
from kapok.planning.cohorts.planner import PLANNER
from kapok.planning.documents import from_day
from kapok.planning.planner import Ask, Member, Phase, Sent
from kapok.words import said_in

PEOPLE = [
    {"person": f"P{i}", "roles": "leader" if i < 4 else "medic" if i < 8 else "guard", "worker": i}
    for i in range(12)
]
DOCUMENT = {"start": "2026-06-01", "days": 60, "people": PEOPLE, "name": "House"}
POSITIVE = {
    "what": "positives", "cohort": "B", "date": "2026-06-10", "clear": "2026-06-20",
    "reason": "a positive test", "approver": "Wang",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _english():
    with said_in("en"):
        yield


def planned(**changed):
    situation = PLANNER.read({**DOCUMENT, **changed})
    return situation, PLANNER.plan(situation, Ask(budget="fast"))


def texts(**fields):
    return Sent({name: (text,) for name, text in fields.items()}, {})


def test_a_plan_of_a_document_is_valid_and_comes_back_from_json():
    situation, plan = planned()
    assert PLANNER.check(situation, plan) == ()
    plan = PLANNER.changed(situation, plan, POSITIVE)
    plan = PLANNER.changed(situation, plan, {"what": "exits", "person": "p1", "date": "2026-06-12",
                                             "reason": "a sick child"})  # fmt: skip
    kept = json.loads(json.dumps(PLANNER.dump(plan)))
    again = PLANNER.load(situation, kept)
    assert PLANNER.dump(again) == kept
    assert PLANNER.explain(situation, again) == PLANNER.explain(situation, plan)
    assert PLANNER.figures(situation, again) == PLANNER.figures(situation, plan)


def test_a_positive_test_by_hand_is_valid_though_people_are_shut_in_for_longer():
    situation, plan = planned()
    held = PLANNER.changed(situation, plan, POSITIVE)
    assert PLANNER.check(situation, held) == ()
    told = {section.head: section.lines for section in PLANNER.explain(situation, held)}
    why, *beyond = told["Told only: it can be put in force"]
    assert why.startswith("The limits of days shut in do not block here")
    assert any("days in a row" in line for line in beyond)
    assert "Not met: it cannot be put in force" not in told


def test_the_figures_and_what_it_costs_name_the_same_days_after_a_positive_test():
    situation, plan = planned()
    for plan_now in (plan, PLANNER.changed(situation, plan, POSITIVE)):
        figures = {figure.key: figure.value for figure in PLANNER.figures(situation, plan_now)}
        told = {section.head: section.lines for section in PLANNER.explain(situation, plan_now)}
        days = f"{figures['closed_in_row']} days in a row and {figures['closed_of_90']} of 90 days"
        assert days in told["What it costs"][1]


def test_a_medic_moved_by_hand_leaves_a_cohort_short_and_that_is_seen():
    situation, plan = planned()
    medic = next(i for i in range(4, 8) if plan.cohort[i] == 0)
    moved = PLANNER.changed(situation, plan, {"person": f"P{medic}", "cohort": "B"})
    (rule,) = PLANNER.check(situation, moved)
    assert PLANNER.explain(situation, moved)[0].head == "Not met: it cannot be put in force"
    assert rule == "Cohort A goes on duty on 2026-06-01 with 1 too few of “medic”."


def test_a_held_cohort_stays_where_it_is_and_a_plan_that_is_mended_keeps_everybody():
    situation, plan = planned()
    moved = PLANNER.changed(situation, plan, {"person": "P11", "cohort": "D"})
    document = PLANNER.mended(DOCUMENT, PLANNER.dump(moved), texts(**POSITIVE))
    again = PLANNER.read(document)
    mended = PLANNER.plan(again, Ask(budget="fast"))
    assert mended.cohort.tolist() == moved.cohort.tolist()
    assert [came.what.cohort for came in mended.consequences] == [1]
    twice = PLANNER.mended(document, PLANNER.dump(mended), texts(
        what="extensions", cohort="A", date="2026-06-12", days="2", reason="a storm", approver="Li",
    ))  # fmt: skip
    assert len(PLANNER.plan(PLANNER.read(twice), Ask(budget="fast")).consequences) == 2


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"date": "2026-01-10", "clear": ""}, "2026-01-10 does not lie in the calendar, which is"),
        ({"cohort": "K"}, "There is no cohort K"),
        ({"clear": "2026-09-01"}, "may be approved"),
    ],
)
def test_what_cannot_have_happened_is_refused_before_a_plan_is_begun(sent, says):
    _situation, plan = planned()
    with pytest.raises(Refused, match=says):
        PLANNER.mended(DOCUMENT, PLANNER.dump(plan), texts(**{**POSITIVE, **sent}))


def test_each_person_has_their_phases_as_duties_until_they_leave():
    situation, plan = planned()
    gone = PLANNER.changed(
        situation, plan, {"what": "exits", "person": "P0", "date": "2026-06-05", "reason": "fire"}
    )
    duties = PLANNER.duties(situation, gone)
    of_p0 = [duty for duty in duties if duty.name == "P0"]
    assert all(duty.ends_at.date() <= date(2026, 6, 5) for duty in of_p0)
    of_p9 = [duty for duty in duties if duty.worker == "9"]
    assert [duty.phase for duty in of_p9][:3] == [
        Phase.ISOLATION, Phase.CLOSED_DUTY, Phase.STANDBY,
    ]  # fmt: skip
    assert of_p9[0].ends_at == of_p9[1].starts_at
    assert of_p9[0].ends_at - of_p9[0].starts_at == timedelta(days=14)
    assert (of_p9[1].post, of_p9[1].starts_at.hour) == ("House", 9)
    assert of_p9[1].task.startswith("closed duty, cohort ")


def test_without_names_duty_has_open_seats():
    situation, plan = planned(people=[], on_duty=5)
    duties = PLANNER.duties(situation, plan)
    assert {duty.worker for duty in duties} == {""}
    assert {duty.phase for duty in duties} == {Phase.CLOSED_DUTY}
    assert len(duties) % 5 == 0
    assert PLANNER.slots(situation, plan) == ()


def test_people_of_the_town_are_brought_in_once_and_keep_what_is_known_of_them():
    members = [
        Member("9", "Somebody", ("police",), ()),
        Member("77", "P3", ("health",), ("psychology",)),
        Member("78", "New One", ("health",), ("psychology",)),
    ]
    document = PLANNER.staffed(DOCUMENT, members)
    assert len(document["people"]) == 13
    situation = PLANNER.read(document)
    assert situation.workers[3] == "77"
    assert situation.people[-1] == "New One"
    assert situation.can[-1].tolist() == [False, True]  # a leader is for people to name


def test_the_form_reads_back_what_it_shows():
    document = PLANNER.example()
    fields = PLANNER.fields(document)
    sent = Sent({name: (getattr(fields, name),) for name in vars(fields)}, {})
    again = PLANNER.sent(document, sent)
    assert PLANNER.fields(again) == fields
    one, two = PLANNER.read(document), PLANNER.read(again)
    assert (one.people, one.apart, one.together, one.home) == (
        two.people, two.apart, two.together, two.home,
    )  # fmt: skip


def test_an_example_that_is_begun_in_chinese_has_chinese_names_and_is_planned():
    with said_in("zh-hans"):
        document = PLANNER.example()
        situation = PLANNER.read(document)
        plan = PLANNER.plan(situation, Ask(budget="fast"))
        assert PLANNER.check(situation, plan) == ()
        shown = PLANNER.shown(situation, plan, {})
    assert document["name"] == "看守所"
    assert situation.people[0] == "王芳"
    assert situation.roles == ("leader", "medic", "看守", "炊事")
    text = json.dumps([document["people"], document["needs"]], ensure_ascii=False)
    assert not re.search("Wang|guard|cook|leader|medic", text)
    assert len(shown.people) == 60


@pytest.mark.parametrize("weekday", range(7))
def test_the_calendar_of_an_example_that_is_moved_begins_no_earlier_than_it_should(weekday):
    tomorrow = date(2027, 3, 1) + timedelta(days=weekday)
    situation = PLANNER.read(from_day(PLANNER.example(), tomorrow))
    plan = PLANNER.plan(situation, Ask(budget="fast"))
    assert tomorrow <= plan.first < tomorrow + timedelta(days=7)


def test_the_example_is_planned_as_it_is():
    situation = PLANNER.read(PLANNER.example())
    assert PLANNER.check(situation, PLANNER.plan(situation, Ask(budget="fast"))) == ()


def test_the_days_below_the_calendar_stand_equally_far_apart_across_a_new_year():
    situation, plan = planned(start="2026-11-30", days=100)
    marks = [mark.x for mark in PLANNER.shown(situation, plan, {}).calendar.days]
    steps = [after - before for before, after in pairwise(marks)]
    assert len(steps) > 5
    assert max(steps) == pytest.approx(min(steps), abs=0.05)


def test_shown_is_the_calendar_with_handovers_and_who_has_left():
    situation, plan = planned()
    gone = PLANNER.changed(
        situation, plan, {"what": "exits", "person": "P0", "date": "2026-06-05", "reason": "fire"}
    )
    shown = PLANNER.shown(situation, gone, {})
    assert len(shown.calendar.cohorts) == len(shown.cohorts) == 4
    assert shown.handovers[0] == (date(2026, 6, 15), "A", "B")
    assert [p.name for c in shown.cohorts for p in c.people if p.has_left] == ["P0"]
    assert PLANNER.shown(situation, plan, {"from": "2026-07-01"}).first == date(2026, 7, 1)
    assert PLANNER.shown(situation, plan, {"from": "nonsense"}).first == plan.first


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"person": "Nobody", "cohort": "A"}, "“Nobody” is none of the people"),
        ({"person": "P1", "cohort": "K"}, "There is no cohort “K”; there are 4"),
        ({"what": "party"}, "Say what happened: positives, extensions, exits"),
        ({**POSITIVE, "reason": ""}, "only with reason and approver"),
        ({**POSITIVE, "clear": "2026-09-01"}, "may be approved"),
        ({**POSITIVE, "date": "June"}, "“June” is no date"),
    ],
)
def test_a_change_that_means_nothing_is_refused(change, says):
    situation, plan = planned()
    with pytest.raises(Refused, match=says):
        PLANNER.changed(situation, plan, change)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"people": "person;roles\nA;leader\nA;medic\n"}, "“A” is there twice"),
        ({"people": 7}, "people is no list of entries"),
        ({"people": "person,colour\nA,red\n"}, "“colour” is no field of people"),
        ({"home": "person,from,to\nP1,2026-06-09,2026-06-01\n"}, "is before 2026-06-09"),
        ({"stays": "person,cohort\nP1,K\n"}, "P1 stays in a cohort that is not there"),
        ({"handover_at": "late"}, "“late” is no time of day"),
    ],
)
def test_a_document_that_cannot_be_is_refused(changed, says):
    with pytest.raises(Refused, match=says):
        planned(**changed)


def test_a_plan_of_other_people_is_not_read():
    _situation, plan = planned()
    fewer = PLANNER.read({**DOCUMENT, "people": PEOPLE[:8]})
    with pytest.raises(Refused, match="make the plan anew"):
        PLANNER.load(fewer, PLANNER.dump(plan))
