"""A notice goes down: at once or level by level; it is corrected, told again, withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.codes import span
from kapok.errors import Refused
from kapok.outreach.box import of_post
from kapok.outreach.drafts import Said
from kapok.outreach.models import LEVELS, Message, Notice, NoticeVersion, Passing
from kapok.outreach.operations import groups
from kapok.outreach.operations.writing import held, refuse_last_day, refuse_words, words_of
from kapok.outreach.texts import names_a_person
from kapok.outreach.workflow import Sending, State, Way

DOWN = """
    INSERT INTO outreach_passing (id, version_id, group_id, place, level, came_at, passed_at,
        passed_by_id, passed_in, n_stairwells_waiting, local_zh, local_en, n_households,
        n_without_phone, n_messages, n_read, n_read_without_phone)
    SELECT uuidv7(), %(version)s, target.id, target.place, target.level, %(at)s, {passed},
        '{{}}', 0, '', '', 0, 0, 0, 0, 0
    FROM outreach_group AS target WHERE target.ended_at IS NULL AND {which}
    ORDER BY target.place ON CONFLICT (version_id, group_id) DO NOTHING
"""
INSIDE = "target.place >= %(lo)s AND target.place < %(hi)s AND target.level = ANY (%(levels)s)"
TOP = f"{INSIDE} AND NOT EXISTS (SELECT FROM outreach_group AS above WHERE " + (
    "above.id = target.parent_id AND above.place >= %(lo)s AND above.place < %(hi)s "
    "AND above.level = ANY (%(levels)s))"
)
# Whoever sends it has passed it on for the area's own group; a city has none, and its districts are
# asked.
OWN = "target.place = %(place)s AND target.level = %(level)s"
BELOW = "target.parent_id = ANY (%(parents)s)"
PASSED, WAITING = "%(at)s, %(by)s", "NULL, NULL"
CHATS = """
    INSERT INTO outreach_message (id, version_id, place, channel_id, is_chat, urgent, language,
        address_index, code, state, due_at, n_tries, n_parts, cost_milli, answer)
    SELECT uuidv7(), %(version)s, channel.place, channel.id, true, %(urgent)s, 'zh',
        uuid_send(channel.id), outreach_code(), 'WAITING', %(at)s, 0, 0, 0, ''
    FROM outreach_channel AS channel
    JOIN outreach_passing AS passing
        ON passing.group_id = channel.group_id AND passing.version_id = %(version)s
    WHERE channel.stopped_at IS NULL AND passing.passed_at IS NOT NULL
    ON CONFLICT (address_index, version_id) DO NOTHING
"""


@dataclass(frozen=True)
class Correction:
    """Other words for a notice that was sent, and what changed."""

    words: Said
    changed_zh: str
    changed_en: str
    tell_again: bool
    last_day: date | None = None


@transaction.atomic
def send(*, notice_id: UUID, by: User, at: datetime) -> Notice:
    """Send a notice down; what it says is public from now on."""
    notice = held(notice_id, "send")
    refuse_last_day(notice.last_day, at=at)
    version = notice.versions.get()
    notice.state, notice.sent_at, notice.sent_by = State.SENT, at, by
    notice.save(update_fields=["state", "sent_at", "sent_by"])
    _tell(notice, version, by=by, at=at)
    return notice


@transaction.atomic
def correct(*, notice_id: UUID, correction: Correction, by: User, at: datetime) -> NoticeVersion:
    """Correct a notice: the page shows the new words and what changed; or tell it all again."""
    notice = held(notice_id, "correct")
    refuse_words(correction.words)
    if correction.tell_again or correction.last_day != notice.last_day:
        refuse_last_day(correction.last_day, at=at)
    changed = {
        "changed_zh": correction.changed_zh.strip(),
        "changed_en": correction.changed_en.strip(),
    }
    if not all(changed.values()):
        raise Refused(_("Say in both languages what changed, so that nobody must compare."))
    if found := names_a_person(" ".join(changed.values())):
        raise Refused(_("“%(found)s” names somebody. Leave it out.") % {"found": found})
    made = NoticeVersion.objects.create(
        notice=notice, number=notice.versions.count() + 1, signed_by=by,
        signed_role=scope.current().role, signed_at=at, **changed, **words_of(correction.words),
    )  # fmt: skip
    if correction.last_day != notice.last_day:
        notice.last_day = correction.last_day
        notice.save(update_fields=["last_day"])
    if correction.tell_again:
        _stop(notice, at=at)
        _tell(notice, made, by=by, at=at)
    return made


@transaction.atomic
def withdraw(*, notice_id: UUID, reason: str, by: User, at: datetime) -> int:
    """Withdraw a notice; how many messages were not sent any more. Its page says why."""
    notice = held(notice_id, "withdraw")
    if not reason.strip():
        raise Refused(_("Say why it is withdrawn: who has read it reads this too."))
    notice.state, notice.ended_why = State.WITHDRAWN, reason.strip()[:300]
    notice.ended_at, notice.ended_by = at, by
    notice.save(update_fields=["state", "ended_at", "ended_by", "ended_why"])
    return _stop(notice, at=at)


def chats(version: NoticeVersion, *, urgent: bool, at: datetime) -> None:
    """Put the posts for the robots of groups that passed a version on into the outbox, once."""
    with scope.acting(of_post(at=at)), connection.cursor() as cursor:
        cursor.execute(CHATS, {"version": version.pk, "urgent": urgent, "at": at})


def down(version: NoticeVersion, parents: list[UUID], *, at: datetime) -> int:
    """Let a version come to the groups below; how many had not had it."""
    with scope.acting(of_post(at=at)), connection.cursor() as cursor:
        statement = DOWN.format(passed=WAITING, which=BELOW)
        cursor.execute(statement, {"version": version.pk, "parents": parents, "at": at})
        return int(cursor.rowcount)


def _tell(notice: Notice, version: NoticeVersion, *, by: User, at: datetime) -> None:
    lo, hi = span(notice.place, notice.level)
    groups.bring_up_to_date(lo=lo, hi=hi, at=at)
    version.told_at = at
    version.save(update_fields=["told_at"])
    at_once = notice.way == Way.AT_ONCE
    values: dict[str, Any] = {
        "version": version.pk, "at": at, "by": by.pk, "lo": lo, "hi": hi,
        "place": notice.place, "level": notice.level, "levels": [str(level) for level in LEVELS],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(DOWN.format(passed=PASSED, which=INSIDE if at_once else OWN), values)
        n = cursor.rowcount
        if not at_once:
            cursor.execute(DOWN.format(passed=WAITING, which=TOP), values)
            n += cursor.rowcount
    if not n:
        raise Refused(
            _("No group lies in this area. Draw its grids first, or choose another area.")
        )
    if not at_once:
        own = Passing.objects.filter(version=version).exclude(passed_at=None)
        down(version, list(own.values_list("group_id", flat=True)), at=at)
    chats(version, urgent=notice.urgent, at=at)


def _stop(notice: Notice, *, at: datetime) -> int:
    """Send nothing more of a notice, and queue nothing more; how many messages had not gone.

    They are marked as cancelled by and by (``queueing.cancel_next``): there may be a million.
    """
    with scope.acting(of_post(at=at)):
        versions = notice.versions.filter(stopped_at=None).exclude(told_at=None)
        stopped = list(versions.values_list("pk", flat=True))
        Passing.objects.filter(version__in=stopped, queued_at=None, passed_at__isnull=False).update(
            queued_at=at
        )
        notice.versions.filter(pk__in=stopped).update(stopped_at=at)
        return Message.objects.filter(version__in=stopped, state=Sending.WAITING).count()
