"""The rules of shifts held against a whole person: locked, read beyond the places, told.

Two changes of one person's shifts wait for one another, so that each sees what the other did: the
database itself holds that nobody has two shifts at once, and knows nothing of rest or nights.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from kapok.access.models import User
from kapok.errors import Refused
from kapok.workforce import limits, parties
from kapok.workforce.limits import AROUND, USUAL, Broken, Rule, Span
from kapok.workforce.models import Shift
from kapok.workforce.queries.timetables import serve_as, span_of, timetables

ALL, OF_ONE = "kapok shifts", "kapok shifts of "


def lock(accounts: Iterable[UUID | None]) -> None:
    """Wait for whoever changes the shifts of these people, and hold others up until the end."""
    keys = sorted({str(account) for account in accounts if account})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [ALL])
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [OF_ONE + key])


def lock_all() -> None:
    """The same for everybody: a whole plan has more people than one lock each is good for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [ALL])


def refuse_broken(
    who: User, gained: Shift, *, without: Shift | None = None, is_approved: bool = False
) -> None:
    """Refuse a shift that somebody may not have beside those they have.

    ``without`` is the shift that they give for it; ``is_approved`` says that a lead gave a reason
    for long hours. The people's shifts are locked already.
    """
    kept = _kept(who, gained, without)
    found = limits.broken(kept, span_of(gained), is_approved=is_approved)
    if found:
        raise Refused(sentence(found, str(who)))


def refuse_hopeless(who: User, gained: Shift) -> None:
    """Refuse a shift that somebody could have in no way: not even for one of theirs in return.

    A lead may still approve long hours.
    """
    found = limits.hopeless(_kept(who, gained, None), span_of(gained))
    if found:
        raise Refused(sentence(found, str(who)))


def refuse_other_party(who: User, shift: Shift) -> None:
    """Refuse a seat to somebody who does not work there, or not for its party."""
    roles = serve_as([who.pk], shift.place)[who.pk]
    if parties.stands_for(roles, shift.party):
        return
    if not roles:
        raise Refused(
            _("%(name)s does not work at this place. Ask the lead to appoint them there first.")
            % {"name": who}
        )
    raise Refused(
        _("This seat is for the party “%(party)s”, which %(name)s does not stand for.")
        % {"party": parties.label(shift.party), "name": who}
    )


def sentence(found: Broken, name: str) -> str:
    """What a broken rule says: the rule, the person, and the two shifts."""
    said = {
        "name": name,
        "first": told(found.first),
        "second": told(found.second),
        "n": f"{found.amount:g}" if found.amount < 0.1 else f"{round(found.amount, 1):g}",
    }
    return _sentences()[found.rule] % (said | _bounds())


def told(span: Span) -> str:
    """A shift in a sentence; of a post elsewhere only the time is known."""
    begins, ends = timezone.localtime(span.starts_at), timezone.localtime(span.ends_at)
    until = f"{ends:%H:%M}" if ends - begins < limits.DAY else f"{ends:%m-%d %H:%M}"
    what = span.post or _("a shift elsewhere")
    if span.kind != limits.DUTY:
        what = f"{Shift.Kind(span.kind).label} {span.post}".strip()
    return _("“%(what)s” (%(from)s–%(until)s)") % {
        "what": what,
        "from": f"{begins:%m-%d %H:%M}",
        "until": until,
    }


def _kept(who: User, gained: Shift, without: Shift | None) -> list[Span]:
    """Somebody's shifts around one that they gain, but for the one that they give for it."""
    own = timetables([who.pk], gained.starts_at - AROUND, gained.ends_at + AROUND)[who.pk]
    return [span for span in own if without is None or span.id != without.pk]


def _bounds() -> dict[str, str]:
    return {
        "rest": f"{USUAL.rest / limits.HOUR:g}",
        "week": f"{USUAL.week / limits.HOUR:g}",
        "most": f"{USUAL.week_approved / limits.HOUR:g}",
        "nights": str(USUAL.nights),
    }


def _sentences() -> dict[Rule, str]:
    return {
        Rule.OVERLAP: _(
            "Two shifts at once: %(name)s would have %(first)s and %(second)s. Choose another."
        ),
        Rule.AWAY: _(
            "Away from duty: for %(name)s %(first)s and %(second)s cannot be at the same time."
        ),
        Rule.REST: _(
            "Rest: %(name)s would have %(n)s hours between %(first)s and %(second)s; at least "
            "%(rest)s are needed."
        ),
        Rule.NIGHTS: _(
            "Nights in a row: %(name)s would have %(n)s, from %(first)s to %(second)s; at most "
            "%(nights)s are allowed."
        ),
        Rule.WEEK: _(
            "Hours of the week: %(name)s would have %(n)s, from %(first)s to %(second)s; more than "
            "%(week)s need a lead who gives a reason."
        ),
        Rule.WEEK_APPROVED: _(
            "Hours of the week: %(name)s would have %(n)s, from %(first)s to %(second)s; more than "
            "%(most)s are never allowed."
        ),
    }
