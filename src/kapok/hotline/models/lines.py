"""Lines with their hours, and who sits at them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kapok.access.policies import Geography, Located
from kapok.access.roles import Permission
from kapok.codes import Level
from kapok.hotline.workflow import LineKind, Sitting
from kapok.ids import uuid7

TAKE, LEAD, COUNT, KEEP = (
    Permission.CALL_TAKE,
    Permission.CALL_LEAD,
    Permission.CALL_COUNT,
    Permission.LINE_KEEP,
)
LEVELS = (Level.CITY, Level.DISTRICT, Level.STREET)


class Line(models.Model):
    """A telephone line of a street, a district or a city; its number hangs on the walls.

    ``hours`` maps days of the week ("1" is Monday) to spans of local time, such as
    ``{"1": [["08:00", "20:00"]]}``; empty is day and night. What nobody answers within
    ``overflow_s`` seconds also rings at the lines of the area around, and then of the next.
    """

    scope = Geography((KEEP,))

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    level = models.CharField(max_length=10, choices=Level.choices)
    kind = models.CharField(max_length=15, choices=LineKind.choices, default=LineKind.GENERAL)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    number = models.CharField(max_length=20)  # as it is announced
    dialled = models.CharField(max_length=20)  # its digits alone, with the country's
    hours = models.JSONField(default=dict, blank=True)
    least_seats = models.PositiveSmallIntegerField(default=1)
    overflow_s = models.PositiveSmallIntegerField(default=20)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "made_at"]
        indexes = [
            models.Index(fields=["place"], condition=Q(retired_at=None), name="line_by_place")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dialled"], condition=Q(retired_at=None), name="line_has_its_number_alone"
            ),
            models.CheckConstraint(
                condition=Q(level__in=LEVELS), name="line_is_of_a_street_a_district_or_a_city"
            ),
            models.CheckConstraint(
                condition=Q(least_seats__gte=1), name="line_needs_somebody_to_answer"
            ),
            models.CheckConstraint(
                condition=Q(overflow_s__lte=300), name="line_overflows_within_five_minutes"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Seat(models.Model):
    """Somebody who sits at a line, from when they sat down until they got up.

    ``extension`` is how the telephone system of their place calls them: those of other streets have
    the same ones. ``phones_since`` is when they began to be on the telephone without a break of
    half an hour.
    """

    scope = Located(view=(TAKE, LEAD, COUNT), edit=(LEAD,), owner="account_id", personal=False)

    id = models.UUIDField(primary_key=True, default=uuid7)
    line = models.ForeignKey(Line, models.PROTECT, related_name="seats")
    place = models.BigIntegerField()  # of the line
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    extension = models.CharField(max_length=20, blank=True)
    languages = models.CharField(max_length=60, blank=True)  # what they speak, as they say it
    state = models.CharField(max_length=8, choices=Sitting.choices, default=Sitting.FREE)
    state_since = models.DateTimeField()
    phones_since = models.DateTimeField()
    sat_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "sat_at"]
        indexes = [
            models.Index(fields=["place"], condition=Q(left_at=None), name="seat_taken_by_place"),
            models.Index(fields=["sat_at"], name="seat_by_time"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(left_at=None), name="seat_is_one_for_somebody"
            ),
            models.UniqueConstraint(
                fields=["extension", "place"],
                condition=Q(left_at=None) & ~Q(extension=""),
                name="seat_has_its_extension_alone_there",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
