"""An emergency look beyond one's places: a reason, half an hour, a second person told at once."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.alarms import raise_alarm
from kapok.access.models import Alarm, BreakGlass, Look, User
from kapok.access.roles import Permission
from kapok.access.trace import LOCAL, look
from kapok.errors import NotAllowed, Refused
from kapok.people import wanted

LENGTH = timedelta(minutes=30)
MOST_A_DAY = 5
LEAST_REASON = 10  # characters


@transaction.atomic
def break_glass(*, number: str, reason: str, by: User, at: datetime) -> BreakGlass:
    """Open the household behind an identity number or a telephone for half an hour.

    Refused without a reason, without a whole number, where nobody or more than one household is
    found, where nobody could be told, and after five looks in a day.
    """
    who = scope.require(Permission.BREAK_GLASS)
    if not who.purpose or who.appointment is None:
        raise NotAllowed(_("Choose a purpose that your role has first."))
    if len(reason.strip()) < LEAST_REASON:
        raise Refused(_("Write why it cannot wait, in a sentence that a second person will read."))
    _refuse_many(by, at)
    place, subjects = _behind(number)
    told = _second_person(place, by)
    made = BreakGlass.objects.create(
        subjects=subjects,
        place=place,
        account=by,
        appointment=who.appointment,
        reason=reason.strip(),
        starts_at=at,
        ends_at=at + LENGTH,
        told_id=told,
    )
    look(Look.Action.BREAK_GLASS, [made.pk, *subjects], place=place)
    _raise_alarm(by, place, at)
    return made


def household_of(glass: BreakGlass) -> UUID:
    """The household that a look opens: the first of its subjects."""
    return glass.subjects[0]


@transaction.atomic
def judge_look(
    *, glass_id: UUID, was_right: bool, judgement: str, by: User, at: datetime
) -> BreakGlass:
    """The second person says whether an emergency look was right, and why."""
    glass = BreakGlass.objects.select_for_update().filter(pk=glass_id, told=by).first()
    if glass is None:
        raise Http404
    if glass.judged_right is not None:
        raise Refused(_("This look was judged already; a judgement stays as it is."))
    if not was_right and not judgement.strip():
        raise Refused(_("Say what was wrong with it, so that it can be followed up."))
    glass.seen_at = glass.seen_at or at
    glass.judged_right, glass.judgement = was_right, judgement.strip()
    glass.save(update_fields=["seen_at", "judged_right", "judgement"])
    return glass


def _behind(number: str) -> tuple[int, list[UUID]]:
    """The place of the one household behind a number, and what a look opens: itself first."""
    asked = wanted.whole_number(number)
    if asked is None:
        raise Refused(
            _("Write the whole identity number or the whole telephone; nothing less opens a file.")
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place, subjects FROM people_behind_glass(%s, %s)",
            [asked.identity_index, asked.phone_index],
        )
        found = cursor.fetchall()
    if not found:
        raise Refused(_("Nobody is written down with this number. Check each digit."))
    if len(found) > 1:
        raise Refused(
            _("Several households have this number. Use the identity number of the person meant.")
        )
    return found[0]


def _second_person(place: int, by: User) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_second_person(%s, %s)", [place, by.pk])
        [told] = cursor.fetchone()
    if told is None:
        raise Refused(
            _(
                "Nobody answers for that place in Kapok, so nobody can be told of this look. Call "
                "120 or 110, or the street office there."
            )
        )
    return told


def _refuse_many(by: User, at: datetime) -> None:
    """Five in a day are an emergency of its own, which a lead must hear of."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    lately = BreakGlass.objects.filter(account=by, starts_at__gt=at - timedelta(days=1))
    if lately.count() >= MOST_A_DAY:
        raise Refused(
            _("You opened five files in a day. Call the lead of the street before you open more.")
        )


def _raise_alarm(by: User, place: int, at: datetime) -> None:
    """One alarm for an account and a day, which counts the looks."""
    day = at.astimezone(LOCAL).date()
    n = BreakGlass.objects.filter(account=by, starts_at__date=day).count()
    raise_alarm(kind=Alarm.Kind.BREAK_GLASS, account=by.pk, place=place, n=n, day=day, at=at)
