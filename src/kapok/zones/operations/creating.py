"""Matters that a zone makes for each of its grids, when it begins and when it ends."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from kapok.ids import uuid7
from kapok.matters.engine.facts import Command, Spot, Status
from kapok.matters.operations.commands import apply
from kapok.matters.queries import loading
from kapok.packs import look_up
from kapok.packs.schema import Door, Retask, ZoneMoment
from kapok.zones import sentences
from kapok.zones.models import Zone, ZoneTask
from kapok.zones.queries import covering, hanging
from kapok.zones.retasking import strictest
from kapok.zones.workflow import Phase

FIRST_DOORS = (Door.LIST, Door.AGENCY, Door.PATROL)


def for_grids(zones: Collection[Zone], *, at: datetime) -> int:
    """Make what the rules of some zones ask for at each grid, once; how many matters there were.

    While a zone holds, its grids get what it makes at its beginning, except under a stricter zone.
    When it ends, grids that no zone covers any more get what it makes at its end.
    """
    return sum(_of_zone(zone, at) for zone in zones)


def _of_zone(zone: Zone, at: datetime) -> int:
    phase = zone.phase(at)
    if phase == Phase.COMING or (phase == Phase.PAST and not zone.is_tasked):
        return 0
    on = ZoneMoment.ENTRY if phase == Phase.NOW else ZoneMoment.EXIT
    rules = hanging.creating(hanging.kind_of(zone.pack_id, zone.kind), on)
    grids = _grids(zone, phase, at) if rules else []
    n_made = sum(_make(zone, rule, grids, at) for rule in rules)
    if zone.is_tasked != (phase == Phase.NOW):
        zone.is_tasked = phase == Phase.NOW
        zone.save(update_fields=["is_tasked"])
    return n_made


def _grids(zone: Zone, phase: Phase, at: datetime) -> list[int]:
    """The grids of a zone that follow it: those under another zone follow that one."""
    grids = hanging.grids_of(zone.whole, hanging.buildings_of([zone.pk]))
    others = covering.lying([Spot(grid) for grid in grids], at, besides=zone.pk)
    mine = covering.line(zone)
    return [
        grid
        for grid, over in zip(grids, others, strict=True)
        if (strictest([*over, mine]) == mine if phase == Phase.NOW else not over)
    ]


def _make(zone: Zone, rule: Retask, grids: list[int], at: datetime) -> int:
    what = f"{rule.on.value} {rule.kind}"
    there = ZoneTask.objects.filter(zone=zone, created=what, undone_at=None)
    made = set(there.values_list("place", flat=True))
    sent = {
        grid: Command(uuid7(), "report", uuid7(), at, data=_said(zone, rule, grid, at))
        for grid in grids
        if grid not in made
    }
    answers = apply(list(sent.values()))
    taken = [
        (grid, command.matter)
        for (grid, command), answer in zip(sent.items(), answers, strict=True)
        if answer.status == Status.TAKEN
    ]
    facts, _n = loading.facts([key for _grid, key in taken], lock=False)
    ZoneTask.objects.bulk_create(
        [
            ZoneTask(
                id=uuid7(),
                zone=zone,
                matter_id=key,
                place=grid,
                created=what,
                did=[{"move": "report", "data": {}, "back": "withdraw", "back_data": {
                    "reason": sentences.over(zone.name)}}],
                version=facts[key].version,
                done_at=at,
            )
            for grid, key in taken
        ]
    )  # fmt: skip
    return len(taken)


def _said(zone: Zone, rule: Retask, grid: int, at: datetime) -> dict[str, Any]:
    kind = look_up.packs_at(grid, at).find(rule.kind)
    doors = kind.doors if kind else ()
    door = next((each for each in FIRST_DOORS if each in doors), doors[0] if doors else Door.LIST)
    return {
        "kind": rule.kind,
        "text": sentences.reason(zone.name, rule),
        "place": grid,
        "answers": dict(rule.answers),
        "door": str(door),
    }
