"""Dwellings, and the households in them."""

from typing import Any

import pghistory
from django.db import models

from kapok.access.policies import Located
from kapok.access.roles import Permission
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
