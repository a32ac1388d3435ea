"""``kapok mail``: letters of a mailbox, a folder or standard input become reports."""

import mailbox
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer


def mail(
    place: Annotated[int, typer.Option(help="Code of the area that the letters are for.")],
    kind: Annotated[str, typer.Option(help="Kind of matter that they become.")] = "other",
    source: Annotated[
        Path | None,
        typer.Argument(help="An mbox file or a Maildir; else one letter."),
    ] = None,
) -> None:
    """Take letters in. Reading the same mailbox again brings nothing twice."""
    from django.utils import timezone

    from kapok.box import session
    from kapok.doors.operations import letters

    with session.running():
        n_taken = n_left = 0
        for done in letters.take(
            raws=_raws(source), place=int(str(place).ljust(15, "0")), kind=kind, at=timezone.now()
        ):
            if done.number is None:
                n_left += 1
                typer.echo(f"left: {done.key}: {done.why}", err=True)
            else:
                n_taken += 1
        typer.echo(f"{n_taken} letters are reports, {n_left} were left.")


def _raws(source: Path | None) -> Iterator[bytes]:
    from kapok.errors import Refused

    if source is None:
        yield sys.stdin.buffer.read()
        return
    if not source.exists():
        raise Refused(f"{source} is not there. Give an mbox file or a Maildir.")
    box = mailbox.Maildir(source, create=False) if source.is_dir() else mailbox.mbox(source)
    for key in box.keys():  # noqa: SIM118  # a mailbox is no dict
        yield box.get_bytes(key)
