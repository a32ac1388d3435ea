"""What residents ask of the officer, and people who were merged."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import Located
from kapok.access.roles import Permission
from kapok.ids import uuid7
from kapok.people.models.homes import EDIT, VIEW
from kapok.people.models.people import Person


class RightsRequest(models.Model):
    """A resident asks for a correction, a copy, an explanation or a deletion; answered by a day."""

    class Kind(models.TextChoices):
        """What is asked."""

        CORRECT = "CORRECT", _("Correct something")
        DELETE = "DELETE", _("Delete my data")
        COPY = "COPY", _("A copy of my data")
        EXPLAIN = "EXPLAIN", _("Explain a use of my data")

    class Status(models.TextChoices):
        """Where it stands."""

        ASKED = "ASKED", _("Asked")
        GRANTED = "GRANTED", _("Granted")
        REFUSED = "REFUSED", _("Refused, with reasons")

    scope = Located(
        view=(Permission.REQUEST_ANSWER, Permission.REQUEST_ASK),
        edit=(Permission.REQUEST_ANSWER, Permission.REQUEST_ASK),
        subject="person_id",
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField(max_length=1000, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    asked_at = models.DateTimeField()
    answer_by = models.DateField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answer = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["answer_by"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="REFUSED") | ~Q(answer=""), name="request_refused_has_reasons"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.answer_by}"


class Merge(models.Model):
    """Two rows were one person. ``before`` holds what undoing needs, encrypted, for thirty days."""

    scope = Located(view=VIEW, edit=EDIT)

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    kept = models.ForeignKey(Person, models.CASCADE, related_name="+")
    lost = models.ForeignKey(Person, models.CASCADE, related_name="+")
    before = models.BinaryField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return str(self.id)
