"""``kapok hotline``: its options. What is heavy is loaded when it runs."""

import math
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from kapok.places.files.commands import columns_from, over_zero


def _share(value: float) -> float:
    if not 0 < value < 1:
        raise typer.BadParameter(f"{value:g} is not between 0 and 1; write 0.8 for 80 %.")
    return value


def _shrinkage(value: float) -> float:
    if not 0 <= value < 1:
        raise typer.BadParameter(f"{value:g} is not from 0 to below 1; write 0.3 for 30 %.")
    return value


def _seconds(value: float) -> float:
    if not (math.isfinite(value) and value >= 0):
        raise typer.BadParameter(f"{value:g} is negative or not finite.")
    return value


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise typer.BadParameter(
            f"“{name}” is no time zone; write it as Asia/Shanghai or Europe/Berlin."
        ) from None
    return name


def hotline(
    intervals: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="CSV or Parquet with start and calls of each interval, and where known handling "
            "and patience in seconds, skill, agents.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="OUT", help="OUT.csv or OUT.json."),
    ] = None,
    share: Annotated[
        float, typer.Option(callback=_share, help="Share of calls answered in time.")
    ] = 0.8,
    within: Annotated[
        float, typer.Option(metavar="S", callback=_seconds, help="Seconds that are in time.")
    ] = 20.0,
    abandon: Annotated[
        float,
        typer.Option(callback=_share, help="Share that may give up, where patience is known."),
    ] = 0.05,
    occupancy: Annotated[
        float, typer.Option(callback=_share, help="Share of time that agents may be busy.")
    ] = 0.85,
    shrinkage: Annotated[
        float, typer.Option(callback=_shrinkage, help="Share of paid time not at the phone.")
    ] = 0.3,
    least: Annotated[int, typer.Option(min=0, help="Agents even when nobody calls.")] = 1,
    handling: Annotated[
        float,
        typer.Option(metavar="S", callback=over_zero, help="Handling time where none is given."),
    ] = 480.0,
    patience: Annotated[
        float | None,
        typer.Option(
            metavar="S", callback=over_zero, help="Patience where none is given; else endless."
        ),
    ] = None,
    zone: Annotated[
        str, typer.Option(callback=_zone, help="Clock of times without an offset.")
    ] = "Asia/Shanghai",
    shifts: Annotated[
        list[float] | None,
        typer.Option(
            "--shift", metavar="HOURS", help="Length of a shift to plan; may be repeated."
        ),
    ] = None,
    start_every: Annotated[
        float, typer.Option(metavar="MIN", callback=over_zero, help="Shifts begin so often.")
    ] = 60.0,
    people: Annotated[
        int | None, typer.Option(min=0, help="People that there are for shifts, each for one.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="FIELD=COLUMN", help="Own name of a column."),
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Go on without the rows that cannot be used.")
    ] = False,
    refused: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV to write every row to that cannot be used."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the figures as JSON instead of sentences.")
    ] = False,
) -> None:
    """Say how many people a hotline needs, interval by interval, and in which shifts."""
    if any(not (math.isfinite(hours) and 0 < hours <= 24) for hours in shifts or []):
        raise typer.BadParameter("A shift is over 0 and at most 24 hours.", param_hint="--shift")
    columns = columns_from(column or [])
    from kapok.planning.hotlines.running import Asked, run
    from kapok_planning.hotline import Target

    run(
        Asked(
            intervals=intervals,
            output=output,
            target=Target(
                share=share,
                within_s=within,
                most_abandoned=abandon,
                most_occupancy=occupancy,
                shrinkage=shrinkage,
                least=least,
            ),
            handling_s=handling,
            patience_s=math.inf if patience is None else patience,
            zone=zone,
            columns=columns,
            shifts_h=tuple(shifts or ()),
            start_every_min=start_every,
            most_people=people,
            skip_bad=skip_bad,
            refused=refused,
            as_json=as_json,
        )
    )
