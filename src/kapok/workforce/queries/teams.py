"""Teams: who is in them, and what they lack."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapok.access.models import Appointment
from kapok.access.roles import ROLES
from kapok.workforce.models import Team
from kapok.workforce.queries.scoped import area_names, inside


@dataclass(frozen=True)
class Seat:
    """A role in a team: how many it has, is complete with, and needs for a visit."""

    role: str
    role_label: str
    n: int
    wanted: int
    needed: int
    names: tuple[str, ...]

    @property
    def missing(self) -> int:
        """How many it lacks to be complete."""
        return max(0, self.wanted - self.n)


@dataclass(frozen=True)
class TeamCard:
    """A team as it stands."""

    id: UUID
    name: str
    kind_label: str
    place: int
    area_name: str
    seats: tuple[Seat, ...]

    @property
    def is_complete(self) -> bool:
        """Whether all are there that its mix names."""
        return all(seat.n >= seat.wanted for seat in self.seats)

    @property
    def has_quorum(self) -> bool:
        """Whether enough are there for a visit."""
        return all(seat.n >= seat.needed for seat in self.seats)


def teams(*, at: datetime) -> tuple[TeamCard, ...]:
    """The teams inside the acting places, incomplete ones first; in three queries."""
    rows = list(Team.objects.filter(inside(), ended_at=None))
    cards = _cards(rows, at)
    return tuple(sorted(cards, key=lambda card: (card.has_quorum, card.is_complete, card.place)))


def team_card(team_id: UUID, *, at: datetime) -> TeamCard | None:
    """One team, or ``None``."""
    rows = list(Team.objects.filter(inside(), pk=team_id, ended_at=None))
    return next(iter(_cards(rows, at)), None)


def _cards(rows: list[Team], at: datetime) -> list[TeamCard]:
    members: dict[UUID | None, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    held = Appointment.objects.in_force(at).filter(
        unit__in=[row.pk for row in rows], account__is_active=True
    )
    for one in held.select_related("account").order_by("starts_at", "pk"):
        members[one.unit][one.role].append(str(one.account))
    names = area_names({row.place for row in rows})
    return [
        TeamCard(
            id=row.pk,
            name=row.name,
            kind_label=str(row.get_kind_display()),
            place=row.place,
            area_name=names.get(row.place, str(row.place)),
            seats=_seats(row, members[row.pk]),
        )
        for row in rows
    ]


def _seats(row: Team, members: dict[str, list[str]]) -> tuple[Seat, ...]:
    n = Counter({role: len(names) for role, names in members.items()})
    return tuple(
        Seat(
            role=role,
            role_label=str(ROLES[role].label),
            n=n[role],
            wanted=wanted,
            needed=row.quorum.get(role, 0),
            names=tuple(members.get(role, ())),
        )
        for role, wanted in row.mix.items()
    )
