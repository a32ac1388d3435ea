"""Shifts: who is where from when to when; shifts that are offered; keys of calendars."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Q
from django.utils.translation import gettext_lazy as _

from kapok.access.models import Period
from kapok.access.policies import Located, Own
from kapok.access.roles import Permission
from kapok.ids import uuid7
from kapok.people.models import keep_history
from kapok.workforce.parties import SERVE
from kapok.workforce.workflow import OPEN_SWAPS, ShiftState, SwapState

VIEW, MANAGE = Permission.WORKER_VIEW, Permission.TEAM_MANAGE
LONGEST_DUTY = timedelta(hours=16)
# Overseers and command see no open seats and no offers: nothing there is theirs to take.
SERVES = "(SELECT scope_setting('role')) IN ({})".format(
    ", ".join(f"'{role}'" for role in sorted(SERVE))
)
OF_OFFERS = "id IN (SELECT unnest(ARRAY[shift_id, in_return_id]) FROM workforce_swapoffer)"


@keep_history()
class Shift(models.Model):
    """A time at a post: of somebody, or an open seat while ``account`` is null.

    ``place`` is the area of the post. A shift has no building, so that new grids do not move it: a
    code that is retired stays inside its community, whose leads and workers go on seeing it.
    ``plan`` is the plan that made it, which lies above this app.
    """

    class Kind(models.TextChoices):
        """A duty at a post, or a phase of days: of closed duty, or away from duty."""

        DUTY = "DUTY", _("Duty")
        CLOSED_DUTY = "CLOSED_DUTY", _("Closed duty")
        ISOLATION = "ISOLATION", _("Isolation")
        STANDBY = "STANDBY", _("Standby")
        LEAVE = "LEAVE", _("Leave")

    scope = Located(
        view=VIEW,
        edit=MANAGE,
        owner="account_id",
        offered=f"account_id IS NULL AND state = 'PLANNED' AND {SERVES}",
        seen_with=OF_OFFERS,
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="shifts"
    )
    place = models.BigIntegerField()
    post = models.CharField(max_length=60)
    task = models.CharField(max_length=120, blank=True)
    party = models.CharField(max_length=40, blank=True)  # as plans say; blank: anybody
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DUTY)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ShiftState.choices, default=ShiftState.PLANNED)
    plan = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # of a cancellation, or of long hours
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)  # calendars take the later version

    class Meta:
        ordering = ["starts_at", "post", "id"]
        indexes = [
            models.Index(fields=["account", "starts_at"], name="shift_by_account"),
            models.Index(fields=["place", "starts_at"], name="shift_by_place"),
            models.Index(fields=["plan"], name="shift_by_plan"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(post=""), name="shift_has_a_post"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(kind="DUTY") | Q(ends_at__lte=F("starts_at") + LONGEST_DUTY),
                name="shift_of_duty_is_16_hours_at_most",
            ),
            models.CheckConstraint(
                condition=~Q(state=ShiftState.CANCELLED) | ~Q(reason=""),
                name="shift_cancelled_has_a_reason",
            ),
            # Checked when a statement ends, so that one statement exchanges two shifts at once.
            ExclusionConstraint(
                name="shift_one_duty_at_a_time",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    (Period("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(kind="DUTY", state=ShiftState.PLANNED),
                deferrable=Deferrable.IMMEDIATE,
            ),
            ExclusionConstraint(
                name="shift_one_phase_at_a_time",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    (Period("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=~Q(kind="DUTY") & Q(state=ShiftState.PLANNED),
                deferrable=Deferrable.IMMEDIATE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.starts_at:%Y-%m-%d %H:%M}"


@keep_history()
class SwapOffer(models.Model):
    """Somebody offers a shift of theirs, to one colleague or to whoever can take it.

    Attributes
    ----------
    to
        The colleague it is offered to; null: whoever acts over the place may take it.
    taken_by, in_return
        Who agreed, and the shift that they give for it, if any.
    """

    scope = Located(
        view=VIEW,
        edit=MANAGE,
        owner=("account_id", "to_id", "taken_by_id"),
        offered=f"to_id IS NULL AND taken_by_id IS NULL AND state = 'OFFERED' AND {SERVES}",
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    shift = models.ForeignKey(Shift, models.CASCADE, related_name="offers")
    place = models.BigIntegerField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    in_return = models.ForeignKey(Shift, models.CASCADE, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=SwapState.choices, default=SwapState.OFFERED)
    offered_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # of a refusal, or of long hours

    class Meta:
        ordering = ["offered_at", "id"]
        indexes = [models.Index(fields=["place", "state"], name="swap_by_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["shift"], condition=Q(state__in=OPEN_SWAPS), name="shift_is_offered_once"
            ),
            models.UniqueConstraint(
                fields=["in_return"],
                condition=Q(state=SwapState.AGREED),
                name="shift_is_given_in_return_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[SwapState.AGREED, SwapState.APPROVED])
                | Q(taken_by__isnull=False, agreed_at__isnull=False),
                name="swap_is_agreed_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(taken_by=None) | ~Q(taken_by=F("account")))
                & (Q(to=None) | ~Q(to=F("account"))),
                name="swap_is_between_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state=SwapState.APPROVED)
                | (
                    Q(decided_at__isnull=False)
                    & (Q(decided_by=None) | ~Q(decided_by=F("account")))
                    & (Q(decided_by=None) | ~Q(decided_by=F("taken_by")))
                ),
                name="swap_is_approved_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} offered"


class CalendarKey(models.Model):
    """What opens the calendar of somebody's shifts without signing in; the key is shown once."""

    scope = Own("account_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    secret_index = models.BinaryField(unique=True)  # blind, of the key
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)
