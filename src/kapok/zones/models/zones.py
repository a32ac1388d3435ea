"""Zones that were confirmed: what they cover, from when to when, who reviewed them."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from kapok.access.fields import RangesField
from kapok.access.policies import Geography
from kapok.access.roles import Permission
from kapok.ids import uuid7
from kapok.packs.models import Pack
from kapok.places.models import Building
from kapok.zones.workflow import Phase

ORDER = Permission.ZONE_ORDER


class Zone(models.Model):
    """An area under rules, announced to everybody; the orders behind it are for who works there.

    It covers ``whole`` areas, and the buildings of its :class:`ZoneBuilding` rows where grids were
    picked or an area was drawn: a building stays in its zone when grids are drawn anew.
    """

    scope = Geography((ORDER,))

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=100)
    place = models.BigIntegerField()  # the smallest area around all of it
    kind = models.CharField(max_length=60)  # of the pack
    pack = models.ForeignKey(Pack, models.PROTECT, related_name="+")
    strictness = models.PositiveSmallIntegerField()
    risk = models.CharField(max_length=60, blank=True)  # a level of risk of the pack
    picks = models.JSONField(default=list)  # [[code, level, name]]: areas that were picked
    whole = RangesField()
    touches = RangesField()  # every place of which a part is covered, when it was confirmed
    shape = models.BinaryField(null=True)  # WKB polygons, WGS84: an area that was drawn
    west = models.FloatField(null=True)
    south = models.FloatField(null=True)
    east = models.FloatField(null=True)
    north = models.FloatField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    review_due_at = models.DateTimeField()
    is_tasked = models.BooleanField(default=False)  # what hangs on it was moved by its rules
    looked_at = models.DateTimeField(null=True)  # for matters that came in since it began
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_at", "id"]
        indexes = [
            models.Index(fields=["ends_at"], name="zone_by_end"),
            models.Index(
                fields=["review_due_at"], condition=Q(lifted_at=None), name="zone_by_review"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="zone_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | Q(lifted_at__lte=F("ends_at")),
                name="zone_is_lifted_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(shape=None, west=None, south=None, east=None, north=None)
                | Q(shape__isnull=False, west__lt=F("east"), south__lt=F("north")),
                name="zone_shape_has_its_box",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def until(self) -> datetime:
        """When it ends, or ended."""
        return self.ends_at if self.lifted_at is None else self.lifted_at

    def phase(self, at: datetime) -> Phase:
        """Whether it comes, holds or is past at a moment."""
        if self.until <= at or self.until <= self.starts_at:
            return Phase.PAST
        return Phase.NOW if self.starts_at <= at else Phase.COMING


class ZoneBuilding(models.Model):
    """A building that a zone covers."""

    scope = Geography((ORDER,))

    pk = models.CompositePrimaryKey("zone_id", "building_id")
    zone = models.ForeignKey(Zone, models.CASCADE, related_name="buildings", db_index=False)
    building = models.ForeignKey(Building, models.PROTECT, related_name="+")
    place = models.BigIntegerField()  # that of the zone, by which it is changed

    def __str__(self) -> str:
        return f"{self.building_id} in {self.zone_id}"


class ZoneReview(models.Model):
    """A review that came due; it is there once, and is done by somebody or was in time."""

    scope = Geography((ORDER,))

    id = models.UUIDField(primary_key=True, default=uuid7)
    zone = models.ForeignKey(Zone, models.CASCADE, related_name="reviews")
    place = models.BigIntegerField()  # that of the zone
    due_at = models.DateTimeField()
    told_at = models.DateTimeField()
    done_by = models.UUIDField(null=True)
    done_as = models.CharField(max_length=40, blank=True)
    done_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-due_at"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "due_at"], name="zone_review_comes_due_once"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="zone_review_is_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.zone_id} {self.due_at:%Y-%m-%d %H:%M}"
