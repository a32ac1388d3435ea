"""Areas, buildings, barriers; drawings (proposals), and the grids that were published from them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kapok.ids import uuid7
from kapok.places.codes import Level


class Area(models.Model):
    """A node of the area tree, from the province down to the grid.

    A code is used once: a retired area keeps its row and its code for ever.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.BigIntegerField(unique=True)
    level = models.CharField(max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=200, blank=True)
    boundary = models.BinaryField(null=True)  # WKB polygon, WGS84 longitude and latitude
    source = models.CharField(max_length=200, blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="area_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(level=Level.PROVINCE) | Q(parent__isnull=False),
                name="area_below_the_province_has_a_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_zh} {self.code}"


class Building(models.Model):
    """A building, or one stairwell of a building too large for a grid."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    source = models.CharField(max_length=60)
    source_id = models.CharField(max_length=60)
    place = models.BigIntegerField(db_index=True)  # grid in force; community code while there is none
    name = models.CharField(max_length=200, blank=True)
    lon = models.FloatField()  # WGS84
    lat = models.FloatField()
    households = models.PositiveIntegerField()
    residents = models.PositiveIntegerField(null=True)
    dwellings = models.PositiveIntegerField(null=True)
    footprint = models.BinaryField(null=True)  # WKB polygon, WGS84

    class Meta:
        ordering = ["place", "source_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], name="building_is_known_once_to_its_source"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.source_id


class Barrier(models.Model):
    """A line that grids do not cross (river, railway, expressway) or should not (main street)."""

    class Kind(models.TextChoices):
        """What the line is."""

        RIVER = "RIVER", _("River")
        RAILWAY = "RAILWAY", _("Railway")
        EXPRESSWAY = "EXPRESSWAY", _("Expressway")
        MAIN_STREET = "MAIN_STREET", _("Main street")

    id = models.UUIDField(primary_key=True, default=uuid7)
    source = models.CharField(max_length=60)
    source_id = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=200, blank=True)
    hard = models.BooleanField()  # true: no grid crosses it; false: it costs
    shape = models.BinaryField()  # WKB line or polygon, WGS84
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], name="barrier_is_known_once_to_its_source"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()


class Drawing(models.Model):
    """A proposal of grids for all communities of one area; people put it in force.

    It keeps what it was drawn from, so that it can be explained and drawn again.
    """

    class Status(models.TextChoices):
        """States of a proposal."""

        OPEN = "OPEN", _("Proposal")
        PUBLISHED = "PUBLISHED", _("In force")
        DISCARDED = "DISCARDED", _("Discarded")

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField(db_index=True)
    level = models.CharField(max_length=10, choices=Level.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    low = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    budget = models.CharField(max_length=10)
    seed = models.BigIntegerField()
    keep_previous = models.BooleanField()
    inputs_sha256 = models.CharField(max_length=64)
    core_version = models.CharField(max_length=20)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(status="OPEN"), name="drawing_one_open_per_area"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.made_at:%Y-%m-%d %H:%M}"


class DrawnGrid(models.Model):
    """One grid of a drawing. ``code`` is known once it is published, or when it goes on."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="grids")
    community = models.BigIntegerField()
    number = models.PositiveIntegerField()
    code = models.BigIntegerField(null=True)
    locked = models.BooleanField(default=False)
    households = models.PositiveIntegerField()
    residents = models.PositiveIntegerField(null=True)
    n_buildings = models.PositiveIntegerField()
    rms_m = models.FloatField()
    connected = models.BooleanField(default=True)
    reason = models.CharField(max_length=20, blank=True)  # kapok_planning.grids.Reason
    shape = models.BinaryField(null=True)  # WKB polygon, WGS84

    class Meta:
        ordering = ["community", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["drawing", "community", "number"], name="drawn_grid_number_is_used_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community}-{self.number}"


class Placement(models.Model):
    """A building lies in a drawn grid. Kept after publishing: this is the history."""

    id = models.BigAutoField(primary_key=True)
    grid = models.ForeignKey(DrawnGrid, models.CASCADE, related_name="placements")
    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="placements")
    building = models.ForeignKey(Building, models.PROTECT, related_name="placements")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["drawing", "building"], name="building_lies_in_one_grid_of_a_drawing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.building_id} in {self.grid_id}"


class GridVersion(models.Model):
    """The grids of one community that were in force for a time. Half-open: ``valid_to`` excluded."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    community = models.BigIntegerField()
    number = models.PositiveIntegerField()
    drawing = models.ForeignKey(Drawing, models.PROTECT, related_name="versions")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["community", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "number"], name="grid_version_number_is_used_once"
            ),
            models.UniqueConstraint(
                fields=["community"],
                condition=Q(valid_to=None),
                name="community_has_one_grid_version_in_force",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="grid_version_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community} v{self.number}"
