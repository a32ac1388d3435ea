"""Posts, calls to them, and the hours that people were there."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kapok.access.policies import Geography, Located
from kapok.access.roles import Permission
from kapok.ids import uuid7
from kapok.people.models import keep_history
from kapok.workforce.models.workers import Briefing
from kapok.workforce.workflow import CallStatus, HoursStatus

VIEW, MANAGE, CONFIRM = (
    Permission.WORKER_VIEW,
    Permission.TEAM_MANAGE,
    Permission.ATTENDANCE_CONFIRM,
)
MOST_RISK = 3


class Post(models.Model):
    """A place where people serve: a gate, a sampling desk, a store. Its poster checks them in."""

    scope = Geography((MANAGE,))

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    name = models.CharField(max_length=60)
    risk = models.PositiveSmallIntegerField(default=0)  # of exposure: 0 none … 3 sick people
    adults_only = models.BooleanField(default=False)  # a post in an epidemic
    briefing = models.ForeignKey(Briefing, models.PROTECT, null=True, related_name="+")
    renews_daily = models.BooleanField(default=False)  # its poster is good for one day
    poster = models.PositiveIntegerField(default=1)  # posters with a lower number are void
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                condition=Q(closed_at=None),
                name="post_name_is_used_once_in_its_place",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="post_has_a_name"),
            models.CheckConstraint(condition=Q(risk__lte=MOST_RISK), name="post_risk_is_0_to_3"),
        ]

    def __str__(self) -> str:
        return self.name


@keep_history()
class Call(models.Model):
    """Somebody is asked to serve at a post for a time; they alone accept."""

    scope = Located(view=VIEW, edit=MANAGE, owner="account_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    post = models.ForeignKey(Post, models.PROTECT, related_name="calls")
    place = models.BigIntegerField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=CallStatus.choices, default=CallStatus.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["account", "starts_at"], name="call_by_account")]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "account", "starts_at"],
                condition=Q(status__in=[CallStatus.ASKED, CallStatus.ACCEPTED]),
                name="call_is_made_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="call_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} at {self.post_id}"


@keep_history()
class HoursEntry(models.Model):
    """When somebody was at a post, by the server's clock; hours count once somebody confirms."""

    scope = Located(view=(VIEW, CONFIRM), edit=CONFIRM, owner="account_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    post = models.ForeignKey(Post, models.PROTECT, related_name="entries")
    place = models.BigIntegerField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    hours = models.DecimalField(max_digits=4, decimal_places=1, null=True)  # in steps of 0.5
    is_unplanned = models.BooleanField(default=False)  # neither appointed nor called here
    status = models.CharField(max_length=10, choices=HoursStatus.choices, default=HoursStatus.OPEN)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # of a refusal or a correction

    class Meta:
        ordering = ["-arrived_at"]
        indexes = [
            models.Index(fields=["account", "arrived_at"], name="hours_by_account"),
            models.Index(
                fields=["place"],
                condition=Q(status__in=[HoursStatus.OPEN, HoursStatus.PENDING]),
                name="hours_not_settled_by_place",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(status=HoursStatus.OPEN),
                name="hours_one_post_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("arrived_at")),
                name="hours_end_after_they_start",
            ),
            models.CheckConstraint(
                condition=Q(status=HoursStatus.OPEN, left_at=None, hours=None)
                | (
                    ~Q(status=HoursStatus.OPEN)
                    & Q(left_at__isnull=False, hours__gte=0, hours__lte=24)
                ),
                name="hours_are_counted_when_they_end",
            ),
            models.CheckConstraint(
                condition=(Q(decided_by=None) | ~Q(decided_by=F("account")))
                & (Q(corrected_by=None) | ~Q(corrected_by=F("account"))),
                name="hours_are_confirmed_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[HoursStatus.OPEN, HoursStatus.PENDING], decided_by=None)
                | Q(
                    status__in=[HoursStatus.CONFIRMED, HoursStatus.REFUSED],
                    decided_by__isnull=False,
                ),
                name="hours_count_when_somebody_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status=HoursStatus.REFUSED) | ~Q(reason=""),
                name="hours_refused_have_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} at {self.post_id}"
