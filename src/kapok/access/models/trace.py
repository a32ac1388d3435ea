"""What was looked at and why, and the chain that proves it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import APPEND, AppendOnly, Open
from kapok.access.roles import Permission
from kapok.ids import uuid7


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
