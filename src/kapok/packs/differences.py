"""What new rules would have changed in matters that are there: pure, for trying a pack out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from kapok.errors import Refused
from kapok.packs import calendar, conditions, forms
from kapok.packs.deciding import clocks_of, routes_of, urgency_of
from kapok.packs.look_up import Rules
from kapok.packs.schema import Duration, Kind, Route, Urgency, WorkingTime


@dataclass(frozen=True)
class MatterFacts:
    """What rules decide by, of one matter.

    Attributes
    ----------
    answers
        The answers to its report form.
    withheld
        Names of answers that were given and are not read here, as they are about somebody: no rule
        decides by them, and what a form says of them is no difference.
    place
        What conditions read as ``place``: ``code``, ``level``, ``zones``, ``risk``, ``urban``.
    matter
        What conditions read as ``matter``, without the urgency, which the rules decide.
    """

    id: UUID
    kind: str
    reported_at: datetime
    answers: Mapping[str, Any] = field(default_factory=dict)
    place: Mapping[str, Any] = field(default_factory=dict)
    matter: Mapping[str, Any] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Due:
    """When a clock that starts with the report would end; ``None``: there is no such clock."""

    clock: str
    before: datetime | None
    after: datetime | None
    limits: tuple[Duration | None, Duration | None] = field(default=(None, None), compare=False)
    """How long it has before and after, as the packs say it."""


@dataclass(frozen=True)
class Difference:
    """What would be different for one matter."""

    matter: UUID
    kind: str
    is_kind_new: bool = False
    is_kind_missing: bool = False
    urgency: tuple[Urgency, Urgency] | None = None
    due: tuple[Due, ...] = ()
    route: tuple[tuple[Route, ...], tuple[Route, ...]] | None = None
    faults: tuple[forms.Fault, ...] = ()
    """Answers that the new form would not take, and the old one did."""


@dataclass(frozen=True)
class Differences:
    """What would be different over all matters."""

    n_matters: int
    differing: tuple[Difference, ...]

    @property
    def n_same(self) -> int:
        """Matters for which nothing changes."""
        return self.n_matters - len(self.differing)


@dataclass(frozen=True)
class _Decided:
    """What rules decide when a matter is reported."""

    urgency: Urgency
    due: dict[str, tuple[datetime, Duration]]
    route: tuple[Route, ...]
    faults: tuple[forms.Fault, ...]


def differences(old: Rules, new: Rules, matters: Sequence[MatterFacts]) -> Differences:
    """What the new rules would have decided otherwise, had they been in force."""
    same = {code for code in {facts.kind for facts in matters} if _says_the_same(code, old, new)}
    found = (_difference(facts, old, new) for facts in matters if facts.kind not in same)
    return Differences(len(matters), tuple(one for one in found if one is not None))


def _says_the_same(code: str, old: Rules, new: Rules) -> bool:
    """Whether both have a kind with the same words and the same working time, or neither has."""
    if old.find(code) != new.find(code):
        return False
    if old.find(code) is None:
        return True
    [_kind, before], [_kind_too, after] = old.kind(code), new.kind(code)
    return old.calendar_of(before) == new.calendar_of(after)


def _difference(facts: MatterFacts, old: Rules, new: Rules) -> Difference | None:
    before, after = _decided(facts, old), _decided(facts, new)
    if before is None or after is None:
        if (before is None) == (after is None):
            return None
        return Difference(
            facts.id, facts.kind, is_kind_new=before is None, is_kind_missing=after is None
        )
    found = Difference(
        facts.id,
        facts.kind,
        urgency=None if before.urgency == after.urgency else (before.urgency, after.urgency),
        due=tuple(_other_due(before, after)),
        route=None if before.route == after.route else (before.route, after.route),
        faults=tuple(
            fault
            for fault in after.faults
            if fault not in before.faults and fault.field not in facts.withheld
        ),
    )
    is_same = not (found.urgency or found.due or found.route or found.faults)
    return None if is_same else found


def _other_due(before: _Decided, after: _Decided) -> Iterator[Due]:
    for clock in dict.fromkeys([*before.due, *after.due]):
        one, limit = before.due.get(clock, (None, None))
        other, new_limit = after.due.get(clock, (None, None))
        if one != other:
            yield Due(clock, one, other, (limit, new_limit))


def _decided(facts: MatterFacts, rules: Rules) -> _Decided | None:
    try:
        kind, ref = rules.kind(facts.kind)
    except Refused:
        return None
    working_time = rules.calendar_of(ref)
    works = calendar.is_working(facts.reported_at, working_time)
    answered = forms.checked(
        kind.report_form,
        dict(facts.answers),
        now=facts.reported_at,
        place=facts.place,
        matter=facts.matter,
        working_time=working_time,
    )
    known: dict[str, Mapping[str, Any]] = forms.variables(
        kind.report_form,
        answered.values,
        {
            "now": conditions.moment(facts.reported_at, working_time.zone, working=works),
            "place": facts.place,
            "matter": facts.matter,
        },
    )
    urgency = urgency_of(kind, known)
    known = {**known, "matter": {**facts.matter, "urgency": urgency.value}}
    due = dict(_due(kind, urgency, facts.reported_at, known, working_time))
    return _Decided(urgency, due, routes_of(kind, known), answered.faults)


def _due(
    kind: Kind,
    urgency: Urgency,
    reported_at: datetime,
    variables: conditions.Variables,
    working_time: WorkingTime,
) -> Iterator[tuple[str, tuple[datetime, Duration]]]:
    """Of clocks that start with the report; the others hang on what people do later."""
    for clock in clocks_of(kind, variables):
        if clock.starts.move == "report" or clock.starts.state == "REPORTED":
            limit = clock.limit_of(urgency)
            yield clock.code, (calendar.due(reported_at, limit, working_time), limit)
