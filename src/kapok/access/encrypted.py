"""Which columns hold encrypted values: keys can be exchanged only where all of them are known.

Each app names its own in a module ``encrypted``: ``COLUMNS`` by model and field with what was given
as ``about``, and ``PLAIN`` for columns of bytes that hold something else. A column of bytes that is
in neither fails the build (``tests/kapok/access/test_encrypted.py``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import models

from kapok.access.installing import ours

COLUMNS = {
    "access.outboxmessage.phone": "outbox.phone",
    "access.outboxmessage.text": "outbox.text",
}
PLAIN = frozenset(
    {
        "access.phonecode.phone_index",
        "access.phonecode.address_index",
        "access.phonecode.code_hash",
        "access.traceblock.previous",
        "access.traceblock.entries",
        "access.traceblock.sha256",
    }
)
# Values inside JSON that allauth keeps, encrypted by kapok.access.adapters in base 64: model,
# field, keys, and what they are about.
INSIDE_JSON = ("mfa.authenticator", "data", ("secret", "seed"), "second factor")


@dataclass(frozen=True)
class Column:
    """One column with encrypted values: of a model, or of the history of one."""

    model: type[models.Model]
    field: str
    about: str

    @property
    def names(self) -> tuple[str, str, str]:
        """Table, key and column as the database calls them."""
        facts: Any = self.model._meta
        return facts.db_table, facts.pk.column, facts.get_field(self.field).column


def columns() -> Iterator[Column]:
    """All columns with encrypted values, those of histories included."""
    named = _named("COLUMNS")
    for model in ours():
        tracked = getattr(model, "pgh_tracked_model", model)
        for field in model._meta.concrete_fields:
            about = named.get(label(tracked, field.name))
            if about is not None:
                yield Column(model, field.name, about)


def plain() -> frozenset[str]:
    """Columns of bytes that are not encrypted."""
    return frozenset(_named("PLAIN"))


def label(model: Any, field: str) -> str:
    """``people.person.identity``."""
    return f"{model._meta.label_lower}.{field}"


def _named(what: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for app in apps.get_app_configs():
        name = f"{app.name}.encrypted"
        if app.name.startswith("kapok.") and find_spec(name) is not None:
            said = getattr(import_module(name), what)
            found |= said if isinstance(said, dict) else dict.fromkeys(said, "")
    return found
