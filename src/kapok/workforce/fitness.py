"""What stands against somebody serving at a post: free will, risks told, insurance, age."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kapok.workforce.models import Post, Worker

INSURED_FROM_RISK = 1


@dataclass(frozen=True)
class Standing:
    """What counts for serving, of one person."""

    is_volunteer: bool
    has_agreed: bool
    is_adult: bool
    insured_until: date | None
    has_read: bool  # the briefing of the post, in its version of today


def standing(worker: Worker | None, *, has_read: bool, may_agree: bool = False) -> Standing:
    """Of a worker's file; whoever has none works here by appointment alone.

    ``may_agree``: they have still to be asked, so that they need not have agreed yet.
    """
    return Standing(
        is_volunteer=worker is not None and worker.kind == Worker.Kind.VOLUNTEER,
        has_agreed=may_agree or (worker is not None and worker.agreed_at is not None),
        is_adult=worker is not None and worker.is_adult,
        insured_until=worker.insured_until if worker else None,
        has_read=has_read,
    )


def against(who: Standing, post: Post, day: date) -> list[str]:
    """One sentence for each thing that stands against serving at a post on a day.

    Staff are insured and of age by their contract; the risks are told to everybody.
    """
    found = []
    if post.briefing_id and not who.has_read:
        found.append(
            _("Read the risks of this work first: “%(title)s”.") % {"title": post.briefing}
        )
    if who.is_volunteer:
        found += _against_volunteer(who, post, day)
    return found


def _against_volunteer(who: Standing, post: Post, day: date) -> list[str]:
    found = []
    if not who.has_agreed:
        found.append(_("Volunteers serve of their own free will: agree on the page “My work”."))
    if post.adults_only and not who.is_adult:
        found.append(
            _("At this post only adults serve. Show your papers to the lead, or help remotely.")
        )
    if post.risk >= INSURED_FROM_RISK and (not who.insured_until or who.insured_until < day):
        found.append(
            _("This work is dangerous, and no insurance holds on this day. See to it first.")
        )
    return found
