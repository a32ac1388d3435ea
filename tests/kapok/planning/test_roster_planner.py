"""The planner of rosters as pages use it: documents in, plans, changes and mended plans out."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from tests.kapok.planning.rosters import document

from kapok import words
from kapok.errors import Refused
from kapok.planning.documents import written
from kapok.planning.planner import Ask, Sent
from kapok.planning.rosters.planner import PLANNER
from kapok_planning.rosters import OFF, Roster, Why
from kapok_planning.spreading import in_threads, in_turn


@pytest.fixture(autouse=True)
def _english():
    with words.said_in("en"):
        yield


@pytest.fixture
def case():
    return PLANNER.read(document())


@pytest.fixture
def plan(case):
    return PLANNER.plan(case, Ask(budget="fast"))


def on_duty(case, plan, day, letter="P"):
    return next(
        name
        for i, name in enumerate(case.named.people)
        if name[0] == letter and plan.duty[i, day] != OFF
    )


def section(case, plan, head):
    return next(each for each in PLANNER.explain(case, plan) if each.head == head).lines


def test_a_whole_plan_says_so_and_breaks_no_rule(case, plan):
    assert PLANNER.check(case, plan) == ()
    assert section(case, plan, "All is met")
    figures = {figure.key: figure.value for figure in PLANNER.figures(case, plan)}
    assert figures["empty"] == 0
    assert figures["nights_spread"] <= 1
    assert "gap" not in figures  # nothing was proven


def test_what_is_still_to_be_gained_is_a_figure_once_it_is_known(case, plan):
    bounded = Roster(plan.duty, plan.totals, plan.totals.price, plan.finished)
    figures = {figure.key: figure.value for figure in PLANNER.figures(case, bounded)}
    assert figures["gap"] == 0


def test_a_plan_is_the_same_from_its_document_and_on_any_spread(case, plan):
    again = PLANNER.load(case, PLANNER.dump(plan))
    assert PLANNER.figures(case, again) == PLANNER.figures(case, plan)
    for spread in (in_turn, in_threads(2)):
        other = PLANNER.plan(PLANNER.read(document()), Ask(budget="fast", spread=spread))
        assert written(PLANNER.dump(other)) == written(PLANNER.dump(plan))


def test_a_plan_of_another_situation_is_refused(plan):
    with pytest.raises(Refused, match="not of this situation"):
        PLANNER.load(PLANNER.read(document(n=7)), PLANNER.dump(plan))


def test_shifts_have_time_zones_and_open_seats_are_told():
    case = PLANNER.read(document(n=1))
    plan = PLANNER.plan(case, Ask(budget="first"))
    duties = PLANNER.duties(case, plan)
    assert len(duties) == 28
    first = duties[0]
    assert first.starts_at == datetime(2026, 6, 1, 6, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert first.starts_at.astimezone(UTC).hour == 22
    assert {duty.worker for duty in duties if duty.name == "P0"} == {"a0"}
    assert any(duty.name == "" and duty.task == "police" for duty in duties)


def test_nights_that_were_had_are_said_as_people_say_them():
    lists = document(n=12, days="4")
    lists["people"] = lists["people"][:13]  # one health worker for four nights
    case = PLANNER.read(lists)
    plan = PLANNER.plan(case, Ask(budget="fast"))
    lines = section(case, plan, "Not met")
    assert any(
        line.endswith("Gate 1: one health worker short; the one who could come has had three "
                      "nights.")
        for line in lines
    )  # fmt: skip
    assert any("nights in a row" in line for line in section(case, plan, "What stands against it"))


def test_one_person_is_told_as_one():
    lists = document(n=1)
    lists["posts"][0]["shift"] = "early"
    lists["leave"] = [{"person": "P0", "from": "2026-06-02", "to": "2026-06-02"}]
    case = PLANNER.read(lists)
    plan = PLANNER.plan(case, Ask(budget="first"))
    lines = " ".join(section(case, plan, "Not met"))
    assert "one police officer short; there is only one person for it, who is away." in lines
    assert "1 people" not in lines


def test_the_same_is_said_in_chinese_once_it_is_translated():
    lists = document(n=1)
    with words.said_in("zh-hans"):
        case = PLANNER.read(lists)
        plan = PLANNER.plan(case, Ask(budget="first"))
        assert "6月" in PLANNER.explain(case, plan)[0].lines[0]


def test_a_duty_is_taken_and_given_by_hand_with_rules_checked(case, plan):
    name = on_duty(case, plan, 2)
    taken = PLANNER.changed(case, plan, {"action": "take", "person": name, "date": "2026-06-03"})
    assert taken.totals.n_empty == 1
    shown = PLANNER.shown(case, taken, {})
    seats = [s for p in shown.posts for row in p.shifts for cell in row.cells for s in cell]
    assert [seat.party_label for seat in seats if not seat.name] == ["police"]
    back = {"action": "give", "person": name, "date": "2026-06-03", "post": "Gate 1"}
    row = next(row for row in shown.posts[0].shifts if any(not s.name for s in row.cells[2]))
    whole = PLANNER.changed(case, taken, {**back, "shift": row.label})
    assert whole.totals.n_empty == 0


def test_a_change_that_breaks_a_rule_is_shown_as_broken(case, plan):
    name = on_duty(case, plan, 0, "H")
    taken = PLANNER.changed(case, plan, {"action": "take", "person": name, "date": "2026-06-01"})
    free = next(who for i, who in enumerate(case.named.people) if plan.duty[i, 0] == OFF)
    wrong = PLANNER.changed(
        case, taken,
        {"action": "give", "person": free, "date": "2026-06-01", "post": "Gate 1",
         "shift": "night"},
    )  # fmt: skip
    says = f"{free}, 1 June: party, skills or way do not fit the seat"
    assert says in PLANNER.check(case, wrong)
    assert wrong.totals.n_empty == 0
    assert "All is met" not in [each.head for each in PLANNER.explain(case, wrong)]
    shown = PLANNER.shown(case, wrong, {})
    seats = [s for p in shown.posts for row in p.shifts for cell in row.cells for s in cell]
    marked = [seat for seat in seats if seat.broken]
    assert says in next(seat.broken for seat in marked if seat.party == "police")
    assert {seat.name for seat in marked} == {free}
    people = PLANNER.shown(case, wrong, {"view": "people"}).people
    assert [person.name for person in people if person.broken] == [free]
    assert any(cell.broken for person in people for cell in person.cells)
    assert not PLANNER.shown(case, plan, {}).has_broken


@pytest.mark.parametrize(
    ("words_", "says"),
    [
        ({"action": "take", "person": "X", "date": "2026-06-01"}, "none of the people"),
        ({"action": "take", "person": "P0", "date": "2027-06-01"}, "no day of the roster"),
        ({"action": "jump", "person": "P0", "date": "2026-06-01"}, "Give a duty, take it"),
        ({"action": "swap", "person": "P0", "other": "P0", "date": "2026-06-01"}, "themselves"),
        ({"action": "give", "person": "P0", "date": "2026-06-01", "post": "Gate 1",
          "shift": "noon"}, "is no shift"),
        ({"action": "give", "person": "H0", "date": "2026-06-02", "post": "Gate 9",
          "shift": "early"}, "has no empty seat"),
    ],
)  # fmt: skip
def test_changes_that_mean_nothing_are_refused(case, plan, words_, says):
    with pytest.raises(Refused, match=says):
        PLANNER.changed(case, plan, words_)


def test_two_exchange_a_day(case, plan):
    one = on_duty(case, plan, 1)
    other = next(n for n in case.named.people if n[0] == "P" and n != one)
    words_ = {"action": "swap", "person": one, "other": other, "date": "2026-06-02"}
    swapped = PLANNER.changed(case, plan, words_)
    i, j = case.named.people.index(one), case.named.people.index(other)
    assert swapped.duty[i, 1] == plan.duty[j, 1]
    assert swapped.duty[j, 1] == plan.duty[i, 1]


def test_what_is_picked_says_who_could_take_it(case, plan):
    name = on_duty(case, plan, 3)
    shown = PLANNER.shown(case, plan, {"person": name, "date": "2026-06-04"})
    assert shown.picked.person == name
    for proposal in shown.picked.proposals:
        after = PLANNER.changed(case, plan, dict(proposal.fields))
        assert PLANNER.check(case, after) == ()
    taken = PLANNER.changed(case, plan, {"action": "take", "person": name, "date": "2026-06-04"})
    role, shift = divmod(int(plan.duty[case.named.people.index(name), 3]), 3)
    seat = {"role": str(role), "shift": case.named.shifts[shift].name, "date": "2026-06-04"}
    proposals = PLANNER.shown(case, taken, seat).picked.proposals
    assert proposals
    again = PLANNER.changed(case, taken, dict(proposals[0].fields))
    assert again.totals.n_empty == 0
    assert PLANNER.check(case, again) == ()


def test_people_have_their_days_and_are_found_by_name(case, plan):
    shown = PLANNER.shown(case, plan, {"view": "people", "who": "h"})
    assert [person.name for person in shown.people] == ["H0", "H1", "H2"]
    assert sum(person.nights for person in shown.people) == 7


def test_somebody_ill_is_mended_with_one_change(case, plan):
    ill = on_duty(case, plan, 4)
    sent = Sent({"person": (ill,), "from": ("2026-06-05",), "to": ("",)}, {})
    situation = PLANNER.mended(document(), PLANNER.dump(plan), sent)
    written(situation)
    mended_case = PLANNER.read(situation)
    mended = PLANNER.plan(mended_case, Ask())
    assert PLANNER.check(mended_case, mended) == ()
    figures = {figure.key: figure.value for figure in PLANNER.figures(mended_case, mended)}
    assert (figures["changes"], figures["empty"]) == (1, 0)
    assert len(section(mended_case, mended, "Changed for others")) == 1
    sent = Sent({"person": ("P0",), "from": ("2026-06-06",), "to": ("2026-06-07",)}, {})
    twice = PLANNER.mended(situation, PLANNER.dump(mended), sent)
    assert twice["leave"] == [{"person": ill, "from": "2026-06-05", "to": "2026-06-05"}]
    again_case = PLANNER.read(twice)
    assert PLANNER.check(again_case, PLANNER.plan(again_case, Ask())) == ()


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ({}, "Say who cannot come"),
        ({"person": ("P0",), "from": ("soon",), "to": ("",)}, "from which day"),
        ({"person": ("Z",), "from": ("2026-06-02",), "to": ("",)}, "none of the people"),
    ],
)
def test_what_cannot_be_mended_is_said(plan, texts, says):
    with pytest.raises(Refused, match=says):
        PLANNER.mended(document(), PLANNER.dump(plan), Sent(texts, {}))


def test_a_form_is_shown_for_every_reason_why_somebody_stays_away():
    """Each reason has its words; a new one without would be found here."""
    from kapok.planning.rosters import telling  # noqa: PLC0415

    for why in Why:
        assert telling._kept_away(why, 2, "two").startswith("two")
