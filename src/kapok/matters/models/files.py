"""Photos, voice notes and papers of a matter."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import Follows, Own
from kapok.access.roles import Permission
from kapok.ids import uuid7
from kapok.matters.models.matter import CHECK, HANDLE, SEND, TABLE, Matter


class Upload(models.Model):
    """A file on its way: it comes in parts and may stop and go on; no row of a matter yet."""

    scope = Own("account")

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.UUIDField()  # who uploads: somebody, or a door
    token_index = models.BinaryField(null=True)  # of whoever uploads through a door
    name = models.CharField(max_length=200, blank=True)
    size = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    content = models.BinaryField(default=b"")  # encrypted part by part

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(received__lte=F("size")), name="upload_is_no_longer_than_said"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Attachment(models.Model):
    """A file that belongs to one entry of the trace: re-encoded, without where it was taken."""

    class Kind(models.TextChoices):
        """What it is."""

        PHOTO = "PHOTO", _("Photo")
        VOICE = "VOICE", _("Voice note")
        PAPER = "PAPER", _("Paper")

    scope = Follows(
        TABLE, "matter_id", personal=True, add=(Permission.MATTER_REPORT, HANDLE, SEND, CHECK)
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="attachments")
    event = models.UUIDField(null=True)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    digest = models.BinaryField()  # SHA-256 of what came
    content = models.BinaryField()  # encrypted, about "attachment"
    thumbnail = models.BinaryField(null=True)  # encrypted
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at"]

    def __str__(self) -> str:
        return str(self.id)
