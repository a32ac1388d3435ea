"""``kapok roster``: its options. What is heavy is loaded when it runs."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from kapok.engines.options import EngineOption, SchedulerOption, WorkersOption, chosen


def roster(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="CSV, Excel or YAML: posts (post, party), people (person, party), and where known "
            "leave, wishes, shifts, duties, settings. What a list is about is seen by its columns.",
        ),
    ],
    start: Annotated[
        str | None, typer.Option(metavar="DATE", help="First day, where the settings name none.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="OUT", help="OUT.csv: who sits where; OUT.json: all."
        ),
    ] = None,
    calendars: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="An iCalendar file for each person.")
    ] = None,
    wall: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A sheet for the wall to print, as HTML.")
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A picture of coverage and nights: .png, .svg or .pdf."),
    ] = None,
    budget: Annotated[
        Literal["first", "fast", "normal", "long"], typer.Option(help="How much work to spend.")
    ] = "normal",
    seed: Annotated[
        int, typer.Option(min=0, max=2**63 - 1, help="Equal seeds give equal plans.")
    ] = 0,
    bound: Annotated[
        bool, typer.Option("--bound", help="Say also what no roster can cost less than.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Check the duties that are given; plan nothing.")
    ] = False,
    absent: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PERSON:FROM..TO",
            help="Mend the duties that are given, changing as little as possible. May be repeated.",
        ),
    ] = None,
    today: Annotated[
        str | None, typer.Option(metavar="DATE", help="With --absent: the first day to change.")
    ] = None,
    swap: Annotated[
        str | None,
        typer.Option(
            metavar="A:DATE=B[:DATE]", help="Judge whether B may take A's duty, or exchange it."
        ),
    ] = None,
    swaps_for: Annotated[
        str | None, typer.Option(metavar="A:DATE", help="Propose who could take A's duty.")
    ] = None,
    engine: EngineOption = "threads",
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the figures as JSON instead of sentences.")
    ] = False,
) -> None:
    """Plan who works where and when at posts, from files; mend it, and judge swaps."""
    first, now = _date(start, "--start"), _date(today, "--today")
    who = chosen(engine, scheduler, workers)
    from kapok.planning.rosters.running import Asked, run

    run(
        Asked(
            files=tuple(files),
            start=first,
            output=output,
            calendars=calendars,
            wall=wall,
            picture=picture,
            budget=budget,
            seed=seed,
            bound=bound,
            check=check,
            absent=tuple(absent or ()),
            today=now,
            swap=swap,
            swaps_for=swaps_for,
            engine=who,
            as_json=as_json,
            at=datetime.now(UTC),
        )
    )


def _date(text: str | None, option: str) -> date | None:
    from kapok.planning.rosters.cells import day_from

    if text is None:
        return None
    found = day_from(text)
    if found is None:
        raise typer.BadParameter(f"“{text}” is no date; write it as 2026-06-14.", param_hint=option)
    return found
