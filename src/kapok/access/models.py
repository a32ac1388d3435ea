"""Who uses Kapok, as what and where; what was looked at and why; what must end when."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from kapok.access.fields import RangesField
from kapok.access.policies import APPEND, AppendOnly, Kept, Located, Open, Owned
from kapok.access.roles import ROLE_CHOICES, Permission
from kapok.codes import Level, span
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


class Look(models.Model):
    """One entry of the trace: who saw, changed or took out which subjects, as what, where and why.

    It holds opaque keys, never values. Entries are only ever added; ``block`` is set by the sealer.
    """

    class Action(models.TextChoices):
        """What was done."""

        SEARCH = "SEARCH", _("Searched")
        LIST = "LIST", _("Listed")
        OPEN = "OPEN", _("Opened")
        REVEAL = "REVEAL", _("Unmasked")
        CHANGE = "CHANGE", _("Changed")
        PRINT = "PRINT", _("Printed")
        EXPORT = "EXPORT", _("Exported")
        BREAK_GLASS = "BREAK_GLASS", _("Broke the glass")
        DELETE = "DELETE", _("Deleted")
        REFUSED = "REFUSED", _("Was refused")

    scope = AppendOnly(view=Permission.TRACE_VIEW, also_owner="account", adds="block IS NULL")

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField()
    account = models.UUIDField(null=True)  # null: a resident, by their own phone
    appointment = models.UUIDField(null=True)
    role = models.CharField(max_length=30)
    purpose = models.CharField(max_length=30, blank=True)
    action = models.CharField(max_length=12, choices=Action.choices)
    place = models.BigIntegerField(null=True)  # the area looked at, or the subject's
    n_subjects = models.PositiveIntegerField()
    subjects = ArrayField(models.UUIDField())
    outside_hours = models.BooleanField(default=False)
    request = models.UUIDField(null=True)
    block = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["at"], name="look_by_time"),
            models.Index(fields=["account", "at"], name="look_by_account"),
            models.Index(fields=["place", "at"], name="look_by_place"),
            models.Index(fields=["id"], condition=Q(block=None), name="look_not_sealed"),
            models.Index(fields=["block", "id"], name="look_by_block"),
            GinIndex(fields=["subjects"], name="look_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M:%S}"


class TraceBlock(models.Model):
    """A sealed stretch of the trace: its hash covers its entries and the block before it.

    ``entries`` lists them: for each its key (16 bytes) and the hash of its text (16 bytes).
    """

    scope = AppendOnly(view=None, privileges="SELECT")  # trace_seal() alone adds

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    n_entries = models.PositiveIntegerField()
    previous = models.BinaryField()
    entries = models.BinaryField(default=b"")
    sha256 = models.BinaryField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"block {self.number}"


class TraceCheck(models.Model):
    """The chain of the trace was computed anew: up to where, and what was found."""

    scope = Open("counts alone", privileges=APPEND)

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField()
    last_block = models.BigIntegerField(null=True)
    n_blocks = models.PositiveIntegerField()
    n_entries = models.PositiveBigIntegerField()
    n_faults = models.PositiveIntegerField()
    first_fault = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


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


class PhoneCode(models.Model):
    """A one-time code that was sent to a telephone, by which a resident signs in.

    Neither the number nor the code can be read from it: both are keyed hashes.
    """

    scope = Open("keyed hashes; looked up before anybody acts")

    id = models.UUIDField(primary_key=True, default=uuid7)
    phone_index = models.BinaryField()
    address_index = models.BinaryField()  # of the network address that asked
    code_hash = models.BinaryField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    n_tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-sent_at"]
        indexes = [
            models.Index(fields=["phone_index", "sent_at"], name="phone_code_by_phone"),
            models.Index(fields=["address_index", "sent_at"], name="phone_code_by_address"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(n_tries__lte=5), name="phone_code_is_tried_five_times_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"code of {self.sent_at:%Y-%m-%d %H:%M}"


class OutboxMessage(models.Model):
    """A text message that Kapok wants to send. No provider is connected yet: it stays here."""

    scope = Kept(view=Permission.ACCOUNT_MANAGE)

    id = models.UUIDField(primary_key=True, default=uuid7)
    phone = models.BinaryField()  # encrypted
    text = models.BinaryField()  # encrypted
    holds_code = models.BooleanField(default=False)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-written_at"]
        indexes = [models.Index(fields=["written_at"], name="outbox_by_time")]

    def __str__(self) -> str:
        return f"message of {self.written_at:%Y-%m-%d %H:%M}"


class CacheEntry(models.Model):
    """What Django's database cache keeps for a while: counters of failed sign-ins, used codes."""

    scope = Open("counters and hashes; written before anybody acts")

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
