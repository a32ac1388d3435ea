"""Lock grids in force that must stay as they are when grids are drawn anew."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.codes import community_of
from kapok.errors import Refused
from kapok.places import areas
from kapok.places.models import DrawnGrid
from kapok.places.workflow import Status


@transaction.atomic
def lock_grids(*, codes: Collection[int], by: User | None, at: datetime) -> list[DrawnGrid]:
    """Lock grids in force, and their copies in open proposals.

    Open proposals that change them cannot be published any more.
    """
    return _set(codes, locked=True, by=by, at=at)


@transaction.atomic
def unlock_grids(*, codes: Collection[int], by: User | None, at: datetime) -> list[DrawnGrid]:
    """Unlock grids in force, and their copies in open proposals."""
    return _set(codes, locked=False, by=by, at=at)


def _set(codes: Collection[int], *, locked: bool, by: User | None, at: datetime) -> list[DrawnGrid]:
    """Change the lock of grids in force, all or none, and of their copies."""
    for code in codes:
        scope.require(Permission.PLACE_DRAW, code)
    areas.lock_these({community_of(code) for code in codes})
    grids = list(DrawnGrid.objects.in_force().filter(code__in=codes).defer("shape"))
    missing = set(codes) - {grid.code for grid in grids}
    if missing:
        raise Refused(
            _("Grid %(code)s is not in force; only grids in force can be locked. Publish it first.")
            % {"code": min(missing)}
        )
    for grid in grids:
        grid.locked, grid.locked_by, grid.locked_at = locked, by, at
    DrawnGrid.objects.bulk_update(grids, ["locked", "locked_by", "locked_at"])
    copies = DrawnGrid.objects.filter(code__in=codes, drawing__status=Status.OPEN)
    copies.update(locked=locked, locked_by=by, locked_at=at)
    return grids
