"""Who uses Kapok, as what and where, and what was opened to them beyond that."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from kapok.access.fields import RangesField
from kapok.access.policies import Open, Owned
from kapok.access.roles import ROLE_CHOICES, Permission
from kapok.ids import uuid7

EXPORT_ALONE = 50  # rows that one person may take out; domain facts 15.3, approval.two_person
NO_UNIT = UUID(int=0)


class Period(Func):
    """From one moment to another (or without an end), as PostgreSQL compares periods."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Unindexed(Func):
    """The same ranges, so written that no query looks them up in a GiST index.

    PostgreSQL 18 keeps a multirange there as one range without gaps and then misses rows for
    ``ranges <@ other``, which the policies ask. For ``&&``, which the constraint asks, it is exact.
    """

    template = "(%(expressions)s + '{}'::int8multirange)"


class User(AbstractUser):
    """A person who signs in."""

    scope = Open("accounts are looked up before anybody acts; they hold names of staff alone")

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=100, blank=True)
    place = models.BigIntegerField(null=True, blank=True)  # code of the area whose desk opens first
    is_demo = models.BooleanField(default=False)  # made by the box so that it can be tried

    def __str__(self) -> str:
        return self.name or self.username


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Appointments, with the filter that everybody needs."""

    def in_force(self, at: datetime) -> "AppointmentQuerySet":
        """Those that somebody holds at a moment."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)


class Appointment(models.Model):
    """A role held by somebody over areas for a period; people act through one at a time."""

    scope = Owned(
        owner="account_id",
        ranges="ranges",
        view=Permission.APPOINTMENT_VIEW,
        edit=Permission.APPOINTMENT_GIVE,
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments"
    )
    role = models.CharField(max_length=30, choices=ROLE_CHOICES)
    areas = models.JSONField()  # [[code, level], ...] as given, for people to read
    ranges = RangesField()  # the same as ranges of place codes
    unit = models.UUIDField(null=True, blank=True)  # the team or unit it is held in
    is_deputy = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    given_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["account", "starts_at"], name="appointment_by_account")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="appointment_ends_after_it_starts",
            ),
            ExclusionConstraint(
                name="appointment_is_held_once_at_a_time",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Coalesce("unit", Value(NO_UNIT)), RangeOperators.EQUAL),
                    (Unindexed("ranges"), RangeOperators.OVERLAPS),
                    (Period("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.account_id}"


class Share(models.Model):
    """A subject (person or household) beyond somebody's places, handed to a unit for a time."""

    scope = Open("opaque ids and dates; which rows they open is decided where those rows are")

    id = models.UUIDField(primary_key=True, default=uuid7)
    subject = models.UUIDField()
    unit = models.UUIDField()
    reason = models.CharField(max_length=200)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit", "ends_at"], name="share_by_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="share_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="share_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} for {self.unit}"


class BreakGlass(models.Model):
    """An emergency look beyond one's scope: for minutes, and told to a second person."""

    scope = Open("opaque ids and reasons; the subject's rows have policies of their own")

    id = models.UUIDField(primary_key=True, default=uuid7)
    subjects = ArrayField(models.UUIDField())
    place = models.BigIntegerField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    appointment = models.UUIDField()
    reason = models.CharField(max_length=300)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    told = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )  # the second person
    seen_at = models.DateTimeField(null=True)
    judged_right = models.BooleanField(null=True)
    judgement = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "ends_at"], name="break_glass_by_account")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="break_glass_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="break_glass_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} at {self.starts_at:%Y-%m-%d %H:%M}"
