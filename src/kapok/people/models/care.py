"""Registers of people in difficulty, and what people agreed to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import Located
from kapok.access.roles import Permission, Realm
from kapok.ids import uuid7
from kapok.people.models.homes import EDIT, VIEW, keep_history
from kapok.people.models.people import Person


@keep_history()
class RegisterEntry(models.Model):
    """Somebody is on a register of people who need care, in a tier, until a review."""

    class Kind(models.TextChoices):
        """Registers (docs/glossary.md)."""

        ELDER_ALONE = "ELDER_ALONE", _("Old person living alone")
        ELDER_NO_FAMILY = "ELDER_NO_FAMILY", _("Old person without family")
        ELDER_DISABLED = "ELDER_DISABLED", _("Old person who cannot care for themselves")
        CHILD_IN_DIFFICULTY = "CHILD_IN_DIFFICULTY", _("Child in difficulty")
        CHILD_LEFT_BEHIND = "CHILD_LEFT_BEHIND", _("Child whose parents work away")
        DISABLED = "DISABLED", _("Disabled")
        VERY_POOR_AT_HOME = "VERY_POOR_AT_HOME", _("Very poor, supported at home")
        MINIMUM_LIVING = "MINIMUM_LIVING", _("Minimum living allowance")
        LOW_INCOME = "LOW_INCOME", _("Low income")
        CHRONIC_ILLNESS = "CHRONIC_ILLNESS", _("Chronic illness")
        SERIOUS_ILLNESS = "SERIOUS_ILLNESS", _("Serious illness")
        PREGNANT = "PREGNANT", _("Pregnant")
        DIALYSIS = "DIALYSIS", _("Dialysis")
        CARER_ISOLATED = "CARER_ISOLATED", _("Carer is isolated or ill")

    class Tier(models.TextChoices):
        """How often somebody looks in (domain: A weekly, B monthly, C quarterly)."""

        A = "A", _("A: weekly")
        B = "B", _("B: monthly")
        C = "C", _("C: quarterly")

    scope = Located(
        view=Permission.REGISTER_VIEW,
        edit=Permission.REGISTER_EDIT,
        subject="person_id",
        realm="realm",
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    realm = models.CharField(max_length=8, choices=Realm.choices, default=Realm.CARE)
    person = models.ForeignKey(Person, models.CASCADE, related_name="registers")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    tier = models.CharField(max_length=1, choices=Tier.choices)
    note = models.CharField(max_length=300, blank=True)
    review_on = models.DateField()
    began_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["tier", "kind"]
        indexes = [models.Index(fields=["place", "kind"], name="register_by_place_and_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(ended_on=None),
                name="register_holds_somebody_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


@keep_history()
class Consent(models.Model):
    """Somebody agreed to one purpose; taking it back is as easy."""

    scope = Located(view=VIEW, edit=EDIT, subject="person_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=30)
    is_separate = models.BooleanField(default=False)  # PIPL 29: for sensitive data
    text_version = models.CharField(max_length=40)  # of the notice that was shown
    how = models.CharField(max_length=60)  # "signed on paper", "by phone code"
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at=None),
                name="consent_is_given_once",
            ),
        ]

    def __str__(self) -> str:
        return self.purpose
