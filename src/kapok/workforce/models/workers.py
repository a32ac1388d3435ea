"""Who works here, in which teams, and what they were told of the risks."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import Geography, Located
from kapok.access.roles import Permission
from kapok.codes import Level
from kapok.ids import uuid7
from kapok.people.models import keep_history
from kapok.workforce.skills import SKILL_CHOICES, TEAM_KIND_CHOICES

VIEW, MANAGE = Permission.WORKER_VIEW, Permission.TEAM_MANAGE


@keep_history()
class Worker(models.Model):
    """What the service keeps of somebody who works in it. Membership in a party is not kept.

    ``place`` is the area that keeps the file; where somebody works is said by appointments.
    """

    class Kind(models.TextChoices):
        """How somebody works here."""

        FULL_TIME = "FULL_TIME", _("Full-time")
        PART_TIME = "PART_TIME", _("Part-time")
        VOLUNTEER = "VOLUNTEER", _("Volunteer")

    scope = Located(view=VIEW, edit=MANAGE, owner="account_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="worker")
    place = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    employer = models.CharField(max_length=100, blank=True)
    phone = models.BinaryField(null=True)  # encrypted, about "worker phone"
    skills = ArrayField(models.CharField(max_length=20, choices=SKILL_CHOICES), default=list)
    is_adult = models.BooleanField(default=False)  # papers were shown; no birth date is kept
    agreed_at = models.DateTimeField(null=True)  # a volunteer's own word, given by themselves
    insurance = models.CharField(max_length=100, blank=True)  # insurer and number of the policy
    insured_until = models.DateField(null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["place"], name="worker_by_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(insured_until=None) | ~Q(insurance=""),
                name="worker_insured_until_with_a_policy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Team(models.Model):
    """People who go out together. Its members are appointments whose unit it is."""

    scope = Located(view=VIEW, edit=MANAGE, personal=False)

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=TEAM_KIND_CHOICES)
    place = models.BigIntegerField()
    level = models.CharField(max_length=10, choices=Level.choices)
    mix = models.JSONField()  # role -> how many it is complete with
    quorum = models.JSONField()  # role -> how many a visit needs
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                condition=Q(ended_at=None),
                name="team_name_is_used_once_in_its_place",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="team_has_a_name"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("made_at")),
                name="team_ends_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Briefing(models.Model):
    """A text that tells the real risks of some work; a new version is a new row."""

    scope = Geography((MANAGE,))

    id = models.UUIDField(primary_key=True, default=uuid7)
    title = models.CharField(max_length=100)
    version = models.PositiveIntegerField(default=1)
    text = models.TextField(max_length=5000)
    place = models.BigIntegerField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "title", "version"], name="briefing_version_is_used_once"
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text=""), name="briefing_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class BriefingRead(models.Model):
    """Somebody said that they read and understood one version of a briefing."""

    scope = Located(view=VIEW, edit=MANAGE, owner="account_id", personal=False)

    id = models.UUIDField(primary_key=True, default=uuid7)
    briefing = models.ForeignKey(Briefing, models.PROTECT, related_name="readings")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    place = models.BigIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["briefing", "account"], name="briefing_is_read_once_by_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} read {self.briefing_id}"
