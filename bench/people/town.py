"""The box that is searched: Liwan, as many made-up residents as asked for, and who searches."""

import sys
import time

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from kapok.access import scope
from kapok.access.models import Appointment, User
from kapok.box import first_load, owner
from kapok.codes import Level, span
from kapok.people.models import Person
from kapok.samples import residents

SEARCHER = "bench"
DISTRICT = 440103000000000


def ensure(n_people: int) -> None:
    """Load what is missing."""
    first_load.ensure_town()
    with owner.connected():
        there = Person.objects.filter(is_made_up=True).count()
    if abs(there - n_people) > 0.05 * n_people:
        began = time.monotonic()
        work = residents.bring_as_owner(
            at=timezone.now(),
            here=residents.span_of(""),
            again=there > 0,
            n_people=n_people,
        )
        seconds = time.monotonic() - began
        print(f"{work.n_people:,} people made up in {seconds:.0f} s", file=sys.stderr)
    searcher()


def searcher() -> User:
    """An account that may look for people in the whole district."""
    user, made = User.objects.get_or_create(
        username=SEARCHER,
        defaults={"is_demo": True, "password": make_password(None), "name": "bench"},
    )
    if made:
        at = timezone.now()
        with scope.acting(scope.of_box(at=at)):
            Appointment.objects.create(
                account=user,
                role="dispatcher",
                areas=[[DISTRICT, Level.DISTRICT, "荔湾区"]],
                ranges=(span(DISTRICT, Level.DISTRICT),),
                starts_at=at,
                given_at=at,
            )
    return user
