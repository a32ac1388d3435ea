"""The work of ``kapok hotline``: a file of intervals in, agents and shifts out."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kapok.errors import Refused
from kapok.places.files.inputs import settle_bad_rows, warn
from kapok.places.files.reading import read_sheet
from kapok.places.files.writing import CannotWrite, check_can_write
from kapok.planning.drawing import check_ending
from kapok.planning.hotlines.pictures import draw
from kapok.planning.hotlines.planner import PLANNER
from kapok.planning.hotlines.sheets import sheet_of
from kapok.planning.hotlines.situation import Situation, read_settings, situation_of
from kapok.planning.hotlines.tables import intervals_of
from kapok.planning.hotlines.telling import notes
from kapok.planning.hotlines.writing import as_json, summary, tell, write
from kapok.planning.plain_yaml import UNREADABLE, loaded
from kapok.planning.planner import Ask

ENDINGS = (".csv", ".json")
DOCUMENTS = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Asked:
    """The options of ``kapok hotline``; ``given`` are those of the situation."""

    intervals: Path
    output: Path | None
    picture: Path | None
    given: Mapping[str, Any]
    streets: Path | None
    columns: Mapping[str, str]
    skip_bad: bool
    refused: Path | None
    as_json: bool


def run(asked: Asked) -> None:
    """Plan and write. Raises ``Refused``; nothing is written then."""
    _check_outputs(asked)
    situation = _read(asked)
    for section in notes(situation):
        for line in section.lines:
            warn(line)
    _warn_of_agents(situation)
    plan = PLANNER.plan(situation, Ask())
    wrong = PLANNER.check(situation, plan)
    if wrong:
        raise AssertionError("The second opinion differs: " + " ".join(wrong[:5]))
    if asked.output:
        write(asked.output, situation, plan)
    if asked.picture:
        draw(asked.picture, situation, plan)
    if asked.as_json:
        sys.stdout.write(as_json(summary(situation, plan)))
        return
    sys.stdout.write(tell(situation, plan))
    for path in (asked.output, asked.picture):
        if path:
            sys.stdout.write(f"Written to {path}\n")


def _check_outputs(asked: Asked) -> None:
    if asked.output:
        if asked.output.suffix.lower() not in ENDINGS:
            raise CannotWrite(f"{asked.output} ends neither in .csv nor in .json.")
        check_can_write(asked.output, asked.intervals, asked.streets)
    if asked.picture:
        check_ending(asked.picture)
        check_can_write(asked.picture, asked.intervals, asked.streets, asked.output)
    if asked.refused:
        check_can_write(asked.refused, asked.intervals, asked.streets, asked.output, asked.picture)


def _read(asked: Asked) -> Situation:
    is_document = asked.intervals.suffix.lower() in DOCUMENTS
    document = {**(_document(asked.intervals) if is_document else {}), **asked.given}
    if asked.streets:
        sheet = read_sheet(asked.streets)
        document["streets"] = sheet.frame.to_dicts()
    settings = read_settings(document)
    if is_document and "calls" not in document:
        raise Refused(
            f"{asked.intervals.name} has no “calls”; give the numbers of a day, or a list of "
            "entries with start and calls."
        )
    table = intervals_of(
        sheet_of(document["calls"], settings.date, settings.zone)
        if is_document
        else read_sheet(asked.intervals),
        columns=asked.columns,
        zone=settings.zone,
        handling_s=settings.handling_s,
        patience_s=settings.patience_s,
    )
    settle_bad_rows([table.bad], skip_bad=asked.skip_bad, refused=asked.refused)
    return situation_of(settings, table)


def _document(path: Path) -> dict[str, Any]:
    """YAML, and JSON, which is YAML too."""
    try:
        content = loaded(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused(f"There is no file {path}.") from None
    except OSError as error:
        raise Refused(f"{path} cannot be opened: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Refused(f"{path.name} is not UTF-8 text; save it as UTF-8.") from None
    except UNREADABLE as error:
        raise Refused(f"{path.name} is not YAML: {error!s:.120}") from None
    if not isinstance(content, dict):
        raise Refused(f"{path.name} holds no settings; its lines are to be “name: value”.")
    return {str(name): value for name, value in content.items()}


def _warn_of_agents(situation: Situation) -> None:
    known = np.isfinite(situation.table.agents)
    if known.any() and not known.all():
        warn(
            f"{situation.table.file}: agents are not given in every line, so they were not "
            "looked at."
        )
