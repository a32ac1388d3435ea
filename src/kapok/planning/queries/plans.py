"""What pages show of plans."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.places import areas
from kapok.planning import making
from kapok.planning.models import Plan
from kapok.planning.operations.changing import current
from kapok.planning.planner import Figure, Kind, Section, Tone
from kapok.planning.planners import planner_of
from kapok.planning.workflow import Origin, State
from kapok.words import language

MOST_LISTED = 200
KINDS: dict[str, tuple[Promise, Promise]] = {
    Kind.ROSTER: (_("Roster of posts"), _("Who stands at which gate, when; nights shared fairly.")),
    Kind.COHORTS: (_("Closed duty"), _("Cohorts that follow each other into a closed place.")),
    Kind.SITE: (_("Site"), _("Vaccination or sampling: staff, waits, seats, where it is tight.")),
    Kind.HOTLINE: (_("Hotline"), _("How many people at the phones, in which shifts.")),
}
BUDGETS: dict[str, Promise] = {
    "first": _("A first look (seconds)"),
    "fast": _("Fast"),
    "normal": _("Normal"),
    "long": _("Long, for the plan that is put in force"),
}


@dataclass(frozen=True)
class Line:
    """A plan in a list."""

    id: UUID
    title: str
    kind: str
    kind_label: Promise
    where: str
    state: str
    state_label: str
    made_at: datetime
    made_by: str
    percent: int | None


@dataclass(frozen=True)
class Change:
    """A change that somebody made by hand."""

    by: str
    at: datetime
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Card:
    """One plan, as its page shows it."""

    line: Line
    version: int
    seed: int
    budget: Promise | str
    place: int
    origin_label: str
    made_from: Line | None
    situation_sha256: str
    result_sha256: str
    versions: tuple[tuple[str, str], ...]
    came_out_the_same: bool | None
    problem: str
    is_finished: bool
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    broken: tuple[str, ...]
    changes: tuple[Change, ...]
    shown: Any
    fields: Any
    planned_at: datetime | None
    put_at: datetime | None
    put_by: str
    ended_at: datetime | None
    is_to_stop: bool
    may_make: bool
    may_put: bool
    mends: bool
    staffs: bool
    budgets: tuple[tuple[str, Promise | str], ...]

    @property
    def leaves_unmet(self) -> bool:
        """Whether the plan says that something which is needed is not met."""
        return any(section.tone == Tone.BAD and section.lines for section in self.sections)

    @property
    def is_moving(self) -> bool:
        """Whether the page looks again by itself."""
        return self.line.state in {State.WAITING, State.MAKING}

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan to be seen."""
        return self.line.state in {State.READY, State.IN_FORCE, State.ENDED}


def lines(kind: str = "", *, at_most: int = MOST_LISTED, planned: bool = False) -> list[Line]:
    """Plans of the places of whoever acts, the newest first."""
    rows = Plan.objects.defer("situation", "result", "current", "said", "changes")
    if planned:
        rows = rows.filter(state__in=[State.READY, State.IN_FORCE, State.ENDED])
    found = list((rows.filter(kind=kind) if kind else rows)[:at_most])
    names = _names(found)
    return [line_of(plan, names) for plan in found]


def line_of(plan: Plan, names: dict[Any, str] | None = None) -> Line:
    """A plan as a line."""
    names = names if names is not None else _names([plan])
    return Line(
        id=plan.pk,
        title=plan.title,
        kind=plan.kind,
        kind_label=KINDS[plan.kind][0],
        where=names.get(plan.place, ""),
        state=plan.state,
        state_label=str(State(plan.state).label),
        made_at=plan.made_at,
        made_by=names.get(plan.made_by, ""),
        percent=round(100 * plan.done / plan.total) if plan.total else None,
    )


def card(plan: Plan, wanted: dict[str, str]) -> Card:
    """A plan as its page shows it; ``wanted`` says which part of it (a week, a station)."""
    planner = planner_of(plan.kind)
    has_plan = plan.result is not None
    said = _said(plan)
    shown = fields = None
    if has_plan:
        situation = planner.read(plan.situation)
        shown = planner.shown(situation, planner.load(situation, current(plan)), wanted)
    else:
        fields = planner.fields(plan.situation)
    source = plan.made_from
    names = _names([plan, *([source] if source else [])])
    return Card(
        line=line_of(plan, names),
        version=plan.version,
        seed=plan.seed,
        budget=BUDGETS.get(plan.budget, plan.budget),
        place=plan.place,
        origin_label=str(Origin(plan.origin).label),
        made_from=line_of(source, names) if source else None,
        situation_sha256=plan.situation_sha256,
        result_sha256=plan.result_sha256,
        versions=tuple(sorted(plan.versions.items())),
        came_out_the_same=_same(plan, source),
        problem=plan.problem,
        is_finished=plan.is_finished,
        figures=said.figures if said else (),
        sections=said.sections if said else (),
        broken=said.broken if said else (),
        changes=tuple(_change(each) for each in reversed(plan.changes)),
        shown=shown,
        fields=fields,
        planned_at=plan.planned_at,
        put_at=plan.put_at,
        put_by=names.get(plan.put_by, ""),
        ended_at=plan.ended_at,
        is_to_stop=plan.is_to_stop,
        may_make=scope.can(Permission.PLAN_MAKE, plan.place),
        may_put=scope.can(Permission.PLAN_PUT_IN_FORCE, plan.place),
        staffs=planner.staffs,
        mends=planner.mends and has_plan,
        budgets=tuple((each, BUDGETS.get(each, each)) for each in planner.budgets),
    )


def others(plan: Plan) -> list[Line]:
    """Plans of the same kind that this one can be compared with."""
    if plan.result is None:
        return []
    return [line for line in lines(plan.kind, at_most=50, planned=True) if line.id != plan.pk]


@dataclass(frozen=True)
class Compared:
    """One figure of two plans, and which of them is better by it."""

    label: str
    unit: str
    digits: int
    one: float | None
    other: float | None
    difference: float | None
    verdict: str  # "better", "worse", "same" or blank: of the other against the one


def compared(one: Plan, other: Plan) -> tuple[Compared, ...]:
    """Two plans of one kind, figure by figure."""
    first, second = _said(one), _said(other)
    if first is None or second is None:
        return ()
    others = {figure.key: figure for figure in second.figures}
    return tuple(
        _compared(figure, others[figure.key]) for figure in first.figures if figure.key in others
    )


def sections(plan: Plan) -> tuple[Section, ...]:
    """What a plan says of itself."""
    said = _said(plan)
    return said.sections if said else ()


def _compared(one: Figure, other: Figure) -> Compared:
    difference, verdict = None, ""
    if one.value is not None and other.value is not None:
        difference = other.value - one.value
        shown = round(difference, one.digits)
        if one.better:
            verdict = "same" if not shown else "better" if shown * one.better > 0 else "worse"
    return Compared(one.label, one.unit, one.digits, one.value, other.value, difference, verdict)


def _said(plan: Plan) -> making.Said | None:
    if not plan.said:
        return None
    return making.from_json(plan.said["zh-hans" if language().startswith("zh") else "en"])


def _same(plan: Plan, source: Plan | None) -> bool | None:
    """Whether a plan that was computed again came out as the first time."""
    if plan.origin != Origin.AGAIN or source is None or not plan.result_sha256:
        return None
    return plan.result_sha256 == source.result_sha256


def _change(made: dict[str, Any]) -> Change:
    words = tuple((key, str(value)) for key, value in made["change"].items())
    return Change(made["name"], datetime.fromisoformat(made["at"]), words)


def _names(plans: list[Plan]) -> dict[Any, str]:
    """Names of places and accounts that some plans mention."""
    accounts = {key for plan in plans for key in (plan.made_by, plan.put_by) if key}
    found: dict[Any, str] = {
        account.pk: str(account) for account in User.objects.filter(pk__in=accounts)
    }
    return found | {plan.place: areas.names([plan.place]) for plan in plans}


def workers_of(plan: Plan) -> list[UUID]:
    """Keys of the workers whom a situation names."""
    tables = [rows for rows in plan.situation.values() if isinstance(rows, list)]
    keys = {row.get("worker") for rows in tables for row in rows if isinstance(row, dict)}
    return sorted(UUID(key) for key in keys if isinstance(key, str) and _is_key(key))


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
