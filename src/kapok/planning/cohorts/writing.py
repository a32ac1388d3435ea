"""What ``kapok cohorts`` writes: the calendar as CSV, everything as JSON, members as CSV."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from kapok.errors import Refused
from kapok.places.files.writing import replacing, write_csv
from kapok.planning.cohorts.names import letters_of
from kapok.planning.cohorts.plans import Plan, costs
from kapok.planning.cohorts.situation import Situation
from kapok.planning.cohorts.telling import sections
from kapok.planning.hotlines.writing import as_json
from kapok_planning.cohorts import HOME


def member_table(situation: Situation, plan: Plan) -> pl.DataFrame:
    """Who is in which cohort."""
    if not len(plan.cohort):
        raise Refused("There are no people to put into cohorts; give a list with person and roles.")
    return pl.DataFrame(
        {
            "person": list(situation.people),
            "cohort": [letters_of(c) for c in plan.cohort.tolist()],
        }
    )


def calendar_rows(plan: Plan) -> list[dict[str, Any]]:
    """Each day of each cohort."""
    rota = plan.rota
    tested = rota.is_tested
    gates = {h.day: (h.out, h.into) for h in rota.handovers}
    rows = []
    for day in range(plan.n_days):
        for cohort in range(rota.n_cohorts):
            number = int(rota.phase[cohort, day])
            phase = None if number == HOME else rota.scheme.phases[number]
            rows.append(
                {
                    "date": plan.day(day).isoformat(),
                    "cohort": letters_of(cohort),
                    "phase": "" if phase is None else str(phase.kind),
                    "day_of_phase": int(rota.day_of_phase[cohort, day]),
                    "test": "yes" if tested[cohort, day] else "",
                    "not_past_gate": "" if phase is None or not phase.gate else str(phase.gate),
                    "location": "" if phase is None else phase.location,
                    "handover": "yes" if cohort in gates.get(day, ()) else "",
                }
            )
    return rows


def rows(situation: Situation, plan: Plan) -> pl.DataFrame:
    """Each day of each cohort, as a table."""
    return pl.DataFrame(calendar_rows(plan))


def told(situation: Situation, plan: Plan) -> list[str]:
    """All of it in sentences, under heads."""
    lines: list[str] = []
    for section in sections(situation, plan):
        lines += [*([""] if lines else []), f"{section.head}:"]
        lines += [f"  {line}" for line in section.lines]
    return lines


def summary(situation: Situation, plan: Plan) -> dict[str, Any]:
    """The figures and the sentences."""
    return {
        "costs": asdict(costs(situation, plan.rota.n_cohorts)),
        "sentences": [line for s in sections(situation, plan) for line in s.lines],
    }


def write(path: Path, situation: Situation, plan: Plan) -> None:
    """Write the calendar as CSV, or everything as JSON."""
    if path.suffix.lower() == ".csv":
        write_csv(path, pl.DataFrame(calendar_rows(plan)))
    else:
        people = member_table(situation, plan).to_dicts() if len(plan.cohort) else []
        whole = {**summary(situation, plan), "calendar": calendar_rows(plan), "members": people}
        with replacing(path) as file:
            file.write(as_json(whole).encode())
