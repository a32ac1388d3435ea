"""Phones of workers, and commands of phones whose holder no longer may: kept for review."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import Located, Own
from kapok.access.roles import Permission
from kapok.ids import uuid7

MOST_DEVICES = 10


class Device(models.Model):
    """A phone of somebody, known by the public half of a key that no script can read out of it."""

    scope = Own("account_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="phones", db_index=True
    )
    public_key = models.BinaryField(max_length=65)  # ECDSA P-256, an uncompressed point
    name = models.CharField(max_length=60)
    enrolled_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-enrolled_at"]

    def __str__(self) -> str:
        return self.name


class HeldCommand(models.Model):
    """A command that came from somebody who no longer may: somebody of that place looks at it."""

    class Verdict(models.TextChoices):
        """What was decided of it."""

        OPEN = "OPEN", _("Not looked at")
        TAKEN = "TAKEN", _("Taken")
        DROPPED = "DROPPED", _("Dropped")

    class Why(models.TextChoices):
        """Why it was held."""

        DEVICE = "DEVICE", _("The phone was given up or taken away.")
        APPOINTMENT = "APPOINTMENT", _("The appointment had ended.")
        ACCOUNT = "ACCOUNT", _("The account was closed.")

    scope = Located(
        view=Permission.MATTER_SEND,
        edit=Permission.MATTER_SEND,
        anybody_adds=True,
        privileges="SELECT, INSERT, UPDATE",
    )

    id = models.UUIDField(primary_key=True)  # of the command
    place = models.BigIntegerField()
    account = models.UUIDField()  # who sent it
    device = models.UUIDField()
    role = models.CharField(max_length=30, blank=True)  # that they held last over the place
    content = models.BinaryField()  # encrypted, about "held command"
    why = models.CharField(max_length=12, choices=Why.choices)
    received_at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.OPEN)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["received_at"]
        indexes = [
            models.Index(
                fields=["place"], condition=Q(verdict="OPEN"), name="held_command_open_by_place"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="OPEN", decided_at=None)
                | (~Q(verdict="OPEN") & Q(decided_at__isnull=False)),
                name="held_command_is_decided_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=models.F("account")),
                name="held_command_is_decided_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
