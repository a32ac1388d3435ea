"""Which households have a notice, which matters answer it, and which telephones want none."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import APPEND, Kept, Located
from kapok.access.roles import Permission
from kapok.ids import uuid7
from kapok.outreach.models.notices import Notice, NoticeVersion
from kapok.outreach.workflow import How


class Receipt(models.Model):
    """A household has a version: it opened the link, answered, or was told at the door.

    It is added by the reviewed function ``outreach_read`` alone, which keeps the counts.
    """

    scope = Located(
        view=(Permission.NOTICE_VIEW, Permission.REQUEST_ASK),  # of whom the household is
        edit=Permission.NOTICE_VIEW,
        subject="household",
        privileges="SELECT, DELETE",
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    version = models.ForeignKey(NoticeVersion, models.CASCADE, related_name="receipts")
    place = models.BigIntegerField()
    household = models.UUIDField()
    how = models.CharField(max_length=6, choices=How.choices)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "household"], name="receipt_is_there_once_for_a_household"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class NoticeAnswer(models.Model):
    """What somebody answered became this matter. It says where, for counts, and not what.

    The matter has rules of its own, so that whoever reads counts here may not see it.
    """

    scope = Located(
        view=(Permission.NOTICE_VIEW, Permission.NOTICE_WRITE),
        edit=Permission.NOTICE_WRITE,
        personal=False,
        privileges=APPEND,
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="answers")
    place = models.BigIntegerField()  # where it lay when it came
    matter = models.UUIDField(unique=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["notice", "place"], name="notice_answer_by_place")]

    def __str__(self) -> str:
        return str(self.id)


class OptOut(models.Model):
    """A telephone that wants no messages; a keyed hash, from which nobody reads the number."""

    class Source(models.TextChoices):
        """How it was said."""

        MESSAGE = "MESSAGE", _("By a text message")
        PAGE = "PAGE", _("On the page")

    scope = Kept(view=Permission.CHANNEL_MANAGE, privileges=APPEND + ", DELETE")

    id = models.UUIDField(primary_key=True, default=uuid7)
    address_index = models.BinaryField(unique=True)
    source = models.CharField(max_length=8, choices=Source.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.source
