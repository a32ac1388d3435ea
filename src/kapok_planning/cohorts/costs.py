"""What a scheme costs in people and in closed days."""

from dataclasses import dataclass

from kapok_planning.cohorts.rota import closed_in_row, closed_of_window, make_rota
from kapok_planning.cohorts.scheme import Kind, Scheme

WINDOW = 90


@dataclass(frozen=True)
class Costs:
    """What a scheme costs.

    Attributes
    ----------
    n_cohorts, n_people
        Cohorts, and people in all for so many on duty.
    people_per_seat
        People for each who is on duty.
    cycle_days
        Days of a round.
    closed_share
        Share of a round that people are shut in.
    closed_in_row, closed_of_90
        Days shut in without a break, and of any 90 days, at worst.
    isolating_at_once
        Most cohorts in isolation on a day: so many separate places are needed.
    tests_of_90
        Tests of each person in 90 days, on average.
    lead_days
        Days before duty can begin.
    """

    n_cohorts: int
    n_people: int
    people_per_seat: int
    cycle_days: int
    closed_share: float
    closed_in_row: int
    closed_of_90: int
    isolating_at_once: int
    tests_of_90: float
    lead_days: int


def costs_of(scheme: Scheme, *, n_cohorts: int, on_duty: int) -> Costs:
    """What a scheme costs with so many cohorts of ``on_duty`` people each.

    Examples
    --------
    >>> from kapok_planning.cohorts.scheme import Phase
    >>> scheme = Scheme((Phase(Kind.PRE_ISOLATION, 7), Phase(Kind.CLOSED_DUTY, 14),
    ...                  Phase(Kind.STANDBY, 7)))
    >>> costs_of(scheme, n_cohorts=2, on_duty=30).n_people
    60
    """
    turned = scheme.for_cohorts(n_cohorts)
    cycle = turned.cycle_days
    rota = make_rota(scheme, n_cohorts=n_cohorts, n_days=3 * max(cycle, WINDOW))
    isolating = rota.is_kind(Kind.PRE_ISOLATION) | rota.is_kind(Kind.POST_ISOLATION)
    tests = sum(len(phase.tests) for phase in turned.phases)
    return Costs(
        n_cohorts=n_cohorts,
        n_people=n_cohorts * on_duty,
        people_per_seat=n_cohorts,
        cycle_days=cycle,
        closed_share=sum(p.days for p in turned.phases if p.is_closed) / cycle,
        closed_in_row=max(closed_in_row(closed) for closed in rota.is_closed),
        closed_of_90=max(closed_of_window(closed, WINDOW) for closed in rota.is_closed),
        isolating_at_once=int(isolating.sum(axis=0).max()),
        tests_of_90=tests * WINDOW / cycle,
        lead_days=rota.first_duty,
    )
