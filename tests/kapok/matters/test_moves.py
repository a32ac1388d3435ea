"""The table of moves: walked as a whole, and by anybody in any order."""

from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import NOON
from tests.kapok.matters.conftest import BODY, GRID, WAYS

from kapok.access.roles import ROLES, Permission, Realm
from kapok.matters.engine import moving
from kapok.matters.engine.facts import Actor, Command, Effects, Facts, Refusal
from kapok.matters.workflow import ENDED, MOVES, OPEN, By, State
from kapok.packs.schema import Kind, Move, WorkingTime
from kapok.packs.schema import State as LifeState

HOURS = WorkingTime.model_validate(BODY["calendar"])
KINDS = {each["code"]: Kind.model_validate(each) for each in WAYS}
ME, OTHER, UNIT = UUID(int=7), UUID(int=8), UUID(int=9)
DATA = {
    "reason": "because", "to": {"account": str(ME)}, "text": "words", "step": "look",
    "outcome": "settled", "until": str(NOON + timedelta(hours=5)), "agency": "Waterworks",
    "clock": "settle", "other": str(uuid4()), "satisfaction": 4,
}  # fmt: skip


def actor(role, *, account=ME, unit=None):
    told = ROLES[role]
    return Actor(account, uuid4(), role, unit, ((GRID, GRID + 1),), told.grants, told.realms)


def matter(state, kind="lamp", **more):
    ended = State(state) in ENDED
    return Facts(
        **{
            "id": UUID(int=1), "kind": kind, "pack": UUID(int=2), "realm": Realm(KINDS[kind].realm),
            "place": GRID, "desk": "COMMUNITY", "door": "PORTAL", "state": state,
            "urgency": "ORDINARY", "version": 3, "state_version": 3, "received_at": NOON,
            "state_since": NOON, "closed_at": NOON if ended else None,
            "held_from": "ASSIGNED" if state == "ON_HOLD" else "",
            "hold_until": NOON if state == "ON_HOLD" else None,
            "duplicate_of": UUID(int=3) if state == "DUPLICATE" else None,
        } | more
    )  # fmt: skip


def do(facts, move, who, **more):
    data = {name: DATA[name] for name in MOVES[move].needs} | more
    if move == "correct":
        data["urgency"] = "RED"
    if move == "step":
        data["answers"] = {"well": True}
    command = Command(uuid4(), move, facts.id, NOON, data=data)
    return moving.moved(facts, command, who, KINDS[facts.kind], hours=HOURS, now=NOON)


def test_the_packs_speak_of_the_same_states_and_moves():
    assert [each.value for each in LifeState] == [each.value for each in State]
    assert [each.value for each in Move] == list(MOVES)


def test_every_matter_can_come_to_an_end():
    ends = {
        state: {m.ends for m in MOVES.values() if state in m.starts and m.ends} for state in State
    }
    ends[State.ON_HOLD] |= {State.ASSIGNED}  # resumed as what it was
    reached = set(ENDED)
    while grown := {state for state in State if ends[state] & reached} - reached:
        reached |= grown
    assert reached == set(State)


@pytest.mark.parametrize(("move", "state"), list(product(sorted(set(MOVES) - {"report"}), State)))
def test_a_move_is_made_from_its_states_alone(move, state):
    who = actor("community_lead") if By.HANDLER not in MOVES[move].by else actor("grid_worker")
    facts = matter(state, "visit" if move == "step" else "lamp", reported_by=ME)
    if By.CHECKER in MOVES[move].by:
        facts = matter(state)
    found = do(facts, move, who)
    if state in MOVES[move].starts and not (move in {"withdraw"} and state in {"IN_PROGRESS"}):
        if isinstance(found, Refusal):
            assert found.sentence.startswith(("No clock", "Before this")), found
        else:
            assert found.matter.version == 4
            assert (found.matter.closed_at is not None) == (found.matter.state in ENDED)
    else:
        assert isinstance(found, Refusal)
        assert str(MOVES[move].label) in found.sentence


SEES_NOTHING = sorted(
    role for role, told in ROLES.items() if not {str(p) for p in told.grants} & {
        "matter:report", "matter:handle", "matter:send", "matter:check", "matter:view"
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("role", "move"), list(product(SEES_NOTHING, sorted(set(MOVES) - {"report"})))
)
def test_a_role_without_matters_moves_none(role, move):
    for state in MOVES[move].starts:
        assert isinstance(do(matter(state), move, actor(role, account=OTHER)), Refusal)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_role_moves_what_is_of_another_realm_or_place(role):
    who = actor(role, account=OTHER)
    for kind, move in product(("visit", "breakout", "lamp"), sorted(set(MOVES) - {"report"})):
        for state in MOVES[move].starts:
            facts = matter(state, kind, assignee=ME, place=GRID + 500)
            assert isinstance(do(facts, move, who), Refusal), (kind, move, state)
            if KINDS[kind].realm not in who.realms:
                facts = matter(state, kind)
                assert isinstance(do(facts, move, who), Refusal), (kind, move, state)


def test_police_members_work_on_what_is_theirs_alone():
    mine = actor("police_member", unit=UNIT)
    assert isinstance(do(matter("ASSIGNED", "breakout", unit=UNIT), "start", mine), Effects)
    assert isinstance(do(matter("ASSIGNED", "breakout"), "start", mine), Refusal)
    assert isinstance(do(matter("REPORTED", "breakout"), "take", mine), Refusal)
    assert Permission.MATTER_VIEW not in mine.permissions


def test_whoever_reported_or_finished_it_does_not_check_it():
    lead = actor("community_lead")
    for facts in (
        matter("DONE", reported_by=ME), matter("DONE", finished_by=ME), matter("DONE", assignee=ME)
    ):  # fmt: skip
        assert isinstance(do(facts, "check", lead), Refusal)
    assert isinstance(do(matter("DONE", finished_by=OTHER), "check", lead), Effects)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda one: st.lists(one, max_size=4) | st.dictionaries(st.text(max_size=9), one, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(
    st.sampled_from([*sorted(MOVES), "fly"]),
    st.sampled_from(State),
    st.dictionaries(st.sampled_from([*DATA, "files", "answers", "urgency", "x"]), JSON, max_size=5),
    st.sampled_from(sorted(ROLES)),
)
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_sent_gets_effects_or_a_sentence(move, state, data, role):
    command = Command(uuid4(), move, UUID(int=1), NOON, data=data)
    found = moving.moved(
        matter(state, "visit"), command, actor(role), KINDS["visit"], hours=HOURS, now=NOON
    )
    assert isinstance(found, Effects) or found.sentence


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(set(MOVES) - {"report"})), st.booleans()), max_size=25
    )
)
@settings(max_examples=200)
def test_whatever_happens_a_matter_keeps_its_laws(moves):
    facts = matter("REPORTED")
    for move, by_worker in moves:
        who = actor("grid_worker") if by_worker else actor("community_lead", account=OTHER)
        found = do(facts, move, who)
        if isinstance(found, Refusal):
            continue
        after = found.matter
        assert after.version == facts.version + 1 == found.event.version
        assert found.event.before == facts.state
        assert found.event.after == after.state
        assert (after.closed_at is not None) == (after.state in ENDED)
        assert (after.state == "DUPLICATE") == (after.duplicate_of is not None)
        assert (after.state == "ON_HOLD") == (after.hold_until is not None)
        assert after.state != "CLOSED" or after.outcome
        running = [clock for clock in after.clocks if clock.state == "RUNNING"]
        assert after.state in OPEN or not running
        assert (after.due_at is not None) == bool(running)
        facts = after


def test_every_part_that_a_move_may_need_has_a_word_for_people():
    from kapok.matters.workflow import MOVES, PARTS  # noqa: PLC0415

    assert {part for move in MOVES.values() for part in move.needs} == set(PARTS)
