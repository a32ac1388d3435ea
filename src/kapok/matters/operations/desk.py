"""What a desk does beside moves: filters, hand-overs, whether two matters are the same."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.matters.models import HandOver, HandOverTaken, Likeness, Matter, SavedFilter

MOST_FILTERS = 30


@transaction.atomic
def save_filter(*, name: str, query: str, by: User, at: datetime) -> SavedFilter:
    """Keep a filter under a name; the same name again replaces it."""
    name = name.strip()[:60]
    if not name:
        raise Refused(_("Give the filter a name."))
    if not query:
        raise Refused(_("Narrow the list first: a filter that narrows nothing need not be kept."))
    others = SavedFilter.objects.exclude(name=name)
    if others.count() >= MOST_FILTERS:
        raise Refused(_("You keep %(n)s filters already. Remove one first.") % {"n": MOST_FILTERS})
    kept, _is_new = SavedFilter.objects.update_or_create(
        account=by.pk, name=name, defaults={"query": query[:500], "made_at": at}
    )
    return kept


@transaction.atomic
def remove_filter(*, filter_id: UUID) -> None:
    """Forget a filter of whoever acts."""
    SavedFilter.objects.filter(pk=filter_id).delete()


@transaction.atomic
def hand_over(
    *,
    place: int,
    level: str,
    note: str,
    figures: dict[str, Any],
    lines: list[dict[str, Any]],
    by: User,
    at: datetime,
) -> HandOver:
    """Sign what is left to the next shift, as it stands now."""
    who = scope.require(Permission.MATTER_SEND, place)
    if who.appointment is None:
        raise NotAllowed(_("Nobody acts here. Choose as what you act first."))
    return HandOver.objects.create(
        place=place, level=level, given_by=by.pk, given_as=who.appointment, given_at=at,
        note=note.strip()[:2000], figures=figures, lines=lines,
    )  # fmt: skip


@transaction.atomic
def take_over(*, hand_over_id: UUID, by: User, at: datetime) -> HandOverTaken:
    """Sign a hand-over as the one who comes: somebody else than who goes, once."""
    given = HandOver.objects.filter(pk=hand_over_id).first()
    if given is None or not set(given.figures.get("realms", ())) <= scope.current().realms:
        raise Http404
    who = scope.require(Permission.MATTER_SEND, given.place)
    if who.appointment is None:
        raise NotAllowed(_("Nobody acts here. Choose as what you act first."))
    if given.given_by == by.pk:
        raise Refused(
            _("You signed this yourself. The one who comes signs with their own account.")
        )
    try:
        with transaction.atomic():
            return HandOverTaken.objects.create(
                hand_over=given, place=given.place, given_by=given.given_by, taken_by=by.pk,
                taken_as=who.appointment, taken_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(_("Somebody has taken this over already. Load the page anew.")) from None


@transaction.atomic
def say_other(*, matter_id: UUID, other_id: UUID, by: User, at: datetime) -> None:
    """Say that two matters that look alike are not the same; nobody is asked again."""
    matter = Matter.objects.filter(pk=matter_id).first()
    if matter is None:
        raise Http404
    scope.require(Permission.MATTER_SEND)
    pairs = Likeness.objects.filter(matter__in=[matter_id, other_id]).filter(
        other__in=[matter_id, other_id]
    )
    pairs.update(verdict=Likeness.Verdict.OTHER, said_by=by.pk)
