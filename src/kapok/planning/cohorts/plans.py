"""Making a plan of closed duty, and what happens to it afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.planning.cohorts.happenings import Happening, What
from kapok.planning.cohorts.names import letters_of
from kapok.planning.cohorts.situation import Situation
from kapok.planning.planner import Ask
from kapok.words import gettext as _
from kapok_planning.cohorts import (
    Approval,
    Costs,
    Exit,
    Extension,
    Frozen,
    Members,
    Rota,
    cohorts_within,
    costs_of,
    extend,
    freeze,
    isolation_days,
    judged,
    leave_early,
    make_rota,
    split,
    waits,
)

WORK = {"fast": 2.0, "normal": 8.0, "long": 40.0}
QUARANTINE_DAYS = 14


@dataclass(frozen=True)
class Consequence:
    """What came of a happening.

    ``held`` are the cohorts that do not move until ``clear``; ``extensions`` the phases that last
    longer; ``left`` who has gone, and of which roles the cohort then has too few.
    """

    what: Happening
    cohort: int
    held: tuple[int, ...] = ()
    clear: date | None = None
    extensions: tuple[Extension, ...] = ()
    left: Exit | None = None


@dataclass(frozen=True)
class Plan:
    """A plan of closed duty.

    Attributes
    ----------
    rota
        The calendar; its first day is ``first``.
    cohort : (p,) int array
        Cohort of each person.
    is_proven
        Whether no better split of people exists.
    consequences
        What happened, in order, and what came of it.
    """

    rota: Rota
    first: date
    cohort: NDArray[np.int32]
    is_proven: bool
    consequences: tuple[Consequence, ...] = ()

    def day(self, number: int) -> date:
        """A day of the calendar."""
        return self.first + timedelta(days=number)

    @property
    def n_days(self) -> int:
        """Days of the calendar."""
        return int(self.rota.phase.shape[1])

    @property
    def exits(self) -> dict[int, int]:
        """Who has left by the exit protocol, and on which day of the calendar."""
        return {c.left.person: c.left.day for c in self.consequences if c.left is not None}


def make_plan(situation: Situation, ask: Ask) -> Plan:
    """The calendar, who is in which cohort, and what has happened since."""
    n, n_people = n_of(situation), len(situation.people)
    rota = make_rota(situation.scheme, n_cohorts=n, n_days=situation.n_days)
    first = situation.start - timedelta(days=rota.first_duty)
    plan = Plan(rota, first, np.zeros(0, np.int32), is_proven=True)
    if n_people:
        _refuse_too_few(situation, n)
        members = split(
            rota,
            situation.staff(first, rota.phase.shape[1]),
            seed=ask.seed % 2**31,
            work=WORK[ask.budget],
            fixed=situation.stays,
        )
        plan = replace(plan, cohort=members.cohort, is_proven=members.proven)
    ask.on_progress(1, 1)
    for item in situation.happenings:
        plan = after(situation, plan, item)
    return plan


def n_of(situation: Situation) -> int:
    """How many cohorts: as asked for, or the least that keep to the caps, or duty unbroken."""
    if situation.n_cohorts is None:
        return enough(situation) or situation.scheme.least_cohorts
    return situation.n_cohorts or situation.scheme.least_cohorts


def enough(situation: Situation) -> int | None:
    """The fewest cohorts with which nobody is shut in for too long."""
    return cohorts_within(situation.scheme, situation.caps)


def costs(situation: Situation, n: int) -> Costs:
    """What the scheme costs with so many cohorts."""
    on_duty = situation.on_duty or len(situation.people) // n
    return costs_of(situation.scheme, n_cohorts=n, on_duty=on_duty)


def members(situation: Situation, plan: Plan) -> Members | None:
    """What the split of people lacks; ``None`` without people."""
    if not len(plan.cohort):
        return None
    staff = situation.staff(plan.first, plan.n_days)
    return judged(plan.rota, staff, plan.cohort, proven=plan.is_proven)


def _refuse_too_few(situation: Situation, n: int) -> None:
    n_people = len(situation.people)
    if n_people < n:
        raise Refused(
            _(
                "%(people)s people cannot be split into %(n)s cohorts. Name more people, or a "
                "scheme with fewer cohorts."
            )
            % {"people": n_people, "n": n}
        )
    over = [situation.people[p] for p in np.flatnonzero(situation.stays >= n).tolist()]
    if over:
        raise Refused(
            _("%(person)s stays in a cohort that is not there; there are %(n)s.")
            % {"person": over[0], "n": n}
        )


def after(situation: Situation, plan: Plan, item: Happening) -> Plan:
    """The plan after something happened. Raises ``Refused`` with what stands against it."""
    cohort = item.cohort
    if item.person >= 0:
        if not len(plan.cohort):
            raise Refused(_("Nobody is in a cohort yet, so nobody can be held or leave."))
        cohort = int(plan.cohort[item.person])
    if not 0 <= cohort < plan.rota.n_cohorts:
        raise Refused(
            _("There is no cohort %(cohort)s; there are %(n)s.")
            % {"cohort": letters_of(cohort), "n": plan.rota.n_cohorts}
        )
    day = (item.day - plan.first).days
    if not 0 <= day < plan.n_days:
        raise Refused(
            _("%(day)s does not lie in the calendar, which is from %(first)s to %(last)s.")
            % {"day": item.day, "first": plan.first, "last": plan.day(plan.n_days - 1)}
        )
    if item.what == What.EXIT:
        return _with(plan, plan.rota, _exit(situation, plan, item, cohort, day))
    if not item.reason.strip() or not item.approver.strip():
        raise Refused(_("A phase lasts longer only with a reason and somebody who approves it."))
    if item.what == What.EXTENSION:
        return _extended(situation, plan, item, cohort, day)
    return _frozen(situation, plan, item, cohort, day)


def _frozen(situation: Situation, plan: Plan, item: Happening, cohort: int, day: int) -> Plan:
    hold = isolation_days(situation.scheme) or QUARANTINE_DAYS
    clear = item.clear or item.day + timedelta(days=hold)
    until = min((clear - plan.first).days, plan.n_days)
    if until <= day:
        raise Refused(_("%(clear)s is not after %(day)s.") % {"clear": clear, "day": item.day})
    delay = waits(plan.rota, cohort=cohort, day=day, clear=until)
    _refuse_too_long(situation, delay)
    approval = Approval(item.reason, item.approver, most_days=situation.extension_most)
    found = freeze(plan.rota, cohort=cohort, day=day, clear=until, approval=approval)
    came = Consequence(item, cohort, found.cohorts, clear, found.extensions)
    return _with(plan, found.rota, came)


def _extended(situation: Situation, plan: Plan, item: Happening, cohort: int, day: int) -> Plan:
    _refuse_too_long(situation, item.days)
    if not np.diff(plan.rota.phase[cohort, day:]).any():
        raise Refused(_("That phase does not end within the calendar; make the calendar longer."))
    approval = Approval(item.reason, item.approver, most_days=situation.extension_most)
    found: Frozen = extend(plan.rota, cohort=cohort, day=day, days=item.days, approval=approval)
    return _with(plan, found.rota, Consequence(item, cohort, extensions=found.extensions))


def _refuse_too_long(situation: Situation, delay: int) -> None:
    if delay > situation.extension_most:
        raise Refused(
            _(
                "That makes phases %(days)s days longer; at most %(most)s may be approved "
                "(extension_days_most)."
            )
            % {"days": delay, "most": situation.extension_most}
        )


def _exit(situation: Situation, plan: Plan, item: Happening, cohort: int, day: int) -> Consequence:
    gone = {person for person, left in plan.exits.items() if left <= day}
    cohort_of = plan.cohort.copy()
    cohort_of[[p for p in gone if p != item.person]] = -1
    left = leave_early(
        plan.rota, situation.can, situation.least.tolist(), cohort_of,
        person=item.person, day=day,
    )  # fmt: skip
    return Consequence(item, cohort, left=left)


def _with(plan: Plan, rota: Rota, came: Consequence) -> Plan:
    return replace(plan, rota=rota, consequences=(*plan.consequences, came))


def moved(plan: Plan, person: int, cohort: int) -> Plan:
    """The plan with a person in another cohort."""
    number = plan.cohort.copy()
    number[person] = cohort
    return replace(plan, cohort=number, is_proven=False)


def positives(plan: Plan) -> Sequence[tuple[int, int, int]]:
    """Cohorts that are held, from which day on, and until when, for the checker."""
    found = []
    for came in plan.consequences:
        if came.clear is not None:
            begin, end = (came.what.day - plan.first).days, (came.clear - plan.first).days
            found += [(c, begin, min(end, plan.n_days)) for c in came.held]
    return found
