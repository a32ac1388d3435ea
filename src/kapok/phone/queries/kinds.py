"""Kinds of matter as a phone needs them: conditions as trees, words in both languages."""

import hashlib
from functools import lru_cache
from typing import Any

from kapok.packs import conditions, look_up
from kapok.packs.look_up import PackRef
from kapok.packs.schema import Door, Kind, RouteTo, WorkingTime

FORMAT = 2  # of what is written here: another one is sent again to phones that have the last
LEFT_OUT = {"clocks", "route", "messages", "retention_days", "duplicates", "moves"}


def of_places(places: list[int], packs: set[Any], at: Any) -> list[dict[str, Any]]:
    """Kinds in force in some places, and those of the packs that matters were decided by."""
    found: dict[str, dict[str, Any]] = {}
    for place in places:
        rules = look_up.packs_at(place, at)
        for kind, ref in rules.kinds():
            found[f"{ref.id}/{kind.code}"] = _kind(kind, ref, rules.calendar_of(ref)) | {
                "reportable": Door.PATROL in kind.doors
            }
    for pack_id in packs:
        body = look_up.pack(pack_id)
        for kind in body.kinds:
            ref = PackRef(pack_id, body.code, 0)
            key = f"{pack_id}/{kind.code}"
            found.setdefault(key, _kind(kind, ref, body.calendar) | {"reportable": False})
    return list(found.values())


def stamp(kinds: list[dict[str, Any]]) -> str:
    """Which versions these are: they are sent again when it changes."""
    known = ",".join([str(FORMAT), *sorted(kind["key"] for kind in kinds)])
    return hashlib.sha256(known.encode()).hexdigest()[:16]


def _kind(kind: Kind, ref: PackRef, hours: WorkingTime) -> dict[str, Any]:
    return dict(_written(ref.id, kind.code)) | {
        "key": f"{ref.id}/{kind.code}",
        "pack": str(ref.id),
        "version": str(ref),
        "hours": _hours(hours.model_dump_json()),
        "to_grid_worker": kind.route[0].to == RouteTo.GRID_WORKER,
    }


@lru_cache(maxsize=1024)
def _written(pack_id: Any, code: str) -> tuple[tuple[str, Any], ...]:
    kind = look_up.pack(pack_id).kind(code)
    assert kind is not None  # the reference came from that pack
    said = kind.model_dump(mode="json", by_alias=True, exclude=LEFT_OUT)
    said["report_form"] = _form(said["report_form"])
    for rule in said["urgency"]["when"]:
        rule["if"] = conditions.tree(rule["if"])
    for step in said["steps"]:
        step["form"] = _form(step["form"])
        step["show_when"] = _tree(step["show_when"])
    return tuple(said.items())


@lru_cache(maxsize=64)
def _hours(written: str) -> Any:
    return WorkingTime.model_validate_json(written).model_dump(mode="json")


def _form(form: dict[str, Any]) -> dict[str, Any]:
    for field in form["fields"]:
        field["show_when"] = _tree(field["show_when"])
        if isinstance(field["required"], str):
            field["required"] = conditions.tree(field["required"])
        for option in field["options"]:
            option["show_when"] = _tree(option["show_when"])
    for check in form["checks"]:
        check["that"] = conditions.tree(check["that"])
    return form


def _tree(condition: str | None) -> Any:
    return conditions.tree(condition) if condition else None
