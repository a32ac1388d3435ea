"""A call, its record, what the caller needs, how they were screened, and what happened."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kapok.access.policies import APPEND, Follows, Located
from kapok.access.roles import Permission
from kapok.hotline.models.lines import Line
from kapok.hotline.workflow import (
    ENDED,
    LIVE,
    UNANSWERED,
    Outcome,
    Rescue,
    Risk,
    Source,
    State,
    Way,
)
from kapok.ids import uuid7
from kapok.packs.models import Pack

TABLE = "hotline_call"
TAKE, LEAD, COUNT = Permission.CALL_TAKE, Permission.CALL_LEAD, Permission.CALL_COUNT
USER = settings.AUTH_USER_MODEL


class Call(models.Model):
    """A call: when and where, never who or about what; that is in its record.

    While it rings, it rings at its own line; from ``district_at`` on at the district's as well, and
    from ``city_at`` on at the city's. Whoever it was offered to sees it wherever they sit.
    """

    scope = Located(
        view=(TAKE, LEAD, COUNT),
        edit=(TAKE,),
        owner=("operator_id", "offered_to_id"),
        personal=False,
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    line = models.ForeignKey(Line, models.PROTECT, related_name="calls")
    place = models.BigIntegerField()  # of the line
    way = models.CharField(max_length=3, choices=Way.choices, default=Way.IN)
    source = models.CharField(max_length=6, choices=Source.choices)
    provider_id = models.CharField(max_length=100, blank=True)  # of the telephone system
    key = models.UUIDField(null=True)  # of the program that told of it
    state = models.CharField(max_length=9, choices=State.choices)
    rang_at = models.DateTimeField()
    district_at = models.DateTimeField(null=True)
    city_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # the talk, or the ringing
    closed_at = models.DateTimeField(null=True)
    operator = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    offered_to = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    offered_line = models.ForeignKey(Line, models.PROTECT, null=True, related_name="+")
    offered_at = models.DateTimeField(null=True)
    screen_due_at = models.DateTimeField(null=True)
    screened_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=11, choices=Outcome.choices, blank=True)

    class Meta:
        ordering = ["-rang_at", "-id"]
        indexes = [
            models.Index(
                fields=["place", "rang_at"], condition=Q(state__in=sorted(LIVE)),
                name="call_live_by_place",
            ),
            models.Index(fields=["place", "rang_at"], name="call_by_place"),
            models.Index(
                fields=["operator"], condition=~Q(state__in=sorted(ENDED)), name="call_open_of"
            ),
            models.Index(fields=["rang_at"], name="call_by_time"),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["key", "provider_id"],
                condition=~Q(provider_id=""),
                name="call_is_told_once",
            ),
            models.UniqueConstraint(
                fields=["operator"],
                condition=Q(state=State.TALKING),
                name="call_is_one_at_a_time_for_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.RINGING, *sorted(UNANSWERED)], answered_at=None)
                | Q(answered_at__isnull=False, operator__isnull=False),
                name="call_was_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CLOSED) | (~Q(outcome="") & Q(closed_at__isnull=False)),
                name="call_closes_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CallRecord(models.Model):
    """Who called, and what was noted. Kept three years after the call, then deleted.

    ``household`` is the file that was found for the caller. A ``discreet`` caller could not speak
    freely: nothing is sent to them, and nobody calls back unless they asked for it.
    """

    scope = Follows(TABLE, "call_id", personal=True, may=(TAKE, LEAD))

    call = models.OneToOneField(Call, models.CASCADE, primary_key=True, related_name="record")
    phone = models.BinaryField(null=True)  # encrypted, about "phone"; null: withheld
    phone_index = models.BinaryField(null=True)
    caller = models.BinaryField(null=True)  # as they say their name; encrypted, about "name"
    address = models.BinaryField(null=True)  # where they are, in words; encrypted, about "home"
    building = models.UUIDField(null=True)
    household = models.UUIDField(null=True)
    notes = models.BinaryField(null=True)  # encrypted, about "call"
    is_discreet = models.BooleanField(default=False)
    yes_no = models.BinaryField(null=True)  # their answers while discreet; encrypted, about "call"

    class Meta:
        indexes = [models.Index(fields=["phone_index"], name="call_record_by_phone")]

    def __str__(self) -> str:
        return str(self.call_id)


class Need(models.Model):
    """One thing that a caller needs: answered on the call, or a matter that others go on with."""

    scope = Follows(TABLE, "call_id", personal=True, may=(TAKE, LEAD))

    id = models.UUIDField(primary_key=True, default=uuid7)
    call = models.ForeignKey(Call, models.CASCADE, related_name="needs")
    category = models.CharField(max_length=60)  # of the pack
    matter = models.UUIDField(null=True)  # null: answered on the call, or referred
    referred_to = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return self.category


class RiskScreen(models.Model):
    """How somebody was screened, once; a change for better or worse is another row.

    It is seen by whoever wrote it, whoever has the call, and the lead of the line.
    """

    scope = Located(
        view=LEAD,
        edit=LEAD,
        owner="by_id",
        seen_with=(
            "(SELECT scope_may('call:take') AND scope_has_purpose()) AND EXISTS ("
            f"SELECT FROM {TABLE} AS held WHERE held.id = call_id "
            "AND held.operator_id = (SELECT scope_account()))"
        ),
        privileges=APPEND + ", DELETE",
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    call = models.ForeignKey(Call, models.CASCADE, related_name="screens")
    place = models.BigIntegerField()  # of the call
    level = models.PositiveSmallIntegerField(choices=Risk.choices)
    # Whose questions were asked; null: our own ladder, where no pack was in force.
    pack = models.ForeignKey(Pack, models.PROTECT, null=True, related_name="+")
    answers = models.BinaryField()  # encrypted, about "risk"
    told = models.CharField(max_length=40, blank=True)  # 110, 120, relatives, a school
    rescue = models.CharField(max_length=9, choices=Rescue.choices, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rescue="") | ~Q(told=""), name="rescue_says_who_was_told"
            )
        ]

    def __str__(self) -> str:
        return f"L{self.level}"


class CallEvent(models.Model):
    """What happened with a call, one after another; no word of the caller is in it."""

    class What(models.TextChoices):
        """What it was."""

        RANG = "RANG"
        ANSWERED = "ANSWERED"
        OFFERED = "OFFERED"
        OFFER_DECLINED = "DECLINED"
        TAKEN_OVER = "TAKEN_OVER"
        HANDED_ON = "HANDED_ON"  # the wrap-up of somebody who went away, by their lead
        HELP_CALLED = "HELP_CALLED"  # a second worker
        HELP_CAME = "HELP_CAME"
        SCREENED = "SCREENED"
        SAFE_WORD = "SAFE_WORD"
        MISHEARD = "MISHEARD"  # the safe word: a slip of the key
        NEED = "NEED"
        ENDED = "ENDED"
        MISSED = "MISSED"
        CLOSED = "CLOSED"

    scope = Follows(TABLE, "call_id", privileges=APPEND + ", DELETE")

    id = models.UUIDField(primary_key=True, default=uuid7)
    call = models.ForeignKey(Call, models.CASCADE, related_name="events")
    what = models.CharField(max_length=11, choices=What.choices)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    line = models.ForeignKey(Line, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.what
