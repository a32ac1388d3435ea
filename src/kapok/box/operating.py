"""Sub-commands for whoever looks after a box: ``doctor``, ``backup``, ``restore`` and ``keys``."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

UNWELL = 1

keys = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


def doctor() -> int:
    """Look at the box and say what is wrong and what to do (exit status 1 where something is).

    Set-up, keys, backups, clock, row policies, roles, sealing of the trace, disk, demo accounts,
    and what is reachable from elsewhere. Nothing is changed.
    """
    from kapok.box import session

    with session.running(untouched=True):
        from django.utils import timezone

        from kapok.box.doctor import examine
        from kapok.box.findings import Grade

        found = examine(at=timezone.now())
    for finding in found:
        _say(f"{finding.grade:5}  {finding.sentence}")
    return UNWELL if any(finding.grade == Grade.WRONG for finding in found) else 0


def backup(
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FOLDER", help="Where to; else backups in the data folder."),
    ] = None,
    keep: Annotated[
        int, typer.Option(min=1, metavar="DAYS", help="Delete older ones; never the newest.")
    ] = 30,
    try_it: Annotated[
        bool, typer.Option("--try", help="Restore it into a database beside, and compare.")
    ] = False,
) -> None:
    """Write a backup of the whole database, while Kapok runs or not.

    The file of keys is not in it. Keep both, in different places: neither is of use alone.
    """
    from kapok.box import session

    with session.running():
        from django.utils import timezone

        from kapok.box import backups

        at, where = timezone.now(), to or backups.home()
        path = backups.make(where, at=at)
        made = backups.read(path)
        _say(f"{path} holds {sum(made.rows.values()):,} rows in {made.size / 1e6:,.1f} MB.")
        if try_it:
            backups.try_out(path, at=at)
            _say("It was restored for a trial, and every table has the rows that it should.")
        n_old = backups.expire(where, keep_days=keep, at=at)
        if n_old:
            _say(f"{n_old} older than {keep} days were deleted.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .dump file of kapok backup.")],
) -> None:
    """Restore a backup into an empty box, and delete again what was deleted since it was made.

    Put keys.json and backups/deletions.log of the lost box into the data folder first.
    """
    from kapok.box import session

    with session.running(alone=True):
        from django.utils import timezone

        from kapok.box import restoring

        done = restoring.restore(file, at=timezone.now())
    _say(
        f"The state of {done.made_at:%Y-%m-%d %H:%M} UTC is back, {done.n_rows:,} rows. "
        f"{done.n_deleted_again:,} that were deleted since then were deleted again."
    )


@keys.command()
def rotate() -> None:
    """Encrypt everything with a new key and forget the old one. Stop Kapok first.

    It can be stopped, and goes on where it was. Make a backup afterwards: older ones need the file
    of keys of their time.
    """
    from kapok.box import session

    with session.running(alone=True), _bar("Encrypting", "columns") as advance:
        from kapok.access import secrets
        from kapok.box import rotating

        done = rotating.rotate(on_progress=advance)
    _say(
        f"{done.n_values:,} values are encrypted with key {done.key_number}; the old one is gone. "
        f"Copy {secrets.keys_file()} to where it is kept, and make a backup."
    )


@keys.callback()
def _keys() -> None:
    """Keep ``kapok keys`` a command with sub-commands."""


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def _bar(what: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, on a terminal only."""
    from tqdm import tqdm

    with tqdm(desc=what, unit=f" {unit}", disable=None) as bar:

        def advance(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield advance
