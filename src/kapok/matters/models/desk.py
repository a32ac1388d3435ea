"""What a desk keeps for itself: filters by name, and the hand-over from one shift to the next."""

from django.db import models
from django.db.models import F, Q

from kapok.access.policies import AppendOnly, Own
from kapok.access.roles import Permission
from kapok.ids import uuid7


class SavedFilter(models.Model):
    """A filter of the queue that somebody keeps under a name; it holds no words of a search."""

    scope = Own("account")

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.UUIDField()
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)  # as it stands in the address
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"], name="saved_filter_name_is_used_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="saved_filter_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class HandOver(models.Model):
    """What a desk leaves to the next shift, signed by who goes; it is never changed.

    ``figures`` and ``lines`` are the numbers and the matters as they stood at that moment.
    """

    scope = AppendOnly(view=Permission.MATTER_VIEW, also_owner="given_by")

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    level = models.CharField(max_length=10)
    given_by = models.UUIDField()
    given_as = models.UUIDField()  # the appointment
    given_at = models.DateTimeField()
    note = models.TextField(max_length=2000, blank=True)
    figures = models.JSONField(default=dict)
    lines = models.JSONField(default=list)

    class Meta:
        ordering = ["-given_at"]
        indexes = [models.Index(fields=["place", "given_at"], name="hand_over_by_place")]
        constraints = [
            # So that the signature of who comes can name who goes, and differ.
            models.UniqueConstraint(fields=["id", "given_by"], name="hand_over_is_of_one")
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.given_at:%Y-%m-%d %H:%M}"


class HandOverTaken(models.Model):
    """The signature of who comes: another account than that of who goes, once."""

    scope = AppendOnly(view=Permission.MATTER_VIEW, also_owner="taken_by")

    hand_over = models.OneToOneField(
        HandOver, models.PROTECT, primary_key=True, related_name="taken"
    )
    place = models.BigIntegerField()
    given_by = models.UUIDField()
    taken_by = models.UUIDField()
    taken_as = models.UUIDField()
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(taken_by=F("given_by")), name="hand_over_is_between_two"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hand_over_id} {self.taken_at:%Y-%m-%d %H:%M}"


class ReporterLook(models.Model):
    """Why somebody looked at who reported a matter: the trace says that they did, this says why."""

    scope = AppendOnly(view=Permission.TRACE_VIEW, also_owner="account")

    id = models.UUIDField(primary_key=True, default=uuid7)
    report = models.UUIDField()
    place = models.BigIntegerField()
    account = models.UUIDField()
    role = models.CharField(max_length=30)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="reporter_look_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.report} by {self.account}"
