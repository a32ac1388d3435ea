"""Lists of people that somebody brought, row by row."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kapok.access.models import Emergency
from kapok.access.policies import Located
from kapok.access.roles import Permission
from kapok.ids import uuid7
from kapok.people.models.people import Person


class PersonList(models.Model):
    """A list of people that an officer brought; it has an owner, a basis, a reason and an end."""

    class Status(models.TextChoices):
        """Where it stands."""

        BROUGHT = "BROUGHT", _("Brought")  # the columns are to be confirmed
        CHECKING = "CHECKING", _("Being checked")
        CHECKED = "CHECKED", _("Checked")
        TAKEN = "TAKEN", _("Taken over")
        DROPPED = "DROPPED", _("Dropped")

    scope = Located(view=Permission.LIST_BRING, edit=Permission.LIST_BRING, personal=False)

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    title = models.CharField(max_length=200)
    owner = models.CharField(max_length=200)  # the body that answers for the list
    purpose = models.CharField(max_length=30)
    legal_basis = models.CharField(max_length=200)
    reason = models.CharField(max_length=300)
    emergency = models.ForeignKey(Emergency, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    register = models.CharField(max_length=20, blank=True)  # RegisterEntry.Kind, where it is one
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    file = models.BinaryField(null=True)  # encrypted, until it is taken or dropped
    columns = models.JSONField(default=dict)  # field -> column, as recognised and corrected
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.BROUGHT)
    n_rows = models.PositiveIntegerField(default=0)
    n_done = models.PositiveIntegerField(default=0)  # progress of the check
    failure = models.CharField(max_length=500, blank=True)
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    brought_as = models.UUIDField()
    brought_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-brought_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(owner="") & ~Q(legal_basis="") & ~Q(reason=""),
                name="list_has_owner_basis_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("brought_at")), name="list_expires_after_it_came"
            ),
            models.UniqueConstraint(
                fields=["file_sha256", "place"],
                condition=~Q(status="DROPPED"),
                name="list_is_brought_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ListRow(models.Model):
    """One row of a list: what it says (encrypted), what is wrong with it, and who it is."""

    class Status(models.TextChoices):
        """What becomes of it."""

        NEW = "NEW", _("New person")
        KNOWN = "KNOWN", _("Known person")
        UNCLEAR = "UNCLEAR", _("To be settled")
        ELSEWHERE = "ELSEWHERE", _("Known elsewhere")
        REPEATED = "REPEATED", _("Repeated in the list")
        REFUSED = "REFUSED", _("Refused")
        LEFT_OUT = "LEFT_OUT", _("Left out")

    scope = Located(view=Permission.LIST_BRING, edit=Permission.LIST_BRING)

    id = models.UUIDField(primary_key=True, default=uuid7)
    person_list = models.ForeignKey(PersonList, models.CASCADE, related_name="rows")
    place = models.BigIntegerField()
    number = models.PositiveIntegerField()  # of the row in the file
    values = models.BinaryField()  # JSON, encrypted, about "listrow"
    problems = models.JSONField(default=list)  # [[field, sentence], ...]; no values
    status = models.CharField(max_length=10, choices=Status.choices)
    likeness = models.FloatField(null=True)
    candidate = models.UUIDField(null=True)  # the person it may be
    same_as = models.UUIDField(null=True)  # the row that it repeats
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["person_list", "status", "number"], name="list_row_by_status")
        ]
        constraints = [
            models.UniqueConstraint(fields=["person_list", "number"], name="list_row_is_kept_once"),
            models.CheckConstraint(
                condition=Q(likeness=None) | Q(likeness__gte=0, likeness__lte=1),
                name="list_row_likeness_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
