"""Short addresses, public telephones, self-reports, bookings, and helpers with consent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kapok.access.policies import Geography, Located
from kapok.access.roles import Permission, Realm
from kapok.ids import uuid7
from kapok.places.models import Building

KEEP = Permission.PORTAL_KEEP  # also of the box, as what it takes in what residents send
ADD_AND_DELETE = "SELECT, INSERT, DELETE"


class Doorway(models.Model):
    """A short address, printed on a poster: of a community, or of one stairwell of a building.

    A code is never given out again: a poster that was taken down leads nowhere, or on to the
    community's page.
    """

    scope = Geography((KEEP,))

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=8, unique=True)
    place = models.BigIntegerField()  # the community, or the grid of the building
    building = models.ForeignKey(Building, models.PROTECT, null=True, related_name="+")
    stairwell = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "stairwell", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["place"],
                condition=Q(building=None, retired_at=None),
                name="community_has_one_short_address",
            ),
            models.UniqueConstraint(
                fields=["building", "stairwell"],
                condition=Q(building__isnull=False, retired_at=None),
                name="stairwell_has_one_short_address",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PublicPhone(models.Model):
    """A telephone that is announced to everybody of an area, with its hours."""

    scope = Geography((KEEP,))

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    label_zh = models.CharField(max_length=60)
    label_en = models.CharField(max_length=60, blank=True)
    number = models.CharField(max_length=20)
    hours = models.CharField(max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["order", "made_at", "id"]
        indexes = [models.Index(fields=["place"], name="public_phone_by_place")]

    def __str__(self) -> str:
        return self.number


class Mandate(models.Model):
    """Somebody without a telephone let a helper act for their household: for what, until when.

    The household is known by its address in words alone; the helper learns nothing of it here.
    """

    class How(models.TextChoices):
        """How consent was given."""

        IN_PERSON = "IN_PERSON", _("In person")
        BY_CALL = "BY_CALL", _("By telephone")
        IN_WRITING = "IN_WRITING", _("In writing")

    class Use(models.TextChoices):
        """What may be done."""

        HELP = "HELP", _("Requests for help")
        SCREENING = "SCREENING", _("Report how the household is")
        BOOKING = "BOOKING", _("Book an appointment")

    class End(models.TextChoices):
        """Who ended it before its time."""

        HELPER = "HELPER", _("The helper")
        COMMUNITY = "COMMUNITY", _("The community")

    scope = Located(
        view=(Permission.PERSON_VIEW, KEEP),
        edit=(Permission.PERSON_EDIT, KEEP),
        realm="realm",
        privileges="SELECT, INSERT, UPDATE, DELETE",
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.BigIntegerField()
    realm = models.CharField(max_length=8, choices=Realm.choices, default=Realm.CARE)
    phone = models.BinaryField()  # the helper's, encrypted, about "phone"
    phone_index = models.BinaryField()
    helper = models.BinaryField()  # encrypted, about "name"
    home = models.BinaryField()  # encrypted, about "home"
    home_index = models.BinaryField()
    given_by = models.BinaryField()  # who of the household agreed; encrypted, about "name"
    how = models.CharField(max_length=10, choices=How.choices)
    uses = ArrayField(models.CharField(max_length=10, choices=Use.choices))
    given_at = models.DateTimeField()  # when they agreed
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=10, choices=End.choices, blank=True)

    class Meta:
        ordering = ["-made_at"]
        indexes = [
            models.Index(fields=["phone_index", "ends_at"], name="mandate_by_phone"),
            models.Index(fields=["place", "made_at"], name="mandate_by_place"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(given_at__lte=F("made_at"), ends_at__gt=F("made_at")),
                name="mandate_was_given_before_and_ends_after",
            ),
            models.CheckConstraint(condition=~Q(uses=[]), name="mandate_is_for_something"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Deed(models.Model):
    """What a helper did for a household: the trace of a mandate, never changed."""

    scope = Located(
        view=(Permission.PERSON_VIEW, KEEP), edit=KEEP, realm="realm", privileges=ADD_AND_DELETE
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    mandate = models.ForeignKey(Mandate, models.CASCADE, related_name="deeds")
    place = models.BigIntegerField()
    realm = models.CharField(max_length=8, choices=Realm.choices, default=Realm.CARE)
    what = models.CharField(max_length=10, choices=Mandate.Use.choices)
    subject = models.UUIDField()  # the matter, self-report or booking that came of it
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.what} {self.subject}"


class SelfReport(models.Model):
    """What a household said of its health, once. It restricts nobody.

    ``key`` is the sender's form, so that what is sent twice is stored once; ``matter`` is the one
    by which somebody calls back.
    """

    scope = Located(
        view=Permission.MATTER_VIEW,
        edit=KEEP,
        realm="realm",
        privileges=ADD_AND_DELETE,
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.UUIDField(unique=True)
    place = models.BigIntegerField()
    realm = models.CharField(max_length=8, choices=Realm.choices, default=Realm.HEALTH)
    building = models.UUIDField(null=True)
    phone = models.BinaryField()  # encrypted, about "phone"
    phone_index = models.BinaryField()
    home = models.BinaryField()  # the address in words; encrypted, about "home"
    home_index = models.BinaryField()
    answers = models.BinaryField()  # encrypted, about "self-report"
    has_symptoms = models.BooleanField()
    matter = models.UUIDField(null=True)
    mandate = models.UUIDField(null=True)
    pack = models.UUIDField()  # the version of the rules that asked
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at"]
        indexes = [
            models.Index(fields=["place", "made_at"], name="self_report_by_place"),
            models.Index(fields=["phone_index", "made_at"], name="self_report_by_phone"),
            models.Index(fields=["home_index", "made_at"], name="self_report_by_home"),
            models.Index(fields=["made_at"], name="self_report_by_time"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Booking(models.Model):
    """A place in a span of a site. It outlives the span, so that who booked hears of its end.

    ``seat`` is a number up to the capacity of the span, and each is given once: the database itself
    lets no span be overbooked.
    """

    scope = Located(
        view=(Permission.PLAN_VIEW, KEEP),
        edit=KEEP,
        realm="realm",
        privileges="SELECT, INSERT, UPDATE, DELETE",
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    slot = models.UUIDField()
    seat = models.PositiveIntegerField()
    capacity = models.PositiveIntegerField()  # of the span, when it was booked
    place = models.BigIntegerField()
    realm = models.CharField(max_length=8, choices=Realm.choices, default=Realm.SERVICE)
    post = models.CharField(max_length=100)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    phone = models.BinaryField()  # encrypted, about "phone"
    phone_index = models.BinaryField()
    code_index = models.BinaryField(unique=True)  # blind, of the code that cancels it
    mandate = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    is_called_off = models.BooleanField(default=False)  # it was cancelled by a change of its site

    class Meta:
        ordering = ["starts_at", "seat"]
        indexes = [
            models.Index(fields=["phone_index", "starts_at"], name="booking_by_phone"),
            models.Index(fields=["place", "starts_at"], name="booking_by_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "seat"],
                condition=Q(cancelled_at=None),
                name="booking_seat_is_given_once",
            ),
            models.CheckConstraint(
                condition=Q(seat__gte=1, seat__lte=F("capacity")),
                name="booking_never_goes_beyond_the_capacity",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="booking_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(is_called_off=False) | Q(cancelled_at__isnull=False),
                name="booking_that_is_called_off_is_cancelled",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
