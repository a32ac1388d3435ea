"""Commands that wait for a decision, and phones, as pages show them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapok.access.models import User
from kapok.access.roles import ROLES
from kapok.access.scope import acting, current, of_account
from kapok.matters.workflow import MOVES
from kapok.phone.models import Device, HeldCommand
from kapok.phone.operations import holding
from kapok.phone.queries.realms import realms_of
from kapok.places.models import Area

MOST = 100


@dataclass(frozen=True)
class Held:
    """One command, readable."""

    id: UUID
    matter: UUID
    sender: str
    role: str
    place: str
    move: str
    text: str
    rest: str
    why: str
    at: datetime
    received_at: datetime


@dataclass(frozen=True)
class Phone:
    """One phone."""

    id: UUID
    name: str
    enrolled_at: datetime
    seen_at: datetime
    revoked_at: datetime | None


def waiting() -> list[Held]:
    """What waits in the acting places and realms, oldest first."""
    rows = _of_their_realms(list(HeldCommand.objects.filter(verdict="OPEN")))[:MOST]
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=[r.account for r in rows])}
    codes = {row.place for row in rows}
    areas = {area.code: area.name for area in Area.objects.filter(code__in=codes)}
    return [_held(row, names.get(row.account, ""), areas.get(row.place, "")) for row in rows]


def _of_their_realms(rows: list[HeldCommand]) -> list[HeldCommand]:
    """Whoever does not work in care is not told of it by what waits either."""
    commands = [(holding.content(row), row.place) for row in rows]
    of_each = realms_of(commands)
    mine = current().realms
    return [
        row
        for row, (command, _place) in zip(rows, commands, strict=True)
        if of_each.get(command.id) in mine
    ]


def _held(row: HeldCommand, sender: str, place: str) -> Held:
    command = holding.content(row)
    said = dict(command.data)
    text = str(said.pop("text", "") or said.pop("reason", ""))
    move = MOVES.get(command.move)
    return Held(
        row.pk,
        command.matter,
        sender,
        str(ROLES[row.role].label) if row.role in ROLES else "",
        place,
        str(move.label) if move else command.move,
        text,
        "; ".join(f"{name}: {value}" for name, value in said.items() if value),
        row.get_why_display(),
        command.at,
        row.received_at,
    )


def phones(user: User) -> list[Phone]:
    """Somebody's own, newest first."""
    with acting(of_account(user.pk, at=current().at)):
        rows = list(Device.objects.filter(account=user))
    return [Phone(r.pk, r.name, r.enrolled_at, r.seen_at, r.revoked_at) for r in rows]
