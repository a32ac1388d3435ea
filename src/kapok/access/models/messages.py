"""Codes and messages to telephones, and counters that all processes share."""

from django.db import models
from django.db.models import Q

from kapok.access.policies import Kept, Open
from kapok.access.roles import Permission
from kapok.ids import uuid7


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
    """A text message that Kapok wants to send; kept for a week, sent or not."""

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
