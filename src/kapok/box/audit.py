"""``kapok audit``: watching over the trace from the command line."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
def audit() -> None:
    """Keep ``verify`` a sub-command of its own."""


@app.command()
def verify(
    heads_folder: Annotated[
        Path | None,
        typer.Option(
            "--heads",
            help="A folder with exported heads, such as a copy that is kept elsewhere. "
            "Without it, trace-heads in the data folder.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
) -> int:
    """Compute the chain of the trace anew, and say what is not as it was sealed (exit status 1)."""
    from kapok.box import session

    with session.running():
        from kapok.access import heads

        return _verify(heads_folder or heads.folder())


def _verify(home: Path) -> int:
    from django.utils import timezone
    from tqdm import tqdm

    from kapok.access import chain, heads
    from kapok.access.scope import acting, of_watch

    at, began = timezone.now(), time.monotonic()
    with acting(of_watch(at=at)), tqdm(desc="Computing", unit=" entries", disable=None) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        proof = chain.verify(at=at, on_progress=advance)
        n_heads, faults = heads.compare(home)
        proof = chain.with_faults(proof, faults)
        chain.note(proof, at=at)
    seconds = time.monotonic() - began
    for fault in proof.faults:
        sys.stderr.write(f"{fault.sentence}\n")
    sys.stdout.write(
        f"{proof.n_blocks:,} blocks, {proof.n_entries:,} entries and {n_heads:,} exported heads "
        f"compared in {seconds:.1f} s; {proof.n_open:,} entries wait for their seal.\n"
    )
    if proof.n_forgotten:
        sys.stdout.write(f"{proof.n_forgotten:,} entries of over three years ago were deleted.\n")
    if proof.faults:
        sys.stdout.write(f"The trace is NOT as it was sealed: {len(proof.faults)} faults.\n")
        return 1
    sys.stdout.write(f"The trace is as it was sealed, up to block {proof.last_block or 0:,}.\n")
    return 0
