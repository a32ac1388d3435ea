"""The trace of each move."""

from django.db import models
from django.db.models import Q

from kapok.access.policies import APPEND, Follows
from kapok.access.roles import Permission
from kapok.ids import uuid7
from kapok.matters.models.matter import CHECK, HANDLE, SEND, TABLE, Matter
from kapok.matters.workflow import State


class MatterEvent(models.Model):
    """Who made which move, as what, when in the world and when it came in, from where.

    Its key is that of the command that it came of, so that a command is carried out once. Added,
    never changed; it goes with its matter alone.
    """

    scope = Follows(
        TABLE,
        "matter_id",
        personal=True,
        add=(Permission.MATTER_REPORT, HANDLE, SEND, CHECK),
        privileges=APPEND,
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="events", db_index=False)
    move = models.CharField(max_length=20)
    before = models.CharField(max_length=12, choices=State.choices, blank=True)
    after = models.CharField(max_length=12, choices=State.choices)
    version = models.PositiveIntegerField()  # of the matter after it
    at = models.DateTimeField()  # in the world, by the sender's clock
    received_at = models.DateTimeField()
    account = models.UUIDField(null=True)
    appointment = models.UUIDField(null=True)
    role = models.CharField(max_length=30)
    unit = models.UUIDField(null=True)
    device = models.UUIDField(null=True)
    pack = models.UUIDField()  # the version of the rules that it was decided by
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "version"], name="matter_event_has_its_turn"),
            models.CheckConstraint(condition=~Q(move=""), name="matter_event_has_a_move"),
        ]
        indexes = [models.Index(fields=["received_at"], name="matter_event_by_time")]

    def __str__(self) -> str:
        return f"{self.move} of {self.matter_id}"
