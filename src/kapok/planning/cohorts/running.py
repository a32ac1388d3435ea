"""The work of ``kapok cohorts``: files in, a calendar and cohorts out."""

import json
import sys
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from kapok.errors import Refused
from kapok.places.files.writing import check_can_write, replacing, write_csv
from kapok.planning.cohorts.situation import POSITIVES, Situation, read_situation, staff_of
from kapok.planning.rosters.telling import count_of, day_of
from kapok_planning.cohorts import (
    HOME,
    Approval,
    Broken,
    Costs,
    Frozen,
    Members,
    Rota,
    Rule,
    broken_rules,
    cohorts_within,
    costs_of,
    freeze,
    make_rota,
    split,
)

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
RULES = {
    Rule.NOBODY_ON_DUTY: "nobody is on duty from {day} on, for {days} days",
    Rule.TWO_ON_DUTY: "two cohorts are on duty from {day} on, for {days} days",
    Rule.NOT_ISOLATED: "cohort {cohort} begins duty on {day} without the whole isolation",
    Rule.NOT_TESTED: "cohort {cohort} begins duty on {day} without a test before it",
    Rule.POSITIVE: "cohort {cohort} moves on {day} although it is held",
    Rule.MIXED: "cohort {cohort} meets another in one place on {day}",
    Rule.CLOSED_IN_ROW: "cohort {cohort} is shut in for {days} days in a row by {day}",
    Rule.CLOSED_OF_WINDOW: "cohort {cohort} is shut in for {days} of 90 days by {day}",
}


@dataclass(frozen=True)
class Asked:
    """The options of ``kapok cohorts``."""

    files: tuple[Path, ...]
    output: Path | None
    members: Path | None
    seed: int
    as_json: bool


@dataclass(frozen=True)
class Answer:
    """What came of it."""

    situation: Situation
    rota: Rota
    first: date
    costs: Costs
    enough: int | None
    members: Members | None
    holds: tuple[str, ...]
    broken: tuple[Broken, ...]


def run(asked: Asked) -> None:
    """Plan and write. Raises ``Refused``; nothing is written then."""
    for path in (asked.output, asked.members):
        if path is not None:
            check_can_write(path, *asked.files)
    answer = plan(read_situation(asked.files), seed=asked.seed)
    if asked.output is not None:
        _write(asked.output, answer)
    if asked.members is not None:
        write_csv(asked.members, _member_table(answer))
    told = sentences(answer)
    if asked.as_json:
        whole = {"costs": asdict(answer.costs), "sentences": told}
        sys.stdout.write(json.dumps(whole, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(told) + "\n")


def plan(situation: Situation, *, seed: int) -> Answer:
    """The calendar, the cohorts, and what holds do to them."""
    scheme, caps = situation.scheme, situation.caps
    enough = cohorts_within(scheme, caps)
    n = situation.n_cohorts or enough or scheme.least_cohorts
    try:
        rota = make_rota(scheme, n_cohorts=n, n_days=situation.n_days)
    except ValueError as error:
        raise Refused(str(error)) from None
    first = situation.start - timedelta(days=rota.first_duty)
    members = None
    if situation.people:
        staff = staff_of(situation, rota.phase.shape[1], first)
        try:
            members = split(rota, staff, seed=seed)
        except ValueError as error:
            raise Refused(f"{error} Name more people, or a scheme with fewer cohorts.") from None
    costs = costs_of(scheme, n_cohorts=n, on_duty=situation.on_duty or len(situation.people) // n)
    rota, held, holds = _hold(situation, rota, members, first)
    broken = tuple(broken_rules(rota, caps, positives=held))
    return Answer(situation, rota, first, costs, enough, members, holds, broken)


def _hold(
    situation: Situation, rota: Rota, members: Members | None, first: date
) -> tuple[Rota, list[tuple[int, int, int]], tuple[str, ...]]:
    """Put every positive test into force, in the order of their days."""
    held: list[tuple[int, int, int]] = []
    told: list[str] = []
    rows = situation.lists.of(POSITIVES.name)
    for row in sorted(rows, key=lambda r: r.text("date")):
        day, clear = row.day("date"), row.day("clear")
        name = row.needed("person")
        if name not in situation.people or members is None:
            row.bad("person", f"“{name}” is none of the people.")
        if day is None or clear is None or situation.lists.wrong.sentences or members is None:
            continue
        cohort = int(members.cohort[situation.people.index(name)])
        span = (day - first).days, (clear - first).days
        try:
            approval = Approval(
                row.text("reason"), row.text("approver"), most_days=situation.extension_most
            )
            frozen = freeze(rota, cohort=cohort, day=span[0], clear=span[1], approval=approval)
        except ValueError as error:
            row.bad("date", str(error))
            continue
        rota = frozen.rota
        held += [(c, *span) for c in frozen.cohorts]
        told += _hold_sentences(frozen, first, name, day, approval)
    situation.lists.wrong.refuse()
    return rota, held, tuple(told)


def _hold_sentences(
    frozen: Frozen, first: date, name: str, day: date, approval: Approval
) -> list[str]:
    names = " and ".join(LETTERS[c] for c in frozen.cohorts)
    lines = [f"{day_of(day)}, positive test of {name}: cohorts {names} do not move until clear."]
    for item in frozen.extensions:
        phase = frozen.rota.scheme.phases[item.phase]
        end = day_of(first + timedelta(days=item.planned_end))
        lines.append(
            f"  Cohort {LETTERS[item.cohort]} stays in {_kind(phase.kind)} {item.days} days longer "
            f"than to {end} ({approval.reason}; approved by {approval.approver})."
        )
    return lines


def _kind(kind: str) -> str:
    return kind.replace("_", " ")


def sentences(answer: Answer) -> list[str]:
    """All of it in sentences."""
    situation, costs = answer.situation, answer.costs
    scheme, caps = situation.scheme, situation.caps
    text = " + ".join(f"{phase.days} {_kind(phase.kind)}" for phase in answer.rota.scheme.phases)
    lines = [
        f"{count_of(costs.n_cohorts).capitalize()} cohorts on {text} days; "
        f"{count_of(scheme.least_cohorts)} would keep duty unbroken.",
        f"Each seat on duty takes {costs.people_per_seat} people; everybody is shut in for "
        f"{costs.closed_share:.0%} of the time, {costs.closed_in_row} days in a row and "
        f"{costs.closed_of_90} of 90 days at most, with {costs.tests_of_90:.0f} tests in 90 days.",
        f"Separate places of isolation needed at once: {costs.isolating_at_once}; isolation "
        f"begins on {day_of(answer.first)}, duty on {day_of(situation.start)}.",
    ]
    if answer.enough is None:
        lines.append(
            f"No number of cohorts keeps to {caps.in_a_row} days in a row and {caps.of_window} of "
            f"{caps.window}: shorten duty or isolation."
        )
    elif answer.enough > scheme.least_cohorts:
        lines.append(
            f"{count_of(answer.enough).capitalize()} are needed so that nobody is shut in for more "
            f"than {caps.in_a_row} days in a row and {caps.of_window} of {caps.window}."
        )
    if not scheme.isolates_before_duty:
        lines.append("The scheme has no isolation right before duty: tests alone guard the gate.")
    lines += answer.holds
    lines += [f"Broken: {broken_sentence(answer, item)}." for item in answer.broken]
    lines += _member_sentences(answer)
    return lines


def broken_sentence(answer: Answer, item: Broken) -> str:
    """A rule that is broken, with who and when."""
    day = day_of(answer.first + timedelta(days=item.day))
    return RULES[item.rule].format(cohort=LETTERS[item.cohort], day=day, days=item.days)


def _member_sentences(answer: Answer) -> list[str]:
    members, people = answer.members, answer.situation.people
    if members is None:
        return []
    lines = []
    for item in members.short:
        role = answer.situation.roles[item.role]
        lines.append(f"Cohort {LETTERS[item.cohort]} is {count_of(item.n)} {role} short.")
    for one, other in members.not_apart:
        lines.append(f"{people[one]} and {people[other]} are shut in at once on some days.")
    for one, other in members.not_together:
        lines.append(f"{people[one]} and {people[other]} are not in one cohort.")
    return lines


def _member_table(answer: Answer) -> pl.DataFrame:
    if answer.members is None:
        raise Refused("There are no people to put into cohorts; give a list with person and roles.")
    return pl.DataFrame(
        {
            "person": list(answer.situation.people),
            "cohort": [LETTERS[c] for c in answer.members.cohort.tolist()],
        }
    )


def calendar_rows(answer: Answer) -> list[dict[str, Any]]:
    """Each day of each cohort."""
    rota = answer.rota
    tested = rota.is_tested
    gates = {h.day: (h.out, h.into) for h in rota.handovers}
    rows = []
    for day in range(rota.phase.shape[1]):
        for cohort in range(rota.n_cohorts):
            number = int(rota.phase[cohort, day])
            phase = None if number == HOME else rota.scheme.phases[number]
            rows.append(
                {
                    "date": (answer.first + timedelta(days=day)).isoformat(),
                    "cohort": LETTERS[cohort],
                    "phase": "" if phase is None else str(phase.kind),
                    "day_of_phase": int(rota.day_of_phase[cohort, day]),
                    "test": "yes" if tested[cohort, day] else "",
                    "not_past_gate": "" if phase is None or not phase.gate else str(phase.gate),
                    "location": "" if phase is None else phase.location,
                    "handover": "yes" if cohort in gates.get(day, ()) else "",
                }
            )
    return rows


def _write(path: Path, answer: Answer) -> None:
    if path.suffix.lower() == ".csv":
        write_csv(path, pl.DataFrame(calendar_rows(answer)))
    elif path.suffix.lower() == ".json":
        members = answer.members
        whole = {
            "costs": asdict(answer.costs),
            "sentences": sentences(answer),
            "calendar": calendar_rows(answer),
            "members": [] if members is None else _member_table(answer).to_dicts(),
        }
        with replacing(path) as file:
            file.write(json.dumps(whole, ensure_ascii=False, indent=1).encode())
    else:
        raise Refused(f"{path} ends neither in .csv nor in .json.")
