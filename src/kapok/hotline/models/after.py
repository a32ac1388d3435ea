"""What comes after a call: whom to call back and when, and a talk with whoever took a hard one."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kapok.access.policies import Located
from kapok.access.roles import Permission
from kapok.hotline.models.calls import Call
from kapok.hotline.models.lines import Line
from kapok.hotline.workflow import OPEN_BACKS, Back, Due
from kapok.ids import uuid7

TAKE, LEAD, COUNT = Permission.CALL_TAKE, Permission.CALL_LEAD, Permission.CALL_COUNT
USER = settings.AUTH_USER_MODEL


class CallBack(models.Model):
    """Somebody is to be called, by a moment; their number is in the record of the call."""

    scope = Located(
        view=(TAKE, LEAD, COUNT), edit=(TAKE, LEAD), owner="taken_by_id", personal=False
    )

    id = models.UUIDField(primary_key=True, default=uuid7)
    call = models.ForeignKey(Call, models.CASCADE, related_name="call_backs")
    line = models.ForeignKey(Line, models.PROTECT, related_name="+")
    place = models.BigIntegerField()  # of the line
    why = models.CharField(max_length=9, choices=Back.choices)
    step = models.CharField(max_length=10, blank=True)  # of a follow-up: 24h, 7d, 30d, 90d
    is_urgent = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=Due.choices, default=Due.WAITING)
    n_tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()  # when to try (again)
    taken_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    answer = models.ForeignKey(Call, models.SET_NULL, null=True, related_name="+")  # ours to them
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["next_at", "id"]
        indexes = [
            models.Index(
                fields=["place", "next_at"], condition=Q(state__in=sorted(OPEN_BACKS)),
                name="call_back_open_by_place",
            )
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["call", "why", "step"],
                condition=Q(state__in=sorted(OPEN_BACKS)),
                name="call_back_waits_once_for_a_call",
            ),
            models.CheckConstraint(
                condition=Q(state=Due.TAKEN, taken_by__isnull=False) | ~Q(state=Due.TAKEN),
                name="call_back_is_taken_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.why} {self.due_at:%F %R}"


class Supervision(models.Model):
    """A talk that is owed to whoever took a hard call; what was said in it is written nowhere.

    ``next_steps`` is what both agreed on, encrypted. Without a call it is that somebody came to the
    talk of the group, which is held each week.
    """

    scope = Located(view=LEAD, edit=LEAD, owner="account_id", personal=False)

    id = models.UUIDField(primary_key=True, default=uuid7)
    call = models.ForeignKey(Call, models.CASCADE, null=True, related_name="supervisions")
    place = models.BigIntegerField()
    account = models.ForeignKey(USER, models.PROTECT, related_name="+")  # who took the call
    asked_for = models.BooleanField(default=False)  # by whoever took it, not by the rule
    due_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    next_steps = models.BinaryField(null=True)  # encrypted, about "supervision"
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["place", "due_at"], condition=Q(held_at=None), name="supervision_owed"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "account"], name="supervision_is_owed_once_for_a_call"
            ),
            models.UniqueConstraint(
                fields=["account", "held_at"],
                condition=Q(call=None),
                name="supervision_of_a_group_is_noted_once",
            ),
            models.CheckConstraint(
                condition=Q(call__isnull=False) | Q(held_at__isnull=False),
                name="supervision_without_a_call_was_held",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
