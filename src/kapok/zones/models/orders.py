"""Orders about zones: who, as what, when, why, by which document, and who confirmed them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kapok.access.fields import RangesField
from kapok.access.policies import APPEND, Follows, Owned
from kapok.access.roles import ROLE_CHOICES, Permission
from kapok.ids import uuid7
from kapok.packs.models import Pack
from kapok.zones.models.zones import Zone
from kapok.zones.workflow import OrderState, What

TABLE = "zones_zoneorder"


class ZoneDocument(models.Model):
    """The decision in writing: number, who issued it, its day, and the paper itself.

    A photo is written anew, a paper is a PDF: the rules of files of matters.
    """

    scope = Follows(TABLE, "order_id", add=(Permission.ZONE_ORDER,), privileges=APPEND)

    id = models.UUIDField(primary_key=True, default=uuid7)
    order_id = models.UUIDField(unique=True)  # the order that brought it
    number = models.CharField(max_length=100)
    issuer = models.CharField(max_length=100)
    issued_on = models.DateField()
    name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    digest = models.BinaryField()  # SHA-256 of what came
    content = models.BinaryField()  # encrypted, about "attachment"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(issuer="") & Q(size__gt=0),
                name="zone_document_says_what_it_is",
            )
        ]

    def __str__(self) -> str:
        return self.number


class ZoneOrder(models.Model):
    """What somebody decided about a zone. It is the trace: nothing of it is changed afterwards.

    ``before`` holds the times of the zone that the order replaced, for taking it back.
    """

    scope = Owned(
        "ordered_by_id", "ranges", Permission.ZONE_VIEW, Permission.ZONE_ORDER,
        privileges=APPEND + ", UPDATE",
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7)
    zone = models.ForeignKey(Zone, models.PROTECT, null=True, related_name="orders")
    what = models.CharField(max_length=8, choices=What.choices)
    state = models.CharField(max_length=10, choices=OrderState.choices)
    name = models.CharField(max_length=100)
    place = models.BigIntegerField()
    ranges = RangesField()  # places that it touches
    picks = models.JSONField(default=list)
    shape = models.BinaryField(null=True)  # WKB polygons, WGS84
    kind = models.CharField(max_length=60)
    pack = models.ForeignKey(Pack, models.PROTECT, related_name="+")
    risk = models.CharField(max_length=60, blank=True)  # a level of risk of the pack
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500)
    needs_second = models.BooleanField()  # it restricts people: not carried out by one alone
    document = models.ForeignKey(ZoneDocument, models.PROTECT, null=True, related_name="orders")
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undone_by")
    before = models.JSONField(default=dict)
    n_moved = models.PositiveIntegerField(default=0)  # matters that it moved at once
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ordered_as = models.UUIDField(null=True)  # the appointment
    ordered_role = models.CharField(max_length=40, choices=ROLE_CHOICES)
    ordered_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)  # to the second person
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    confirmed_as = models.UUIDField(null=True)
    confirmed_role = models.CharField(max_length=40, choices=ROLE_CHOICES, blank=True)
    ended_at = models.DateTimeField(null=True)  # confirmed, rejected or withdrawn
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-ordered_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(what__in=[What.ENFORCE, What.EXTEND]) | Q(document__isnull=False),
                name="zone_is_never_closed_without_a_document",
            ),
            models.CheckConstraint(
                condition=~Q(what=What.ENFORCE)
                | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
                name="zone_order_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None)
                | ~Q(confirmed_by=F("ordered_by"))
                | Q(needs_second=False),
                name="zone_order_takes_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state=OrderState.CONFIRMED)
                | Q(confirmed_by__isnull=False, ended_at__isnull=False, zone__isnull=False),
                name="zone_order_is_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(what__in=[What.ENFORCE, What.EXTEND]) | Q(needs_second=True),
                name="zone_order_that_restricts_needs_a_second",
            ),
            models.UniqueConstraint(
                fields=["zone"],
                condition=Q(state__in=[OrderState.DRAFT, OrderState.ORDERED]),
                name="zone_has_one_order_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["undoes"],
                condition=Q(state=OrderState.CONFIRMED),
                name="zone_order_is_taken_back_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.name}"
