import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok_planning.cohorts import (
    HOME,
    Approval,
    Caps,
    Kind,
    Phase,
    Rota,
    Rule,
    Scheme,
    broken_rules,
    cohorts_within,
    costs_of,
    freeze,
    leave_early,
    make_rota,
)

FREE = Caps(in_a_row=999, window=90, of_window=90)
ANYWAY = Approval("a positive test", "Director Wang", most_days=60)


def scheme_of(*days, kinds=(Kind.PRE_ISOLATION, Kind.CLOSED_DUTY, Kind.STANDBY)):
    return Scheme(tuple(Phase(kind, n) for kind, n in zip(kinds, days, strict=True)))


@st.composite
def schemes(draw):
    """Isolation, duty, and what may follow, of any lengths."""
    days = st.integers(1, 28)
    phases = [
        Phase(Kind.PRE_ISOLATION, n := draw(days), tests=(n,)),
        Phase(Kind.CLOSED_DUTY, draw(days)),
    ]
    for kind in draw(st.permutations([Kind.POST_ISOLATION, Kind.STANDBY, Kind.LEAVE]))[
        : draw(st.integers(0, 3))
    ]:
        phases.append(Phase(kind, draw(days)))
    return Scheme(tuple(phases))


@given(schemes(), st.integers(0, 2), st.integers(1, 200))
def test_one_cohort_is_on_duty_every_day_and_all_were_isolated(scheme, more, days):
    rota = make_rota(scheme, n_cohorts=scheme.least_cohorts + more, n_days=days)
    assert broken_rules(rota, FREE) == []
    assert rota.phase.shape[1] == rota.first_duty + days


@given(schemes())
def test_one_cohort_fewer_cannot_keep_duty_unbroken(scheme):
    with pytest.raises(ValueError, match="cannot keep duty unbroken"):
        make_rota(scheme, n_cohorts=scheme.least_cohorts - 1, n_days=30)


@pytest.mark.parametrize(
    ("days", "n"),
    [((14, 14, 14), 3), ((7, 14, 7), 2), ((7, 7, 7), 3), ((14, 7, 7), 4), ((14, 28, 28), 3)],
)
def test_known_schemes_need_as_many_cohorts_as_is_said_of_them(days, n):
    assert scheme_of(*days).least_cohorts == n


def test_days_at_home_may_ask_for_one_more_cohort():
    """14 + 14 + 14 shuts people in for 62 of 90 days; two more are allowed 60."""
    scheme = scheme_of(14, 14, 14)
    assert costs_of(scheme, n_cohorts=3, on_duty=30).closed_of_90 == 62
    assert cohorts_within(scheme, Caps()) == 4
    rota = make_rota(scheme, n_cohorts=3, n_days=180)
    assert {broken.rule for broken in broken_rules(rota, Caps())} == {Rule.CLOSED_OF_WINDOW}


def test_a_scheme_that_shuts_in_for_too_long_in_a_row_has_no_number_of_cohorts():
    assert cohorts_within(scheme_of(14, 28, 14), Caps()) is None


def test_handovers_follow_each_other_at_the_gate():
    rota = make_rota(scheme_of(14, 14, 14), n_cohorts=3, n_days=60)
    assert [(h.day, h.out, h.into) for h in rota.handovers] == [
        (28, 0, 1), (42, 1, 2), (56, 2, 0), (70, 0, 1),
    ]  # fmt: skip


@given(schemes(), st.data())
def test_a_positive_test_holds_its_cohort_and_the_one_behind_and_duty_goes_on(scheme, data):
    rota = make_rota(scheme, n_cohorts=scheme.least_cohorts, n_days=120)
    cohort = data.draw(st.integers(0, rota.n_cohorts - 1))
    day = data.draw(st.integers(0, 80))
    clear = day + data.draw(st.integers(1, 20))
    frozen = freeze(rota, cohort=cohort, day=day, clear=clear, approval=ANYWAY)
    assert frozen.cohorts[0] == cohort
    held = [(c, day, clear) for c in frozen.cohorts]
    assert broken_rules(frozen.rota, FREE, positives=held, extended_most=60) == []
    np.testing.assert_array_equal(frozen.rota.phase[:, : day + 1], rota.phase[:, : day + 1])


def test_a_frozen_isolation_keeps_those_on_duty_longer_and_that_is_said():
    rota = make_rota(scheme_of(14, 14, 14), n_cohorts=3, n_days=90)
    frozen = freeze(rota, cohort=1, day=20, clear=33, approval=ANYWAY)
    assert {(e.cohort, e.planned_end, e.days) for e in frozen.extensions} == {
        (0, 28, 5), (1, 28, 5),
    }  # fmt: skip
    assert [h.day for h in frozen.rota.handovers][:1] == [33]


def test_a_longer_hold_than_approved_is_refused():
    rota = make_rota(scheme_of(14, 14, 14), n_cohorts=3, n_days=90)
    with pytest.raises(ValueError, match="takes 12 days; 7 are approved"):
        freeze(rota, cohort=1, day=20, clear=40, approval=Approval("a test", "Wang", most_days=7))


@pytest.mark.parametrize(
    ("reason", "approver", "says"), [("", "Wang", "a reason"), ("a test", " ", "who approves")]
)
def test_an_extension_needs_a_reason_and_an_approver(reason, approver, says):
    with pytest.raises(ValueError, match=says):
        Approval(reason, approver)


def test_somebody_who_leaves_in_an_emergency_is_replaced_after_the_whole_isolation():
    rota = make_rota(scheme_of(14, 14, 14), n_cohorts=3, n_days=60)
    roles = np.array([[True, False], [False, True], [True, False]])
    left = leave_early(rota, roles, [1, 1], np.array([0, 0, 0], np.int32), person=1, day=16)
    assert left.short == (1,)
    assert left.replaced_from == 30


def test_the_checker_sees_duty_without_isolation():
    scheme = scheme_of(3, 3, 3)
    rota = make_rota(scheme, n_cohorts=3, n_days=20)
    phase = rota.phase.copy()
    phase[1, 5] = HOME
    broken = broken_rules(Rota(scheme, phase, rota.day_of_phase, rota.first_duty), FREE)
    assert (Rule.NOT_ISOLATED, 1, 6) in {(b.rule, b.cohort, b.day) for b in broken}


def test_the_checker_sees_two_cohorts_in_one_place():
    scheme = Scheme(
        (
            Phase(Kind.PRE_ISOLATION, 4, location="hotel"),
            Phase(Kind.CLOSED_DUTY, 2),
            Phase(Kind.STANDBY, 2),
        )
    )
    rota = make_rota(scheme, n_cohorts=4, n_days=30)
    assert Rule.MIXED in {broken.rule for broken in broken_rules(rota, FREE)}


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Phase(Kind.STANDBY, 0), "is not between 1 and 3660"),
        (lambda: Phase(Kind.STANDBY, 2, tests=(3,)), "outside its 2 days"),
        (lambda: Scheme((Phase(Kind.STANDBY, 2),)), "exactly one phase of closed duty"),
        (lambda: make_rota(scheme_of(1, 1, 1), n_cohorts=3, n_days=0), "at least one day"),
    ],
)
def test_nonsense_is_refused_by_name(make, says):
    with pytest.raises(ValueError, match=says):
        make()
