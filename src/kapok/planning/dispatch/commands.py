"""``kapok dispatch``: its options. What is heavy is loaded when it runs."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from kapok.engines.options import EngineOption, SchedulerOption, WorkersOption, chosen
from kapok.places.files.commands import columns_from, over_zero

FASTEST_KMH = 200.0


def _speed(value: float) -> float:
    over_zero(value)
    if value > FASTEST_KMH:
        raise typer.BadParameter(f"{value:g} is over {FASTEST_KMH:g} km/h.")
    return value


def dispatch(
    matters: Annotated[
        Path,
        typer.Argument(
            metavar="MATTERS",
            help="CSV, GeoJSON, GeoPackage or (Geo)Parquet with id and position, and where known "
            "minutes (15), due, weight (1), urgent (no), skills, unit.",
        ),
    ],
    units: Annotated[
        Path,
        typer.Argument(
            metavar="UNITS",
            help="The same with id and position, and where known free (now), shift_end, skills, "
            "capacity (16).",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="OUT.csv, OUT.parquet or OUT.geojson: unit, order and times of each matter.",
        ),
    ],
    streets: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Road lines, or an OpenStreetMap extract (.pbf); without, ways are straight.",
        ),
    ] = None,
    now: Annotated[
        str | None,
        typer.Option(metavar="MOMENT", help="As 2026-03-02T19:30; default: this moment."),
    ] = None,
    speed: Annotated[
        float,
        typer.Option(metavar="KMH", callback=_speed, help="Top speed of units."),
    ] = 20.0,
    budget: Annotated[
        Literal["fast", "normal", "long"], typer.Option(help="How much work to spend.")
    ] = "normal",
    seed: Annotated[
        int, typer.Option(min=0, max=2**63 - 1, help="Equal seeds give equal plans.")
    ] = 0,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="FIELD=COLUMN",
            help="Own name of a column of MATTERS, as due=deadline. May be repeated.",
        ),
    ] = None,
    unit_column: Annotated[
        list[str] | None,
        typer.Option("--unit-column", metavar="FIELD=COLUMN", help="The same for UNITS."),
    ] = None,
    crs: Annotated[
        str | None,
        typer.Option(help="Coordinate system of both where the files name none, as EPSG:3414."),
    ] = None,
    datum: Annotated[
        Literal["wgs84", "gcj02"] | None,
        typer.Option(help="What longitude and latitude of both refer to."),
    ] = None,
    streets_datum: Annotated[
        Literal["wgs84", "gcj02"], typer.Option(help="The same for streets.")
    ] = "wgs84",
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Go on without the rows that cannot be used.")
    ] = False,
    refused: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="CSV to write every row to that cannot be used, and why."
        ),
    ] = None,
    engine: EngineOption = "threads",
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the figures as JSON instead of sentences.")
    ] = False,
) -> None:
    """Say who goes to which open matter, in which order, from files."""
    own, of_units = _columns(column, "--column"), _columns(unit_column, "--unit-column")
    moment, who = _moment(now), chosen(engine, scheduler, workers)
    from kapok.planning.dispatch.running import Asked, run

    run(
        Asked(
            matters=matters,
            units=units,
            streets=streets,
            output=output,
            now=moment,
            speed_kmh=speed,
            budget=budget,
            seed=seed,
            matter_columns=own,
            unit_columns=of_units,
            crs=crs,
            datum=datum,
            streets_datum=streets_datum,
            skip_bad=skip_bad,
            refused=refused,
            engine=who,
            as_json=as_json,
        )
    )


def _columns(pairs: list[str] | None, option: str) -> dict[str, str]:
    try:
        return columns_from(pairs or [])
    except typer.BadParameter as error:
        error.param_hint = option
        raise


def _moment(text: str | None) -> float:
    from kapok.planning.dispatch.moments import moment_from, now_min

    if text is None:
        return now_min()
    try:
        return moment_from(text)
    except (ValueError, OverflowError, OSError):
        raise typer.BadParameter(
            f"“{text}” is no moment; write it as 2026-03-02T19:30.", param_hint="--now"
        ) from None
