"""The street lead's page: numbers, each with the list behind it."""

from dataclasses import dataclass
from datetime import datetime

from kapok.workforce.models import HoursEntry
from kapok.workforce.queries.people import people
from kapok.workforce.queries.scoped import inside
from kapok.workforce.queries.staffing import Staffing, handovers_due, staffing
from kapok.workforce.queries.teams import teams
from kapok.workforce.workflow import HoursStatus


@dataclass(frozen=True)
class Overview:
    """How the acting places are staffed."""

    staffing: Staffing
    n_people: int
    n_appointments: int
    n_without_worker: int
    n_without_deputy: int
    n_due: int
    n_over: int
    n_teams: int
    n_teams_incomplete: int
    n_to_confirm: int


def overview(*, at: datetime) -> Overview:
    """The numbers of the first page, in a fixed number of queries."""
    staff = staffing(at=at)
    everybody = people(at=at)
    all_teams = teams(at=at)
    return Overview(
        staffing=staff,
        n_people=everybody.n_people,
        n_appointments=everybody.n,
        n_without_worker=len(staff.without_worker),
        n_without_deputy=len(staff.without_deputy),
        n_due=len(handovers_due(at=at)),
        n_over=len(staff.over_stretched),
        n_teams=len(all_teams),
        n_teams_incomplete=sum(not team.is_complete for team in all_teams),
        n_to_confirm=HoursEntry.objects.filter(inside(), status=HoursStatus.PENDING).count(),
    )
