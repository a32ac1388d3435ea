"""Commands as they came in, and what was answered: why the same one is never carried out twice."""

from django.db import models
from django.db.models import Q

from kapok.access.policies import Own
from kapok.ids import uuid7


class CommandEntry(models.Model):
    """One command that was answered. ``answer`` is sent again whenever the same command comes.

    It holds no data but of commands that are ``HELD`` for review, which are encrypted.
    """

    class Status(models.TextChoices):
        """As :class:`kapok.matters.engine.facts.Status`, but what was refused is not kept."""

        TAKEN = "TAKEN"
        HELD = "HELD"

    scope = Own("account")

    id = models.UUIDField(primary_key=True, default=uuid7)
    digest = models.BinaryField()  # SHA-256 of its content
    account = models.UUIDField()  # who asked: somebody, or a door such as the portal
    received_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status.choices)
    answer = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["received_at"], name="command_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["TAKEN", "HELD"]), name="command_is_taken_or_held"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
