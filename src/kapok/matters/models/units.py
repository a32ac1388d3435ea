"""Who can be sent, where they answer for what, whether they are free; matters that are alike."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import Follows, Geography
from kapok.access.roles import Permission
from kapok.ids import uuid7
from kapok.matters.models.matter import CHECK, HANDLE, SEND, TABLE, Matter

MANAGE = (Permission.UNIT_MANAGE, Permission.TEAM_MANAGE)


class Unit(models.Model):
    """A station, patrol, team or desk that matters are given to.

    A team of the workforce has a unit of the same key; appointments name it as theirs.
    """

    scope = Geography(MANAGE)

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)  # as the packs name it: police_station, patrol, clinic
    place = models.BigIntegerField()
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    skills = models.JSONField(default=list)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="units")
    is_sent_alone = models.BooleanField(default=True)  # to one matter at a time
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"], condition=Q(ended_at=None), name="unit_name_is_used_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="unit_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceArea(models.Model):
    """Which unit answers for which kinds of matters where; areas need not nest."""

    scope = Geography(MANAGE, place="lo")

    id = models.UUIDField(primary_key=True, default=uuid7)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="areas")
    kind = models.CharField(
        max_length=60, blank=True
    )  # of matter; empty: all that its kind handles
    lo = models.BigIntegerField()
    hi = models.BigIntegerField()
    rank = models.PositiveSmallIntegerField(default=1)  # 1 first, 2 when that one cannot

    class Meta:
        indexes = [models.Index(fields=["lo", "hi"], name="service_area_by_range")]
        constraints = [
            models.CheckConstraint(condition=Q(hi__gt=F("lo")), name="service_area_is_a_range"),
            models.UniqueConstraint(
                fields=["unit", "kind", "lo", "hi"], name="service_area_is_said_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.lo}"


class UnitState(models.Model):
    """Whether a unit is free, and where it was last."""

    class Status(models.TextChoices):
        """What it can do now."""

        FREE = "FREE", _("Free")
        BUSY = "BUSY", _("Busy")
        OFF = "OFF", _("Off duty")

    scope = Geography((*MANAGE, HANDLE, SEND))

    unit = models.OneToOneField(Unit, models.CASCADE, primary_key=True, related_name="now")
    place = models.BigIntegerField()
    status = models.CharField(max_length=4, choices=Status.choices, default=Status.FREE)
    matter = models.UUIDField(null=True)
    since = models.DateTimeField()
    free_at = models.DateTimeField(null=True)  # when it is thought to be done
    off_at = models.DateTimeField(null=True)  # the end of its shift
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="BUSY", matter__isnull=False)
                | (~Q(status="BUSY") & Q(matter=None)),
                name="unit_is_busy_with_a_matter",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.status}"


class Tasking(models.Model):
    """A matter given to a unit or somebody, for as long as they have it.

    A unit that is sent to one matter at a time has one open tasking: the database sees to it.
    """

    scope = Follows(TABLE, "matter_id", add=(Permission.MATTER_REPORT, HANDLE, SEND, CHECK))

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="taskings")
    unit = models.UUIDField(null=True)
    account = models.UUIDField(null=True)
    alone = models.BooleanField(default=False)
    given_by = models.UUIDField(null=True)
    starts_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    eta = models.DateTimeField(null=True)
    distance_m = models.FloatField(null=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | Q(account__isnull=False),
                name="tasking_is_given_to_somebody",
            ),
            models.UniqueConstraint(
                fields=["matter"], condition=Q(ended_at=None), name="matter_is_with_one_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(ended_at=None, alone=True),
                name="unit_is_sent_to_one_matter_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} to {self.unit or self.account}"


class Likeness(models.Model):
    """Two open matters that may be the same; a person says whether they are."""

    class Verdict(models.TextChoices):
        """What was said of it."""

        OPEN = "OPEN", _("Not decided")
        SAME = "SAME", _("The same")
        OTHER = "OTHER", _("Not the same")

    scope = Follows(TABLE, "matter_id", add=(Permission.MATTER_REPORT, SEND))

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="alike")
    other = models.ForeignKey(Matter, models.CASCADE, related_name="+")
    likeness = models.FloatField()  # 0 to 1: place, time and words
    found_at = models.DateTimeField()
    verdict = models.CharField(max_length=5, choices=Verdict.choices, default=Verdict.OPEN)
    said_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "other"], name="likeness_is_found_once"),
            models.CheckConstraint(condition=~Q(matter=F("other")), name="likeness_is_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} ~ {self.other_id}"
