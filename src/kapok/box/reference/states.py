"""The page of all workflows."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

OWN_PAGE = frozenset({"kapok.matters"})


def lines() -> Iterator[str]:
    """The moves of each workflow, as the operations and the pages use them."""
    from django.apps import apps

    yield "# States and moves\n"
    for app in apps.get_app_configs():
        if not app.name.startswith("kapok.") or app.name in OWN_PAGE:
            continue
        if not find_spec(f"{app.name}.workflow"):
            continue
        workflow = import_module(f"{app.name}.workflow")
        yield f"## {app.name}\n\n{inspect.cleandoc(workflow.__doc__ or '')}\n"
        yield "| move | from | to |\n| --- | --- | --- |"
        for name, move in workflow.MOVES.items():
            sources = ", ".join(sorted(f"`{source}`" for source in move.sources))
            yield f"| {name} | {sources} | `{move.target}` |"
        yield ""
