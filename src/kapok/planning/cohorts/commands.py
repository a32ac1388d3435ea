"""``kapok cohorts``: its options. What is heavy is loaded when it runs."""

from pathlib import Path
from typing import Annotated, Literal

import typer


def cohorts(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="CSV, Excel or YAML: settings (scheme, start), people (person, roles), and where "
            "known needs, phases, home, positives, extensions, exits.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="OUT", help="OUT.csv: the calendar; OUT.json: all."),
    ] = None,
    members: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV of who is in which cohort.")
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="OUT.svg, .png or .pdf: the calendar of cohorts."),
    ] = None,
    positive: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WHO:DATE[..CLEAR]",
            help="A positive test of a person or cohort: it and the one behind do not move before "
            "they are clear (else as long as isolation lasts). Needs --reason and --approver.",
        ),
    ] = None,
    extend: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COHORT:DATE+DAYS",
            help="The phase of that day lasts longer. Needs --reason and --approver.",
        ),
    ] = None,
    leave: Annotated[
        list[str] | None,
        typer.Option(
            "--exit", metavar="PERSON:DATE", help="Somebody leaves in an emergency. --reason why."
        ),
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why phases last longer.")] = "",
    approver: Annotated[str, typer.Option(metavar="NAME", help="Who approves it.")] = "",
    budget: Annotated[
        Literal["fast", "normal", "long"], typer.Option(help="Work to spend on who is where.")
    ] = "normal",
    seed: Annotated[
        int, typer.Option(min=0, max=2**31 - 1, help="Equal seeds give equal cohorts.")
    ] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the figures as JSON instead of sentences.")
    ] = False,
) -> None:
    """Plan closed duty: how many cohorts, who is in which, and the calendar."""
    from kapok.planning.cohorts.running import Asked, run

    run(
        Asked(
            files=tuple(files),
            output=output,
            members=members,
            picture=picture,
            positives=tuple(positive or ()),
            extensions=tuple(extend or ()),
            exits=tuple(leave or ()),
            reason=reason,
            approver=approver,
            budget=budget,
            seed=seed,
            as_json=as_json,
        )
    )
