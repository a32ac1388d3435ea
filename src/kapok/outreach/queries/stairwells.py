"""Who stands for which stairwells of a group, and whether a notice was passed on in them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from kapok.access import scope
from kapok.outreach.box import of_post
from kapok.outreach.models import Passing, Representative

REPRESENTATIVE = "representative"
Buildings = frozenset[UUID]


def of_who(who: scope.Acting, places: Iterable[int]) -> dict[int, Buildings]:
    """The buildings of groups for which who acts stands, by group; of each of ``places`` some."""
    found: dict[int, set[UUID]] = {place: set() for place in places}
    mine = Representative.objects.filter(account=who.account, place__in=found, ended_at=None)
    for place, building in mine.values_list("place", "building"):
        found[place].add(building)
    return {place: frozenset(buildings) for place, buildings in found.items()}


def of_all(place: int, *, at: datetime) -> Buildings:
    """The buildings of a group for which anybody stands who can act."""
    with scope.acting(of_post(at=at)):
        return standing([place], at=at)


def standing(places: Iterable[int], *, at: datetime) -> Buildings:
    """The buildings of groups of who acts for which somebody stands who can act now.

    Whose account was closed, or whose appointment ended, stands on paper alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT building FROM outreach_stairwells(%s::bigint[], %s)", [list(places), at]
        )
        return frozenset(row[0] for row in cursor.fetchall())


def is_passed_by(who: scope.Acting, passing: Passing, mine: Buildings) -> bool:
    """Whether who acts has nothing left to pass on: a representative only in ``mine``."""
    if passing.passed_at is None:
        return False
    if passing.n_stairwells_waiting == 0:
        return True
    return who.role == REPRESENTATIVE and mine <= set(passing.passed_in)
