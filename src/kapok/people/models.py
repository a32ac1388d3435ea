"""Who lives where: dwellings, households, people, how to reach them, and what they need.

Every row about somebody carries ``place``, the grid (or community) of its dwelling, and a rule of
who sees it (``scope``). Changes and deletions keep the former row in a history with the same rule.
"""

from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kapok.access.models import Emergency
from kapok.access.policies import Located
from kapok.access.roles import Permission, Realm
from kapok.ids import uuid7
from kapok.places.models import Building

VIEW, EDIT = Permission.PERSON_VIEW, Permission.PERSON_EDIT
ADD = (EDIT, Permission.LIST_TAKE)  # a list that is taken over brings people and their homes


def keep_history(*, exclude: tuple[str, ...] = ()) -> Any:
    """Keep the former row whenever one of the model changes or goes."""
    return pghistory.track(
        pghistory.UpdateEvent("changed", row=pghistory.Old),
        pghistory.DeleteEvent("removed", row=pghistory.Old),
        exclude=list(exclude),
    )


class Dwelling(models.Model):
    """A home in a building. It says nothing about who lives in it."""

    scope = Located(view=VIEW, edit=ADD, subject="id", personal=False)

    id = models.UUIDField(primary_key=True, default=uuid7)
    building = models.ForeignKey(Building, models.PROTECT, related_name="homes")
    place = models.BigIntegerField()
    room = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["place"], name="dwelling_by_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["building", "room"], name="dwelling_is_known_once_in_its_building"
            ),
        ]

    def __str__(self) -> str:
        return self.room


@keep_history()
class Household(models.Model):
    """People who live together in one dwelling."""

    scope = Located(view=VIEW, edit=ADD, subject="id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="households")
    place = models.BigIntegerField()
    note = models.CharField(max_length=200, blank=True)  # of the household for its worker: a dog
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["place"], name="household_by_place")]

    def __str__(self) -> str:
        return str(self.id)


class Presence(models.TextChoices):
    """How somebody belongs to a dwelling."""

    LIVING = "LIVING", _("Lives here")
    REGISTERED = "REGISTERED", _("Registered here, lives elsewhere")
    AWAY = "AWAY", _("Away for a time")
    STAYING = "STAYING", _("Staying for a time")


class Sex(models.TextChoices):
    """As in the papers."""

    FEMALE = "F", _("Female")
    MALE = "M", _("Male")
    UNKNOWN = "U", _("Unknown")


class IdentityKind(models.TextChoices):
    """Kinds of papers."""

    MAINLAND = "MAINLAND", _("Resident identity card")
    HK_MACAO = "HK_MACAO", _("Hong Kong or Macao permit")
    TAIWAN = "TAIWAN", _("Taiwan permit")
    PASSPORT = "PASSPORT", _("Passport")
    SINGAPORE = "SINGAPORE", _("Singapore NRIC or FIN")
    OTHER = "OTHER", _("Other papers")


class Relation(models.TextChoices):
    """To the person who answers for the household."""

    HEAD = "HEAD", _("Head of the household")
    PARTNER = "PARTNER", _("Partner")
    CHILD = "CHILD", _("Child")
    PARENT = "PARENT", _("Parent")
    GRANDCHILD = "GRANDCHILD", _("Grandchild")
    SIBLING = "SIBLING", _("Brother or sister")
    LODGER = "LODGER", _("Lodger")
    OTHER = "OTHER", _("Other")


class Need(models.TextChoices):
    """What whoever visits or calls must know at once; no diagnosis."""

    HARD_OF_HEARING = "HARD_OF_HEARING", _("Hard of hearing")
    LOW_VISION = "LOW_VISION", _("Sees badly")
    NO_SMARTPHONE = "NO_SMARTPHONE", _("No smartphone")
    WHEELCHAIR = "WHEELCHAIR", _("Uses a wheelchair")
    INTERPRETER = "INTERPRETER", _("Needs an interpreter")
    HELPER = "HELPER", _("Wants a helper to be called too")


@keep_history(exclude=("name_tokens",))
class Person(models.Model):
    """Somebody who lives, is registered or stays in a dwelling."""

    scope = Located(view=VIEW, edit=ADD, subject="id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="people")
    name = models.CharField(max_length=100)
    name_pinyin = models.CharField(max_length=200, blank=True)
    name_tokens = ArrayField(models.IntegerField(), default=list)  # kapok.people.names.tokens
    sex = models.CharField(max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_date = models.DateField(null=True, blank=True)
    identity_kind = models.CharField(max_length=10, choices=IdentityKind.choices, blank=True)
    identity = models.BinaryField(null=True)  # encrypted, about "identity"
    identity_index = models.BinaryField(null=True)  # blind, about "identity"
    nationality = models.CharField(max_length=2, blank=True)  # ISO 3166-1 alpha-2
    relation = models.CharField(max_length=10, choices=Relation.choices, default=Relation.OTHER)
    presence = models.CharField(max_length=10, choices=Presence.choices, default=Presence.LIVING)
    languages = ArrayField(models.CharField(max_length=8), default=list)  # BCP 47: yue, cmn, ms
    needs = ArrayField(models.CharField(max_length=16, choices=Need.choices), default=list)
    source = models.CharField(max_length=60, blank=True)  # Source.key, or "list:<key>"
    is_made_up = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    left_at = models.DateTimeField(null=True, blank=True)  # moved away, died, or merged

    class Meta:
        indexes = [
            models.Index(fields=["place"], name="person_by_place"),
            GinIndex(fields=["name_tokens"], fastupdate=False, name="person_by_name_tokens"),
            models.Index(
                fields=["identity_index"],
                condition=Q(identity_index__isnull=False),
                name="person_by_identity",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="person_has_a_name"),
            models.UniqueConstraint(
                fields=["identity_index"],
                condition=Q(identity_index__isnull=False, left_at=None),
                name="person_is_known_once_by_their_papers",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(left_at__isnull=False),
                name="person_merged_is_no_longer_living",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


@keep_history()
class Residence(models.Model):
    """Where somebody belonged from when to when: moves in and out. ``ended_on`` is excluded."""

    scope = Located(view=VIEW, edit=ADD, subject="person_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="residences")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+")
    presence = models.CharField(max_length=10, choices=Presence.choices)
    began_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-began_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")),
                name="residence_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.began_on}"


@keep_history()
class Contact(models.Model):
    """A way to reach somebody."""

    class Kind(models.TextChoices):
        """What it is."""

        MOBILE = "MOBILE", _("Mobile")
        LANDLINE = "LANDLINE", _("Landline")
        RELATIVE = "RELATIVE", _("A relative's or friend's telephone")

    scope = Located(view=VIEW, edit=ADD, subject="person_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.MOBILE)
    value = models.BinaryField()  # E.164, encrypted, about "phone"
    value_index = models.BinaryField()  # blind, about "phone"
    tail_index = models.BinaryField()  # of the last four digits, blind, about "phone-tail"
    whose = models.CharField(max_length=60, blank=True)  # "daughter, Ms Li"

    class Meta:
        indexes = [
            models.Index(fields=["value_index"], name="contact_by_value"),
            models.Index(fields=["tail_index", "place"], name="contact_by_tail"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "value_index"], name="contact_is_known_once_for_a_person"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


@keep_history()
class Guardian(models.Model):
    """Who answers for a child or for somebody who cannot; kept under the care policy."""

    scope = Located(
        view=Permission.REGISTER_VIEW,
        edit=Permission.REGISTER_EDIT,
        subject="person_id",
        realm="realm",
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    realm = models.CharField(max_length=8, choices=Realm.choices, default=Realm.CARE)
    person = models.ForeignKey(Person, models.CASCADE, related_name="guardians")
    guardian = models.ForeignKey(Person, models.CASCADE, null=True, related_name="wards")
    name = models.CharField(max_length=100, blank=True)  # where the guardian is no resident
    relation = models.CharField(max_length=60)
    began_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(guardian__isnull=False) | ~Q(name=""), name="guardian_is_named"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


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
