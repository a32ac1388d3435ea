"""Who works in a place, as planners take them."""

from collections import Counter, defaultdict
from datetime import datetime

from django.db.models import Q

from kapok.access import scope
from kapok.access.models import Appointment
from kapok.codes import span
from kapok.places.models import Area
from kapok.planning.planner import Member
from kapok.workforce.models import Worker

PURPOSE = "running_the_service"
PARTIES = {
    "police_member": "police",
    "health_member": "health",
    "vaccinator": "health",
    "registrar": "health",
    "community_member": "community",
    "community_lead": "community",
    "grid_worker": "community",
    "gate_keeper": "community",
    "hotline_worker": "community",
    "home_manager": "community",
    "representative": "volunteers",
}


def members(place: int, *, at: datetime) -> list[Member]:
    """Those with an appointment in a place whose role is of a party, by name.

    Skills are those of workers' files that whoever acts may read.
    """
    lo, hi = span(place, Area.objects.values_list("level", flat=True).get(code=place))
    standing = Appointment.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at, role__in=PARTIES
    )
    parties, names = defaultdict(set), {}
    for held in standing.select_related("account").order_by("account__name", "account_id"):
        if held.account.is_active and any(a < hi and lo < b for a, b in held.ranges):
            parties[held.account_id].add(PARTIES[held.role])
            names[held.account_id] = held.account
    with scope.acting(scope.for_purpose(PURPOSE)):
        skills = dict(Worker.objects.filter(account__in=names).values_list("account", "skills"))
    often = Counter(str(account) for account in names.values())
    return [
        Member(
            worker=str(key),
            name=str(account) if often[str(account)] == 1 else f"{account} {account.username}",
            parties=tuple(sorted(parties[key])),
            skills=tuple(skills.get(key, ())),
        )
        for key, account in names.items()
    ]
