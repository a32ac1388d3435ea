"""Each zone is reviewed again and again, and what is due by itself is done exactly once.

The rows are the truth: a worker that is killed leaves what was due, and after a jump of time it is
done once.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.scope import acting
from kapok.errors import Refused
from kapok.zones.holding import box, one_at_a_time
from kapok.zones.models import Zone, ZoneReview
from kapok.zones.operations import ordering, retask
from kapok.zones.workflow import Phase


@transaction.atomic
def review(*, zone_id: UUID, note: str, by: User, at: datetime) -> ZoneReview:
    """Somebody looked whether the zone is still needed: it goes on, with what they found."""
    zone = ordering.zone_of(zone_id, lock=True)
    who = scope.current()
    if zone.phase(at) != Phase.NOW:
        raise Refused(_("Only a zone in force is reviewed."))
    if not note:
        raise Refused(_("Write what you found, and why the zone is still needed."))
    done = {"done_by": by.pk, "done_as": who.role, "done_at": at, "note": note[:500]}
    waiting = ZoneReview.objects.filter(zone=zone, done_at=None)
    found = waiting.order_by("-due_at").first() or ZoneReview(
        zone=zone, place=zone.place, due_at=min(zone.review_due_at, at), told_at=at
    )
    for name, value in done.items():
        setattr(found, name, value)
    found.save()
    waiting.update(**done | {"note": _("Done with a later one.")})
    kind, _longest = ordering.kind_of_zone(zone, at)
    zone.review_due_at = at + kind.review_after.plain()
    zone.save(update_fields=["review_due_at"])
    return found


def mind(*, at: datetime) -> int:
    """Do all that is due by itself by a moment; how many things there were."""
    n = 0
    with acting(box(at)):
        one_at_a_time()
        n += _reviews(at)
        n += _begin_and_end(at)
    return n


def _reviews(at: datetime) -> int:
    """Say that reviews are due, each once; a zone that nobody reviews becomes due again."""
    due = Zone.objects.select_for_update(skip_locked=True).filter(
        review_due_at__lte=at, starts_at__lte=at, ends_at__gt=at, lifted_at=None
    )
    zones = list(due)
    ZoneReview.objects.bulk_create(
        [
            ZoneReview(zone=zone, place=zone.place, due_at=zone.review_due_at, told_at=at)
            for zone in zones
        ],
        ignore_conflicts=True,
    )
    for zone in zones:
        kind, _longest = ordering.kind_of_zone(zone, at)
        step = kind.review_after.plain()
        missed = (at - zone.review_due_at) // step
        zone.review_due_at += step * (missed + 1)
    Zone.objects.bulk_update(zones, ["review_due_at"])
    return len(zones)


def _begin_and_end(at: datetime) -> int:
    """Zones whose time has come move what hangs on them, and what came in since; those whose time
    is over move it back.
    """
    holds = Q(starts_at__lte=at, ends_at__gt=at) & (Q(lifted_at=None) | Q(lifted_at__gt=at))
    over = Q(ends_at__lte=at) | Q(lifted_at__lte=at)
    zones = Zone.objects.exclude(lifted_at__lte=F("starts_at")).order_by("starts_at")
    changing = zones.filter((holds & Q(is_tasked=False)) | (over & Q(is_tasked=True)))
    n = retask.settle(list(changing), at=at)
    return n + sum(retask.follow(zone, at=at) for zone in zones.filter(holds, is_tasked=True))
