"""Keys of programs that use a door, and addresses that are told of moves."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import Follows, Located
from kapok.access.roles import Permission
from kapok.ids import uuid7

MANAGE = Located(Permission.ACCOUNT_MANAGE, Permission.ACCOUNT_MANAGE, personal=False)


class ApiKey(models.Model):
    """A key of a program: what it may use, and for which area. The key itself is shown once.

    Only keys that sign what they send (``HOOK``) are kept, encrypted, to check the signature.
    """

    class Use(models.TextChoices):
        """What a key opens."""

        REPORT = "REPORT", _("Report through the interface")
        OPEN311 = "OPEN311", _("Report through Open311")
        FORM = "FORM", _("Forms of ODK Collect and Enketo")
        HOOK = "HOOK", _("Signed webhooks of another system")
        CALLS = "CALLS", _("Calls of a telephone system")

    scope = MANAGE

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=80)
    uses = ArrayField(models.CharField(max_length=8, choices=Use.choices))
    place = models.BigIntegerField()  # the area that it is good for
    hi = models.BigIntegerField()  # the end of that area's codes
    secret_index = models.BinaryField(unique=True)  # blind, of the key
    secret = models.BinaryField(null=True)  # encrypted, about "webhook key"
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(hi__gt=F("place")), name="api_key_is_for_an_area"),
            models.CheckConstraint(
                condition=~Q(uses__contains=["HOOK"]) | Q(secret__isnull=False),
                name="api_key_that_signs_is_kept",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Hook(models.Model):
    """An address that is told of moves of matters in an area, with keys and no personal data."""

    scope = MANAGE

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    secret = models.BinaryField()  # encrypted, about "webhook key"
    place = models.BigIntegerField()
    hi = models.BigIntegerField()
    moves = ArrayField(models.CharField(max_length=20))  # empty: all
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    n_failed = models.PositiveIntegerField(default=0)  # one after another
    stopped_at = models.DateTimeField(null=True)  # by somebody, or after too many failures
    stopped_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(hi__gt=F("place")), name="hook_is_for_an_area")
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message to one address: kept until it was taken, or given up."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "WAITING", _("Waiting")
        TAKEN = "TAKEN", _("Taken")
        GIVEN_UP = "GIVEN_UP", _("Given up")

    scope = Follows("doors_hook", "hook_id")  # no personal data is in it

    id = models.UUIDField(primary_key=True, default=uuid7)
    hook = models.ForeignKey(Hook, models.CASCADE, related_name="deliveries")
    body = models.JSONField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    n_tries = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    last_answer = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["made_at"], name="delivery_by_time")]

    def __str__(self) -> str:
        return str(self.id)
