"""The work of ``kapok cohorts``: files in, a calendar and cohorts out."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kapok.errors import Refused
from kapok.places.files.writing import CannotWrite, check_can_write, write_csv
from kapok.planning.cohorts.forms import row_of
from kapok.planning.cohorts.happenings import What, happening_of
from kapok.planning.cohorts.pictures import draw
from kapok.planning.cohorts.planner import PLANNER
from kapok.planning.cohorts.situation import Situation, read_files
from kapok.planning.cohorts.writing import member_table, summary, told, write
from kapok.planning.drawing import check_ending
from kapok.planning.hotlines.writing import as_json
from kapok.planning.planner import Ask

ENDINGS = (".csv", ".json")
POSITIVE = re.compile(r"^(?P<who>[^:]+):(?P<date>[^:.]+)(\.\.(?P<clear>[^:.]+))?$")
EXTENSION = re.compile(r"^(?P<cohort>[^:]+):(?P<date>[^:+]+)\+(?P<days>\d{1,3})$")
EXIT = re.compile(r"^(?P<person>[^:]+):(?P<date>[^:]+)$")


@dataclass(frozen=True)
class Asked:
    """The options of ``kapok cohorts``; what happened is as it was written."""

    files: tuple[Path, ...]
    output: Path | None
    members: Path | None
    picture: Path | None
    positives: tuple[str, ...]
    extensions: tuple[str, ...]
    exits: tuple[str, ...]
    reason: str
    approver: str
    budget: str
    seed: int
    as_json: bool


def run(asked: Asked) -> None:
    """Plan and write. Raises ``Refused``; nothing is written then."""
    _check_outputs(asked)
    situation = _with_happenings(read_files(asked.files), asked)
    plan = PLANNER.plan(situation, Ask(seed=asked.seed, budget=asked.budget))
    if asked.members is not None:
        write_csv(asked.members, member_table(situation, plan))
    if asked.output is not None:
        write(asked.output, situation, plan)
    if asked.picture is not None:
        draw(asked.picture, situation, plan)
    if asked.as_json:
        sys.stdout.write(as_json(summary(situation, plan)))
        return
    sys.stdout.write("\n".join(told(situation, plan)) + "\n")
    for path in (asked.output, asked.members, asked.picture):
        if path is not None:
            sys.stdout.write(f"Written to {path}\n")


def _check_outputs(asked: Asked) -> None:
    if asked.output is not None:
        if asked.output.suffix.lower() not in ENDINGS:
            raise CannotWrite(f"{asked.output} ends neither in .csv nor in .json.")
        check_can_write(asked.output, *asked.files)
    if asked.members is not None:
        check_can_write(asked.members, *asked.files, asked.output)
    if asked.picture is not None:
        check_ending(asked.picture)
        check_can_write(asked.picture, *asked.files, asked.output, asked.members)


def _with_happenings(situation: Situation, asked: Asked) -> Situation:
    """The situation with what the command line says has happened."""
    who = {name.lower(): i for i, name in enumerate(situation.people)}
    found = list(situation.happenings)
    why = {"reason": asked.reason, "approver": asked.approver}
    for what, texts, form, example in (
        (What.POSITIVE, asked.positives, POSITIVE, "--positive B:2026-06-20..2026-07-04"),
        (What.EXTENSION, asked.extensions, EXTENSION, "--extend B:2026-06-20+3"),
        (What.EXIT, asked.exits, EXIT, "--exit “Wang Fang:2026-06-20”"),
    ):
        for text in texts:
            match = form.match(text)
            if match is None:
                raise Refused(f"“{text}” cannot be read; write it as {example}.")
            cells = {k: v.strip() for k, v in match.groupdict().items() if v}
            cells = _who(cells, who) | (why if what != What.EXIT else {"reason": asked.reason})
            item = happening_of(*row_of({"what": what.value, **cells}), who)
            if item is not None:
                found.append(item)
    return replace(situation, happenings=tuple(sorted(found, key=lambda item: item.day)))


def _who(cells: dict[str, str], who: Mapping[str, int]) -> dict[str, str]:
    """A positive test is of a person, or of a cohort by its letters."""
    name = cells.pop("who", "")
    if name:
        cells["person" if name.lower() in who else "cohort"] = name
    return cells
