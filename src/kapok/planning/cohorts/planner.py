"""The planner of closed duty, as commands and pages know it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from kapok.errors import Refused
from kapok.planning.cohorts import documents, forms, plans, telling, views
from kapok.planning.cohorts.checking import broken
from kapok.planning.cohorts.happenings import happening_of
from kapok.planning.cohorts.names import letters_of, number_of
from kapok.planning.cohorts.plans import Plan
from kapok.planning.cohorts.runs import Run, runs_of
from kapok.planning.cohorts.schemes import label_of
from kapok.planning.cohorts.situation import Situation, read_situation
from kapok.planning.planner import (
    Ask,
    Document,
    Duty,
    Figure,
    Member,
    Phase,
    Section,
    Sent,
    Slot,
)
from kapok.planning.planner import Kind as PlannerKind
from kapok.words import gettext as _
from kapok_planning.cohorts import Kind

MOST_DUTIES = 20_000
PHASES: Mapping[Kind, Phase] = {
    Kind.PRE_ISOLATION: Phase.ISOLATION,
    Kind.CLOSED_DUTY: Phase.CLOSED_DUTY,
    Kind.POST_ISOLATION: Phase.ISOLATION,
    Kind.STANDBY: Phase.STANDBY,
    Kind.LEAVE: Phase.LEAVE,
}


class CohortPlanner:
    """Cohorts that follow each other into a closed place: calendar, people, what happens."""

    kind = PlannerKind.COHORTS
    budgets = ("fast", "normal", "long")
    mends = True
    staffs = True

    def begin(self) -> dict[str, Any]:
        """14+N+N by custom, and nobody in it."""
        return dict(forms.BLANK)

    def example(self) -> dict[str, Any]:
        """A detention house with made-up people."""
        return forms.example()

    def fields(self, document: Document) -> forms.Fields:
        """The form of the situation."""
        return forms.fields_of(document)

    def sent(self, document: Document, form: Sent) -> dict[str, Any]:
        """The document after the form."""
        return forms.after(document, form)

    def staffed(self, document: Document, members: Sequence[Member]) -> dict[str, Any]:
        """The document with people of the town."""
        return forms.staffed(document, members)

    def read(self, document: Document) -> Situation:
        """The situation of a document."""
        return read_situation(document)

    def plan(self, situation: Situation, ask: Ask) -> Plan:
        """The calendar, the best split that the budget finds, and what has happened since."""
        return plans.make_plan(situation, ask)

    def check(self, situation: Situation, plan: Plan) -> tuple[str, ...]:
        """Rules of closed duty that are broken."""
        return broken(situation, plan)

    def figures(self, situation: Situation, plan: Plan) -> tuple[Figure, ...]:
        """The plan in numbers."""
        return telling.figures(situation, plan)

    def explain(self, situation: Situation, plan: Plan) -> tuple[Section, ...]:
        """What is not met and why, what has happened, what it costs, what would help."""
        return telling.sections(situation, plan)

    def dump(self, plan: Plan) -> dict[str, Any]:
        """The plan as a document."""
        return documents.dump(plan)

    def load(self, situation: Situation, document: Document) -> Plan:
        """The plan of a document."""
        return documents.load(situation, document)

    def changed(self, situation: Situation, plan: Plan, change: Mapping[str, str]) -> Plan:
        """A ``person`` in another ``cohort``; or ``what`` has happened, as in the lists."""
        who = {name.lower(): i for i, name in enumerate(situation.people)}
        if change.get("what"):
            item = happening_of(*forms.row_of(change), who)
            if item is None:
                raise Refused(_("Say what happened, to whom, and when."))
            return plans.after(situation, plan, item)
        person = who.get(change.get("person", "").lower())
        if person is None:
            raise Refused(
                _("“%(name)s” is none of the people.") % {"name": change.get("person", "")}
            )
        cohort = number_of(change.get("cohort", ""))
        if cohort is None or cohort >= plan.rota.n_cohorts:
            raise Refused(
                _("There is no cohort “%(cohort)s”; there are %(n)s.")
                % {"cohort": change.get("cohort", ""), "n": plan.rota.n_cohorts}
            )
        return plans.moved(plan, person, cohort)

    def shown(self, situation: Situation, plan: Plan, wanted: Mapping[str, str]) -> views.Shown:
        """Four months of the calendar, and all cohorts."""
        return views.shown(situation, plan, wanted)

    def mended(self, document: Document, plan: Document, sent: Sent) -> dict[str, Any]:
        """The document after something happened; people stay in their cohorts."""
        return forms.mended(document, plan, sent)

    def duties(self, situation: Situation, plan: Plan) -> tuple[Duty, ...]:
        """Each phase of each person; open seats of closed duty where nobody is named."""
        found = [
            duty
            for cohort in range(plan.rota.n_cohorts)
            for run in runs_of(plan, cohort)
            for duty in _duties(situation, plan, run)
        ]
        if len(found) > MOST_DUTIES:
            raise Refused(
                _("%(n)s phases are too many to put in force at once; plan fewer days.")
                % {"n": f"{len(found):,}"}
            )
        return tuple(found)

    def slots(self, situation: Situation, plan: Plan) -> tuple[Slot, ...]:
        """None: nobody books a closed place."""
        return ()


def _duties(situation: Situation, plan: Plan, run: Run) -> list[Duty]:
    if not len(plan.cohort):
        seats = situation.on_duty if run.phase.kind == Kind.CLOSED_DUTY else 0
        return [_duty(situation, plan, run, run.end, "", "")] * seats
    gone = plan.exits
    return [
        _duty(situation, plan, run, end, situation.workers[p], situation.people[p])
        for p in np.flatnonzero(plan.cohort == run.cohort).tolist()
        if (end := min(run.end, gone.get(p, run.end))) > run.begin
    ]


def _duty(situation: Situation, plan: Plan, run: Run, end: int, worker: str, name: str) -> Duty:
    starts, ends = (
        datetime.combine(plan.day(day), situation.handover_at, situation.zone)
        for day in (run.begin, end)
    )
    return Duty(
        worker=worker,
        name=name,
        post=run.phase.location or situation.name,
        task=_("%(phase)s, cohort %(cohort)s")
        % {"phase": label_of(run.phase.kind), "cohort": letters_of(run.cohort)},
        starts_at=starts,
        ends_at=ends,
        phase=PHASES[run.phase.kind],
    )


PLANNER = CohortPlanner()
