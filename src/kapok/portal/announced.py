"""The notices of the town's offices, for the online homes."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Max
from django.urls import reverse
from django.utils import timezone

from kapok.access.scope import acting
from kapok.outreach.box import of_post
from kapok.outreach.models import Notice as Told
from kapok.outreach.models import NoticeVersion
from kapok.outreach.queries import public
from kapok.portal.notices import Notice


class Announced:
    """What was sent by ``kapok.outreach`` to a place or to the areas around it."""

    def read(self, place: int, at: datetime) -> Sequence[Notice]:
        """The newest words of each notice, signed by an office and not by a person."""
        return [_notice(brief, place) for brief in public.current(place, at=at)]

    def stamp(self) -> str:
        """Changes with each notice that is sent, corrected, withdrawn, or not new any more."""
        now = timezone.now()
        with acting(of_post(at=now)):
            aged = timezone.localdate(now), public.new_urgent(at=now)
            versions = NoticeVersion.objects.aggregate(n=Count("pk"), last=Max("signed_at"))
            moves = Told.objects.aggregate(sent=Max("sent_at"), ended=Max("ended_at"))
        return "|".join(map(str, (*versions.values(), *moves.values(), *aged)))


def _notice(brief: public.Brief, place: int) -> Notice:
    words = brief.version.here
    return Notice(
        key=brief.code,
        title=words.title,
        text=words.body,
        signed=brief.version.signed_role,
        at=brief.version.signed_at,
        changed=words.changed,
        is_urgent=brief.urgent,
        stands_first=brief.stands_first,
        answers_at=f"{reverse('notice-open', args=[brief.code])}?in={place}#answer",
    )
