"""``kapok site``: its options. What is heavy is loaded when it runs."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from kapok.engines.options import EngineOption, SchedulerOption, WorkersOption, chosen


def site(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="YAML with opening hours, who comes when, and the stations in walking order.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="OUT", help="OUT.csv or OUT.json: each station by slot."
        ),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="OUT.svg, .png or .pdf: staff and waits by slot."),
    ] = None,
    layout: Annotated[
        Path | None,
        typer.Option(metavar="OUT.svg", help="The site drawn to scale in its hall."),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(metavar="OUT.html", help="One simulated day, to be watched in a browser."),
    ] = None,
    size: Annotated[
        bool, typer.Option("--size", help="Find the least staff by slot, and the fewest seats.")
    ] = False,
    least: Annotated[int, typer.Option(min=1, help="With --size: staff of each station.")] = 1,
    days: Annotated[int, typer.Option(min=2, max=10_000, help="Days to simulate.")] = 100,
    budget: Annotated[
        Literal["first", "fast", "normal", "long"], typer.Option(help="With --size: work to spend.")
    ] = "normal",
    seed: Annotated[
        int, typer.Option(min=0, max=2**63 - 1, help="Equal seeds give equal days and plans.")
    ] = 0,
    engine: EngineOption = "threads",
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the figures as JSON instead of sentences.")
    ] = False,
) -> None:
    """Say whether a site's staff is enough, where it is tight, and what the least would be."""
    who = chosen(engine, scheduler, workers)
    from kapok.planning.sites.running import Asked, run

    run(
        Asked(
            file=file,
            output=output,
            picture=picture,
            layout=layout,
            replay=replay,
            size=size,
            least=least,
            n_days=days,
            budget=budget,
            seed=seed,
            engine=who,
            as_json=as_json,
        )
    )
