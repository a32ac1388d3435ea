"""The page of all stored things."""

import inspect
from collections.abc import Iterator
from typing import Any


def lines() -> Iterator[str]:
    """Each stored thing: what it is, its fields, what the database holds it to."""
    yield "# Tables\n"
    for model in _models():
        yield f"## {model._meta.label}\n\n{inspect.cleandoc(model.__doc__ or '')}\n"
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
