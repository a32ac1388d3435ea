"""A copy of somebody's data that another program can read, with names that explain themselves."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kapok.people.queries.own import Own

LEFT_OUT = frozenset({"revealed", "shows_papers", "shows_care", "merges", "is_open", "is_due"})


def copy_of(own: Own) -> dict[str, Any]:
    """Everything that the page shows, as plain values."""
    return {"format": "kapok-own-data-1", **_plain(asdict(own))}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if key not in LEFT_OUT}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
