"""Commands of somebody who no longer may are held, and a colleague decides what becomes of them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.access.roles import ROLES, Permission
from kapok.access.scope import acting, current, of_intake, require
from kapok.errors import NotAllowed, Refused
from kapok.matters.engine.facts import Actor, Answer, Command, Status
from kapok.matters.models import CommandEntry, Matter
from kapok.matters.operations.answers import answer_of
from kapok.matters.operations.commands import apply
from kapok.phone.models import HeldCommand
from kapok.phone.queries.realms import realms_of

if TYPE_CHECKING:
    from kapok.phone.operations.syncing import Phone

ABOUT = "held command"
MOST_LOOKED_AT = 500  # of what waits of one phone
NOWHERE = 10**14  # where no place is known: whoever answers for everything looks at it


def hold(commands: Sequence[Command], *, phone: "Phone", why: str, at: datetime) -> list[Answer]:
    """Keep commands, encrypted, for whoever answers for their place; the same one once.

    What was taken while its sender still could is answered as it was then.
    """
    with acting(of_intake(phone.account, at=at)):
        done = {
            entry.pk: answer_of(entry.pk, entry.answer)
            for entry in CommandEntry.objects.filter(pk__in=[each.id for each in commands])
        }
        commands = [each for each in commands if each.id not in done]
        places = _places(commands, phone.id)
        rows = [
            HeldCommand(
                id=command.id,
                place=place,
                account=phone.account,
                device=phone.id,
                role=_last_role(phone.account, place),
                content=secrets.encrypt(_written(command), about=ABOUT),
                why=why,
                received_at=at,
            )
            for command, place in zip(commands, places, strict=True)
        ]
        HeldCommand.objects.bulk_create(rows, ignore_conflicts=True)
    sentence = _("You may not act here now. It is kept, and a colleague looks at it.")
    held = [Answer(each.id, Status.HELD, each.matter, sentence) for each in commands]
    return [*done.values(), *held]


def _places(commands: Sequence[Command], device: UUID) -> list[int]:
    """Where each belongs: its matter, or where the report lies that it follows and that waits."""
    known = dict(
        Matter.objects.filter(pk__in=[each.matter for each in commands]).values_list("pk", "place")
    )
    for each in commands:
        if each.move == "report" and (place := _said_place(each.data)):
            known.setdefault(each.matter, place)
    if any(each.matter not in known for each in commands):
        known = _waiting(device) | known
    return [known.get(each.matter, NOWHERE) for each in commands]


def _waiting(device: UUID) -> dict[UUID, int]:
    """The places of matters whose reports by this phone wait for a decision."""
    rows = HeldCommand.objects.filter(device=device, verdict="OPEN").exclude(place=NOWHERE)
    return {content(row).matter: row.place for row in rows[:MOST_LOOKED_AT]}


def _said_place(data: Any) -> int | None:
    """Where a report that is not there yet says it lies."""
    building, place = data.get("building"), data.get("place")
    if building:
        with connection.cursor() as cursor:
            cursor.execute("SELECT place FROM places_building WHERE id::text = %s", [str(building)])
            row = cursor.fetchone()
        if row:
            return int(row[0])
    return place if isinstance(place, int) and 10**14 <= place < 10**15 else None


def _last_role(account: UUID, place: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone_last_role(%s, %s)", [account, place])
        return cursor.fetchone()[0] or ""


def _written(command: Command) -> str:
    return json.dumps(
        {
            "id": str(command.id),
            "move": command.move,
            "matter": str(command.matter),
            "at": command.at.isoformat(),
            "seen": command.seen,
            "data": command.data,
        },
        ensure_ascii=False,
    )


def content(held: HeldCommand) -> Command:
    """What was held."""
    said = json.loads(secrets.decrypt(bytes(held.content), about=ABOUT))
    return Command(
        UUID(said["id"]),
        said["move"],
        UUID(said["matter"]),
        datetime.fromisoformat(said["at"]),
        said["seen"],
        said["data"],
    )


def take(held_id: UUID, *, reason: str) -> Answer:
    """Carry it out as what its sender was; whoever decides answers for it."""
    held = _open(held_id)
    command = content(held)
    who = current()
    told = ROLES.get(held.role)
    sender = Actor(
        account=held.account,
        appointment=None,
        role=held.role,
        unit=None,
        ranges=((held.place, held.place + 1),),
        permissions=told.grants if told else frozenset(),
        realms=told.realms if told else frozenset(),
    )
    with acting(of_intake(held.account, at=who.at)):
        [answer] = apply([command], device=held.device, actor=sender)
    if answer.status == Status.TAKEN:
        _decide(held, HeldCommand.Verdict.TAKEN, reason)
    return answer


def drop(held_id: UUID, *, reason: str) -> None:
    """Leave it undone, for a reason."""
    if not reason.strip():
        raise Refused(_("Say why it is dropped."))
    _decide(_open(held_id), HeldCommand.Verdict.DROPPED, reason)


def _open(held_id: UUID) -> HeldCommand:
    held = HeldCommand.objects.select_for_update().filter(pk=held_id, verdict="OPEN").first()
    if held is None or not _is_of_their_realm(held):
        raise Refused(_("Somebody decided this already, or it is not of your places."))
    require(Permission.MATTER_SEND, held.place)
    if held.account == current().account:
        raise NotAllowed(_("What you sent yourself is looked at by somebody else."))
    return held


def _is_of_their_realm(held: HeldCommand) -> bool:
    command = content(held)
    return realms_of([(command, held.place)]).get(command.id) in current().realms


def _decide(held: HeldCommand, verdict: HeldCommand.Verdict, reason: str) -> None:
    who = current()
    held.verdict, held.decided_by, held.decided_at = verdict, who.account, who.at
    held.reason = reason.strip()[:200]
    held.save(update_fields=["verdict", "decided_by", "decided_at", "reason"])
