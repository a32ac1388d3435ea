"""Talks with whoever took hard calls: owed, asked for, held; and the group of each week."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.access.roles import Permission
from kapok.access.scope import require
from kapok.errors import NotAllowed, Refused
from kapok.hotline import rules
from kapok.hotline.models import Call, Supervision
from kapok.hotline.queries import crew
from kapok.hotline.queries.supervision import ABOUT

LONGEST_STEPS = 1_000
ASKABLE = timedelta(days=90)  # after a call
OLDEST_GROUP = timedelta(days=60)


@transaction.atomic
def ask(*, call_id: UUID, by: UUID, at: datetime) -> Supervision:
    """Whoever took a call asks for a talk about it. Raises ``Refused``, or 404 where unseen."""
    require(Permission.CALL_TAKE)
    call = Call.objects.filter(pk=call_id).first()
    if call is None:
        raise Http404
    if call.operator_id != by:
        raise NotAllowed(_("Somebody else took this call. They ask for a talk themselves."))
    if call.rang_at < at - ASKABLE:
        raise Refused(_("This call is long past. Ask your lead for a talk yourself."))
    due_at = at + rules.period("hotline.supervision", call.place, at)
    found, is_new = Supervision.objects.get_or_create(
        call=call,
        account_id=by,
        defaults={"place": call.place, "due_at": due_at, "made_at": at, "asked_for": True},
    )
    if not is_new and found.held_at is not None:
        raise Refused(_("You have talked about this call already. Ask your lead yourself."))
    if not found.asked_for:
        found.asked_for = True
        found.save(update_fields=["asked_for"])
    return found


@transaction.atomic
def hold(*, supervision_id: UUID, next_steps: str, by: UUID, at: datetime) -> None:
    """The talk took place; what both agreed on is kept, encrypted, and nothing else of it."""
    require(Permission.CALL_LEAD)
    found = Supervision.objects.select_for_update().filter(pk=supervision_id).first()
    if found is None:
        raise Http404
    require(Permission.CALL_LEAD, found.place)
    if found.account_id == by:
        raise NotAllowed(_("Nobody supervises themselves. Ask another lead to talk with you."))
    if found.held_at is not None:
        raise Refused(_("This talk is noted already."))
    found.held_at, found.held_by_id, found.next_steps = at, by, _sealed(next_steps)
    found.save(update_fields=["held_at", "held_by", "next_steps"])


@transaction.atomic
def note_group(
    *, came: Collection[UUID], held_at: datetime, next_steps: str, by: UUID, at: datetime
) -> int:
    """Note who came to the talk of the group; how many. Raises ``Refused``."""
    require(Permission.CALL_LEAD)
    if held_at > at:
        raise Refused(_("This talk is still to come. Note it when it was held."))
    if held_at < at - OLDEST_GROUP:
        raise Refused(_("This talk was too long ago. Note one of the last 60 days."))
    known = crew.places(at=at)
    if strangers := set(came) - known.keys():
        raise Refused(
            _("%(n)s of them work at no line of yours. Load the page again.")
            % {"n": len(strangers)}
        )
    if not came:
        raise Refused(_("Tick who came."))
    rows = [
        Supervision(
            account_id=account, place=known[account], due_at=held_at, made_at=at,
            held_at=held_at, held_by_id=by, next_steps=_sealed(next_steps),
        )
        for account in sorted(set(came))
    ]  # fmt: skip
    Supervision.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _sealed(next_steps: str) -> bytes | None:
    words = next_steps.replace("\x00", "").strip()
    if len(words) > LONGEST_STEPS:
        raise Refused(_("Write the next steps in at most %(n)s letters.") % {"n": LONGEST_STEPS})
    return secrets.encrypt(words, about=ABOUT) if words else None
