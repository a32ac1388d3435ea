"""A plan of closed duty as a document, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from kapok.errors import Refused
from kapok.planning.cohorts.happenings import Happening, What
from kapok.planning.cohorts.plans import Consequence, Plan
from kapok.planning.cohorts.situation import Situation
from kapok.words import gettext as _
from kapok_planning.cohorts import Exit, Extension, Rota


def dump(plan: Plan) -> dict[str, Any]:
    """The plan as what JSON can hold."""
    return {
        "first": plan.first.isoformat(),
        "first_duty": plan.rota.first_duty,
        "phase": plan.rota.phase.tolist(),
        "day_of_phase": plan.rota.day_of_phase.tolist(),
        "cohort": plan.cohort.tolist(),
        "is_proven": plan.is_proven,
        "consequences": [
            {
                "what": {
                    **asdict(came.what),
                    "what": str(came.what.what),
                    "day": came.what.day.isoformat(),
                    "clear": came.what.clear.isoformat() if came.what.clear else None,
                },
                "cohort": came.cohort,
                "held": list(came.held),
                "clear": came.clear.isoformat() if came.clear else None,
                "extensions": [asdict(extension) for extension in came.extensions],
                "left": None
                if came.left is None
                else {**asdict(came.left), "short": list(came.left.short)},
            }
            for came in plan.consequences
        ],
    }


def load(situation: Situation, document: Mapping[str, Any]) -> Plan:
    """The plan of a document. Raises ``Refused`` where it was made for other people."""
    cohort = np.array(document["cohort"], np.int32)
    if len(cohort) != len(situation.people):
        raise Refused(
            _("The plan is for %(n)s people, the situation has %(other)s; make the plan anew.")
            % {"n": len(cohort), "other": len(situation.people)}
        )
    phase = np.array(document["phase"], np.int32)
    rota = Rota(
        situation.scheme.for_cohorts(len(phase)),
        phase,
        np.array(document["day_of_phase"], np.int32),
        int(document["first_duty"]),
    )
    return Plan(
        rota=rota,
        first=date.fromisoformat(document["first"]),
        cohort=cohort,
        is_proven=bool(document["is_proven"]),
        consequences=tuple(_consequence(kept) for kept in document["consequences"]),
    )


def happenings(document: Mapping[str, Any]) -> tuple[Happening, ...]:
    """What had happened in the plan of a document."""
    return tuple(_consequence(kept).what for kept in document["consequences"])


def _consequence(kept: Mapping[str, Any]) -> Consequence:
    what, left = kept["what"], kept["left"]
    return Consequence(
        what=Happening(
            **{
                **what,
                "what": What(what["what"]),
                "day": date.fromisoformat(what["day"]),
                "clear": date.fromisoformat(what["clear"]) if what["clear"] else None,
            }
        ),
        cohort=int(kept["cohort"]),
        held=tuple(kept["held"]),
        clear=date.fromisoformat(kept["clear"]) if kept["clear"] else None,
        extensions=tuple(Extension(**extension) for extension in kept["extensions"]),
        left=None if left is None else Exit(**{**left, "short": tuple(left["short"])}),
    )
