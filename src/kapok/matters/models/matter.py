"""A matter, its clocks, and what was said in the reports of it."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q

from kapok.access.policies import APPEND, Follows, Tasked
from kapok.access.roles import Permission, Realm
from kapok.codes import Level
from kapok.ids import uuid7
from kapok.matters.workflow import ENDED, Door, State, Urgency
from kapok.packs.models import Pack
from kapok.places.models import Building

VIEW, HANDLE, SEND, CHECK = (
    Permission.MATTER_VIEW,
    Permission.MATTER_HANDLE,
    Permission.MATTER_SEND,
    Permission.MATTER_CHECK,
)
TABLE = "matters_matter"
IS_OPEN = ~Q(state__in=sorted(ENDED))
# What was opened again after it was made nameless, and ended again, has new words.
TELLS_OF_PEOPLE = Q(nameless_at=None) | Q(nameless_at__lt=F("closed_at"))


class Matter(models.Model):
    """One matter 事项. It says what, where and how far, never about whom: that is in its reports.

    When its time is over (``operations.retention``) what was said is deleted and the row stays,
    nameless, so that numbers of former years stay right.

    ``place`` follows from the building while the matter is open. ``changed_in`` is the transaction
    that changed it last (a trigger writes it): phones pull what changed since a snapshot.
    """

    scope = Tasked(view=VIEW, work=HANDLE, add=Permission.MATTER_REPORT, edit=(HANDLE, SEND, CHECK))

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.BigIntegerField(unique=True)  # for people to say on the telephone
    kind = models.CharField(max_length=60)  # of the pack
    pack = models.ForeignKey(Pack, models.PROTECT, related_name="+")
    realm = models.CharField(max_length=10, choices=Realm.choices)
    place = models.BigIntegerField()
    building = models.ForeignKey(Building, models.PROTECT, null=True, related_name="+")
    lon = models.FloatField(null=True)  # WGS84
    lat = models.FloatField(null=True)
    desk = models.CharField(max_length=10, choices=Level.choices)  # whose queue it is in
    door = models.CharField(max_length=10, choices=Door.choices)
    state = models.CharField(max_length=12, choices=State.choices)
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    unit = models.UUIDField(null=True)  # that handles it
    assignee = models.UUIDField(null=True)  # the account that it was given to
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="joined")
    subject = models.UUIDField(null=True)  # opaque: a person or household that it is about
    zone = models.UUIDField(null=True)  # whose rules it hangs on
    received_at = models.DateTimeField()
    state_since = models.DateTimeField()
    state_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=60, blank=True)
    reported_by = models.UUIDField(null=True)
    finished_by = models.UUIDField(null=True)
    hold_until = models.DateTimeField(null=True)
    held_from = models.CharField(max_length=12, blank=True)
    n_returned = models.PositiveSmallIntegerField(default=0)
    n_reopened = models.PositiveSmallIntegerField(default=0)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    due_at = models.DateTimeField(null=True)  # of its soonest running clock
    late_at = models.DateTimeField(null=True)  # when a clock first found it late
    nameless_at = models.DateTimeField(null=True)  # when what was said about people was deleted
    accepted_at = models.DateTimeField(null=True)  # first accepted or sent; see sql/matters.sql
    steps = models.JSONField(default=list)  # codes of the steps that are done
    version = models.PositiveIntegerField(default=1)
    state_version = models.PositiveIntegerField(default=1)
    changed_in = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-received_at"]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=IS_OPEN, name="matter_open_by_due"),
            models.Index(  # with all that boards count, so that they need not read the rows
                fields=["place", "due_at"],
                include=["realm", "kind", "pack", "unit", "n_returned", "n_reopened"],
                condition=IS_OPEN,
                name="matter_open_by_place",
            ),
            models.Index(fields=["place", "received_at"], name="matter_by_place"),
            models.Index(fields=["received_at", "id"], name="matter_by_receipt"),
            models.Index(
                fields=["closed_at", "id"],
                condition=Q(closed_at__isnull=False),
                name="matter_by_end",
            ),
            models.Index(
                fields=["closed_at"],
                condition=Q(closed_at__isnull=False) & TELLS_OF_PEOPLE,
                name="matter_to_be_nameless",
            ),
            models.Index(
                fields=["unit"],
                condition=IS_OPEN & Q(unit__isnull=False),
                name="matter_open_by_unit",
            ),
            models.Index(
                fields=["assignee"],
                condition=IS_OPEN & Q(assignee__isnull=False),
                name="matter_open_by_assignee",
            ),
            models.Index(fields=["building"], condition=IS_OPEN, name="matter_open_by_building"),
            models.Index(
                fields=["hold_until"],
                condition=Q(hold_until__isnull=False),
                name="matter_held_by_end",
            ),
            models.Index(fields=["changed_in"], name="matter_by_change"),
            models.Index(
                fields=["parent"], condition=Q(parent__isnull=False), name="matter_by_parent"
            ),
            models.Index(
                fields=["duplicate_of"],
                condition=Q(duplicate_of__isnull=False),
                name="matter_by_original",
            ),
            models.Index(
                fields=["subject"], condition=Q(subject__isnull=False), name="matter_by_subject"
            ),
            models.Index(
                fields=["reported_by"],
                condition=Q(reported_by__isnull=False),
                name="matter_by_reporter",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(ENDED), closed_at__isnull=False)
                | (IS_OPEN & Q(closed_at=None)),
                name="matter_is_closed_when_it_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CLOSED) | ~Q(outcome=""), name="matter_closes_with_outcome"
            ),
            models.CheckConstraint(
                condition=Q(state=State.DUPLICATE, duplicate_of__isnull=False)
                | (~Q(state=State.DUPLICATE) & Q(duplicate_of=None)),
                name="matter_is_joined_to_another",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=F("id")),
                name="matter_is_not_joined_to_itself",
            ),
            models.CheckConstraint(
                condition=Q(state=State.ON_HOLD, hold_until__isnull=False)
                | (~Q(state=State.ON_HOLD) & Q(hold_until=None)),
                name="matter_is_held_until_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)),
                name="matter_satisfaction_is_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
                name="matter_lies_on_earth",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number}"


class Report(models.Model):
    """What somebody reported of a matter: their words, and who they are as far as they said so.

    A matter that was joined keeps its own reports. ``contact`` is encrypted as a whole; where the
    reporter is ``hidden`` it is opened only by an emergency look with its reason. ``notes`` are by
    code what Kapok adds to their words, so that everybody reads it in their own language.
    """

    scope = Follows(
        TABLE, "matter_id", personal=True, add=(Permission.MATTER_REPORT, Permission.MATTER_SEND)
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="reports")
    received_at = models.DateTimeField()
    door = models.CharField(max_length=10, choices=Door.choices)
    text = models.TextField(max_length=5000, blank=True)
    address = models.CharField(max_length=200, blank=True)
    answers = models.JSONField(default=dict)
    notes = models.JSONField(default=list)  # see kapok.matters.notes
    contact = models.BinaryField(null=True)  # encrypted, about "matter contact"
    phone_index = models.BinaryField(null=True)  # blind, to find a caller's matters again
    is_hidden = models.BooleanField(default=False)
    tracking_index = models.BinaryField(null=True, unique=True)  # blind, of the tracking code
    reported_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["received_at"]
        indexes = [
            models.Index(
                fields=["phone_index"],
                condition=Q(phone_index__isnull=False),
                name="report_by_phone",
            ),
            GinIndex(  # pairs of letters, so that words of two letters are found
                Func(F("text"), F("address"), function="matters_pairs"), name="report_by_words"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class MatterClock(models.Model):
    """One clock of a matter; see :mod:`kapok.matters.engine.clocks` for its arithmetic."""

    class State(models.TextChoices):
        """Whether its time runs."""

        RUNNING = "RUNNING"
        PAUSED = "PAUSED"
        STOPPED = "STOPPED"

    scope = Follows(TABLE, "matter_id", add=(Permission.MATTER_REPORT, HANDLE, SEND, CHECK))

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="clocks", db_index=False)
    code = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State.choices)
    started_at = models.DateTimeField()
    base_at = models.DateTimeField()
    base_percent = models.FloatField(default=0)
    allowance = models.PositiveSmallIntegerField(default=100)
    fired = models.PositiveSmallIntegerField(default=0)
    n_extensions = models.PositiveSmallIntegerField(default=0)
    run = models.PositiveSmallIntegerField(default=0)  # how often it was started anew or extended
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="matter_clock_by_next"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["matter", "code"], name="matter_has_each_clock_once"),
            models.CheckConstraint(
                condition=Q(state="RUNNING") | Q(next_at=None), name="matter_clock_runs_or_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.matter_id}"


class Firing(models.Model):
    """One level of a clock that was answered for: the database sees to it that it is once."""

    scope = Follows(TABLE, "matter_id", add=(SEND,), privileges=APPEND)

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="firings")
    clock = models.ForeignKey(MatterClock, models.CASCADE, related_name="firings")
    run = models.PositiveSmallIntegerField(default=0)  # of the clock: its levels come again
    level = models.PositiveSmallIntegerField()  # percent
    does = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "run", "level"], name="matter_clock_fires_each_level_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.level} % of {self.clock_id}"
