"""``kapok sample``: towns to try Kapok with. What is heavy is loaded when a command runs."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kapok_planning.spreading import in_threads

if TYPE_CHECKING:
    from kapok.samples.singapore.dirt import Finding
    from kapok.samples.singapore.loading import Work
    from kapok.samples.towns import SampleTown

SHOWN = 10
HERE = in_threads(2)

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)

To = Annotated[
    Path | None,
    typer.Option(
        "--to",
        metavar="FOLDER",
        help="Write buildings.csv, barriers.geojson and streets.geojson for kapok draw here, "
        "and leave the database alone.",
    ),
]


@app.command()
def liwan(
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where to write the files.")],
    seed: Annotated[int, typer.Option(min=0, help="Another seed makes another town.")] = 0,
) -> None:
    """Write the sample district of Liwan as files for kapok draw.

    Codes, names, the district's boundary and the sums are real; the town inside is made up. To have
    it in the database, run kapok up on an empty one.
    """
    from kapok.samples import exporting
    from kapok.samples.liwan import liwan as made

    town = made(seed)
    exporting.write(town, to)
    _say(_written(town, to))
    _say_sources(town)


@app.command()
def singapore(
    source: Annotated[
        Path,
        typer.Option("--from", metavar="FOLDER", help="Folder with the public files; see docs."),
    ],
    to: To = None,
    left_out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Text file for what is left out or odd, block by block."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal communities.")] = 0,
) -> None:
    """Load Singapore's public housing, draw communities and grids, and put the grids in force.

    Says what is wrong or odd in the files. All of it is loaded, or nothing.
    """
    from kapok.samples.singapore import files
    from kapok.samples.singapore.town import singapore as made

    began = time.monotonic()
    folder = files.read(source)
    if to is not None:
        from kapok.samples import exporting

        with _bar("Drawing communities") as advance:
            loaded = made(folder, seed=seed, spread=HERE, on_progress=advance)
        _say_findings(loaded.findings, left_out)
        exporting.write(loaded.town, to)
        _say(_written(loaded.town, to))
        _say_sources(loaded.town)
        return
    from kapok.box import session

    with session.acting():
        from django.utils import timezone, translation

        from kapok.samples.singapore import loading

        with translation.override("en"):  # as everything else that commands say
            loading.refuse_if_there()
            with _bar("Drawing communities") as advance:
                loaded = made(folder, seed=seed, spread=HERE, on_progress=advance)
            _say_findings(loaded.findings, left_out)
            with _bar("Drawing grids") as advance:
                work = loading.put_in_force(loaded.town, at=timezone.now(), on_progress=advance)
    _say(_worked(work, time.monotonic() - began))
    _say_sources(loaded.town)


@app.command()
def people(
    area: Annotated[
        str, typer.Option(metavar="CODE", help="Only here: the code of a street, as 440103022.")
    ] = "",
    n_people: Annotated[
        int | None, typer.Option("--people", min=1, help="Stop at about as many.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Replace the made-up people who live here already.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Another seed makes other people.")] = 0,
) -> None:
    """Fill the homes of the towns in this box with made-up residents.

    Ages, sexes and households follow published shares; names, papers and telephones belong to
    nobody. Refused where people live already. While it runs, pages that look for people wait.
    """
    from kapok.box import session

    began = time.monotonic()
    with session.running():
        from django.utils import timezone, translation

        from kapok.samples import residents

        with translation.override("en"), _bar("Making people up", unit="tables") as advance:
            work = residents.bring_as_owner(
                at=timezone.now(),
                here=residents.span_of(area),
                again=again,
                n_people=n_people,
                seed=seed,
                on_progress=advance,
            )
    _say(
        f"{work.n_people:,} made-up people live in {work.n_households:,} households and "
        f"{work.n_dwellings:,} dwellings; {work.n_entries:,} entries of registers. "
        f"It took {time.monotonic() - began:.0f} seconds."
    )


def _say_findings(findings: "Sequence[Finding]", file: Path | None) -> None:
    """What is wrong or odd: a sentence for each kind, then the first few cases of it."""
    for finding in findings:
        _say(finding.sentence)
        for detail in finding.details[:SHOWN]:
            _say(f"  {detail}")
        if len(finding.details) > SHOWN:
            _say(f"  … and {len(finding.details) - SHOWN} more")
    if file is not None:
        from kapok.places.files.writing import replacing

        lines = [line for f in findings for line in (f.sentence, *f.details, "")]
        with replacing(file) as out:
            out.write("\n".join(lines).encode())
        _say(f"All of them are in {file}.")


def _worked(work: "Work", seconds: float) -> str:
    """What was put in force, in sentences."""
    outside = work.n_grids - work.n_in_bounds
    share = f"{work.n_in_bounds / work.n_grids:.1%}"
    said = (
        f"{work.n_buildings:,} blocks with {work.households:,} households are in "
        f"{work.n_grids:,} grids of {work.n_communities:,} communities, in force now. "
        f"{work.n_in_bounds:,} grids ({share}) have 300–500 households."
    )
    if outside:
        reasons = ", ".join(f"{n} {reason or 'unknown'}" for reason, n in work.reasons.items())
        said += f" {outside} cannot: {reasons}."
    return f"{said} It took {seconds:.0f} seconds."


def _written(town: "SampleTown", folder: Path) -> str:
    buildings = town.buildings
    return (
        f"{len(buildings):,} buildings with {buildings.households.sum():,} households are in "
        f"{folder}. Draw their grids:\n"
        f"  kapok draw {folder}/buildings.csv --datum wgs84 --within community "
        f"--barriers {folder}/barriers.geojson --streets {folder}/streets.geojson -o grids.geojson"
    )


def _say_sources(town: "SampleTown") -> None:
    """Licences and attributions, which the licences ask to be shown."""
    from kapok.samples.exporting import said

    _say("Sources:")
    for source in town.sources:
        _say(f"  {said(source)}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def _bar(what: str, *, unit: str = "buildings") -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, on a terminal only."""
    from tqdm import tqdm

    with tqdm(desc=what, unit=f" {unit}", disable=None) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield advance
