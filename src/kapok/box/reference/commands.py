"""The page of all commands."""

from collections.abc import Iterator
from typing import Any

from kapok import cli

WIDTH = 100


def lines() -> Iterator[str]:
    """Each command with its arguments and options, as ``--help`` prints them."""
    import typer

    yield "# Commands\n"
    root = typer.main.get_command(cli.application(everything=True))
    yield from _help(root, "kapok", None)


def _help(command: Any, name: str, parent: Any) -> Iterator[str]:
    sizes = {"terminal_width": WIDTH, "max_content_width": WIDTH}
    context = command.context_class(command, info_name=name.split()[-1], parent=parent, **sizes)
    passes_on = not command.get_help_option_names(context)
    if not passes_on:
        yield f"## `{name}`\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
    for child in getattr(command, "commands", {}).values():
        yield from _help(child, f"{name} {child.name}", context)
