"""What must end when, what was deleted, what looks odd, what is taken out."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kapok.access.models.accounts import EXPORT_ALONE
from kapok.access.policies import Located, Open
from kapok.access.roles import Permission
from kapok.codes import Level, span
from kapok.ids import uuid7


class Emergency(models.Model):
    """A declared emergency: what only it justifies is deleted when it has ended."""

    scope = Open("a public fact")

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=200)
    place = models.BigIntegerField()
    level = models.CharField(max_length=10, choices=Level.choices)
    order = models.CharField(max_length=200)  # the order that declared it
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    end_asked_at = models.DateTimeField(null=True)
    end_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="emergency_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None)
                | (Q(end_asked_by__isnull=False) & ~Q(ended_by=F("end_asked_by"))),
                name="emergency_is_ended_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def span(self) -> tuple[int, int]:
        """The half-open range of the places that it is declared for."""
        return span(self.place, self.level)


class Certificate(models.Model):
    """What was deleted, when, why and how many; the proof that it is gone holds no values."""

    scope = Open("counts and opaque keys")

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField()
    what = models.CharField(max_length=60)  # model label, or "person"
    why = models.CharField(max_length=300)
    purpose = models.CharField(max_length=30, blank=True)
    emergency = models.ForeignKey(Emergency, models.PROTECT, null=True, related_name="+")
    n_rows = models.PositiveIntegerField()
    subjects_sha256 = models.CharField(max_length=64)  # of the sorted keys
    subjects = ArrayField(models.UUIDField())  # opaque; restoring a backup deletes them again
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d}"


class Alarm(models.Model):
    """Odd behaviour that the trace shows; somebody looks at it and says what it was."""

    class Kind(models.TextChoices):
        """What is odd."""

        MANY_LOOKS = "MANY_LOOKS", _("Hundreds of people looked at in a day")
        NIGHT_OUTSIDE = "NIGHT_OUTSIDE", _("Looks at night, outside the usual grids")
        EXPORT = "EXPORT", _("A list left Kapok")
        BREAK_GLASS = "BREAK_GLASS", _("An emergency look beyond somebody's places")
        REFUSALS = "REFUSALS", _("Refused again and again")
        SIGN_IN = "SIGN_IN", _("Many failed sign-ins")

    scope = Located(
        view=Permission.TRACE_VIEW,
        edit=Permission.ALARM_SETTLE,
        place="coalesce(place, (SELECT scope_lo()))",  # of nowhere in particular: for all who watch
        personal=False,
        anybody_adds=True,
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    account = models.UUIDField(null=True)
    place = models.BigIntegerField(null=True)
    day = models.DateField()
    n = models.PositiveIntegerField()
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    finding = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "account", "day"],
                name="alarm_is_raised_once_a_day",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None) | Q(account=None) | ~Q(settled_by=F("account")),
                name="alarm_is_settled_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class ExportRequest(models.Model):
    """Somebody wants to take rows out; above fifty a second person must agree."""

    class Status(models.TextChoices):
        """Where it stands."""

        ASKED = "ASKED", _("Asked")
        APPROVED = "APPROVED", _("Approved")
        REFUSED = "REFUSED", _("Refused")
        TAKEN = "TAKEN", _("Taken")

    scope = Located(
        view=Permission.EXPORT_APPROVE,
        edit=Permission.EXPORT_APPROVE,
        owner="asked_by_id",
        personal=False,
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    what = models.CharField(max_length=30)
    filters = models.JSONField(default=dict)
    place = models.BigIntegerField()
    level = models.CharField(max_length=10, choices=Level.choices)
    purpose = models.CharField(max_length=30)
    reason = models.CharField(max_length=300)
    n_rows = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_as = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)  # why it was refused
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="export_is_decided_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(n_rows__lte=EXPORT_ALONE)
                | Q(status__in=["ASKED", "REFUSED"])
                | Q(decided_by__isnull=False),
                name="export_of_many_rows_is_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.asked_at:%Y-%m-%d}"
