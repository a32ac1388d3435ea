"""Each level's representative passes a notice on, hangs it up, and tells who has no telephone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.outreach.models import NoticeVersion, Passing
from kapok.outreach.operations import going, stairwells
from kapok.outreach.queries.stairwells import is_passed_by, of_who
from kapok.outreach.texts import names_a_person
from kapok.outreach.workflow import MOVES, How, State

MOST_DOORS = 500
LOCAL, WAITING = ("local_zh", "local_en"), "n_stairwells_waiting"
DONE = {"hung": ("hung_at", "hung_by"), "spoken": ("spoken_at", "spoken_by")}


@transaction.atomic
def pass_on(
    *, passing_id: UUID, local_zh: str = "", local_en: str = "", by: User, at: datetime
) -> Passing:
    """Pass a notice on to the groups below, or to the households of one's own; once.

    In a residents' group each representative does so for their own stairwells; the messages go
    with the first of them. Anybody else does it for the whole group.
    """
    passing, who = _held(passing_id), scope.current()
    mine = of_who(who, [passing.place])[passing.place]
    if is_passed_by(who, passing, mine):
        raise Refused(_("It was passed on already."))
    _add_sentence(passing, local_zh.strip()[:100], local_en.strip()[:200])
    stairwells.note_passed(passing, who, mine)
    if passing.passed_at is None:
        passing.passed_at, passing.passed_by = at, by
    passing.save(update_fields=[*LOCAL, "passed_at", "passed_by", "passed_in", WAITING])
    going.down(passing.version, [passing.group_id], at=at)
    going.chats(passing.version, urgent=passing.version.notice.urgent, at=at)
    return passing


def _add_sentence(passing: Passing, zh: str, en: str) -> None:
    """A sentence for the place; the whole group reads it, so that there is one."""
    if found := names_a_person(f"{zh} {en}"):
        raise Refused(
            _("“%(found)s” names somebody. The sentence goes to everybody below: leave it out.")
            % {"found": found}
        )
    if not (zh or en):
        return
    if passing.local_zh or passing.local_en:
        raise Refused(
            _("A sentence was added for this group already. Pass it on without another one.")
        )
    passing.local_zh, passing.local_en = zh, en


@transaction.atomic
def note_done(*, passing_id: UUID, what: str, is_done: bool = True, by: User, at: datetime) -> None:
    """Note that the sheet hangs on the board, or that the loudspeaker has said it; or take it back.

    What is noted already keeps its moment.
    """
    passing = _held(passing_id)
    if what not in DONE:
        raise Http404
    moment, who = DONE[what]
    if is_done == (getattr(passing, moment) is not None):
        return
    setattr(passing, moment, at if is_done else None)
    setattr(passing, who, by if is_done else None)
    passing.save(update_fields=[moment, who])


@transaction.atomic
def tick(*, version_id: UUID, households: Sequence[UUID], by: User, at: datetime) -> int:
    """Note that households were told at the door; how many are new. Others' doors are left out."""
    scope.require(Permission.NOTICE_PASS)
    if len(households) > MOST_DOORS:
        raise Refused(_("Tick at most %(n)s doors at once.") % {"n": MOST_DOORS})
    if NoticeVersion.objects.filter(pk=version_id).exclude(stopped_at=None).exists():
        raise Refused(
            _("This notice was withdrawn or told again in other words. Open the new one.")
        )
    return read(version_id, list(households), How.DOOR, at=at)


def read(version_id: UUID, households: list[UUID], how: str, *, at: datetime) -> int:
    """Note that households have a version, as far as whoever acts answers for them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outreach_read(%s, %s::uuid[], %s, %s)", [version_id, households, how, at]
        )
        return int(cursor.fetchone()[0])


def _held(passing_id: UUID) -> Passing:
    passing = (
        Passing.objects.select_for_update(of=("self",))
        .select_related("version__notice")
        .filter(pk=passing_id)
        .first()
    )
    if passing is None:
        raise Http404
    scope.require(Permission.NOTICE_PASS, passing.place)
    if State(passing.version.notice.state) not in MOVES["pass_on"].sources:
        raise Refused(_("This notice was withdrawn. Do not pass it on."))
    if passing.version.stopped_at is not None:
        raise Refused(_("This notice was corrected and told again. Pass the new one on."))
    last_day = passing.version.notice.last_day
    if last_day is not None and last_day < localdate(scope.current().at):
        raise Refused(_("The last day of this notice is over. Do not pass it on."))
    return passing
