"""The tree of groups, district to residents' group, and who represents a stairwell."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import Geography, Located
from kapok.access.roles import Permission
from kapok.codes import Level
from kapok.ids import uuid7
from kapok.places.models import Building

LEVELS = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.GRID)


class Group(models.Model):
    """A group of one of four levels; its name is that of its area. A residents' group is a grid."""

    scope = Geography((Permission.GROUP_MANAGE,))

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    level = models.CharField(max_length=10, choices=[(level, level.label) for level in LEVELS])
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # its area was retired

    class Meta:
        ordering = ["place", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "level"],
                condition=Q(ended_at=None),
                name="group_is_there_once_for_its_area",
            ),
            models.CheckConstraint(
                condition=Q(level__in=LEVELS), name="group_is_of_one_of_four_levels"
            ),
        ]

    def __str__(self) -> str:
        return str(self.place)


class Representative(models.Model):
    """Somebody who passes notices on in one stairwell, and agreed to do so."""

    class Kind(models.TextChoices):
        """As what."""

        BUILDING = "BUILDING", _("Head of the building")
        STAIRWELL = "STAIRWELL", _("Representative of the stairwell")

    scope = Located(
        view=(Permission.NOTICE_VIEW, Permission.GROUP_MANAGE),
        edit=Permission.GROUP_MANAGE,
        owner="account_id",
        personal=False,
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()  # that of the building
    building = models.ForeignKey(Building, models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.STAIRWELL)
    agreed_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["place", "agreed_at"]
        indexes = [
            models.Index(
                fields=["account"], condition=Q(ended_at=None), name="representative_by_account"
            ),
            models.Index(fields=["place"], name="representative_by_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["building", "account"],
                condition=Q(ended_at=None),
                name="representative_stands_once_for_a_building",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
