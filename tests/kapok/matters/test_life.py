"""The life of a matter, from the report to the end, as those who take part in it see it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from kapok.access import scope
from kapok.matters.engine.facts import Command
from kapok.matters.models import Matter, MatterClock, MatterEvent, Report, Tasking, UnitState
from kapok.matters.operations.commands import apply

HOUR = timedelta(hours=1)
DOOR = uuid4()


def one(town, matter):
    with scope.acting(scope.of_intake(DOOR, at=town.noon)):
        return Matter.objects.get(pk=matter)


def test_a_grid_worker_finds_something_and_settles_it_on_the_spot(town, send):
    found = send(town.worker, "report", kind="lamp", building=str(town.here.pk), text="灯坏了")
    assert (found.status, found.state) == ("TAKEN", "ASSIGNED")
    done = send(town.worker, "settle", found.matter, outcome="settled")
    assert (done.status, done.state, done.number) == ("TAKEN", "CLOSED", found.number)
    row = one(town, found.matter)
    assert (row.place, row.outcome, row.due_at) == (town.here.place, "settled", None)
    with scope.acting(scope.of_intake(DOOR, at=town.noon)):
        assert [event.move for event in MatterEvent.objects.filter(matter=row)] == [
            "report",
            "assign",
            "settle",
        ]
        assert set(MatterClock.objects.values_list("state", flat=True)) == {"STOPPED"}
        assert Tasking.objects.get().ended_at == town.noon


def test_what_was_finished_is_checked_by_somebody_else(town, send):
    found = send(town.lead, "report", kind="visit", building=str(town.here.pk))
    send(town.worker, "start", found.matter)
    early = send(town.worker, "finish", found.matter, outcome="settled")
    assert early.status == "REFUSED"
    assert early.sentence == "Before this outcome, do: Look in."
    step = send(town.worker, "step", found.matter, step="look", answers={"well": True})
    assert step.status == "TAKEN"
    assert send(town.worker, "finish", found.matter, outcome="settled").state == "DONE"
    own = send(town.lead, "check", found.matter)
    assert own.sentence == (
        "Whoever reported or finished a matter does not check it. Ask a colleague to."
    )
    assert send(town.worker, "check", found.matter).status == "REFUSED"


def test_a_reporter_is_asked_why_first_and_a_need_leaves_no_trace_of_an_offence(town, send):
    asked = send(DOOR, "report", kind="breakout", building=str(town.here.pk), door="PORTAL")
    assert asked.sentence == "Say first: Why? Choose one of: Ill、Out of defiance."
    help_ = send(
        DOOR, "report", kind="breakout", why="ill", building=str(town.here.pk), door="PORTAL",
        text="他要去医院", answers={},
    )  # fmt: skip
    row = one(town, help_.matter)
    assert (row.kind, row.realm, row.assignee) == ("help", "CARE", town.worker.account_id)
    with scope.acting(scope.of_appointment(town.police, at=town.noon)):
        assert not Matter.objects.exists()
    with scope.acting(scope.of_intake(DOOR, at=town.noon)):
        assert "breakout" not in str(list(MatterEvent.objects.values()))


def test_a_breakout_is_with_the_station_at_once_and_a_second_report_joins_the_first(town, send):
    first = send(
        DOOR, "report", kind="breakout", why="defiant", building=str(town.here.pk), door="PORTAL",
        text="有人强行冲出南门",
    )  # fmt: skip
    assert first.state == "ASSIGNED"
    row = one(town, first.matter)
    assert (row.unit, row.urgency) == (town.station.pk, "RED")
    assert row.due_at == town.noon + 1 * HOUR
    second = send(
        DOOR, "report", kind="breakout", why="defiant", door="PORTAL", lon=113.2401, lat=23.1001,
        text="南门有人强行冲出", later=timedelta(minutes=3),
    )  # fmt: skip
    assert second.state == "DUPLICATE"
    joined = one(town, second.matter)
    assert joined.duplicate_of_id == first.matter
    apart = send(town.dispatcher, "unjoin", second.matter)
    assert apart.state == "RETURNED"


def test_only_the_same_kind_is_joined_and_nothing_urgent_hides_in_what_is_less(town, send):
    lamp, breakout, urgent = (
        send(town.gate, "report", building=str(where.pk), door="PHONE", **said)
        for where, said in (
            (town.here, {"kind": "lamp", "text": "路灯不亮"}),
            (town.next_to, {"kind": "breakout", "why": "defiant", "text": "有人翻墙"}),
            (town.next_to, {"kind": "lamp", "text": "灯杆要倒了", "urgency": "RED"}),
        )
    )
    other = send(town.dispatcher, "join", urgent.matter, other=str(lamp.matter))
    assert other.sentence.startswith("The one that would stay is less urgent.")
    assert one(town, urgent.matter).duplicate_of_id is None
    assert (
        send(town.dispatcher, "join", breakout.matter, other=str(lamp.matter)).status == "REFUSED"
    )
    assert send(town.dispatcher, "join", lamp.matter, other=str(urgent.matter)).status == "TAKEN"


def test_two_dispatchers_cannot_send_the_same_patrol(town, send):
    one_, other = (
        send(town.gate, "report", kind="lamp", building=str(town.next_to.pk), text=text)
        for text in ("树倒了", "井盖不见了")
    )
    patrol = {"unit": str(town.patrols[0].pk)}
    assert send(town.dispatcher, "assign", one_.matter, to=patrol).status == "TAKEN"
    taken = send(town.second_dispatcher, "assign", other.matter, to=patrol)
    assert taken.sentence.startswith("“巡逻1组” is with another matter.")
    state = UnitState.objects.get(pk=town.patrols[0].pk)
    assert (state.status, state.matter) == ("BUSY", one_.matter)
    send(town.dispatcher, "assign", one_.matter, to={"unit": str(town.patrols[1].pk)})
    assert UnitState.objects.get(pk=town.patrols[0].pk).status == "FREE"


def test_when_a_unit_is_thought_to_arrive_and_that_it_did_is_kept(town, send):
    found = send(
        DOOR, "report", kind="breakout", why="defiant", building=str(town.here.pk), door="PORTAL"
    )
    eta = town.noon + timedelta(minutes=4)
    to = {"unit": str(town.station.pk), "account": str(town.police.account_id)}
    send(town.dispatcher, "assign", found.matter, to=to | {"eta": str(eta), "distance_m": 1200})
    send(town.police, "arrive", found.matter, later=timedelta(minutes=5))
    with scope.acting(scope.of_intake(DOOR, at=town.noon)):
        given = Tasking.objects.get(matter=found.matter, ended_at=None)
    assert (given.eta, given.distance_m) == (eta, 1200)
    assert given.arrived_at == town.noon + timedelta(minutes=5)


def test_the_same_command_is_carried_out_once_and_answered_alike(town, send):
    key = uuid4()
    first = send(town.worker, "report", kind="lamp", building=str(town.here.pk), id=key)
    again = send(
        town.worker, "report", first.matter, kind="lamp", building=str(town.here.pk), id=key
    )
    assert again == first
    other = send(
        town.worker, "report", first.matter, kind="visit", building=str(town.here.pk), id=key
    )
    assert other.status == "REFUSED"
    assert "identifier" in other.sentence
    assert Matter.objects.count() == 0  # nobody acts, so nothing is seen
    with scope.acting(scope.of_intake(DOOR, at=town.noon)):
        assert Matter.objects.count() == 1


def test_of_two_commands_with_one_identifier_in_a_set_the_first_counts(town):
    key, matter, other = uuid4(), uuid4(), uuid4()
    data = {"kind": "lamp", "building": str(town.here.pk)}
    first = Command(key, "report", matter, town.noon, data=data)
    second = Command(key, "report", other, town.noon, data=data)
    with scope.acting(scope.of_appointment(town.worker, at=town.noon)):
        assert [a.status for a in apply([first, second])] == ["TAKEN", "REFUSED"]
        assert [a.status for a in apply([first])] == ["TAKEN"]


def test_what_rules_do_carries_no_phone(town):
    phone, matter = uuid4(), uuid4()
    data = {"kind": "lamp", "building": str(town.here.pk)}
    with scope.acting(scope.of_appointment(town.worker, at=town.noon)):
        apply([Command(uuid4(), "report", matter, town.noon, data=data)], device=phone)
    with scope.acting(scope.of_intake(DOOR, at=town.noon)):
        events = MatterEvent.objects.filter(matter=matter)
        assert [(event.move, event.device) for event in events] == [
            ("report", phone),
            ("assign", None),
        ]


def test_what_somebody_else_changed_meanwhile_is_a_conflict_and_a_note_is_not(town, send):
    found = send(town.lead, "report", kind="visit", building=str(town.here.pk))
    seen = found.version + 1
    send(town.lead, "hold", found.matter, reason="away", until=str(town.noon + HOUR))
    start = send(town.worker, "start", found.matter, seen=seen)
    assert start.status == "CONFLICT"
    assert start.sentence == (
        "Somebody else changed this meanwhile: it is now “On hold”. Look and decide."
    )
    assert send(town.worker, "note", found.matter, text="没人在家", seen=seen).status == "TAKEN"


def test_nobody_sees_or_moves_what_is_not_theirs(town, send):
    found = send(town.worker, "report", kind="visit", building=str(town.here.pk), text="王阿姨")
    for who in (town.neighbour, town.stranger, town.gate, town.police, town.auditor):
        with scope.acting(scope.of_appointment(who, at=town.noon)):
            assert not Matter.objects.exists(), who.role
            assert not MatterEvent.objects.exists(), who.role
        assert send(who, "note", found.matter, text="x").status == "REFUSED", who.role
    with scope.acting(scope.of_appointment(town.lead, at=town.noon)):
        assert Matter.objects.count() == 1
        assert not Report.objects.exists()  # without a purpose nobody reads the words


def test_a_unit_returns_what_came_to_it_wrongly_once(town, send):
    found = send(
        DOOR, "report", kind="breakout", why="defiant", building=str(town.here.pk), door="PORTAL"
    )
    assert send(town.police, "return", found.matter, reason="not ours").state == "RETURNED"
    send(town.dispatcher, "assign", found.matter, to={"unit": str(town.station.pk)})
    again = send(town.police, "return", found.matter, reason="again")
    assert again.sentence == (
        "It was returned once already. Speak with the desk, who may send it elsewhere."
    )


def test_a_need_that_is_found_on_the_way_becomes_a_matter_of_its_own(town, send):
    found = send(town.lead, "report", kind="visit", building=str(town.here.pk))
    noted = send(
        town.worker, "step", found.matter, step="look", noted="needs_medicine", text="降压药"
    )
    assert noted.status == "TAKEN"
    with scope.acting(scope.of_intake(DOOR, at=town.noon)):
        child = Matter.objects.get(parent=found.matter)
        assert (child.kind, child.place) == ("help", town.here.place)
        assert child.reports.get().text == "降压药"


def test_the_reporter_rates_and_opens_it_again_with_the_tracking_code_alone(town, send):
    found = send(
        DOOR, "report", kind="lamp", building=str(town.here.pk), door="PORTAL", tracking="ABCD"
    )
    send(town.worker, "settle", found.matter, outcome="settled")
    closed = {"later": timedelta(days=2)}
    assert send(DOOR, "rate", found.matter, satisfaction=9, tracking=[found.matter]).status == (
        "REFUSED"
    )
    assert (
        send(DOOR, "rate", found.matter, satisfaction=2, tracking=[found.matter]).status == "TAKEN"
    )
    assert (
        send(
            DOOR, "reopen", found.matter, reason="wieder dunkel", tracking=[found.matter], **closed
        ).state
        == "RETURNED"
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "nothing"}, "No kind of matter “nothing” is in force here."),
        ({"kind": "lamp", "colour": "red"}, "“colour” is not known here. Leave it out."),
        ({"kind": "lamp", "text": "x" * 6000}, "“text” is too long: at most 5000 characters."),
        ({}, "“kind” is missing."),
        ({"kind": "lamp", "place": 440103022009000}, "No community is known there."),
    ],
)
def test_bad_reports_get_a_sentence_and_leave_nothing(town, send, data, said):
    where = {} if "place" in data else {"building": str(town.here.pk)}
    answer = send(town.worker, "report", **where, **data)
    assert answer.status == "REFUSED"
    assert answer.sentence.startswith(said)
    with scope.acting(scope.of_intake(DOOR, at=town.noon)):
        assert not Matter.objects.exists()


def test_a_wrong_place_and_kind_are_corrected_and_the_clocks_count_from_the_report(town, send):
    found = send(town.gate, "report", kind="lamp", building=str(town.here.pk), text="老人摔倒")
    wrong = send(town.dispatcher, "correct", found.matter, kind="nothing", reason="misheard")
    assert wrong.sentence == "That place or kind is not known here. Choose another one."
    moved = send(
        town.dispatcher, "correct", found.matter, kind="help", building=str(town.next_to.pk),
        reason="misheard", later=timedelta(minutes=30),
    )  # fmt: skip
    assert (moved.status, moved.state) == ("TAKEN", "RETURNED")
    row = one(town, found.matter)
    assert (row.kind, row.realm, row.place, row.assignee) == (
        "help", "CARE", town.next_to.place, None
    )  # fmt: skip
    assert row.due_at <= town.noon + 10 * HOUR
