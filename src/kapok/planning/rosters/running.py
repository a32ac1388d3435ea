"""The work of ``kapok roster``: files in, a roster out."""

import json
import sys
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from kapok.engines.choosing import Choice, opened
from kapok.errors import Refused
from kapok.places.files.writing import check_can_write
from kapok.planning.rosters import facts, telling, writing
from kapok.planning.rosters.building import Built, build
from kapok.planning.rosters.cells import day_from
from kapok.planning.rosters.names import Named
from kapok.planning.rosters.situation import read_situation
from kapok_planning.rosters import (
    OFF,
    Absence,
    Budget,
    Repair,
    Roster,
    Swap,
    broken_rules,
    judge_swap,
    lower_bound,
    make_roster,
    measure_roster,
    propose_swaps,
    repair,
)

MOST_TOLD = 20
ABSENT_FORM = "PERSON:2026-06-03..2026-06-05"


@dataclass(frozen=True)
class Asked:
    """The options of ``kapok roster``."""

    files: tuple[Path, ...]
    start: date | None
    output: Path | None
    calendars: Path | None
    wall: Path | None
    picture: Path | None
    budget: str
    seed: int
    bound: bool
    check: bool
    absent: tuple[str, ...]
    today: date | None
    swap: str | None
    swaps_for: str | None
    engine: Choice
    as_json: bool
    at: datetime


def run(asked: Asked) -> None:
    """Plan, mend or judge, and write it. Raises ``Refused``; nothing is written then."""
    for path in (asked.output, asked.wall, asked.picture):
        if path is not None:
            check_can_write(path, *asked.files)
    built = build(read_situation(asked.files, start=asked.start))
    if asked.swap or asked.swaps_for:
        _swaps(asked, built)
        return
    told: dict[str, list[str]] = {}
    if asked.absent:
        mended = _mend(asked, built)
        named, roster = replace(built.named, problem=mended.problem), mended.roster
        told["changes"] = _changes(named, built.duty, mended)
    elif asked.check:
        named, roster = built.named, _given(built)
        broken = broken_rules(named.problem, roster.duty)
        told["broken"] = [f"{telling.broken_sentence(named, item)}." for item in broken]
    else:
        named, roster = built.named, _planned(asked, built)
    if asked.bound:
        with opened(asked.engine) as spread:
            roster = replace(roster, bound=lower_bound(named.problem, spread=spread))
    _finish(asked, named, roster, told)


def _planned(asked: Asked, built: Built) -> Roster:
    problem = built.named.problem
    with tqdm(total=100, unit="%", disable=None) as bar, opened(asked.engine) as spread:

        def advance(done: int, total: int) -> None:
            bar.update(round(100 * done / max(1, total)) - bar.n)

        return make_roster(
            problem,
            budget=Budget(asked.budget),
            seed=asked.seed,
            on_progress=advance,
            spread=spread,
        )


def _given(built: Built) -> Roster:
    if not built.has_duties:
        raise Refused(
            "There are no duties to check; give the roster too, as CSV with person, date, post "
            "and shift."
        )
    return Roster(built.duty, measure_roster(built.named.problem, built.duty))


def _mend(asked: Asked, built: Built) -> Repair:
    named, given = built.named, _given(built)
    _must_hold(named, given.duty)
    absences = [_absence(named, text) for text in asked.absent]
    today = min(item.first_day for item in absences)
    if asked.today is not None:
        today = min(today, max(0, (asked.today - named.days[0]).days))
    return repair(named.problem, given.duty, absences, today=today, seed=asked.seed)


def _must_hold(named: Named, duty: NDArray[np.integer[Any]]) -> None:
    if broken := broken_rules(named.problem, duty):
        raise Refused(
            f"The roster that was given breaks {len(broken)} rules, so it cannot be changed: "
            f"{telling.broken_sentence(named, broken[0])}. `kapok roster --check` lists them."
        )


def _absence(named: Named, text: str) -> Absence:
    who, _, when = text.rpartition(":")
    first, _, last = when.partition("..")
    start, end = day_from(first), day_from(last or first)
    if who not in named.people:
        raise Refused(f"“{who or text}” is none of the people; write --absent {ABSENT_FORM}.")
    if start is None or end is None or end < start:
        raise Refused(f"“{when}” is no span of days; write --absent {ABSENT_FORM}.")
    begin = max(named.n_past, (start - named.days[0]).days)
    stop = min(len(named.days), (end - named.days[0]).days + 1)
    if begin >= stop:
        raise Refused(f"{when} lies outside the roster, {named.days[named.n_past]} to "
                      f"{named.days[-1]}.")  # fmt: skip
    return Absence(named.people.index(who), begin, stop - begin)


def _changes(named: Named, before: NDArray[np.int32], mended: Repair) -> list[str]:
    found = []
    for person, day in mended.changes:
        old, new = int(before[person, day]), int(mended.roster.duty[person, day])
        found.append(
            f"{telling.day_of(named.days[day])}, {named.people[person]}: "
            f"{_duty(named, old)} becomes {_duty(named, new)}."
        )
    if mended.fewest:
        found.append(f"No roster with as few empty seats changes fewer than {len(mended.changes)}.")
    return found


def _duty(named: Named, code: int) -> str:
    if code == OFF:
        return "off"
    role, shift = divmod(code, len(named.shifts))
    return f"{named.shifts[shift].name} at {named.roles[role].post}"


def _swaps(asked: Asked, built: Built) -> None:
    named, given = built.named, _given(built)
    _must_hold(named, given.duty)
    if asked.swap:
        one, _, other = asked.swap.partition("=")
        person, day = _duty_named(named, one)
        who, _, when = other.rpartition(":") if ":" in other else (other, "", "")
        swap = Swap(person, day, _person(named, who), _day(named, when) if when else -1)
        try:
            judged = [judge_swap(named.problem, given.duty, swap)]
        except ValueError as error:
            raise Refused(str(error)) from None
    else:
        person, day = _duty_named(named, asked.swaps_for or "")
        judged = list(propose_swaps(named.problem, given.duty, person, day))
    lines = [telling.swap_sentence(named, item) for item in judged]
    if asked.as_json:
        whole = [
            {"swap": line, "allowed": item.allowed, "dearer": round(item.dearer, 2)}
            for line, item in zip(lines, judged, strict=True)
        ]
        sys.stdout.write(json.dumps(whole, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(lines or ["Nobody can take that duty by the rules."]) + "\n")


def _duty_named(named: Named, text: str) -> tuple[int, int]:
    who, _, when = text.rpartition(":")
    return _person(named, who), _day(named, when)


def _person(named: Named, name: str) -> int:
    if name not in named.people:
        raise Refused(f"“{name}” is none of the people; write it as PERSON:2026-06-03.")
    return named.people.index(name)


def _day(named: Named, text: str) -> int:
    found = day_from(text)
    if found is None or found not in named.days[named.n_past :]:
        raise Refused(f"“{text}” is no day of the roster, {named.days[named.n_past]} to "
                      f"{named.days[-1]}.")  # fmt: skip
    return named.days.index(found)


def _finish(asked: Asked, named: Named, roster: Roster, told: dict[str, list[str]]) -> None:
    """Explain, write and tell."""
    known = facts.facts_of(named, roster.duty)
    told["short"] = facts.short_lines(named, known)
    told["would_help"] = facts.help_lines(named, known)
    told["conflicts"] = facts.conflict_lines(named, known)
    spread = known.nights_spread
    figures = writing.summary(named, roster, spread, told)
    if asked.output is not None:
        writing.write_plan(asked.output, named, roster, known.gaps, figures)
    if asked.wall is not None:
        writing.write_wall(asked.wall, named, roster)
    if asked.picture is not None:
        _write_picture(asked.picture, named, roster)
    if asked.calendars is not None:
        _write_calendars(asked, named, roster)
    if asked.as_json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(_lines(named, roster, spread, told)) + "\n")


def _write_picture(path: Path, named: Named, roster: Roster) -> None:
    from kapok.planning.rosters.pictures import write_picture  # noqa: PLC0415  # heavy

    write_picture(path, named, roster.duty)


def _write_calendars(asked: Asked, named: Named, roster: Roster) -> None:
    folder = asked.calendars
    if folder is None:
        return
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} is no folder; name one for the calendars.")
    if not folder.parent.is_dir():
        raise Refused(f"There is no folder {folder.parent}; make it first.")
    writing.write_calendars(folder, named, roster, at=asked.at)


def _lines(named: Named, roster: Roster, spread: int, told: dict[str, Any]) -> list[str]:
    lines = telling.figures_sentences(named, roster, spread)
    heads = {
        "broken": "Rules that are broken:",
        "changes": "Changes:",
        "short": "Not met:",
        "would_help": "What would help most:",
        "conflicts": "What stands against it:",
    }
    for name, head in heads.items():
        if found := told.get(name):
            lines += [head, *(f"  {line}" for line in found[:MOST_TOLD])]
            if len(found) > MOST_TOLD:
                lines.append(f"  … and {len(found) - MOST_TOLD:,} more.")
    return lines
