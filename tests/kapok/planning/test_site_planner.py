"""The planner of sites: documents in, plans out, changed by hand, mended, put into shifts."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from kapok.errors import Refused
from kapok.planning.planner import Ask, Sent, Tone
from kapok.planning.sites import example, forms
from kapok.planning.sites.documents import plain, read_document
from kapok.planning.sites.layouts import layout_of, too_long
from kapok.planning.sites.outcome import plan_site
from kapok.planning.sites.planner import PLANNER
from kapok.planning.sites.replays import replay
from kapok_planning.spreading import in_threads

RUYUAN = Path(__file__).parents[3] / "docs" / "examples" / "ruyuan.yaml"


def hall(**more):
    """Two hours of 60 people in a small hall."""
    stations = [
        {"name": "check", "mean_s": 30, "staff": 1},
        {"name": "dose", "mean_s": 100, "staff": [2, 3], "first": ["old"], "lanes": {"old": 1}},
        {"name": "observation", "mean_min": 15, "law": "constant", "seats": 20},
    ]
    return {
        "site": "A small hall",
        "date": "2021-06-14",
        "opens": "08:00",
        "closes": "10:00",
        "goal": {"wait_min": 10, "share": 0.9},
        "arrivals": {"booked": 80, "walk_in": [10, 20], "kinds": {"old": 0.2}},
        "stations": stations,
    } | more


def planned(document, **more):
    situation = PLANNER.read(document)
    return situation, PLANNER.plan(situation, Ask(budget="first", **more))


@pytest.fixture(scope="module")
def small():
    return planned(hall())


def test_the_example_is_the_one_of_the_documentation():
    assert plain(read_document(RUYUAN)) == PLANNER.example()


def test_a_blank_situation_asks_who_comes():
    with pytest.raises(Refused, match="nobody comes"):
        PLANNER.read(PLANNER.begin())
    begun = PLANNER.begin() | {"arrivals": {"booked": 300}}
    assert PLANNER.read(begun).finds_least


def test_a_plan_is_valid_says_what_it_is_worth_and_keeps_as_a_document(small):
    situation, plan = small
    assert PLANNER.check(situation, plan) == ()
    enough, tight, one_more = PLANNER.explain(situation, plan)
    assert enough.tone in {Tone.GOOD, Tone.BAD}
    assert "wait at most 10 minutes in all; 90% were asked for." in enough.lines[0]
    assert tight.lines
    assert one_more.lines[0].endswith("of what 95 of 100 wait at most.")
    kept = json.loads(json.dumps(PLANNER.dump(plan), allow_nan=False))
    again = PLANNER.load(situation, kept)
    assert PLANNER.dump(again) == kept
    assert PLANNER.explain(situation, again) == PLANNER.explain(situation, plan)


def test_the_least_staff_is_found_however_the_work_is_spread():
    situation, one = planned(hall(find="least"), seed=2)
    _, two = planned(hall(find="least"), seed=2, spread=in_threads(2))
    assert PLANNER.dump(one) == PLANNER.dump(two)
    assert PLANNER.explain(situation, one)[-1].head == "Least staff"
    hours = next(each for each in PLANNER.figures(situation, one) if each.key == "hours")
    assert hours.value == sum(map(sum, one.staff[:3]))


def test_progress_is_told_to_the_end():
    told = []
    planned(hall(), on_progress=lambda *at: told.append(at))
    assert told[-1] == (6, 6)


def test_one_more_by_hand_changes_one_slot_and_seats_all_day(small):
    situation, plan = small
    one = PLANNER.changed(situation, plan, {"station": "dose", "slot": "0", "staff": "4"})
    assert one.staff[1] == (4, 3)
    assert one.measured.total_wait_min.mean < plan.measured.total_wait_min.mean
    few = PLANNER.changed(situation, one, {"station": "observation", "slot": "1", "staff": "9"})
    assert few.staff[3] == (9, 9)
    assert PLANNER.check(situation, few) == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"station": "bar", "staff": "1"}, "no such station"),
        ({"station": "dose", "slot": "7", "staff": "1"}, "no such slot"),
        ({"station": "dose", "slot": "0", "staff": "-1"}, "whole number from 0 to 10000"),
        ({"station": "dose", "slot": "0"}, "whole number from 0"),
    ],
)
def test_a_change_that_means_nothing_is_refused(small, change, says):
    with pytest.raises(Refused, match=says):
        PLANNER.changed(*small, change)


def test_where_breaks_leave_fewer_at_the_desks_than_work_there_the_plan_says_so():
    stations = hall()["stations"]
    stations[1] |= {"staff": 2, "breaks": [{"minutes": 30, "from": "09:00", "to": "10:00"}]}
    situation, plan = planned(hall(stations=stations))
    tight = next(s for s in PLANNER.explain(situation, plan) if s.head == "Where it is tight")
    [told] = [line for line in tight.lines if "dose cannot keep up from 09:00" in line]
    assert told.endswith("Of 2 at work, breaks leave 1.0 at the desks in that time.")


def test_a_plan_of_another_shape_is_not_valid(small):
    situation, plan = small
    kept = PLANNER.dump(plan)
    for staff, says in (
        (kept["staff"][:2], "of other stations or slots"),
        ([*kept["staff"][:3], [20, 21]], "observation does not have the same seats all day."),
        ([[-1, 1], *kept["staff"][1:]], "check has fewer than 0 people."),
    ):
        [told] = PLANNER.check(situation, PLANNER.load(situation, kept | {"staff": staff}))
        assert says in told


def test_each_person_at_work_is_an_open_seat_and_each_slot_takes_its_bookings(small):
    situation, plan = small
    duties = PLANNER.duties(situation, plan)
    doses = [(d.starts_at.hour, d.ends_at.hour) for d in duties if d.task == "dose"]
    assert sorted(doses) == [(0, 2), (0, 2), (1, 2)]  # UTC; 08:00 in Ruyuan
    assert {duty.post for duty in duties} == {"A small hall"}
    assert not any(duty.worker for duty in duties)
    assert [slot.capacity for slot in PLANNER.slots(situation, plan)] == [40, 40]


def test_without_a_date_nobody_can_be_asked_for(small):
    _, plan = small
    undated = PLANNER.read(hall(date=""))
    with pytest.raises(Refused, match="has no date"):
        PLANNER.duties(undated, plan)


def test_the_rest_of_the_day_is_judged_from_the_queue_as_it_is(small):
    _, plan = small
    texts = {
        "at": ("09:00",),
        "waiting": ("0", "30", "", ""),
        "longest": ("", "20", "", ""),
        "served": ("1", "2", "", "18"),
    }
    mended = PLANNER.mended(hall(), PLANNER.dump(plan), Sent(texts, {}))
    situation, rest = planned(mended)
    assert rest.staff == ((1,), (3,), (1,), (20,))
    assert situation.clock.shown(0) == "09:00"
    assert float(rest.measured.people.mean) == pytest.approx(60 + 51, abs=8)
    again = PLANNER.mended(mended, PLANNER.dump(rest), Sent(texts, {}))
    assert planned(again)[1].staff == rest.staff


def sent_as_filled(document):
    """The form as a browser sends it when nothing was changed."""
    found = vars(forms.fields(document))
    texts = {name: (value,) for name, value in found.items() if name != "rows"}
    for name in forms.Row.__dataclass_fields__:
        texts[f"station_{name}"] = tuple(getattr(row, name) for row in found["rows"])
    return Sent(texts, {})


@pytest.mark.parametrize("document", [hall(), example.ruyuan(), example.blank()])
def test_a_form_that_is_sent_unchanged_changes_nothing(document):
    sent = PLANNER.sent(document, sent_as_filled(document))
    again = PLANNER.sent(sent, sent_as_filled(sent))
    assert sent == again
    assert sent["stations"] == document["stations"]
    if document["arrivals"]["booked"]:
        assert PLANNER.read(sent) == PLANNER.read(document)


def test_a_whole_file_takes_the_place_of_the_situation():
    file = {"file": ("ruyuan.yaml", RUYUAN.read_bytes())}
    assert PLANNER.sent(hall(), Sent({}, file)) == example.ruyuan()
    with pytest.raises(Refused, match="this is not YAML"):
        PLANNER.sent(hall(), Sent({}, {"file": ("x.yaml", b"a: [")}))


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("buses", "09:00", "“09:00” is not understood; write a bus as 09:00 45."),
        ("kinds", "old", "write a kind of people as old 0.12"),
        ("station_breaks", "30", "write a break as 30 11:00 13:30"),
    ],
)
def test_a_field_that_is_not_understood_is_refused_with_an_example(field, text, says):
    form = sent_as_filled(hall())
    texts = dict(form.texts)
    texts[field] = (text, *texts[field][1:])
    with pytest.raises(Refused) as refused:
        PLANNER.sent(hall(), Sent(texts, {}))
    assert says in str(refused.value)


def test_what_is_no_number_is_refused_by_name_when_it_is_read():
    form = sent_as_filled(hall())
    sent = PLANNER.sent(hall(), Sent(dict(form.texts) | {"wait_min": ("soon",)}, {}))
    with pytest.raises(Refused, match="goal: “wait_min” is “soon”, which is no number"):
        PLANNER.read(sent)


def day(date, opens, closes, zone="Europe/Berlin"):
    return hall(date=date, opens=opens, closes=closes, zone=zone, arrivals={"booked": 90}) | {
        "stations": [{"name": "check", "mean_s": 30, "staff": 1}]
    }


@pytest.mark.parametrize(("date", "hours"), [("2021-03-28", 23), ("2021-10-31", 25)])
def test_a_day_on_which_clocks_change_has_its_own_length(date, hours):
    situation = PLANNER.read(day(date, "00:00", "24:00"))
    assert situation.clock.n_slots == hours
    assert situation.clock.shown(hours * 60) == "24:00"
    assert situation.clock.shown(180) == ("04:00" if hours == 23 else "02:00")
    assert situation.clock.minutes(12 * 60) == (hours - 12) * 60


def test_a_time_that_clocks_skip_is_refused():
    with pytest.raises(Refused, match="On 2021-03-28 there is no 02:30 in Europe/Berlin"):
        PLANNER.read(day("2021-03-28", "02:30", "10:30"))


def test_a_lane_for_yellow_codes_keeps_them_apart():
    kinds = {"old": 0.2, "yellow code": 0.1}
    document = hall(arrivals={"booked": 100, "kinds": kinds})
    document["stations"][0]["lanes"] = {"yellow code": 1}
    names = PLANNER.read(document).situation.site.names
    assert names[:2] == ["check", "check (yellow code)"]
    assert planned(document)[1].measured.came.mean[1].sum() == pytest.approx(10, abs=3)


def test_ten_times_as_many_people_are_planned_for():
    document = example.ruyuan()
    for station in document["stations"]:
        for key in ("staff", "seats"):
            if key in station:
                station[key] *= 10
        for key in ("lanes", "first"):
            station.pop(key, None)
    document["arrivals"] = {"booked": 50_000}
    document["hall"] = {}
    situation = PLANNER.read(document)
    plan = plan_site(situation, Ask(budget="first"), n_days=1)
    assert float(plan.measured.people.mean) == 50_000
    shown = PLANNER.shown(situation, plan, {})
    assert len(shown.replay["people"]) <= 6_000
    assert shown.replay["each"] == 9


def test_no_desk_is_drawn_outside_its_room_nor_has_two_people_at_once(small):
    situation, plan = small
    layout = layout_of(situation, plan)
    for room in layout.rooms:
        assert len(room.desks) == max(plan.staff[room.station])
        for x, y in room.desks:
            assert room.x < x < room.x + room.width
            assert room.y < y < room.y + room.height
    visits = {}
    for person in replay(situation, plan, layout)["people"]:
        for i in range(1, len(person), 4):
            visits.setdefault(tuple(person[i : i + 2]), []).append(person[i + 2 : i + 4])
    for spans in visits.values():
        spans.sort()
        assert all(a[1] <= b[0] + 1 for a, b in pairwise(spans))


def test_a_hall_that_is_too_short_is_told_by_how_much():
    situation, plan = planned(hall(hall={"width_m": 20, "length_m": 6}))
    layout = layout_of(situation, plan)
    assert layout.width_m == 20
    said = too_long(situation, layout)
    assert said.startswith("The hall is 6 m long; at 20 m width this site needs ")
