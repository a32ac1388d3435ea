"""Plans: the situation, what was planned from it, what people changed, and when it held."""

from django.db import models
from django.db.models import F, Q

from kapok.access.policies import Located
from kapok.access.roles import Permission
from kapok.ids import uuid7
from kapok.planning.planner import Kind
from kapok.planning.workflow import Origin, State

VIEW = Permission.PLAN_VIEW
EDIT = (Permission.PLAN_MAKE, Permission.PLAN_PUT_IN_FORCE)
PUT = [State.IN_FORCE, State.ENDED]
PLANNED = [State.READY, *PUT]
KINDS = [(kind.value, kind.value) for kind in Kind]


class Plan(models.Model):
    """One plan of a place, with all that it takes to compute it again.

    ``result`` is what the planner made; ``changes`` are what people changed by hand since, in
    order, and ``current`` is the plan with them. ``said`` is what it says of itself now, in each
    language.
    """

    scope = Located(view=VIEW, edit=EDIT, personal=False)

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=10, choices=KINDS)
    place = models.BigIntegerField()
    title = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.NEW)
    made_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="made_into")
    version = models.PositiveIntegerField(default=1)  # goes up with every change by people

    situation = models.JSONField()  # the planner's document
    situation_sha256 = models.CharField(max_length=64)
    seed = models.BigIntegerField(default=0)
    budget = models.CharField(max_length=10, blank=True)
    versions = models.JSONField(default=dict)  # what it was computed with

    language = models.CharField(max_length=10, blank=True)  # of whoever asked, for refusals
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)  # when its process was last heard of
    is_to_stop = models.BooleanField(default=False)
    problem = models.TextField(blank=True)

    result = models.JSONField(null=True)
    result_sha256 = models.CharField(max_length=64, blank=True)
    is_finished = models.BooleanField(default=True)  # false: somebody stopped it before its budget
    changes = models.JSONField(default=list)  # [{"by", "at", "change"}]
    current = models.JSONField(null=True)
    said = models.JSONField(default=dict)  # kapok.planning.making.Said by language

    made_by = models.UUIDField(null=True)
    made_as = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True)
    put_by = models.UUIDField(null=True)
    put_as = models.CharField(max_length=40, blank=True)
    put_at = models.DateTimeField(null=True)
    holds_until = models.DateTimeField(null=True)  # when the last of its shifts and slots ends
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(fields=["place", "-made_at"], name="plan_by_place"),
            models.Index(
                fields=["beat_at"],
                condition=Q(state__in=[State.WAITING, State.MAKING]),
                name="plan_in_the_making",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(place__gte=10**14, place__lt=10**15), name="plan_place_has_15_digits"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PLANNED, result__isnull=False)
                | (~Q(state__in=PLANNED) & Q(result=None)),
                name="plan_has_a_result_once_it_is_ready",
            ),
            models.CheckConstraint(
                condition=Q(state__in=PUT, put_at__isnull=False)
                | (~Q(state__in=PUT) & Q(put_at=None)),
                name="plan_was_put_in_force_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class BookingSlot(models.Model):
    """A span in which a site in force can take so many people."""

    scope = Located(view=VIEW, edit=EDIT, personal=False)

    id = models.UUIDField(primary_key=True, default=uuid7)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="slots")
    place = models.BigIntegerField()
    post = models.CharField(max_length=100)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveIntegerField()

    class Meta:
        ordering = ["starts_at", "post"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "post", "starts_at"], name="booking_slot_is_there_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="booking_slot_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.starts_at:%Y-%m-%d %H:%M}"
