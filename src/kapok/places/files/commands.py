"""``kapok draw`` and ``kapok measure``: their options. What is heavy is loaded when they run."""

import math
from pathlib import Path
from typing import Annotated, Literal

import typer

from kapok.engines.options import EngineOption, SchedulerOption, WorkersOption, chosen

MOST_HOUSEHOLDS = 10**9


def bounds_from(text: str) -> tuple[int, int]:
    """The bounds of ``300-500``. Raises ``typer.BadParameter``."""
    low, dash, high = text.replace("–", "-").strip().partition("-")
    if not dash or not (low.strip().isdecimal() and high.strip().isdecimal()):
        raise typer.BadParameter(f"“{text}” is no pair of bounds; write them as 300-500.")
    lowest, highest = int(low), int(high)
    if lowest > highest:
        raise typer.BadParameter(f"The lower bound {lowest} is over the upper bound {highest}.")
    if lowest < 1:
        raise typer.BadParameter("The lower bound must be at least 1 household.")
    if highest > MOST_HOUSEHOLDS:
        raise typer.BadParameter(f"The upper bound must be at most {MOST_HOUSEHOLDS:,} households.")
    return lowest, highest


def over_zero(value: float | None) -> float | None:
    """A number that is finite and over zero. Raises ``typer.BadParameter``."""
    if value is not None and not (math.isfinite(value) and value > 0):
        raise typer.BadParameter(f"{value:g} is not a number over 0.")
    return value


def columns_from(pairs: list[str]) -> dict[str, str]:
    """The columns of ``households=total_units`` and the like. Raises ``typer.BadParameter``."""
    columns = {}
    for pair in pairs:
        field, sign, column = pair.partition("=")
        if not (sign and field.strip() and column.strip()):
            raise typer.BadParameter(f"“{pair}” is not FIELD=COLUMN, as households=total_units.")
        columns[field.strip()] = column.strip()
    return columns


Buildings = Annotated[
    Path,
    typer.Argument(
        metavar="BUILDINGS",
        help="CSV, GeoJSON, GeoPackage or (Geo)Parquet with id, position and households.",
    ),
]
Households = Annotated[
    str,
    typer.Option("--households", metavar="LOW-HIGH", help="Households that a grid should have."),
]
Within = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="Column of the community; no grid leaves its community."),
]
Barriers = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Lines or areas that no grid crosses: rivers, railways."),
]
Streets = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Main streets, which a grid crosses only where it must."),
]
Previous = Annotated[
    Path | None,
    typer.Option(metavar="PLAN", help="The former plan; few households change grid then."),
]
MaxLink = Annotated[
    float,
    typer.Option(metavar="METRES", callback=over_zero, help="How far apart neighbours may stand."),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="FIELD=COLUMN",
        help="Own name of a column, as households=total_units. May be repeated.",
    ),
]
Crs = Annotated[
    str | None,
    typer.Option(help="Coordinate system of BUILDINGS where the file names none, as EPSG:3414."),
]
Datum = Annotated[
    Literal["wgs84", "gcj02"] | None,
    typer.Option(help="What longitude and latitude of BUILDINGS refer to."),
]
LinesDatum = Annotated[
    Literal["wgs84", "gcj02"],
    typer.Option(help="The same for barriers and streets."),
]
Layer = Annotated[str | None, typer.Option(help="Layer of a GeoPackage that has several.")]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Go on without the rows that cannot be used.")
]
Refused = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="CSV to write every row to that cannot be used, and why."),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print the measures as JSON instead of a table.")
]


def draw(
    buildings: Buildings,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="OUT.geojson (grid polygons) or OUT.csv, OUT.parquet (id,grid).",
        ),
    ],
    households: Households = "300-500",
    within: Within = None,
    barriers: Barriers = None,
    streets: Streets = None,
    previous: Previous = None,
    budget: Annotated[
        Literal["fast", "normal", "long"], typer.Option(help="How much work to spend.")
    ] = "normal",
    time_limit: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            callback=over_zero,
            help="Stop then with the best plan so far; the seed alone no longer decides.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=2**63 - 1, help="Equal seeds give equal plans.")
    ] = 0,
    max_link: MaxLink = 300.0,
    column: Columns = None,
    crs: Crs = None,
    datum: Datum = None,
    lines_datum: LinesDatum = "wgs84",
    layer: Layer = None,
    skip_bad: SkipBad = False,
    refused: Refused = None,
    engine: EngineOption = "threads",
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
    as_json: AsJson = False,
) -> None:
    """Draw grids from a file of buildings."""
    low, high = _checked_bounds(households)
    who = chosen(engine, scheduler, workers)
    from kapok.places.files import drawing
    from kapok.places.files.inputs import Inputs

    inputs = Inputs(
        buildings=buildings,
        columns=_checked_columns(column),
        within=within,
        crs=crs,
        datum=datum,
        layer=layer,
        barriers=barriers,
        streets=streets,
        lines_datum=lines_datum,
        previous=previous,
        skip_bad=skip_bad,
        refused=refused,
        max_link_m=max_link,
        engine=who,
    )
    drawing.draw(
        inputs,
        output=output,
        low=low,
        high=high,
        budget=budget,
        seed=seed,
        time_limit_s=time_limit,
        as_json=as_json,
    )


def measure(
    buildings: Buildings,
    plan: Annotated[
        Path,
        typer.Argument(
            metavar="PLAN",
            help="Table with id and grid, GeoJSON of kapok draw, or grids as polygons.",
        ),
    ],
    households: Households = "300-500",
    within: Within = None,
    barriers: Barriers = None,
    streets: Streets = None,
    previous: Previous = None,
    max_link: MaxLink = 300.0,
    column: Columns = None,
    crs: Crs = None,
    datum: Datum = None,
    lines_datum: LinesDatum = "wgs84",
    layer: Layer = None,
    skip_bad: SkipBad = False,
    refused: Refused = None,
    engine: EngineOption = "threads",
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
    as_json: AsJson = False,
) -> None:
    """Print the quality of a plan of grids, ours or another's."""
    low, high = _checked_bounds(households)
    who = chosen(engine, scheduler, workers)
    from kapok.places.files import measuring
    from kapok.places.files.inputs import Inputs

    inputs = Inputs(
        buildings=buildings,
        columns=_checked_columns(column),
        within=within,
        crs=crs,
        datum=datum,
        layer=layer,
        barriers=barriers,
        streets=streets,
        lines_datum=lines_datum,
        previous=previous,
        skip_bad=skip_bad,
        refused=refused,
        max_link_m=max_link,
        engine=who,
    )
    measuring.measure(inputs, plan=plan, low=low, high=high, as_json=as_json)


def _checked_bounds(text: str) -> tuple[int, int]:
    try:
        return bounds_from(text)
    except typer.BadParameter as error:
        error.param_hint = "--households"
        raise


def _checked_columns(pairs: list[str] | None) -> dict[str, str]:
    try:
        return columns_from(pairs or [])
    except typer.BadParameter as error:
        error.param_hint = "--column"
        raise
