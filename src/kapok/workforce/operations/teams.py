"""Teams: made with the mix that their kind needs; people join by an appointment in them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kapok.access import operations as access
from kapok.access import scope
from kapok.access.models import Appointment, User
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.workforce.models import Team
from kapok.workforce.operations.staffing import areas_of
from kapok.workforce.skills import TEAM_KINDS


@transaction.atomic
def make_team(*, name: str, kind: str, code: int, by: User | None, at: datetime) -> Team:
    """Make a team of a kind for one area."""
    [(place, level, _name)] = areas_of([code])
    scope.require(Permission.TEAM_MANAGE, place)
    known = TEAM_KINDS[kind]
    try:
        with transaction.atomic():
            return Team.objects.create(
                name=name.strip(),
                kind=kind,
                place=place,
                level=level,
                mix=known.mix,
                quorum=known.quorum,
                made_by=by,
                made_at=at,
            )
    except IntegrityError as error:
        raise Refused(
            _("There is a team “%(name)s” here already. Choose another name.") % {"name": name}
        ) from error


@transaction.atomic
def join_team(
    *,
    team_id: UUID,
    accounts: Sequence[UUID],
    role: str,
    starts_at: datetime,
    ends_at: datetime | None = None,
    by: User | None,
    at: datetime,
) -> list[Appointment]:
    """Appoint people into a team, in one of the roles that it is made of, over its area."""
    team = _team(team_id)
    if team.ended_at is not None:
        raise Refused(_("The team “%(name)s” is no longer.") % {"name": team})
    if role not in team.mix:
        raise Refused(_("This team has no such role. Choose one that its mix names."))
    areas = tuple(areas_of([team.place]))
    asked = [
        access.Asked(account, role, areas, starts_at, ends_at, unit=team.pk) for account in accounts
    ]
    return access.appoint_many(asked=asked, reason=str(team), by=by, at=at)


@transaction.atomic
def end_team(*, team_id: UUID, by: User | None, at: datetime) -> Team:
    """Dissolve a team; the appointments in it end with it."""
    team = _team(team_id)
    if team.ended_at is not None:
        raise Refused(_("The team “%(name)s” is no longer.") % {"name": team})
    members = Appointment.objects.in_force(at).filter(unit=team.pk)
    later = Appointment.objects.filter(unit=team.pk, starts_at__gt=at)
    keys = [*members.values_list("pk", flat=True), *later.values_list("pk", flat=True)]
    if keys:
        access.end_appointments(appointment_ids=keys, ends_at=at, by=by, at=at)
    team.ended_at = at
    team.save(update_fields=["ended_at"])
    return team


def _team(team_id: UUID) -> Team:
    team = Team.objects.select_for_update().filter(pk=team_id).first()
    if team is None:
        raise NotAllowed(_("This team lies outside your places, or is no longer."))
    scope.require(Permission.TEAM_MANAGE, team.place)
    return team
