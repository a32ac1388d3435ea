"""What a zone moved: each matter with what was done to it, so that it can be moved back."""

from django.db import models
from django.db.models import Q

from kapok.access.policies import APPEND, Located
from kapok.access.roles import Permission
from kapok.ids import uuid7
from kapok.matters.models import Matter
from kapok.zones.models.zones import Zone


class ZoneTask(models.Model):
    """One matter that hangs on a zone, and what the zone did to it.

    ``did`` lists the acts with what was before each. ``version`` is that of the matter's state
    right after: where it is another one when the zone ends, somebody worked on it, and it stays.
    """

    scope = Located(
        Permission.ZONE_VIEW, Permission.ZONE_ORDER, personal=False, privileges=APPEND + ", UPDATE"
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="tasks")
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="+")
    place = models.BigIntegerField()  # that of the matter
    created = models.CharField(max_length=60, blank=True)  # “ENTRY visit”, for the grid
    did = models.JSONField(default=list)
    version = models.PositiveIntegerField()
    done_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    kept = models.CharField(max_length=300, blank=True)  # why it was not moved back

    class Meta:
        ordering = ["done_at", "id"]
        indexes = [models.Index(fields=["zone", "done_at"], name="zone_task_by_zone")]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(undone_at=None), name="matter_hangs_on_one_zone"
            ),
            models.UniqueConstraint(
                fields=["zone", "place", "created"],
                condition=~Q(created="") & Q(undone_at=None),
                name="zone_makes_one_matter_for_each_grid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} in {self.zone_id}"
