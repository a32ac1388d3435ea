"""A notice is passed on stairwell by stairwell: each representative does so in their own."""

from datetime import datetime

from django.db import connection

from kapok.access import scope
from kapok.outreach.box import of_post
from kapok.outreach.models import Passing
from kapok.outreach.queries.stairwells import REPRESENTATIVE, Buildings, of_all

RECOUNTED = """
    UPDATE outreach_passing AS passing SET n_stairwells_waiting = (
        SELECT count(DISTINCT standing.building_id) FROM outreach_representative AS standing
        WHERE standing.place = passing.place AND standing.ended_at IS NULL
          AND standing.building_id <> ALL (passing.passed_in))
    WHERE passing.place = %s AND passing.n_stairwells_waiting > 0
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
    with scope.acting(of_post(at=at)), connection.cursor() as cursor:
        cursor.execute(RECOUNTED, [place])
