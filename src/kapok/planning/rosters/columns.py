"""Columns that nobody knows: which field was probably meant."""

from collections.abc import Mapping
from difflib import get_close_matches

MEANT = {
    "count": ("need", "needs", "needed", "number", "headcount", "staff", "persons", "需要", "数量"),
    "party": ("team", "force", "unit", "organisation", "organization", "部门", "队伍"),
    "suit": ("ppe", "protectivesuit", "防护"),
    "lon": ("long", "经"),
    "lat": ("纬",),
    "week_hours": ("hours", "工时"),
    "week_most": ("mosthours", "maxhours"),
    "no_nights": ("nonight", "夜班"),
}
CLOSE = 0.75


def meant(column: str, fields: Mapping[str, tuple[str, ...]]) -> str:
    """The field that a plain column name most likely means; blank where none comes near."""
    for name in fields:
        if column in MEANT.get(name, ()):
            return name
    by_alias = {alias: name for name, known in fields.items() for alias in known}
    near = get_close_matches(column, by_alias, 1, CLOSE)
    return by_alias[near[0]] if near else ""
