"""The options by which every planning command lets an engine be chosen."""

from typing import Annotated, Literal

import typer

from kapok.engines.choosing import Choice, Engine, address_of

MOST_WORKERS = 256

EngineOption = Annotated[
    Literal["threads", "local", "dask"],
    typer.Option(
        "--engine",
        help="Who works: threads of this process, processes of this machine, or a Dask cluster. "
        "The plan is the same.",
    ),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="With --engine dask: the cluster's scheduler, as tls://10.0.0.5:8786.",
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers", min=1, max=MOST_WORKERS, help="Threads or processes. Default: all processors."
    ),
]


def chosen(engine: str, scheduler: str | None, workers: int | None) -> Choice:
    """The engine of three options. Raises ``typer.BadParameter`` where they do not fit together."""
    if engine != Engine.DASK and scheduler is not None:
        raise typer.BadParameter(
            f"--engine {engine} has no scheduler; add --engine dask.", param_hint="--scheduler"
        )
    if engine == Engine.DASK:
        return Choice(Engine.DASK, scheduler=_cluster(scheduler, workers))
    return Choice(Engine(engine), workers)


def _cluster(scheduler: str | None, workers: int | None) -> str:
    if workers is not None:
        raise typer.BadParameter(
            "A Dask cluster works with the workers that joined it; leave --workers out.",
            param_hint="--workers",
        )
    if scheduler is None:
        raise typer.BadParameter(
            "--engine dask needs --scheduler ADDRESS, as tls://10.0.0.5:8786.",
            param_hint="--engine",
        )
    try:
        return address_of(scheduler)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--scheduler") from None
