"""A spreadsheet of workers that was read and waits for somebody to put it in force."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import Located
from kapok.access.roles import Permission
from kapok.codes import Level
from kapok.ids import uuid7


class WorkerList(models.Model):
    """The rows of a file, encrypted; they go once the list is in force or given up."""

    class Status(models.TextChoices):
        """Where it stands."""

        READ = "READ", _("Read, not in force")
        IN_FORCE = "IN_FORCE", _("In force")
        GIVEN_UP = "GIVEN_UP", _("Given up")

    scope = Located(view=Permission.TEAM_MANAGE, edit=Permission.TEAM_MANAGE)

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    level = models.CharField(max_length=10, choices=Level.choices)
    file_name = models.CharField(max_length=200)
    rows = models.BinaryField(null=True)  # encrypted, about "worker list"
    n_rows = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READ)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="READ", rows__isnull=False, closed_at=None)
                | (~Q(status="READ") & Q(rows=None, closed_at__isnull=False)),
                name="worker_list_keeps_rows_only_while_it_waits",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
