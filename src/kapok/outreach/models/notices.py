"""Notices, their signed and dated versions, and where each version has come on its way down."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from kapok.access.policies import Located
from kapok.access.roles import ROLE_CHOICES, Permission
from kapok.codes import Level
from kapok.ids import uuid7
from kapok.outreach.models.groups import Group
from kapok.outreach.rules import Published, Signed
from kapok.outreach.workflow import Audience, State, Topic, Way

TABLE = "outreach_notice"
WRITE, PASS, VIEW = Permission.NOTICE_WRITE, Permission.NOTICE_PASS, Permission.NOTICE_VIEW


class Notice(models.Model):
    """Something that the households of a place are told. What was sent is public; drafts are not.

    ``answer_kind`` is the kind of matter that answers become; empty where none is asked for.
    """

    scope = Published((WRITE,), when="state IN ('SENT', 'WITHDRAWN')")

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=12, unique=True)  # of its short address
    place = models.BigIntegerField()
    level = models.CharField(max_length=10, choices=Level.choices)
    topic = models.CharField(max_length=10, choices=Topic.choices)
    audience = models.CharField(max_length=10, choices=Audience.choices)
    urgent = models.BooleanField(default=False)  # day and night
    override_reason = models.CharField(max_length=300, blank=True)  # also who wants no messages
    answer_kind = models.CharField(max_length=60, blank=True)
    per_hour = models.PositiveIntegerField(null=True)  # messages; null: as fast as the channel
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.AT_ONCE)
    last_day = models.DateField(null=True)  # on which it still holds; null: until it is withdrawn
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    sent_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)  # withdrawn or dropped
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["place", "sent_at"], name="notice_by_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(override_reason="") | Q(urgent=True, topic=Topic.SAFETY),
                name="notice_overrides_only_for_urgent_safety",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.DROPPED], sent_at=None)
                | Q(state__in=[State.SENT, State.WITHDRAWN], sent_at__isnull=False),
                name="notice_was_sent_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(per_hour=None) | Q(per_hour__gt=0), name="notice_has_a_pace_above_zero"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class NoticeVersion(models.Model):
    """The words of a notice, as they were signed; a correction is a version that says what changed.

    A version that was told again has passings and messages of its own (``told_at``).
    """

    scope = Signed(TABLE, "notice_id", add=(WRITE,))

    id = models.UUIDField(primary_key=True, default=uuid7)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=120)
    body_zh = models.TextField(max_length=4000)
    body_en = models.TextField(max_length=8000)
    changed_zh = models.CharField(max_length=200, blank=True)
    changed_en = models.CharField(max_length=300, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_role = models.CharField(max_length=40, choices=ROLE_CHOICES)
    signed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)  # withdrawn, or told again in other words
    n_messages = models.PositiveIntegerField(default=0)  # queued so far, for the pace

    class Meta:
        ordering = ["notice", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="notice_version_number_once"),
            models.CheckConstraint(
                condition=Q(number=1) | (~Q(changed_zh="") & ~Q(changed_en="")),
                name="notice_correction_says_what_changed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} v{self.number}"


class Passing(models.Model):
    """A version at one group: when it came, who passed it on, and how far it got. Counts, no names.

    Where representatives pass it on, each does in their own stairwell: ``passed_in`` are buildings
    in which it was, and ``n_stairwells_waiting`` those of which somebody stands for and has not.
    Messages go with the first of them.

    ``queued_at`` says that the messages of its own people are in the outbox: with them it is one
    transaction, so that whoever is killed in the middle goes on where they were.
    """

    scope = Located(view=(VIEW, PASS), edit=(WRITE, PASS), personal=False)

    id = models.UUIDField(primary_key=True, default=uuid7)
    version = models.ForeignKey(NoticeVersion, models.CASCADE, related_name="passings")
    group = models.ForeignKey(Group, models.PROTECT, related_name="+")
    place = models.BigIntegerField()
    level = models.CharField(max_length=10, choices=Level.choices)
    came_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True)
    passed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    passed_in = ArrayField(models.UUIDField(), default=list)
    n_stairwells_waiting = models.PositiveIntegerField(default=0)
    local_zh = models.CharField(max_length=100, blank=True)
    local_en = models.CharField(max_length=200, blank=True)
    hung_at = models.DateTimeField(null=True)  # the sheet, on the board
    hung_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    spoken_at = models.DateTimeField(null=True)  # by loudspeaker
    spoken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    queued_at = models.DateTimeField(null=True)
    n_households = models.PositiveIntegerField(default=0)
    n_without_phone = models.PositiveIntegerField(default=0)
    n_messages = models.PositiveIntegerField(default=0)
    n_read = models.PositiveIntegerField(default=0)  # households
    n_read_without_phone = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["place"]
        indexes = [
            models.Index(
                fields=["version", "place"],
                include=[
                    "level", "passed_at", "n_households", "n_without_phone", "n_messages",
                    "n_read", "n_read_without_phone", "n_stairwells_waiting",
                ],
                name="passing_by_place",
            ),
            models.Index(
                fields=["version", "place"],
                condition=Q(queued_at=None, passed_at__isnull=False),
                name="passing_to_be_queued",
            ),
            models.Index(
                fields=["place"], condition=Q(passed_at=None), name="passing_to_be_passed_on"
            ),
            models.Index(
                fields=["place"],
                condition=Q(n_stairwells_waiting__gt=0),
                name="passing_is_in_part",
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["version", "group"], name="passing_comes_once"),
            models.CheckConstraint(
                condition=Q(queued_at=None) | Q(passed_at__isnull=False),
                name="passing_is_queued_after_it_was_passed_on",
            ),
            models.CheckConstraint(
                condition=Q(n_stairwells_waiting=0) | Q(passed_at__isnull=False),
                name="passing_waits_for_stairwells_after_the_first",
            ),
            models.CheckConstraint(
                condition=Q(n_read__lte=F("n_households")),
                name="passing_is_read_by_its_households",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} at {self.place}"
