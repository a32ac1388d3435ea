"""``kapok hotline``: its options. What is heavy is loaded when it runs."""

import math
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from kapok.places.files.commands import columns_from, over_zero


def _share(value: float | None) -> float | None:
    if value is not None and not 0 < value < 1:
        raise typer.BadParameter(f"{value:g} is not between 0 and 1; write 0.8 for 80 %.")
    return value


def _shrinkage(value: float | None) -> float | None:
    if value is not None and not 0 <= value < 1:
        raise typer.BadParameter(f"{value:g} is not from 0 to below 1; write 0.3 for 30 %.")
    return value


def _seconds(value: float | None) -> float | None:
    if value is not None and not (math.isfinite(value) and value >= 0):
        raise typer.BadParameter(f"{value:g} is negative or not finite.")
    return value


def _over_zero(value: float | None) -> float | None:
    return None if value is None else over_zero(value)


def _zone(name: str | None) -> str | None:
    try:
        if name is not None:
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
            "and patience in seconds, skill, agents; or YAML or JSON with calls and these options "
            "by their names.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="OUT", help="OUT.csv or OUT.json."),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="OUT.svg, .png or .pdf: need and cover, lines and pools."),
    ] = None,
    share: Annotated[
        float | None,
        typer.Option(callback=_share, help="Share of calls answered in time.  [default: 0.8]"),
    ] = None,
    within: Annotated[
        float | None,
        typer.Option(
            metavar="S", callback=_seconds, help="Seconds that are in time.  [default: 20]"
        ),
    ] = None,
    abandon: Annotated[
        float | None,
        typer.Option(
            callback=_share,
            help="Share that may give up, where patience is known.  [default: 0.05]",
        ),
    ] = None,
    occupancy: Annotated[
        float | None,
        typer.Option(
            callback=_share, help="Share of time that agents may be busy.  [default: 0.85]"
        ),
    ] = None,
    shrinkage: Annotated[
        float | None,
        typer.Option(
            callback=_shrinkage, help="Share of paid time not at the phone.  [default: 0.3]"
        ),
    ] = None,
    least: Annotated[
        int | None, typer.Option(min=0, help="Agents even when nobody calls.  [default: 1]")
    ] = None,
    handling: Annotated[
        float | None,
        typer.Option(
            metavar="S",
            callback=_over_zero,
            help="Handling time where none is given.  [default: 480]",
        ),
    ] = None,
    patience: Annotated[
        float | None,
        typer.Option(
            metavar="S", callback=_over_zero, help="Patience where none is given; else endless."
        ),
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(
            callback=_zone, help="Clock of times without an offset.  [default: Asia/Shanghai]"
        ),
    ] = None,
    shifts: Annotated[
        list[float] | None,
        typer.Option(
            "--shift", metavar="HOURS", help="Length of a shift to plan; may be repeated."
        ),
    ] = None,
    start_every: Annotated[
        float | None,
        typer.Option(
            metavar="MIN", callback=_over_zero, help="Shifts begin so often.  [default: 60]"
        ),
    ] = None,
    people: Annotated[
        int | None, typer.Option(min=0, help="People that there are for shifts, each for one.")
    ] = None,
    lines: Annotated[
        int | None,
        typer.Option(
            min=1, help="Telephones among which the calls are spread: what pooling them would save."
        ),
    ] = None,
    districts: Annotated[
        int | None,
        typer.Option(
            min=1, help="With --lines: districts that busy lines pass calls on to.  [default: 1]"
        ),
    ] = None,
    district_lines: Annotated[
        int | None,
        typer.Option(
            min=0, help="Telephones of each district, before the city's seats.  [default: 0]"
        ),
    ] = None,
    most_lost: Annotated[
        float | None,
        typer.Option(
            callback=_share, help="Share of calls that may be lost at the city.  [default: 0.001]"
        ),
    ] = None,
    streets: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV of the lines in place of --lines: street, and where known district, "
            "telephones, share.",
        ),
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

    given = {
        "share": share,
        "within": within,
        "abandon": abandon,
        "occupancy": occupancy,
        "shrinkage": shrinkage,
        "least": least,
        "handling": handling,
        "patience": patience,
        "zone": zone,
        "shifts": shifts or None,
        "start_every": start_every,
        "people": people,
        "lines": lines,
        "districts": districts,
        "district_lines": district_lines,
        "most_lost": most_lost,
    }
    run(
        Asked(
            intervals=intervals,
            output=output,
            picture=picture,
            given={name: value for name, value in given.items() if value is not None},
            streets=streets,
            columns=columns,
            skip_bad=skip_bad,
            refused=refused,
            as_json=as_json,
        )
    )
