"""The planner of hotlines, as commands and pages know it."""

from collections.abc import Mapping, Sequence
from typing import Any

from kapok.errors import Refused
from kapok.planning.hotlines import documents, forms, plans, telling, views
from kapok.planning.hotlines.checking import broken
from kapok.planning.hotlines.labels import interval_labels, shift_labels
from kapok.planning.hotlines.moments import clock
from kapok.planning.hotlines.plans import Plan
from kapok.planning.hotlines.situation import Situation, read_situation
from kapok.planning.planner import Ask, Document, Duty, Figure, Kind, Member, Section, Sent, Slot
from kapok.planning.rosters.cells import Row, Wrong
from kapok.words import gettext as _

MOST_AT_ONCE = 100_000
MOST_DUTIES = 20_000


class HotlinePlanner:
    """Agents of each interval, shifts that cover them, and what pools and lines mean."""

    kind = Kind.HOTLINE
    budgets = ("normal",)
    mends = False
    staffs = False

    def begin(self) -> dict[str, Any]:
        """What callers may expect by custom; no calls yet."""
        return dict(forms.BLANK)

    def example(self) -> dict[str, Any]:
        """A day of two skills over 234 lines, made up."""
        return forms.example()

    def fields(self, document: Document) -> forms.Fields:
        """The form of the situation."""
        return forms.fields_of(document)

    def sent(self, document: Document, form: Sent) -> dict[str, Any]:
        """The document after the form."""
        return forms.after(document, form)

    def staffed(self, document: Document, members: Sequence[Member]) -> dict[str, Any]:
        """Hotlines name nobody: their shifts are open seats."""
        return dict(document)

    def read(self, document: Document) -> Situation:
        """The situation of a document."""
        return read_situation(document)

    def plan(self, situation: Situation, ask: Ask) -> Plan:
        """The fewest agents and paid hours; nothing in it is left to chance."""
        return plans.make_plan(situation, ask)

    def check(self, situation: Situation, plan: Plan) -> tuple[str, ...]:
        """Targets that are not met and shifts that are not what they say."""
        return broken(situation, plan)

    def figures(self, situation: Situation, plan: Plan) -> tuple[Figure, ...]:
        """The plan in numbers."""
        return telling.figures(situation, plan)

    def explain(self, situation: Situation, plan: Plan) -> tuple[Section, ...]:
        """What is not met and why, what pools save, what would help most."""
        return (*telling.sections(situation, plan), *telling.notes(situation))

    def dump(self, plan: Plan) -> dict[str, Any]:
        """The plan as a document."""
        return documents.dump(plan)

    def load(self, situation: Situation, document: Document) -> Plan:
        """The plan of a document."""
        return documents.load(situation, document)

    def changed(self, situation: Situation, plan: Plan, change: Mapping[str, str]) -> Plan:
        """So many ``agents`` in an ``interval``, or ``people`` in a ``shift``, by their labels."""
        wrong = Wrong()
        row = Row(_("the change"), dict(change), wrong)
        if row.has("interval"):
            row.needed("agents")
            n = row.whole("agents", 0, MOST_AT_ONCE, 0)
            wrong.refuse()
            t = interval_labels(situation).get(row.text("interval"))
            if t is None:
                raise Refused(_("There is no such interval; choose one of the plan."))
            return plans.with_agents(situation, plan, t, n)
        if row.has("shift"):
            row.needed("people")
            n = row.whole("people", 0, MOST_AT_ONCE, 0)
            wrong.refuse()
            place = shift_labels(situation, plan).get(row.text("shift"))
            if place is None:
                raise Refused(_("There is no such shift; choose one of those that fit."))
            return plans.with_shift(plan, *place, n)
        raise Refused(_("Say which interval has how many agents, or which shift how many people."))

    def mended(self, document: Document, plan: Document, sent: Sent) -> dict[str, Any]:
        """Hotlines are not mended: their situation is copied and set anew."""
        raise Refused(_("A hotline's plan is not mended; copy its situation and plan anew."))

    def shown(self, situation: Situation, plan: Plan, wanted: Mapping[str, str]) -> views.Shown:
        """One day of the plan."""
        return views.shown(situation, plan, wanted)

    def duties(self, situation: Situation, plan: Plan) -> tuple[Duty, ...]:
        """An open seat for each person of each shift."""
        found = []
        for rota in plan.rotas:
            for shift, n in zip(rota.shifts, rota.plan.people.tolist(), strict=True):
                starts, ends = (
                    clock(
                        rota.begin_min + at * situation.table.interval_min, situation.settings.zone
                    )
                    for at in (shift.start, shift.end)
                )
                seat = Duty("", "", situation.settings.name, rota.skill or _("phone"), starts, ends)
                found += [seat] * n
        if len(found) > MOST_DUTIES:
            raise Refused(
                _("%(n)s shifts are too many to put in force at once; plan a shorter time.")
                % {"n": f"{len(found):,}"}
            )
        return tuple(found)

    def slots(self, situation: Situation, plan: Plan) -> tuple[Slot, ...]:
        """None: nobody books a hotline."""
        return ()


PLANNER = HotlinePlanner()
