"""What closed duty must never do: each rule is seen by the checker when it is broken."""

from dataclasses import replace

import numpy as np
import pytest

from kapok_planning.cohorts import (
    HOME,
    Approval,
    Caps,
    Kind,
    Phase,
    Rule,
    Scheme,
    Staff,
    broken_members,
    broken_rules,
    extend,
    make_rota,
    split,
    waits,
)

FREE = Caps(in_a_row=999, window=90, of_window=90)
ORDER = (Kind.PRE_ISOLATION, Kind.CLOSED_DUTY, Kind.STANDBY)
ISOLATION, DUTY, STANDBY = range(3)
ANYWAY = Approval("a typhoon", "Director Wang", most_days=7)


def fourteen(*days, **kept):
    return Scheme(
        tuple(
            Phase(kind, n, tests=(n,), **(kept if kind == Kind.PRE_ISOLATION else {}))
            for kind, n in zip(ORDER, days or (14, 14, 14), strict=True)
        )
    )


def rota_of(scheme=None, n=3, days=84):
    return make_rota(scheme or fourteen(), n_cohorts=n, n_days=days)


def with_phase(rota, cohort, days, phase):
    changed = rota.phase.copy()
    changed[cohort, days] = phase
    return replace(rota, phase=changed)


def rules(rota, caps=FREE, **more):
    return {broken.rule for broken in broken_rules(rota, caps, **more)}


def test_a_calendar_as_it_is_made_breaks_no_rule():
    assert rules(rota_of()) == set()


def test_a_day_on_which_nobody_is_on_duty_is_seen():
    assert Rule.NOBODY_ON_DUTY in rules(with_phase(rota_of(), 0, 20, STANDBY))


def test_two_cohorts_inside_at_once_are_seen_so_handover_is_at_the_gate():
    assert Rule.TWO_ON_DUTY in rules(with_phase(rota_of(), 1, 27, DUTY))


def test_at_each_handover_one_goes_out_and_an_isolated_one_comes_in():
    rota = rota_of()
    on_duty = rota.is_kind(Kind.CLOSED_DUTY)
    for handover in rota.handovers:
        assert on_duty[handover.out, handover.day - 1]
        assert not on_duty[handover.out, handover.day]
        assert on_duty[handover.into, handover.day]
        before = rota.phase[handover.into, handover.day - 14 : handover.day]
        assert (before == ISOLATION).all()


def test_duty_after_half_an_isolation_is_seen():
    assert Rule.NOT_ISOLATED in rules(with_phase(rota_of(), 1, slice(14, 21), HOME))


def test_duty_without_a_last_test_is_seen():
    rota = rota_of()
    untested = Scheme((replace(rota.scheme.phases[0], tests=()), *rota.scheme.phases[1:]))
    assert Rule.NOT_TESTED in rules(replace(rota, scheme=untested))


def test_two_cohorts_in_one_named_place_are_seen():
    rota = rota_of(fourteen(14, 7, 7, location="hotel"), n=4)
    assert Rule.MIXED in rules(rota)
    apart = Scheme(tuple(replace(phase, location="") for phase in rota.scheme.phases))
    assert Rule.MIXED not in rules(replace(rota, scheme=apart))


def test_a_cohort_that_moves_although_it_is_held_is_seen():
    rota = rota_of()
    assert Rule.POSITIVE in rules(rota, positives=[(0, 20, 30)])
    assert Rule.POSITIVE not in rules(rota, positives=[(0, 20, 28)])


def test_days_shut_in_are_capped_in_a_row_and_of_ninety():
    rota = rota_of(days=180)
    assert rules(rota, Caps(in_a_row=27, of_window=90)) == {Rule.CLOSED_IN_ROW}
    assert rules(rota, Caps(in_a_row=28, of_window=61)) == {Rule.CLOSED_OF_WINDOW}
    assert rules(rota, Caps(in_a_row=28, of_window=62)) == set()


def test_a_phase_that_is_longer_than_may_be_approved_is_seen():
    longer = extend(rota_of(), cohort=0, day=20, days=5, approval=ANYWAY).rota
    assert rules(longer, extended_most=5) == set()
    assert Rule.EXTENDED in rules(longer, extended_most=4)
    assert Rule.EXTENDED in rules(longer)


def test_an_extension_puts_off_every_later_move_and_duty_goes_on():
    found = extend(rota_of(), cohort=0, day=20, days=5, approval=ANYWAY)
    assert [h.day for h in found.rota.handovers][:2] == [33, 47]
    assert {(e.cohort, e.days) for e in found.extensions} == {(0, 5), (1, 5)}
    assert found.cohorts == (0,)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"days": 8}, "takes 8 days; 7 are approved"),
        ({"days": 0}, "is not at least 1"),
        ({"day": 500}, "does not lie within"),
        ({"cohort": 3}, "There is no cohort 4"),
        ({"day": 97}, "does not end within the calendar"),
    ],
)
def test_an_extension_that_cannot_be_is_refused(asked, says):
    with pytest.raises(ValueError, match=says):
        extend(rota_of(), **({"cohort": 0, "day": 20, "days": 5, "approval": ANYWAY} | asked))


def test_a_hold_that_ends_before_the_next_move_makes_nobody_wait():
    assert waits(rota_of(), cohort=0, day=15, clear=20) == 0
    assert waits(rota_of(), cohort=0, day=20, clear=33) == 5


def test_a_cohort_without_a_leader_or_medic_is_seen_before_it_goes_on_duty():
    rota = rota_of()
    roles = np.array([[1, 0], [0, 1], [1, 1], [1, 1], [0, 0]], bool)
    found = broken_members(rota, roles, [1, 1], [0, 0, 1, 2, 2])
    assert found == []
    (short,) = broken_members(rota, roles, [1, 1], [0, 2, 1, 2, 2])
    assert (short.rule, short.cohort, short.day, short.role) == (Rule.SHORT_OF_ROLE, 0, 14, 1)


def test_those_who_stay_are_left_where_they_are():
    rota = rota_of()
    staff = Staff(
        np.ones((9, 1), bool), np.array([1], np.int32), (), (), np.zeros((9, 98), np.int32)
    )
    fixed = np.array([2, 2, 2, 2, -1, -1, -1, -1, -1], np.int32)
    found = split(rota, staff, fixed=fixed)
    assert found.cohort[:4].tolist() == [2, 2, 2, 2]
    assert found.short == ()
    with pytest.raises(ValueError, match="fixed must name cohorts below 3"):
        split(rota, staff, fixed=fixed + 1)
