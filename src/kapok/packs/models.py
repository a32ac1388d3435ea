"""Versions of packs: drafts, those in force, those that never came into force."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kapok.access.models import Period
from kapok.access.policies import Geography
from kapok.access.roles import Permission
from kapok.ids import uuid7
from kapok.packs.schema import PackBody


class Pack(models.Model):
    """One version of the rules of a jurisdiction. Its body never changes once it was in force."""

    class State(models.TextChoices):
        """A pack in force whose period is over stays so: it still explains what it decided."""

        DRAFT = "DRAFT", _("Draft")
        IN_FORCE = "IN_FORCE", _("In force")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    scope = Geography((Permission.PACK_EDIT, Permission.PACK_PUT_IN_FORCE), place="jurisdiction")

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    jurisdiction = models.BigIntegerField()
    title = models.JSONField()  # {"zh": ..., "en": ...}
    body = models.JSONField()
    text = models.TextField()  # the YAML as it was written
    sha256 = models.CharField(max_length=64)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    in_force_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    in_force_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    revision = models.UUIDField(default=uuid7)  # another one with each change: caches look at it

    class Meta:
        ordering = ["code", "version"]
        triggers = [
            pgtrigger.Protect(
                name="pack_says_what_it_said",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'DRAFT' AND (OLD.code, OLD.version, OLD.jurisdiction, OLD.body, "
                    "OLD.text) IS DISTINCT FROM (NEW.code, NEW.version, NEW.jurisdiction, NEW.body,"
                    " NEW.text)"
                ),
            ),
            pgtrigger.Protect(
                name="pack_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state <> 'DRAFT'"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="pack_version_is_unique"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="pack_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(in_force_at=None) | ~Q(state="DRAFT"),
                name="pack_draft_was_never_in_force",
            ),
            ExclusionConstraint(
                name="pack_is_in_force_once_at_a_time",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (Period("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state="IN_FORCE"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    def content(self) -> PackBody:
        """The rules that it holds."""
        return PackBody.model_validate(self.body)

    def holds_at(self, moment: datetime) -> bool:
        """Whether it is in force at a moment."""
        in_force = self.state == self.State.IN_FORCE and self.valid_from <= moment
        return in_force and (self.valid_to is None or moment < self.valid_to)
