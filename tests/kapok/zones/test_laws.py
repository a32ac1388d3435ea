"""Laws of zones: one strictest cover, nothing is left of a lifted zone, no zone blocks care."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kapok.zones.conftest import COMMUNITY, GRID, NEXT_GRID, STREET

from kapok.access.roles import Realm
from kapok.matters.engine.facts import Facts
from kapok.matters.workflow import GIVEN, OPEN, QUEUED, WEIGHT, State, Urgency
from kapok.packs.schema import Duration, Exit, Retask, RetaskAct, Route, Text, ZoneKind
from kapok.zones import retasking
from kapok.zones.retasking import CARE, Lying

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
LATER = NOON + timedelta(days=3)
TEXT = Text(zh="字", en="word")
keys = st.integers(min_value=1, max_value=9).map(lambda n: UUID(int=n))
lying = st.builds(
    Lying,
    zone=keys,
    kind=st.just("closed"),
    pack=keys,
    strictness=st.integers(0, 3),
    starts_at=st.integers(0, 3).map(lambda n: NOON + timedelta(hours=n)),
    ends_at=st.just(LATER),
)


@st.composite
def rules(draw):
    do = draw(st.sampled_from(list(RetaskAct)))
    more = {}
    if do == RetaskAct.REROUTE:
        more["route"] = (Route(to=draw(st.sampled_from(["GRID_WORKER", "COMMUNITY"]))),)
    if do == RetaskAct.URGENCY:
        more["urgency"] = draw(st.sampled_from([each.value for each in Urgency]))
    kinds = ["visit"] if do == RetaskAct.CREATE else ["*", "visit", "lamp"]
    return Retask(kind=draw(st.sampled_from(kinds)), do=do, **more)


@st.composite
def matters(draw):
    state = draw(st.sampled_from(sorted(OPEN)))
    has = state in GIVEN or draw(st.booleans())
    held = state == State.ON_HOLD
    return Facts(
        id=UUID(int=77), kind=draw(st.sampled_from(["visit", "lamp"])), pack=UUID(int=1),
        realm=draw(st.sampled_from(list(Realm))), place=GRID, desk="COMMUNITY", door="PHONE",
        state=state, urgency=draw(st.sampled_from(list(Urgency))), version=3, state_version=3,
        received_at=NOON, state_since=NOON, assignee=UUID(int=5) if has else None,
        hold_until=NOON + timedelta(days=1) if held else None,
        held_from=draw(st.sampled_from(["ACCEPTED", "ASSIGNED"])) if held else "",
    )  # fmt: skip


def acts(matter, said, to=None):
    return retasking.acts(
        matter,
        said,
        until=LATER,
        holds=lambda when: when is None,
        to_whom=lambda moved, way: to if way[0].to == "GRID_WORKER" else None,
        reason=lambda rule: "zone",
    )


def after(matter, moves):
    """What the table of moves makes of a matter: the parts that zones touch."""
    for move, data in moves:
        state = State(matter.state)
        if move == "correct":
            matter = replace(matter, urgency=data["urgency"])
        elif move == "hold":
            assert state in QUEUED | GIVEN
            until = datetime.fromisoformat(data["until"])
            matter = replace(matter, state=State.ON_HOLD, hold_until=until, held_from=matter.state)
        elif move == "resume":
            assert state == State.ON_HOLD
            matter = replace(matter, state=matter.held_from, hold_until=None, held_from="")
        elif move == "return":
            assert state in GIVEN
            matter = replace(matter, state=State.RETURNED, unit=None, assignee=None)
        else:
            assert move == "assign"
            assert state in QUEUED | GIVEN
            to = data["to"]["account"]
            matter = replace(matter, state=State.ASSIGNED, assignee=UUID(to) if to else None)
    return matter


def touched(matter):
    state = "in the queue" if matter.state in QUEUED else matter.state
    has = matter.assignee if matter.state in GIVEN else None
    return state, matter.urgency, has, matter.hold_until


@given(st.lists(lying, max_size=6, unique_by=lambda each: each.zone))
def test_there_is_one_strictest_zone_whatever_their_order(over):
    found = retasking.strictest(over)
    assert found == retasking.strictest(list(reversed(over)))
    assert (found is None) == (not over)
    if found:
        assert all(found.strictness >= each.strictness for each in over)


@given(st.lists(lying, min_size=1, max_size=6, unique_by=lambda each: each.zone))
def test_lifting_the_strictest_zone_reveals_the_next(over):
    first = retasking.strictest(over)
    second = retasking.strictest([each for each in over if each != first])
    assert second is None or second.strictness <= first.strictness


@given(matters(), st.lists(rules(), max_size=5), st.booleans())
def test_what_a_zone_does_and_takes_back_leaves_a_matter_as_it_was(matter, said, somebody):
    to = {"unit": None, "account": str(UUID(int=9))} if somebody else None
    done = acts(matter, said, to)
    inside = after(matter, [(act.move, act.data) for act in done])
    assert touched(after(inside, retasking.backwards(done))) == touched(matter)


@given(matters(), st.lists(rules(), max_size=5))
def test_no_zone_stands_in_the_way_of_care(matter, said):
    inside = after(matter, [(act.move, act.data) for act in acts(matter, said)])
    if matter.realm in CARE:
        assert inside.state != State.ON_HOLD or matter.state == State.ON_HOLD
        assert WEIGHT[Urgency(inside.urgency)] >= WEIGHT[Urgency(matter.urgency)]
    if retasking.is_urgent_care(matter) and matter.state != State.ON_HOLD:
        assert (inside.state, inside.assignee, inside.unit) == (
            matter.state, matter.assignee, matter.unit
        )  # fmt: skip


exits = st.lists(
    st.builds(
        Exit,
        code=st.sampled_from(["medical", "shopping", "work"]),
        label=st.just(TEXT),
        always_open=st.booleans(),
        per_household_per_day=st.none() | st.integers(1, 3),
    ),
    max_size=4,
)


@given(exits)
def test_the_way_to_a_doctor_is_open_whatever_a_pack_says(ways):
    kind = ZoneKind.model_construct(
        code="x", label=TEXT, rules=(TEXT,), colour="#b3261e", strictness=1, exits=tuple(ways),
        review_after=Duration(hours=24), retasks=(), source="ours",
    )  # fmt: skip
    medical = [way for way in retasking.ways_out(kind) if way.code == "medical"]
    assert len(medical) == 1
    assert medical[0].always_open
    assert medical[0].per_household_per_day is None
    assert retasking.ways_out(None)[0].code == "medical"


@pytest.mark.django_db
def test_urgent_help_is_reported_anywhere_whatever_zone_lies_there(town, desk, send):
    zones = [
        desk.enforce(kind=kind, codes=codes)
        for kind, codes in [("closed", (GRID,)), ("sealed", (COMMUNITY,)), ("calm", (STREET,))]
    ]
    for place in (GRID, NEXT_GRID, COMMUNITY):
        answer = send(town.lead, "report", kind="help", place=place, lon=113.24, lat=23.1)
        assert answer.status == "TAKEN"
    for n, zone in enumerate(zones):
        desk.lift(zone, later=timedelta(hours=n + 1))
    assert all(task.undone_at or task.created.startswith("EXIT") for task in desk.tasks())
