"""``kapok pack``: packs of rules by hand. A file is checked without a database."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from kapok.errors import Refused

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A pack in YAML.")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="Code of a pack, as gd-2021.")]


@app.command()
def check(path: File) -> int:
    """Say everything that is wrong with a pack, each with its line; change nothing."""
    _without_database()
    from kapok.packs.documents import read

    found = read(whole(path))
    for fault in found.faults:
        where = f" [{fault.where}]" if fault.where else ""
        sys.stderr.write(f"{path}:{fault.line}: {fault.sentence}{where}\n")
    if found.body is None:
        return 1
    body = found.body
    say(
        f"“{body.title}” ({body.code}) is right: {len(body.kinds)} kinds of matter, "
        f"{len(body.zone_kinds)} kinds of zone, {len(body.values)} values."
    )
    return 0


@app.command(name="list")
def list_packs() -> None:
    """List the versions of all packs."""
    from kapok.box import session

    with session.acting():
        from kapok.packs import queries

        for line in queries.versions():
            until = f"{line.valid_to:%Y-%m-%d %H:%M}" if line.valid_to else "open"
            say(
                f"{line.code:20} {line.version:>3}  {line.state:10} "
                f"{line.valid_from:%Y-%m-%d %H:%M} – {until:16}  {line.jurisdiction}  {line.title}"
            )


@app.command()
def draft(
    path: File, note: Annotated[str, typer.Option(help="What is new in it, in a few words.")] = ""
) -> None:
    """Keep a pack as a draft; somebody with the right to do so puts it in force on its page."""
    from kapok.box import session

    with session.acting():
        from django.utils import timezone

        from kapok.packs import operations

        pack = operations.draft(text=whole(path), by=None, at=timezone.now(), note=note)
        say(f"{pack.code} {pack.version} is a draft now. Put it in force at /packs/{pack.pk}/.")


@app.command()
def show(
    code: Code,
    version: Annotated[int, typer.Option(min=0, help="Which version; without it, the last.")] = 0,
) -> None:
    """Print the text of a pack as it was written."""
    from kapok.box import session

    with session.acting():
        from kapok.packs import queries

        sys.stdout.write(queries.text_of(code, version or None))


def _without_database() -> None:
    """Sentences need the settings, and nothing that is in a database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapok.settings")
    os.environ.setdefault("KAPOK_SECRET_KEY", "not-used")
    os.environ.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    import django
    from django.utils import translation

    django.setup()
    translation.activate("en")


def whole(path: Path) -> bytes:
    """The content of a file; ``Refused`` where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None


def say(sentence: str) -> None:
    """One line for whoever typed the command."""
    sys.stdout.write(sentence + "\n")
