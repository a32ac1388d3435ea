"""Zones move what hangs on them, and move it back: each matter follows the strictest zone over it.

Every change comes through :func:`settle`, which compares what is with what should be; doing it
again changes nothing. It is part of the transaction that changed the zone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from kapok.access.fields import Ranges
from kapok.access.scope import acting
from kapok.ids import uuid7
from kapok.matters.engine.facts import Command, Facts, Status
from kapok.matters.models import MatterEvent
from kapok.matters.operations.commands import apply
from kapok.matters.queries import loading
from kapok.matters.workflow import OPEN, State
from kapok.packs.schema import ZoneMoment
from kapok.zones import sentences
from kapok.zones.holding import box, one_at_a_time
from kapok.zones.models import Zone, ZoneTask
from kapok.zones.operations import creating
from kapok.zones.queries import covering, hanging
from kapok.zones.retasking import Act, Lying, backwards, strictest

AGAIN = timedelta(minutes=1)  # what was still being written when somebody looked


def settle(zones: Collection[Zone], *, at: datetime) -> int:
    """Let what lies in some zones follow the strictest zone over it; how many matters moved."""
    if not zones:
        return 0
    with acting(box(at)):
        one_at_a_time()
        keys = [zone.pk for zone in zones]
        buildings = hanging.buildings_of(keys)
        touches: Ranges = tuple(sorted({each for zone in zones for each in zone.touches}))
        inside = hanging.matters_in(touches, buildings)
        tasks = list(
            ZoneTask.objects.select_for_update(of=("self",))
            .filter(Q(zone__in=keys) | Q(matter__in=inside), undone_at=None)
            .select_related("zone")
            .order_by("pk")
        )
        known, _n = loading.facts({*inside, *(task.matter_id for task in tasks)})
        over = _over(list(known.values()), at)
        n_back = _move_back([task for task in tasks if _is_over(task, over, at)], known, at=at)
        held = set(
            ZoneTask.objects.filter(matter__in=known, undone_at=None).values_list(
                "matter_id", flat=True
            )
        )
        free = [key for key in known if key in over and key not in held]
        n_moved = _move(free, over, at=at)
        return n_back + n_moved + creating.for_grids(zones, at=at)


def follow(zone: Zone, *, at: datetime) -> int:
    """Move what came in since a zone began, or was last looked at; how many matters moved."""
    with acting(box(at)):
        since = (zone.looked_at or zone.starts_at) - AGAIN
        inside = hanging.matters_in(zone.touches, hanging.buildings_of([zone.pk]), since=since)
        hanging_on = ZoneTask.objects.filter(matter__in=inside, undone_at=None)
        known, _n = loading.facts(set(inside) - set(hanging_on.values_list("matter_id", flat=True)))
        over = _over(list(known.values()), at)
        moved = _move([key for key in known if key in over], over, at=at)
        Zone.objects.filter(pk=zone.pk).update(looked_at=at)
    return moved


def _over(matters: Sequence[Facts], at: datetime) -> dict[UUID, Lying]:
    lying = covering.lying([hanging.spot_of(matter) for matter in matters], at)
    found = {matter.id: strictest(over) for matter, over in zip(matters, lying, strict=True)}
    return {key: zone for key, zone in found.items() if zone is not None}


def _is_over(task: ZoneTask, over: Mapping[UUID, Lying], at: datetime) -> bool:
    """Whether what a zone did no longer holds; what it made at its end goes when it goes on."""
    holds = task.zone.starts_at <= at < task.zone.until
    zone = over.get(task.matter_id)
    if task.created.startswith(ZoneMoment.EXIT):
        return holds
    if task.created and holds:  # for a grid, of which it may cover a part alone
        mine = covering.line(task.zone)
        return zone is not None and strictest([zone, mine]) != mine
    return zone is None or zone.zone != task.zone_id


def _move(keys: Sequence[UUID], over: Mapping[UUID, Lying], *, at: datetime) -> int:
    """Make the moves of the zones over some matters, and keep how to take them back."""
    facts, _n = loading.facts(keys)  # anew: some were moved back just now
    wanted = {
        key: acts
        for key, acts in hanging.moves(
            [each for each in facts.values() if State(each.state) in OPEN], over, at=at
        ).items()
        if acts
    }
    sent = [
        (key, act, Command(uuid7(), act.move, key, at, data=act.data))
        for key, acts in wanted.items()
        for act in acts
    ]
    answers = apply([command for _key, _act, command in sent])
    done: dict[UUID, list[Act]] = {key: [] for key in wanted}
    for (key, act, _command), answer in zip(sent, answers, strict=True):
        if answer.status == Status.TAKEN:
            done[key].append(act)
    after, _n = loading.facts(wanted, lock=False)
    ZoneTask.objects.bulk_create(
        [
            ZoneTask(
                id=uuid7(),
                zone_id=over[key].zone,
                matter_id=key,
                place=after[key].place,
                did=[asdict(act) for act in acts],
                version=after[key].version,
                done_at=at,
            )
            for key, acts in done.items()
        ]
    )
    return sum(bool(acts) for acts in done.values())


def _move_back(tasks: Sequence[ZoneTask], known: Mapping[UUID, Facts], *, at: datetime) -> int:
    """Take back what zones did, unless somebody worked on the matter meanwhile."""
    worked_on = _worked_on(tasks)
    sent: list[tuple[ZoneTask, Command]] = []
    for task in tasks:
        task.undone_at = at
        task.kept = _why_kept(task, known.get(task.matter_id), worked_on)
        if not task.kept:
            reason = sentences.over(task.zone.name)
            done = [Act(**act) for act in task.did]
            sent += [
                (task, Command(uuid7(), move, task.matter_id, at, data=_said(data, reason)))
                for move, data in backwards(done)
                if move != "hold" or data["until"] > at.isoformat()
            ]
    answers = apply([command for _task, command in sent])
    for (task, _command), answer in zip(sent, answers, strict=True):
        if answer.status != Status.TAKEN and not task.kept:
            task.kept = answer.sentence[:300]
    ZoneTask.objects.bulk_update(tasks, ["undone_at", "kept"])
    return sum(not task.kept for task in tasks)


def _said(data: dict[str, Any], reason: str) -> dict[str, Any]:
    return data | {"reason": reason} if "reason" in data else data


def _why_kept(task: ZoneTask, matter: Facts | None, worked_on: set[UUID]) -> str:
    if matter is None or State(matter.state) not in OPEN:
        return _("It has ended.")
    if task.pk in worked_on:
        return _("Somebody worked on it meanwhile, so it stays as it is.")
    return ""


def _worked_on(tasks: Sequence[ZoneTask]) -> set[UUID]:
    """Tasks on whose matter somebody made a move after the zone did."""
    since = {task.matter_id: task for task in tasks}
    events = MatterEvent.objects.filter(matter__in=since, account__isnull=False)
    return {
        since[matter].pk
        for matter, version in events.values_list("matter_id", "version")
        if version > since[matter].version
    }
