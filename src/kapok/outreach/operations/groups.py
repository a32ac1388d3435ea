"""The tree of groups follows that of areas; representatives stand for their stairwells."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.outreach.box import of_post
from kapok.outreach.models import LEVELS, Representative
from kapok.outreach.operations import stairwells
from kapok.places.models import Building

MADE = """
    INSERT INTO outreach_group (id, place, level, parent_id, made_at)
    SELECT uuidv7(), area.code, area.level, (
        SELECT above.id FROM outreach_group AS above
        WHERE above.ended_at IS NULL AND above.level = ANY (%(above)s) AND above.place = ANY (ARRAY[
            area.code - area.code %% 1000, area.code - area.code %% 1000000,
            area.code - area.code %% 1000000000])
        ORDER BY above.place DESC, array_position(%(above)s, above.level::text) DESC LIMIT 1
    ), %(at)s
    FROM places_area AS area
    WHERE area.level = %(level)s AND area.valid_to IS NULL
      AND area.code >= %(lo)s AND area.code < %(hi)s
    ON CONFLICT DO NOTHING
"""
ENDED = """
    UPDATE outreach_group SET ended_at = %(at)s
    FROM places_area AS area
    WHERE outreach_group.ended_at IS NULL AND area.code = outreach_group.place
      AND area.valid_to IS NOT NULL AND area.code >= %(lo)s AND area.code < %(hi)s
"""


def bring_up_to_date(*, lo: int, hi: int, at: datetime) -> None:
    """Make the groups of areas that have none, and end those of areas that were retired."""
    with scope.acting(of_post(at=at)), connection.cursor() as cursor:
        cursor.execute(ENDED, {"lo": lo, "hi": hi, "at": at})
        for n, level in enumerate(LEVELS):
            above = [str(each) for each in LEVELS[:n]]
            cursor.execute(
                MADE, {"lo": lo, "hi": hi, "at": at, "level": str(level), "above": above}
            )


@transaction.atomic
def stand(*, building_id: UUID, username: str, kind: str, by: User, at: datetime) -> Representative:
    """Let somebody with an account stand for a stairwell; they agreed to it."""
    building = Building.objects.filter(pk=building_id, gone_at=None).first()
    if building is None:
        raise Http404
    scope.require(Permission.GROUP_MANAGE, building.place)
    if not username.strip():
        raise Refused(_("Write the name of the account of whoever stands for the stairwell."))
    if kind not in Representative.Kind.values:
        raise Refused(_("Say as what they stand: for the building or for the stairwell."))
    account = User.objects.filter(username=username.strip(), is_active=True).first()
    if account is None:
        raise Refused(
            _("There is no account “%(name)s”. Ask the administrator to make one first.")
            % {"name": username.strip()[:60]}
        )
    try:
        with transaction.atomic():
            made = Representative.objects.create(
                building=building, place=building.place, account=account, kind=kind, agreed_at=at,
                made_by=by,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(_("They stand for this building already.")) from None
    stairwells.recount(made.place, at=at)
    return made


@transaction.atomic
def step_down(*, representative_id: UUID, by: User, at: datetime) -> int:
    """End somebody's standing for a stairwell; the place of it."""
    found = Representative.objects.filter(pk=representative_id, ended_at=None).first()
    if found is None:
        raise Http404
    scope.require(Permission.GROUP_MANAGE, found.place)
    found.ended_at, found.ended_by = at, by
    found.save(update_fields=["ended_at", "ended_by"])
    stairwells.recount(found.place, at=at)
    return found.place
