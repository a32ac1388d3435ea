"""People: who they are, where they live and lived, how to reach them, who answers for them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import Located
from kapok.access.roles import Permission, Realm
from kapok.ids import uuid7
from kapok.people.models.homes import ADD, VIEW, Dwelling, Household, keep_history


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
