"""A notice is passed on stairwell by stairwell: each representative does so in their own."""

from datetime import datetime

from django.db import connection

from kapok.access import scope
from kapok.outreach.box import of_post
from kapok.outreach.models import Passing
from kapok.outreach.queries.stairwells import REPRESENTATIVE, Buildings, of_all

RECOUNTED = """
    UPDATE outreach_passing AS passing SET n_stairwells_waiting = (
        SELECT count(*) FROM outreach_stairwells(ARRAY[passing.place], %(at)s) AS standing
        WHERE standing.building <> ALL (passing.passed_in))
    WHERE passing.place = ANY (%(places)s::bigint[]) AND passing.n_stairwells_waiting > 0
"""


def note_passed(passing: Passing, who: scope.Acting, mine: Buildings) -> None:
    """Note where it is passed on: by a representative in ``mine``, by others everywhere."""
    if who.role != REPRESENTATIVE:
        passing.n_stairwells_waiting = 0
        return
    passed = mine | set(passing.passed_in)
    passing.passed_in = sorted(passed)
    passing.n_stairwells_waiting = len(of_all(passing.place, at=who.at) - passed)


def recount(place: int, *, at: datetime) -> None:
    """Count anew what waits in a group whose representatives changed."""
    _recount([place], at=at)


def recount_all(*, at: datetime) -> None:
    """Count anew what waits anywhere: accounts are closed and appointments end on their own."""
    with scope.acting(of_post(at=at)):
        waiting = Passing.objects.filter(n_stairwells_waiting__gt=0, version__stopped_at=None)
        places = list(waiting.order_by("place").values_list("place", flat=True).distinct())
    _recount(places, at=at)


def _recount(places: list[int], *, at: datetime) -> None:
    with scope.acting(of_post(at=at)), connection.cursor() as cursor:
        cursor.execute(RECOUNTED, {"places": places, "at": at})
