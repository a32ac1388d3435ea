"""Photos, voice notes and papers: on their way, and as they belong to a matter."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import Follows, Own
from kapok.access.roles import Permission
from kapok.ids import uuid7
from kapok.matters.models.matter import CHECK, HANDLE, SEND, TABLE, Matter

ADDS = (Permission.MATTER_REPORT, HANDLE, SEND, CHECK)


class FileKind(models.TextChoices):
    """What a file is."""

    PHOTO = "PHOTO", _("Photo")
    VOICE = "VOICE", _("Voice note")
    PAPER = "PAPER", _("Paper")


class Upload(models.Model):
    """A file on its way. It comes in parts, may stop and go on, and belongs to nothing yet.

    When its last part is there it is cleaned, and ``content`` holds what may be kept. Nobody but
    its sender reaches it; what nobody binds to a matter is deleted after a week.
    """

    class State(models.TextChoices):
        """How far it is."""

        COMING = "COMING", _("Coming")
        READY = "READY", _("Ready")
        REFUSED = "REFUSED", _("Refused")

    scope = Own("account")

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.UUIDField()  # of whoever sends it, or of the door that they send it through
    token_index = models.BinaryField(null=True)  # blind, of whoever uploads without an account
    kind = models.CharField(max_length=5, choices=FileKind.choices)
    name = models.CharField(max_length=200, blank=True)
    size = models.PositiveIntegerField()
    said_digest = models.BinaryField(null=True)  # SHA-256 that its sender said
    state = models.CharField(max_length=8, choices=State.choices, default=State.COMING)
    received = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    refusal = models.CharField(max_length=300, blank=True)
    media_type = models.CharField(max_length=60, blank=True)
    digest = models.BinaryField(null=True)  # SHA-256 of what came
    clean_size = models.PositiveIntegerField(default=0)
    content = models.BinaryField(null=True)  # encrypted, about "attachment"
    thumbnail = models.BinaryField(null=True)  # encrypted, about "attachment"

    class Meta:
        indexes = [
            models.Index(fields=["made_at"], name="upload_by_time"),
            models.Index(fields=["account", "made_at"], name="upload_by_account"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(received__lte=F("size")), name="upload_is_no_longer_than_said"
            ),
            models.CheckConstraint(
                condition=~Q(state="READY") | Q(content__isnull=False, digest__isnull=False),
                name="upload_is_ready_with_content",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class UploadPart(models.Model):
    """One part of a file on its way."""

    scope = Follows("matters_upload", "upload_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="parts", db_index=False)
    start = models.PositiveIntegerField()
    content = models.BinaryField()  # encrypted, about "upload"

    class Meta:
        ordering = ["start"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "start"], name="upload_part_is_there_once")
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} from {self.start}"


class AwaitedFile(models.Model):
    """A file that an entry names before it is there: phones send words first, photos later."""

    scope = Follows(TABLE, "matter_id", add=ADDS)

    id = models.UUIDField(primary_key=True, default=uuid7)
    file = models.UUIDField()  # key of the upload
    account = models.UUIDField()  # who must send it
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="awaited_files")
    event = models.UUIDField()
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "account"], name="file_is_awaited_once")
        ]

    def __str__(self) -> str:
        return str(self.file)


class Attachment(models.Model):
    """A file that belongs to one entry of the trace: written anew, without where it was taken."""

    Kind = FileKind

    scope = Follows(TABLE, "matter_id", personal=True, add=ADDS)

    id = models.UUIDField(primary_key=True, default=uuid7)  # that of its upload
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="attachments")
    event = models.UUIDField()
    kind = models.CharField(max_length=5, choices=FileKind.choices)
    name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    digest = models.BinaryField()  # SHA-256 of what came
    content = models.BinaryField()  # encrypted, about "attachment"
    thumbnail = models.BinaryField(null=True)  # encrypted, about "attachment"
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at"]

    def __str__(self) -> str:
        return str(self.id)
