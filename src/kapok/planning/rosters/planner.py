"""Rosters as the platform plans them: a document of lists in, a checked roster out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kapok.planning.planner import (
    Ask,
    Document,
    Duty,
    Figure,
    Kind,
    Member,
    Section,
    Sent,
    Slot,
    Tone,
)
from kapok.planning.rosters import facts, forms, showing, telling
from kapok.planning.rosters.changing import change
from kapok.planning.rosters.example import eight_gates
from kapok.planning.rosters.facts import Facts
from kapok.planning.rosters.looks import Shown
from kapok.planning.rosters.mending import mended_document
from kapok.planning.rosters.plans import Case, code_of, duties_document, read_case
from kapok.planning.rosters.staffing import staffed_document
from kapok.words import gettext as _
from kapok_planning.rosters import (
    OFF,
    Budget,
    Roster,
    broken_rules,
    lower_bound,
    make_roster,
    measure_roster,
    repair,
)


class RosterPlanner:
    """Who stands at which post, when."""

    kind = Kind.ROSTER
    budgets: tuple[str, ...] = tuple(Budget)
    mends = True
    staffs = True

    def begin(self) -> dict[str, Any]:
        """No posts and no people yet; the usual limits."""
        return {"settings": {"days": "28", "timezone": "Asia/Shanghai"}}

    def example(self) -> dict[str, Any]:
        """A street of eight gates."""
        return eight_gates()

    def fields(self, document: Document) -> forms.Fields:
        """Settings, and lists as text."""
        return forms.fields_of(document)

    def sent(self, document: Document, form: Sent) -> dict[str, Any]:
        """Settings and lists as they were sent."""
        return forms.document_of(document, form)

    def staffed(self, document: Document, members: Sequence[Member]) -> dict[str, Any]:
        """The people of the town among those of the situation."""
        return staffed_document(document, members)

    def read(self, document: Document) -> Case:
        """The lists, and what has happened to a running roster."""
        return read_case(document)

    def plan(self, situation: Case, ask: Ask) -> Roster:
        """A new roster; or the running one, changed as little as what happened allows."""
        problem, mend = situation.named.problem, situation.mend
        if mend is not None:
            return repair(
                mend.problem, mend.duty, mend.absences, today=mend.today, seed=ask.seed
            ).roster
        roster = make_roster(
            problem,
            budget=Budget(ask.budget),
            seed=ask.seed,
            spread=ask.spread,
            on_progress=ask.on_progress,
            should_stop=ask.should_stop,
        )
        if ask.budget != Budget.LONG or not roster.finished:
            return roster
        bound = lower_bound(
            problem, spread=ask.spread, on_progress=ask.on_progress, should_stop=ask.should_stop
        )
        return Roster(roster.duty, roster.totals, bound, roster.finished)

    def check(self, situation: Case, plan: Roster) -> tuple[str, ...]:
        """Broken rules in sentences."""
        named = situation.named
        broken = broken_rules(named.problem, plan.duty)
        return tuple(telling.broken_sentence(named, item) for item in broken)

    def figures(self, situation: Case, plan: Roster) -> tuple[Figure, ...]:
        """Seats, nights, wishes, ways, overtime; changes where a roster was mended."""
        totals = plan.totals
        at_work = max(1, int((plan.duty[:, situation.named.n_past :] != OFF).sum()))
        known = np.isfinite(plan.bound)
        found = [
            Figure("empty", _("Empty seats"), totals.n_empty, better=-1),
            Figure("seats", _("Seats"), totals.n_seats),
            Figure(
                "nights_spread", _("Nights apart, among equals"),
                _facts(situation, plan).nights_spread, better=-1,
            ),
            Figure("unfair", _("Duties outside fair shares"), totals.unfair, better=-1),
            Figure("wishes", _("Days against wishes"), totals.n_wishes_missed, better=-1),
            Figure("km", _("Way to a post, mean"), totals.km / at_work, "km", -1, 2),
            Figure("overtime", _("Overtime"), totals.overtime_h, "h", -1, 1),
        ]  # fmt: skip
        if known:
            gap = Figure("gap", _("Still to be gained, at most"), 100 * plan.gap, "%", -1, 1)
            found.append(gap)
        if situation.mend is not None:
            n = int((plan.duty != situation.mend.standing).sum())
            found.insert(1, Figure("changes", _("Days of others changed"), n, better=-1))
        return tuple(found)

    def explain(self, situation: Case, plan: Roster) -> tuple[Section, ...]:
        """What is changed, what is not met and why, what would help, what stands against it."""
        named, known = situation.named, _facts(situation, plan)
        changed: tuple[str, ...] = ()
        if situation.mend is not None:
            changed = showing.changed_lines(named, situation.mend.standing, plan.duty)
        whole: tuple[str, ...] = ()
        if not known.gaps and not broken_rules(named.problem, plan.duty):
            whole = (_("Every seat is filled, and no rule is broken."),)
        return tuple(
            section
            for section in (
                Section(_("Changed for others"), changed),
                Section(_("All is met"), whole, Tone.GOOD),
                Section(_("Not met"), tuple(facts.short_lines(named, known)), Tone.BAD),
                Section(_("What would help most"), tuple(facts.help_lines(named, known))),
                Section(_("What stands against it"), tuple(facts.conflict_lines(named, known))),
            )
            if section.lines
        )

    def dump(self, plan: Roster) -> dict[str, Any]:
        """Codes of duties by person, and what was proven."""
        known = np.isfinite(plan.bound)
        return {
            "codes": plan.duty.tolist(),
            "bound": float(plan.bound) if known else None,
            "finished": plan.finished,
        }

    def load(self, situation: Case, document: Document) -> Roster:
        """The roster of a document."""
        duty = duties_document(situation.named, document)
        bound = document.get("bound")
        totals = measure_roster(situation.named.problem, duty)
        finished = bool(document.get("finished", True))
        return Roster(duty, totals, float("nan") if bound is None else float(bound), finished)

    def changed(self, situation: Case, plan: Roster, change_: Mapping[str, str]) -> Roster:
        """Give a duty to somebody, take it from them, or let two exchange."""
        duty = change(situation.named, plan.duty, change_)
        totals = measure_roster(situation.named.problem, duty)
        return Roster(duty, totals, plan.bound, plan.finished)

    def shown(self, situation: Case, plan: Roster, wanted: Mapping[str, str]) -> Shown:
        """A week of some posts, or people and their days."""
        return showing.shown(situation, plan.duty, wanted)

    def mended(self, document: Document, plan: Document, sent: Sent) -> dict[str, Any]:
        """The situation in which somebody is ill, kept to the roster that runs."""
        return mended_document(document, plan, sent)

    def duties(self, situation: Case, plan: Roster) -> tuple[Duty, ...]:
        """Shifts of everybody, and open seats, in the order of time."""
        named, found = situation.named, []
        needs = named.problem.needs
        for day in range(named.n_past, len(named.days)):
            for shift in range(len(named.shifts)):
                starts_at, ends_at = named.period(day, shift)
                for role in np.flatnonzero(needs[day, shift]).tolist():
                    code = code_of(named, role, shift)
                    there = np.flatnonzero(plan.duty[:, day] == code).tolist()
                    seat = named.roles[role]
                    empty = max(0, int(needs[day, shift, role]) - len(there))
                    found += [
                        Duty(
                            worker="" if person is None else named.workers[person],
                            name="" if person is None else named.people[person],
                            post=seat.post,
                            task=showing.task_of(named, role, person),
                            starts_at=starts_at,
                            ends_at=ends_at,
                            party="; ".join(seat.parties),
                        )
                        for person in [*there, *[None] * empty]
                    ]
        return tuple(found)

    def slots(self, situation: Case, plan: Roster) -> tuple[Slot, ...]:
        """None."""
        return ()


def _facts(situation: Case, plan: Roster) -> Facts:
    """What a roster says of itself, kept with the situation."""
    key = plan.duty.tobytes()
    if key not in situation.facts:
        situation.facts[key] = facts.facts_of(situation.named, plan.duty)
    return situation.facts[key]


PLANNER = RosterPlanner()
