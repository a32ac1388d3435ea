"""The pages of ``docs/reference``, printed from the code; the committed pages must match."""

import inspect
import json
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from kapok import cli
from kapok.box.folder import SOURCE

FOLDER = SOURCE / "docs" / "reference"
WIDTH = 100
NOTE = "<!-- Printed from the code by `kapok reference`; do not edit. -->\n\n"


def write(*, check: bool) -> int:
    """Write the pages, or with ``check`` only say which are out of date (exit status 1)."""
    _set_up()
    stale = []
    for name, text in pages().items():
        path = FOLDER / name
        if path.exists() and path.read_text() == text:
            continue
        stale.append(path.relative_to(SOURCE))
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    for path in stale:
        sys.stderr.write(f"{path} {'is out of date; run make fix.' if check else 'written.'}\n")
    return 1 if stale and check else 0


def pages() -> dict[str, str]:
    """The text of each page, by its file name."""
    return {
        "commands.md": NOTE + "\n".join(_commands()),
        "tables.md": NOTE + "\n".join(_tables()),
        "states.md": NOTE + "\n".join(_states()),
        "openapi.json": _openapi(),
    }


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapok.settings")
    import django
    from django.utils import translation

    django.setup()
    translation.activate("en")


def _commands() -> Iterator[str]:
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


def _tables() -> Iterator[str]:
    """Each stored thing: what it is, its fields, what the database holds it to."""
    yield "# Tables\n"
    for model in _models():
        yield f"## {model._meta.label}\n\n{_paragraphs(model.__doc__ or '')}\n"
        yield "| field | type | empty | values |\n| --- | --- | --- | --- |"
        for field in model._meta.local_fields:
            yield _row(field)
        yield ""
        names = sorted(constraint.name for constraint in model._meta.constraints)
        if names:
            yield "Held to by the database: " + ", ".join(f"`{name}`" for name in names) + ".\n"


def _models() -> list[Any]:
    from django.apps import apps

    ours = [app for app in apps.get_app_configs() if app.name.startswith("kapok.")]
    return [model for app in ours for model in app.get_models()]


def _row(field: Any) -> str:
    kind = field.get_internal_type().removesuffix("Field")
    if field.remote_field:
        kind = f"{kind} to {field.related_model._meta.label}"
    values = ", ".join(f"`{value}`" for value, _ in field.choices or ())
    return f"| `{field.name}` | {kind} | {'yes' if field.null else 'no'} | {values} |"


def _states() -> Iterator[str]:
    """The moves of each workflow, as the operations and the pages use them."""
    from django.apps import apps

    yield "# States and moves\n"
    for app in apps.get_app_configs():
        if not app.name.startswith("kapok.") or not find_spec(f"{app.name}.workflow"):
            continue
        workflow = import_module(f"{app.name}.workflow")
        yield f"## {app.name}\n\n{_paragraphs(workflow.__doc__ or '')}\n"
        yield "| move | from | to |\n| --- | --- | --- |"
        for name, move in workflow.MOVES.items():
            sources = ", ".join(sorted(f"`{source}`" for source in move.sources))
            yield f"| {name} | {sources} | `{move.target}` |"
        yield ""


def _openapi() -> str:
    from kapok.api import api

    schema = api.get_openapi_schema(path_prefix="/api/")
    return json.dumps(schema, indent=2, ensure_ascii=False, default=str) + "\n"


def _paragraphs(docstring: str) -> str:
    return inspect.cleandoc(docstring)
