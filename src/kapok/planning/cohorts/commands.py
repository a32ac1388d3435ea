"""``kapok cohorts``: its options. What is heavy is loaded when it runs."""

from pathlib import Path
from typing import Annotated

import typer


def cohorts(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="CSV, Excel or YAML: settings (scheme, start), people (person, roles), and where "
            "known needs, phases, home, positives.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="OUT", help="OUT.csv: the calendar; OUT.json: all."),
    ] = None,
    members: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV of who is in which cohort.")
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=2**31 - 1, help="Equal seeds give equal cohorts.")
    ] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the figures as JSON instead of sentences.")
    ] = False,
) -> None:
    """Plan closed duty: how many cohorts, who is in which, and the calendar."""
    from kapok.planning.cohorts.running import Asked, run

    run(Asked(tuple(files), output, members, seed, as_json))
