"""What a place is: areas, buildings, barriers; drawings (proposals), and the versions in force."""

from django.conf import settings
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import Geography, Open
from kapok.access.roles import Permission
from kapok.codes import Level
from kapok.ids import uuid7
from kapok.places.workflow import Status

EDIT = (Permission.PLACE_DRAW, Permission.PLACE_IMPORT)


class Source(models.Model):
    """Where rows came from. Its attribution is shown wherever the rows are."""

    scope = Open("where public data came from")

    key = models.CharField(primary_key=True, max_length=60)
    title = models.CharField(max_length=200)
    licence = models.CharField(max_length=200, blank=True)
    attribution = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=500, blank=True)
    made_up = models.BooleanField(default=False)  # a generated town, not a real one
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title


class Area(models.Model):
    """A node of the area tree, from the province down to the grid.

    A code is used once: a retired area keeps its row and its code for ever.
    """

    scope = Geography(EDIT, place="code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.BigIntegerField(unique=True)
    level = models.CharField(max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    name_zh = models.CharField(max_length=100, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    boundary = models.BinaryField(null=True)  # WKB polygon, WGS84 longitude and latitude
    source = models.CharField(max_length=60, blank=True)  # Source.key
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code"]
        indexes = [models.Index(fields=["level", "code"], name="area_by_level_and_code")]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__gte=10**14, code__lt=10**15),
                name="area_code_has_15_digits",
            ),
            models.CheckConstraint(
                condition=~Q(name_zh="", name_en=""),
                name="area_has_a_name",
            ),
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
        return f"{self.name} {self.code}"

    @property
    def name(self) -> str:
        """The name in the language of the page, or in the other where there is none."""
        return in_language(self.name_zh, self.name_en)


def in_language(name_zh: str, name_en: str) -> str:
    """The one of two names that the active language asks for; the other where it is blank."""
    if (get_language() or "zh").startswith("zh"):
        return name_zh or name_en
    return name_en or name_zh


class Building(models.Model):
    """A building, or one stairwell of a building too large for a grid.

    ``place`` is its grid in force, or its community while it has none.
    """

    scope = Geography(EDIT)

    id = models.UUIDField(primary_key=True, default=uuid7)
    source = models.CharField(max_length=60)  # Source.key
    source_id = models.CharField(max_length=60)
    place = models.BigIntegerField()
    name = models.CharField(max_length=200, blank=True)
    lon = models.FloatField()  # WGS84
    lat = models.FloatField()
    households = models.PositiveIntegerField()
    residents = models.PositiveIntegerField(null=True)
    dwellings = models.PositiveIntegerField(null=True)
    footprint = models.BinaryField(null=True)  # WKB polygon, WGS84
    gone_at = models.DateTimeField(null=True)  # demolished, or no longer in its source

    class Meta:
        ordering = ["place", "source_id"]
        indexes = [
            models.Index(
                fields=["place"],
                include=["households"],
                condition=Q(gone_at=None),
                name="building_standing_by_place",
            ),
            models.Index(fields=["place"], name="building_by_place"),
            GistIndex(
                Func(F("lon"), F("lat"), function="point"),
                condition=Q(gone_at=None),
                name="building_standing_by_point",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], name="building_is_known_once_to_its_source"
            ),
            models.CheckConstraint(
                condition=Q(place__gte=10**14, place__lt=10**15),
                name="building_place_has_15_digits",
            ),
            models.CheckConstraint(
                condition=Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
                name="building_lies_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.source_id


class Barrier(models.Model):
    """A line or water that grids do not cross (``hard``), or a main street they should not."""

    scope = Open("lines of the map; they lie in no place alone")

    class Kind(models.TextChoices):
        """What it is."""

        RIVER = "RIVER", _("River or lake")
        RAILWAY = "RAILWAY", _("Railway")
        EXPRESSWAY = "EXPRESSWAY", _("Expressway")
        MAIN_STREET = "MAIN_STREET", _("Main street")

    id = models.UUIDField(primary_key=True, default=uuid7)
    source = models.CharField(max_length=60)  # Source.key
    source_id = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=200, blank=True)
    hard = models.BooleanField()  # true: no grid crosses it; false: crossing it costs
    shape = models.BinaryField()  # WKB line or polygon, WGS84
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    class Meta:
        indexes = [
            models.Index(fields=["west", "east", "south", "north"], name="barrier_by_box"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], name="barrier_is_known_once_to_its_source"
            ),
            models.CheckConstraint(
                condition=Q(west__lte=F("east"), south__lte=F("north")),
                name="barrier_box_is_not_inside_out",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()


class Drawing(models.Model):
    """A proposal of grids for all communities of one area; people put it in force.

    It keeps what it was drawn from, so that it can be explained, checked and drawn again.
    """

    scope = Geography(EDIT)

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField(db_index=True)
    level = models.CharField(max_length=10, choices=Level.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    by_hand = models.BooleanField(default=False)  # started as a copy of what is in force
    low = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    budget = models.CharField(max_length=10, blank=True)  # kapok_planning.grids.Budget
    seed = models.BigIntegerField(default=0)
    keep_previous = models.BooleanField()
    time_limit_s = models.FloatField(null=True)
    finished = models.BooleanField(default=True)  # false: stopped before the budget ended
    n_moves = models.PositiveIntegerField(default=0)  # buildings moved by hand since
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(null=True)  # the last move by hand
    crs = models.CharField(max_length=200)  # metres, as PROJ writes it
    inputs_sha256 = models.CharField(max_length=64)
    based_on = models.JSONField(default=dict)  # community code -> version number then in force
    core_version = models.CharField(max_length=20)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["place"],
                condition=Q(status=Status.OPEN),
                name="drawing_one_open_per_area",
            ),
            models.CheckConstraint(
                condition=Q(low__gte=1, low__lte=F("high")),
                name="drawing_bounds_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.OPEN, closed_at=None)
                | (~Q(status=Status.OPEN) & Q(closed_at__isnull=False)),
                name="drawing_closed_at_only_when_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.made_at:%Y-%m-%d %H:%M}"


class DrawnGridQuerySet(models.QuerySet["DrawnGrid"]):
    """Drawn grids, with the filter that everybody needs."""

    def in_force(self) -> "DrawnGridQuerySet":
        """The grids of the versions in force now."""
        now = GridVersion.objects.filter(
            drawing=models.OuterRef("drawing"),
            community=models.OuterRef("community"),
            valid_to=None,
        )
        return self.filter(models.Exists(now))


class DrawnGrid(models.Model):
    """One grid of a drawing, with its measures when it was drawn or last changed.

    ``number`` is its order in the community, west to east and north to south; ``code`` is the place
    code it has once published (or already, where it is locked).
    """

    scope = Geography(EDIT, place="community")

    id = models.UUIDField(primary_key=True, default=uuid7)
    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="grids")
    community = models.BigIntegerField()
    number = models.PositiveIntegerField()
    code = models.BigIntegerField(null=True, db_index=True)
    locked = models.BooleanField(default=False)  # stays as it is when grids are drawn anew
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    locked_at = models.DateTimeField(null=True)  # when it was last locked or unlocked
    households = models.PositiveIntegerField()
    residents = models.PositiveIntegerField(null=True)
    n_buildings = models.PositiveIntegerField()
    rms_m = models.FloatField()
    connected = models.BooleanField(default=True)
    n_crossings = models.PositiveIntegerField(default=0)
    n_street_cuts = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=20, blank=True)  # kapok_planning.grids.Reason
    shape = models.BinaryField(null=True)  # WKB polygon, WGS84

    objects = DrawnGridQuerySet.as_manager()

    class Meta:
        ordering = ["community", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["drawing", "community", "number"], name="drawn_grid_number_is_used_once"
            ),
            models.UniqueConstraint(
                fields=["drawing", "code"], name="drawn_grid_code_is_used_once"
            ),
            models.CheckConstraint(
                condition=Q(code=None) | Q(code__gt=F("community"), code__lt=F("community") + 1000),
                name="drawn_grid_code_lies_in_its_community",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community}-{self.number}"


class Placement(models.Model):
    """A building lies in a drawn grid. Kept after publishing: this is the history."""

    scope = Open("pairs of keys; both rows have rules of their own")

    pk = models.CompositePrimaryKey("drawing_id", "building_id")
    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="placements", db_index=False)
    building = models.ForeignKey(Building, models.PROTECT, related_name="placements")
    grid = models.ForeignKey(DrawnGrid, models.CASCADE, related_name="placements")

    def __str__(self) -> str:
        return f"{self.building_id} in {self.grid_id}"


class GridVersion(models.Model):
    """The grids of one community that are in force from a moment on; ``valid_to`` is excluded."""

    scope = Geography(EDIT, place="community")

    id = models.UUIDField(primary_key=True, default=uuid7)
    community = models.BigIntegerField()
    number = models.PositiveIntegerField()
    drawing = models.ForeignKey(Drawing, models.PROTECT, related_name="versions")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    n_grids = models.PositiveIntegerField()
    n_kept = models.PositiveIntegerField()  # codes that went on from the version before
    n_new = models.PositiveIntegerField()
    n_retired = models.PositiveIntegerField()
    moved_buildings = models.PositiveIntegerField()  # that changed their code
    moved_households = models.PositiveIntegerField()

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


class Road(models.Model):
    """A road line that people travel along: what distances between places are measured on."""

    scope = Open("lines of the map; they lie in no place alone")

    id = models.UUIDField(primary_key=True, default=uuid7)
    source = models.CharField(max_length=60)  # Source.key
    road_class = models.PositiveSmallIntegerField()  # kapok_planning.streets.RoadClass
    speed_kmh = models.FloatField(null=True)  # that it allows; null: the usual one of its class
    oneway = models.BooleanField(default=False)  # travelled as it is drawn only
    level = models.SmallIntegerField(default=0)  # roads of two levels do not meet
    shape = models.BinaryField()  # WKB line, WGS84

    class Meta:
        indexes = [models.Index(fields=["source", "id"], name="road_by_source")]
        constraints = [
            models.CheckConstraint(
                condition=Q(speed_kmh=None) | Q(speed_kmh__gt=0), name="road_speed_is_over_0"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.id}"
