"""A plan of a hotline as a document, and back."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from kapok.errors import Refused
from kapok.planning.hotlines.plans import (
    Plan,
    Pooled,
    Rota,
    empty_rota,
    given_agents,
    key_of,
    worked,
)
from kapok.planning.hotlines.situation import Situation
from kapok.words import gettext as _
from kapok_planning.hotline import Overflowing, Shift, measure, overloads

LINES = ("alone", "left_street", "reached_city", "city_seats", "lost")


def dump(plan: Plan) -> dict[str, Any]:
    """The plan as what JSON can hold."""
    pooled, lines = plan.pooled, plan.lines
    return {
        "agents": plan.staffing.agents.tolist(),
        "shifts": [
            {
                "skill": rota.skill,
                "bound": rota.plan.bound,
                "worked": [
                    {"shift": key_of(shift), "people": n}
                    for shift, n in zip(rota.shifts, rota.plan.people.tolist(), strict=True)
                    if n
                ],
            }
            for rota in plan.rotas
        ],
        "pooled": None
        if pooled is None
        else {
            "moments": pooled.moments.tolist(),
            "alone": pooled.alone.tolist(),
            "together": pooled.together.tolist(),
            "pair": pooled.pair and list(pooled.pair),
        },
        "lines": None if lines is None else {name: getattr(lines, name).tolist() for name in LINES},
        "by_hand": plan.by_hand,
    }


def load(situation: Situation, document: Mapping[str, Any]) -> Plan:
    """The plan of a document. Raises ``Refused`` where it was made for other intervals."""
    agents = np.array(document["agents"], np.int64)
    if len(agents) != situation.table.n:
        raise Refused(
            _("The plan is for %(n)s intervals, the situation has %(other)s; make the plan anew.")
            % {"n": len(agents), "other": situation.table.n}
        )
    target = situation.settings.target
    found = measure(situation.calls, agents, target)
    given, is_given = given_agents(situation)
    return Plan(
        staffing=found,
        given=measure(situation.calls, given, target) if is_given else None,
        overloads=overloads(situation.calls, given) if is_given else (),
        pooled=_pooled(document.get("pooled")),
        lines=_lines(document.get("lines")),
        rotas=tuple(_rota(situation, found.rostered, item) for item in document["shifts"]),
        by_hand=bool(document.get("by_hand")),
    )


def _pooled(kept: Mapping[str, Any] | None) -> Pooled | None:
    if kept is None:
        return None
    pair = kept["pair"]
    return Pooled(
        moments=np.array(kept["moments"], float),
        alone=np.array(kept["alone"], np.int64),
        together=np.array(kept["together"], np.int64),
        pair=None if pair is None else (str(pair[0]), str(pair[1]), int(pair[2])),
    )


def _lines(kept: Mapping[str, Any] | None) -> Overflowing | None:
    if kept is None:
        return None
    whole = ("alone", "city_seats")
    return Overflowing(
        **{name: np.array(kept[name], np.int64 if name in whole else float) for name in LINES}
    )


def _rota(situation: Situation, rostered: "np.ndarray[Any, Any]", kept: Mapping[str, Any]) -> Rota:
    """The shifts of one skill; those that no longer may be worked are kept beside the others."""
    empty = empty_rota(situation, rostered, str(kept["skill"]))
    shifts = {key_of(shift): shift for shift in empty.shifts}
    people = dict.fromkeys(shifts, 0)
    for item in kept["worked"]:
        key = str(item["shift"])
        shifts.setdefault(key, _shift(key))
        people[key] = int(item["people"])
    plan = worked(
        empty.need, tuple(shifts.values()), np.array(list(people.values())), float(kept["bound"])
    )
    return Rota(empty.skill, empty.begin_min, empty.need, tuple(shifts.values()), plan)


def _shift(key: str) -> Shift:
    spans = [tuple(int(n) for n in part.split("-")) for part in key.split(":")]
    (start, end), *breaks = spans
    return Shift(start, end, tuple((a, b) for a, b in breaks))
